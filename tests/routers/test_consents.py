from typing import Any
from uuid import UUID

import pytest

from tests.conftest import AsHromada
from tests.support import factories, stories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

PHOTO = {"purpose": "photo", "text_version": "2026-03", "source": "paper", "given_on": "2026-10-01"}


async def person(world: World, client: Client, organization: UUID | None = None) -> str:
    affiliated = organization or (await factories.hromada(world)).id
    body = {"family_name_uk": "Лисенко", "given_name_uk": "Олександр"}
    made = await client.made("/v1/people", body | {"affiliations": [{"organization_id": str(affiliated)}]})
    return f"/v1/people/{made['id']}/consents"


async def test_a_consent_says_in_which_words_and_how_it_was_given(world: World, as_coordinator: Client) -> None:
    consents = await person(world, as_coordinator)

    made = await as_coordinator.made(consents, PHOTO)

    assert made == PHOTO | {
        "id": made["id"],
        "language": "uk",
        "given_by": None,
        "withdrawn_on": None,
        "note": None,
    }
    assert await as_coordinator.seen(consents) == {"items": [made]}


async def test_a_consent_to_a_later_text_does_not_overwrite_the_earlier_one(
    world: World, as_coordinator: Client
) -> None:
    consents = await person(world, as_coordinator)
    await as_coordinator.made(consents, PHOTO)
    await as_coordinator.made(consents, PHOTO | {"text_version": "2026-11", "given_on": "2026-11-20"})

    found = await as_coordinator.seen(consents)
    twice = await as_coordinator.post(consents, json=PHOTO)

    assert [one["text_version"] for one in found["items"]] == ["2026-11", "2026-03"]
    assert (twice.status_code, twice.json()["code"]) == (409, "already_exists")


async def test_a_withdrawn_consent_stays_with_its_last_day(world: World, as_coordinator: Client) -> None:
    consents = await person(world, as_coordinator)
    made = await as_coordinator.made(consents, PHOTO)
    withdraw, why = f"{consents}/{made['id']}/withdraw", {"on": "2026-11-01", "reason": "Лист від особи"}

    first = await as_coordinator.post(withdraw, json=why)
    again = await as_coordinator.post(withdraw, json=why)

    assert (first.status_code, first.json()["withdrawn_on"]) == (200, "2026-11-01")
    assert (again.status_code, again.json()["objections"]) == (409, ["consent_withdrawn_already"])
    assert (await as_coordinator.seen(consents))["items"] == [made | {"withdrawn_on": "2026-11-01"}]
    page = await as_coordinator.seen(consents.replace("/consents", "/history"), params={"limit": 1})
    assert [(entry["verb"], entry["reason"], entry["after"]) for entry in stories.rows(page)] == [
        ("withdraw_consent", "Лист від особи", {"withdrawn_on": "2026-11-01"})
    ]


@pytest.mark.parametrize(
    ("given", "objection"),
    [
        ({"given_on": "2026-11-24"}, "consent_from_the_future"),
        ({"purpose": "minor_participation"}, "guardian_needed"),
    ],
)
async def test_a_consent_that_cannot_be_is_refused(
    world: World, as_coordinator: Client, given: dict[str, Any], objection: str
) -> None:
    consents = await person(world, as_coordinator)

    answer = await as_coordinator.post(consents, json=PHOTO | given)

    assert (answer.status_code, answer.json()["objections"]) == (409, [objection])


@pytest.mark.parametrize(
    ("on", "objection"), [("2026-09-30", "withdrawn_before_given"), ("2026-11-24", "consent_from_the_future")]
)
async def test_a_withdrawal_on_an_impossible_day_is_refused(
    world: World, as_coordinator: Client, on: str, objection: str
) -> None:
    consents = await person(world, as_coordinator)
    made = await as_coordinator.made(consents, PHOTO)

    answer = await as_coordinator.post(f"{consents}/{made['id']}/withdraw", json={"on": on, "reason": "Лист"})

    assert (answer.status_code, answer.json()["objections"]) == (409, [objection])


async def test_the_parent_who_agrees_for_a_child_is_named(world: World, as_coordinator: Client) -> None:
    consents = await person(world, as_coordinator)
    body = PHOTO | {"purpose": "minor_participation", "given_by": "Ганна Лисенко, мати"}

    made = await as_coordinator.made(consents, body)

    [[kept]] = await world.rows("SELECT journal::text FROM journal WHERE row_table = 'consents'")
    assert (made["given_by"], "Ганна" in kept) == ("Ганна Лисенко, мати", False)


async def test_consents_are_as_visible_as_their_person(
    world: World, as_coordinator: Client, as_hromada_manager: AsHromada
) -> None:
    sumska, other = await factories.hromada(world), await factories.hromada(world)
    consents = await person(world, as_coordinator, sumska.id)
    made = await as_coordinator.made(consents, PHOTO)
    own, stranger = await as_hromada_manager(sumska.id), await as_hromada_manager(other.id)

    assert (await own.seen(consents))["items"] == [made]
    assert (await stranger.get(consents)).status_code == 404
    assert (await stranger.post(consents, json=PHOTO)).status_code == 404
    withdrawn = await stranger.post(f"{consents}/{made['id']}/withdraw", json={"reason": "Лист"})
    assert withdrawn.status_code == 404


async def test_a_consent_belongs_to_one_person(world: World, as_coordinator: Client) -> None:
    first, second = await person(world, as_coordinator), await person(world, as_coordinator)
    made = await as_coordinator.made(first, PHOTO)

    answer = await as_coordinator.post(f"{second}/{made['id']}/withdraw", json={"reason": "Лист"})

    assert answer.status_code == 404
