"""Ties that have ended: what somebody of a former party or a former employer still sees and may still do."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.models import Partnership
from app.vocabulary import Role
from tests.support import actors, factories
from tests.support.world import World

pytestmark = pytest.mark.anyio

LEFT = "UPDATE partnership_parties SET left_on = $1 WHERE partnership_id = $2 AND organization_id = $3"


async def left(world: World, partnership: Partnership, organization: UUID, days_ago: int) -> None:
    async with world.work() as uow:
        day = world.clock.today - timedelta(days=days_ago)
        await uow.transaction.raw.execute(LEFT, day, partnership.id, organization)


@pytest.mark.parametrize(("days_ago", "writing", "agreement_seen"), [(0, 200, 200), (1, 403, 404)])
async def test_a_party_that_has_left_reads_its_past_and_changes_nothing(
    world: World, days_ago: int, writing: int, agreement_seen: int
) -> None:
    sumska, gmina = await factories.hromada(world), await factories.foreign_municipality(world)
    partnership = await factories.partnership(world, sumska.id, gmina.id)
    agreement = await factories.agreement(world, partnership.id, parties=[{"organization_id": gmina.id}])
    world.clock.advance(days=10)
    await left(world, partnership, sumska.id, days_ago)
    manager = await actors.at(world, Role.HROMADA_MANAGER, sumska.id)
    place = f"/v1/partnerships/{partnership.id}"

    record = await manager.get(place)
    answer = await manager.patch(place, json={"next_step": "Зустріч"}, version=record.json()["version"])

    assert (record.status_code, answer.status_code) == (200, writing)
    assert (await manager.get(f"/v1/agreements/{agreement.id}")).status_code == agreement_seen
    assert len((await manager.seen("/v1/partnerships"))["items"]) == 1


async def test_a_former_employer_no_longer_sees_the_person(world: World) -> None:
    sumska = await factories.hromada(world)
    coordinator = await actors.everywhere(world, Role.COORDINATOR)
    tomorrow = world.clock.today + timedelta(days=1)
    affiliation = {"organization_id": str(sumska.id), "ended_on": str(tomorrow)}
    body = {"family_name_uk": "Лисенко", "given_name_uk": "Олена", "affiliations": [affiliation]}
    place = f"/v1/people/{(await coordinator.made('/v1/people', body))['id']}"

    found = []
    for _ in range(2):
        manager = await actors.at(world, Role.HROMADA_MANAGER, sumska.id)
        found.append(((await manager.get(place)).status_code, len((await manager.seen("/v1/people"))["items"])))
        world.clock.advance(days=1)

    assert found == [(200, 1), (404, 0)]


async def test_whoever_ends_the_last_tie_still_hears_how_it_ended(world: World) -> None:
    sumska = await factories.hromada(world)
    manager = await actors.at(world, Role.HROMADA_MANAGER, sumska.id)
    body = {
        "family_name_uk": "Лисенко",
        "given_name_uk": "Олена",
        "affiliations": [{"organization_id": str(sumska.id)}],
    }
    person = await manager.made("/v1/people", body)
    place = f"/v1/people/{person['id']}"
    tie = f"{place}/affiliations/{person['affiliations'][0]['id']}"

    ended = await manager.post(f"{tie}/end", json={"reason": "Переїхала"})

    assert (ended.status_code, (await manager.get(place)).status_code) == (200, 404)
