from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.jobs.retention import purge
from app.rules.retention import Fate, rule
from app.services import journal_archives, retention
from app.vocabulary import RetentionClass
from tests.support import actors, factories, reminders
from tests.support.client import Client
from tests.support.world import START, World

pytestmark = pytest.mark.anyio

SECOND = timedelta(seconds=1)
NOTES = "SELECT actor_name, after ->> 'kept', (after ->> 'count')::int FROM journal WHERE subject = 'retention'"


def kept(what: RetentionClass) -> timedelta:
    found = rule(what, START.date())
    assert found is not None
    return found.duration


async def aged(world: World, text: str, moment: datetime | date) -> None:
    async with world.work() as uow:
        await uow.transaction.raw.execute(text, moment)


async def count(world: World, table: str) -> int:
    [[found]] = await world.rows(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name of ours
    return int(found)


async def purged(world: World) -> dict[str, int]:
    """The classes of which something went."""
    gone = await purge({"db": world.db, "clock": world.clock})
    return {name: number for name, number in gone.items() if number}


async def former(world: World, client: Client, ended_on: date) -> str:
    """Somebody with closed data whose only position ended on this day."""
    sumska = await factories.hromada(world)
    affiliation = {"organization_id": str(sumska.id), "started_on": "2020-01-01", "ended_on": str(ended_on)}
    body = {"family_name_uk": "Лисенко", "given_name_uk": "Олександр", "affiliations": [affiliation]}
    return str((await client.made("/v1/people", body))["id"])


async def sealed(world: World, person: str, **given: Any) -> None:
    """Rows as the vault leaves them; what is in them does not matter here."""
    values = {"expires": date(2030, 1, 1), "renewed": world.clock.now} | given
    async with world.work() as uow:
        await uow.transaction.raw.execute(
            "INSERT INTO identity_documents (id, person_id, kind, country, number_sealed, expires_on, created_at,"
            " updated_at) VALUES (gen_random_uuid(), $1, 'foreign_passport', 'UA', 'v1.x', $2, now(), now())",
            person,
            values["expires"],
        )
        for kind in ("allergies", "clothing_size"):
            await uow.transaction.raw.execute(
                "INSERT INTO particulars (id, person_id, kind, value_sealed, created_at, updated_at)"
                " VALUES (gen_random_uuid(), $1, $2, 'v1.x', $3, $3)",
                person,
                kind,
                values["renewed"],
            )


async def test_an_answer_is_kept_for_two_days(world: World, as_coordinator: Client) -> None:
    body = {"kind": "ngo", "name_uk": "Друзі Псла", "country": "UA"}
    await as_coordinator.post("/v1/organizations", json=body, key="once")
    found = []

    for age in (timedelta(days=2), timedelta(days=2) + SECOND):
        await aged(world, "UPDATE idempotency_keys SET created_at = $1", world.clock.now - age)
        found.append((await purged(world), await count(world, "idempotency_keys")))

    assert found == [({}, 1), ({"answers": 1}, 0)]


@pytest.mark.parametrize("column", ["ended_at", "expires_at"])
async def test_a_session_goes_ninety_days_after_it_was_over(world: World, column: str) -> None:
    await actors.signed_in(world)
    found = []

    for age in (timedelta(days=90), timedelta(days=90) + SECOND):
        await aged(world, f"UPDATE sessions SET {column} = $1", world.clock.now - age)  # noqa: S608 - a name of ours
        gone = await purged(world)
        found.append((gone, await count(world, "sessions"), await count(world, "refresh_tokens")))

    journalled = await world.rows(
        "SELECT actor_name FROM journal WHERE row_table = 'sessions' AND operation = 'delete'"
    )
    assert found == [({}, 1, 1), ({"sessions": 1}, 0, 0)]
    assert [row[0] for row in journalled] == ["purge"]


async def test_a_document_goes_ninety_days_after_it_expired(world: World, as_coordinator: Client) -> None:
    person = await former(world, as_coordinator, world.clock.today + timedelta(days=400))
    last = world.clock.today - kept(RetentionClass.IDENTITY_DOCUMENTS)
    await sealed(world, person, expires=last)
    still = await purged(world)
    world.clock.advance(days=1)

    gone = await purged(world)

    assert (still, gone) == ({}, {"identity_documents": 1})
    assert (await count(world, "identity_documents"), await count(world, "particulars")) == (0, 2)


async def test_health_data_that_nobody_renewed_goes_after_a_year(world: World, as_coordinator: Client) -> None:
    person = await former(world, as_coordinator, world.clock.today + timedelta(days=400))
    await sealed(world, person, renewed=world.clock.now - kept(RetentionClass.HEALTH_PARTICULARS) - SECOND)

    gone = await purged(world)

    assert gone == {"health_particulars": 1}
    assert await world.rows("SELECT kind FROM particulars") == [("clothing_size",)]


async def test_closed_data_goes_a_month_after_the_last_position_ended(world: World, as_coordinator: Client) -> None:
    left, stays = (world.clock.today - timedelta(days=31), world.clock.today - timedelta(days=30))
    for day in (left, stays):
        await sealed(world, await former(world, as_coordinator, day))

    gone = await purged(world)

    assert gone == {"former_identity": 3}
    assert (await count(world, "identity_documents"), await count(world, "people")) == (1, 2)


async def test_names_of_people_who_left_are_proposed_and_never_removed(world: World, as_coordinator: Client) -> None:
    long_ago = world.clock.today - kept(RetentionClass.FORMER_CONTACTS)
    gone, stays = [await former(world, as_coordinator, long_ago - timedelta(days=days)) for days in (1, 0)]

    removed = await purged(world)
    async with world.work() as uow:
        proposed = [str(id) for id in await retention.proposed(uow, 10)]

    assert (removed, proposed, await count(world, "people")) == ({}, [gone], 2)
    assert stays not in proposed


async def test_the_journal_says_what_went_by_class(world: World, as_coordinator: Client) -> None:
    body = {"kind": "ngo", "name_uk": "Друзі Псла", "country": "UA"}
    await as_coordinator.post("/v1/organizations", json=body, key="once")
    await aged(world, "UPDATE idempotency_keys SET created_at = $1", world.clock.now - timedelta(days=3))

    await purged(world)
    await purged(world)

    assert [tuple(row) for row in await world.rows(NOTES)] == [("purge", "answers", 1)]


async def test_the_outlook_tells_what_would_go_and_touches_nothing(world: World, as_coordinator: Client) -> None:
    person = await former(world, as_coordinator, world.clock.today - timedelta(days=2000))
    await sealed(world, person)
    async with world.work() as uow:
        found = {each.rule.kept: each.count for each in await retention.outlook(uow) if each.count}

    assert found == {RetentionClass.FORMER_IDENTITY: 3, RetentionClass.FORMER_CONTACTS: 1}
    assert (await count(world, "identity_documents"), await count(world, "particulars")) == (1, 2)
    assert await world.rows(NOTES) == []


def test_every_class_has_a_rule_and_a_table() -> None:
    known = {what: rule(what, START.date()) for what in RetentionClass}

    assert [what for what, found in known.items() if found is None] == []
    archived = {what for what, found in known.items() if found and found.fate is Fate.ARCHIVE}
    assert archived == set(journal_archives.KEPT.values())
    assert retention.PURGES.keys() == set(RetentionClass) - archived
    assert [what for what, found in known.items() if found and found.fate is Fate.PROPOSE] == [
        RetentionClass.FORMER_CONTACTS
    ]


def test_nothing_was_limited_before_the_first_rule() -> None:
    assert rule(RetentionClass.SESSIONS, date(2025, 12, 31)) is None


async def test_a_reminder_goes_two_years_after_its_day_with_all_who_were_told_and_is_not_planned_anew(
    world: World, as_coordinator: Client
) -> None:
    soon = {"next_step": "Зателефонувати", "next_step_on": world.clock.today}
    me = UUID((await as_coordinator.seen("/v1/me"))["id"])
    await factories.partnership(world, coordinator_id=me, **soon)
    await reminders.told(world)
    before = (await count(world, "planned_reminders"), await count(world, "notices"))
    left = "SELECT count(*) FROM planned_reminders WHERE state = 'told'"

    world.clock.now += kept(RetentionClass.REMINDERS) - timedelta(days=1)
    still = await purged(world)
    world.clock.advance(days=2)
    gone = await purged(world)
    await reminders.planned(world)

    assert (before[0] > 0, before[1] > 0, "reminders" in still, gone["reminders"] > 0) == (True, True, False, True)
    assert ([row[0] for row in await world.rows(left)], await count(world, "notices")) == ([0], 0)
