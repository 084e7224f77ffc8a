"""Fields of a closer class are absent for whom they are not meant, and named; nobody can guess at them by searching."""

from typing import Any

import pytest
import sqlalchemy as sa

from app.core.listing import Listing
from app.core.reading import REDACTED, View, classified
from app.vocabulary import FieldClass, Role
from tests.conftest import AsHromada
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.operations import listings
from tests.support.world import World

pytestmark = pytest.mark.anyio

NOTES = ["next_step", "next_step_on", "pathway", "source", "verification"]
SECRET = "запропонувати меншу суму"


async def partnership(world: World, as_coordinator: Client) -> tuple[Any, Any, dict[str, Any]]:
    ours, theirs = await factories.hromada(world), await factories.foreign_municipality(world)
    body = {
        "title_uk": "Побратимство",
        "description": "Спільний опис",
        "next_step": SECRET,
        "next_step_on": "2027-01-10",
        "parties": [
            {"organization_id": str(ours.id), "role": "lead"},
            {"organization_id": str(theirs.id), "role": "partner"},
        ],
    }
    return ours, theirs, await as_coordinator.made("/v1/partnerships", body)


async def test_a_guest_reads_the_record_without_our_notes(
    world: World, as_coordinator: Client, as_guest: AsHromada
) -> None:
    _, theirs, made = await partnership(world, as_coordinator)
    guest = await as_guest(theirs.id)

    seen = await guest.seen(f"/v1/partnerships/{made['id']}")

    assert sorted(seen[REDACTED]) == NOTES
    assert seen == {name: value for name, value in made.items() if name not in NOTES} | {REDACTED: seen[REDACTED]}


async def test_who_works_on_it_reads_all_of_it(
    world: World, as_coordinator: Client, as_hromada_member: AsHromada
) -> None:
    ours, _, made = await partnership(world, as_coordinator)
    member = await as_hromada_member(ours.id)

    assert await member.seen(f"/v1/partnerships/{made['id']}") == made
    assert made[REDACTED] == []


async def test_lists_and_searches_say_no_more_than_the_record(
    world: World, as_coordinator: Client, as_guest: AsHromada
) -> None:
    _, theirs, made = await partnership(world, as_coordinator)
    guest = await as_guest(theirs.id)

    listed = await guest.seen("/v1/partnerships")
    found = await guest.seen("/v1/partnerships/search", params={"q": "побратимство"})
    guessed = await guest.seen("/v1/partnerships/search", params={"q": "меншу"})
    known = await as_coordinator.seen("/v1/partnerships/search", params={"q": "меншу"})
    by_absence = await guest.seen("/v1/partnerships/search", params={"q": "побратимство -меншу"})

    assert [item[REDACTED] for item in [*listed["items"], *found["items"]]] == [
        ["pathway", "next_step", "next_step_on", "verification"]
    ] * 2
    assert [item["id"] for item in known["items"]] == [made["id"]]
    assert guessed["items"] == []
    assert [item["id"] for item in by_absence["items"]] == [made["id"]]


async def test_what_is_not_shown_cannot_be_filtered_by(
    world: World, as_coordinator: Client, as_guest: AsHromada
) -> None:
    _, theirs, _ = await partnership(world, as_coordinator)
    guest = await as_guest(theirs.id)

    answer = await guest.get("/v1/partnerships", params={"next_step_before": "2027-02-01"})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (403, "query:next_step_before")


async def test_the_reasons_of_the_stages_and_the_history_stay_with_us(
    world: World, as_coordinator: Client, as_guest: AsHromada
) -> None:
    _, theirs, made = await partnership(world, as_coordinator)
    guest = await as_guest(theirs.id)

    stages = await guest.seen(f"/v1/partnerships/{made['id']}/stages")
    history = await guest.get(f"/v1/partnerships/{made['id']}/history")

    assert [entry[REDACTED] for entry in stages["entries"]] == [["actor_id", "actor_name", "reason"]]
    assert (history.status_code, history.json()["code"]) == (403, "forbidden")


async def test_of_others_a_hromada_reads_the_public_facts(
    world: World, as_coordinator: Client, as_hromada_manager: AsHromada
) -> None:
    own, other = await factories.hromada(world), await factories.hromada(world)
    manager = await as_hromada_manager(own.id)

    mine = await manager.seen(f"/v1/organizations/{own.id}")
    others = await manager.seen(f"/v1/organizations/{other.id}")

    assert (mine[REDACTED], "source" in mine) == ([], True)
    assert (others[REDACTED], "source" in others) == (["source"], False)


async def test_who_left_a_partnership_keeps_its_past_but_not_our_notes(
    world: World, as_coordinator: Client, as_hromada_member: AsHromada
) -> None:
    ours, theirs, made = await partnership(world, as_coordinator)
    third = await factories.hromada(world)
    parties = [
        {"organization_id": str(ours.id), "role": "lead", "left_on": "2026-11-24"},
        {"organization_id": str(third.id), "role": "lead"},
        {"organization_id": str(theirs.id), "role": "partner"},
    ]
    world.clock.advance(days=2)
    coordinator = await actors.everywhere(world, Role.COORDINATOR)
    changed = await coordinator.patch(
        f"/v1/partnerships/{made['id']}", json={"parties": parties}, version=made["version"]
    )
    assert changed.status_code == 200
    world.clock.advance(days=2)
    former = await as_hromada_member(ours.id)

    seen = await former.seen(f"/v1/partnerships/{made['id']}")
    guessed = await former.seen("/v1/partnerships", params={"next_step_before": "2027-02-01"})

    assert sorted(seen[REDACTED]) == NOTES
    assert guessed["items"] == []


def columns(listing: Listing, name: str) -> set[str]:
    found = listing.filters[name]
    condition = found(name)
    return {each.name for each in sa.sql.visitors.iterate(condition) if isinstance(each, sa.Column)}


def test_every_filter_over_a_field_of_a_closer_class_says_so() -> None:
    known = {}
    wanted = {}
    for listing in listings():
        hidden = hidden_columns(listing.view)
        for name in listing.filters:
            if hidden & columns(listing, name):
                wanted[listing.view.read.__name__, name] = FieldClass.INTERNAL
                known[listing.view.read.__name__, name] = listing.classes.get(name)

    assert len(wanted) > 3
    assert known == wanted


def hidden_columns(view: View) -> set[str]:
    """Columns of the view's own table that stand behind fields of a closer class."""
    table = view.model.__table__  # type: ignore[attr-defined]  # every table has one
    return {name for name in classified(view.read) if name in table.c}
