from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from app.core.actors import job
from app.jobs.reminders import plan_reminders, send_reminders
from app.models import Grant, Partnership
from app.services import reminders
from app.vocabulary import Role
from app.worker import TIMETABLE
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

A_YEAR = timedelta(days=365)


@pytest.fixture
def ctx(world: World) -> dict[str, Any]:
    return {"db": world.db, "clock": world.clock}


async def resting(world: World, coordinator: UUID | None) -> Partnership:
    """A partnership whose last contact was a year ago today."""
    sumska, gmina = await factories.hromada(world), await factories.foreign_municipality(world)
    world.clock.now -= A_YEAR
    found = await factories.partnership(
        world, sumska.id, gmina.id, title_uk="Суми і Кальмар", coordinator_id=coordinator
    )
    world.clock.now += A_YEAR
    return found


async def me(client: Client) -> UUID:
    return UUID((await client.seen("/v1/me"))["id"])


async def test_the_coordinator_is_told_once_that_a_partnership_stands_still(
    world: World, ctx: dict[str, Any], as_coordinator: Client
) -> None:
    partnership = await resting(world, await me(as_coordinator))

    planned = [await plan_reminders(ctx), await plan_reminders(ctx)]
    sent = [await send_reminders(ctx), await send_reminders(ctx)]

    found = (await as_coordinator.seen("/v1/reminders"))["items"]
    since = (world.clock.now - A_YEAR).date()
    assert (planned, sent) == ([1, 0], [1, 0])
    assert [(item["subject_id"], item["status"], item["text"]) for item in found] == [
        (
            str(partnership.id),
            "sent",
            (
                f"Nothing has happened in the partnership {partnership.number} “Суми і Кальмар” since"
                f" {since.day} {since:%B} {since.year}. Plan a next step."
            ),
        )
    ]


async def test_without_a_coordinator_the_manager_of_the_hromada_is_told(world: World, ctx: dict[str, Any]) -> None:
    partnership = await resting(world, None)
    party = await world.rows(
        "SELECT organization_id FROM partnership_parties WHERE partnership_id = $1 ORDER BY position", partnership.id
    )
    manager = await actors.at(world, Role.HROMADA_MANAGER, party[0][0])

    await plan_reminders(ctx)
    await send_reminders(ctx)

    assert len((await manager.seen("/v1/reminders"))["items"]) == 1


async def test_nobody_sees_or_finishes_the_reminder_of_another(
    world: World, ctx: dict[str, Any], as_coordinator: Client, as_administrator: Client
) -> None:
    await resting(world, await me(as_coordinator))
    await plan_reminders(ctx)
    await send_reminders(ctx)
    own = (await as_coordinator.seen("/v1/reminders"))["items"][0]

    others = (await as_administrator.seen("/v1/reminders"))["items"]
    refused = await as_administrator.post(f"/v1/reminders/{own['id']}/done")
    finished = await as_coordinator.post(f"/v1/reminders/{own['id']}/done")

    assert (others, refused.status_code, finished.json()["status"]) == ([], 404, "done")


async def test_a_worker_that_died_gives_its_claim_back_and_records_nothing_later(
    world: World, ctx: dict[str, Any], as_coordinator: Client
) -> None:
    await resting(world, await me(as_coordinator))
    await plan_reminders(ctx)
    async with world.work(job("first")) as uow:
        [first] = await reminders.claim(uow)
    async with world.work(job("second")) as uow:
        assert await reminders.claim(uow) == []
        await uow.transaction.raw.execute("UPDATE reminders SET lease_until = clock_timestamp() - interval '1 second'")
    async with world.work(job("second")) as uow:
        [second] = await reminders.claim(uow)

    async with world.work(job("first")) as uow:
        late = await reminders.record_delivery(uow, first)
    async with world.work(job("second")) as uow:
        in_time = await reminders.record_delivery(uow, second)

    assert (first.fence, second.fence, late, in_time) == (1, 2, False, True)


async def test_the_past_is_not_told(world: World, ctx: dict[str, Any], as_coordinator: Client) -> None:
    await resting(world, await me(as_coordinator))
    world.clock.advance(days=40)

    assert await plan_reminders(ctx) == 0


async def test_a_coordinator_without_a_grant_is_not_told_and_the_managers_are(
    world: World, ctx: dict[str, Any], as_stranger: Client
) -> None:
    partnership = await resting(world, await me(as_stranger))
    query = "SELECT organization_id FROM partnership_parties WHERE partnership_id = $1 ORDER BY position"
    [hromada, _] = await world.rows(query, partnership.id)
    manager = await actors.at(world, Role.HROMADA_MANAGER, hromada[0])

    await plan_reminders(ctx)

    told = await world.rows("SELECT user_id FROM reminders")
    assert [row[0] for row in told] == [await me(manager)]


async def test_a_reminder_of_what_i_no_longer_see_is_hidden(world: World, ctx: dict[str, Any]) -> None:
    here = (await factories.hromada(world)).id
    former = await actors.at(world, Role.COORDINATOR, here)
    coordinator, gmina = await me(former), await factories.foreign_municipality(world)
    world.clock.now -= A_YEAR
    seen = await factories.partnership(world, here, gmina.id, coordinator_id=coordinator)
    world.clock.now += A_YEAR
    await plan_reminders(ctx)
    await send_reminders(ctx)
    elsewhere = (await factories.hromada(world)).id
    async with world.work() as uow:
        held = (await uow.session.scalars(select(Grant).where(col(Grant.organization_id) == here))).one()
        held.organization_id = elsewhere
    [[id]] = await world.rows("SELECT id FROM reminders WHERE subject_id = $1", seen.id)

    listed = (await former.seen("/v1/reminders"))["items"]
    finished = await former.post(f"/v1/reminders/{id}/done")

    assert (listed, finished.status_code) == ([], 404)


def test_the_worker_plans_by_the_hour_and_sends_by_the_minute() -> None:
    times = {job.name: (job.hour, job.minute, job.second) for job in TIMETABLE}

    assert times["cron:plan_reminders"] == (None, 0, 0)
    assert times["cron:send_reminders"] == (None, None, 0)
