"""What follows from the rules: planned once, moved with its day, taken back when it is not needed any more."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from app.models import Agreement, Partnership
from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.support import factories, reminders
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def coordinator(world: World, **given: Any) -> UUID:
    grant = GrantGiven(role=Role.COORDINATOR, scope=ScopeKind.ASSOCIATION)
    return (await factories.user(world, grant, **given)).id


async def agreement(world: World, **columns: Any) -> tuple[Agreement, Partnership]:
    """In force, of a partnership with a coordinator."""
    hromada = await factories.hromada(world)
    partner = await factories.foreign_municipality(world)
    between = await factories.partnership(
        world, hromada.id, partner.id, coordinator_id=await coordinator(world, name="Олена")
    )
    made = await factories.agreement(world, between.id)
    async with world.work() as uow:
        row = await uow.get(Agreement, made.id, lock=True)
        for name, value in ({"status": "in_force", "signed_on": date(2026, 1, 5)} | columns).items():
            setattr(row, name, value)
    return made, between


async def test_planning_twice_makes_nothing(world: World) -> None:
    made, _ = await agreement(world, expires_on=world.clock.today + timedelta(days=40))

    first, second = await reminders.planned(world), await reminders.planned(world)
    found = await reminders.rows(world, "p.subject_id = $1", made.id)

    assert (first["planned"] > 0, second) == (True, {})
    assert [(row["code"], row["step"], row["user_name"]) for row in found] == [
        ("agreement_expiry", "-30", "Олена"),
        ("agreement_expiry", "-7", "Олена"),
    ]


async def test_an_offset_that_has_passed_is_told_at_once_and_marked_late_but_only_the_last(world: World) -> None:
    made, _ = await agreement(world, expires_on=world.clock.today + timedelta(days=20))

    await reminders.told(world)
    found = await reminders.rows(world, "p.subject_id = $1", made.id)

    assert [(row["step"], row["state"], row["is_late"]) for row in found] == [
        ("-30", "told", True),
        ("-7", "planned", False),
    ]


async def test_a_moved_day_moves_its_reminders_and_repeats_none(world: World) -> None:
    made, _ = await agreement(world, expires_on=world.clock.today + timedelta(days=31))
    await reminders.planned(world)
    world.clock.advance(days=2)
    await reminders.told(world)

    async with world.work() as uow:
        (await uow.get(Agreement, made.id, lock=True)).expires_on = world.clock.today + timedelta(days=25)
    await reminders.told(world)
    found = await reminders.rows(world, "p.subject_id = $1", made.id)

    assert [(row["step"], row["state"], row["state_because"]) for row in found] == [
        ("-30", "told", None),
        ("-7", "planned", None),
        ("-7", "moved", "anchor_moved"),
    ]


async def test_what_is_dealt_with_is_taken_back(world: World) -> None:
    made, _ = await agreement(world, expires_on=world.clock.today + timedelta(days=40))
    await reminders.planned(world)

    async with world.work() as uow:
        (await uow.get(Agreement, made.id, lock=True)).status = "terminated"
    await reminders.planned(world)
    found = await reminders.rows(world, "p.subject_id = $1", made.id)

    assert {(row["state"], row["state_because"]) for row in found} == {("stopped", "no_longer_needed")}


async def test_a_rule_that_is_switched_off_plans_nothing_and_comes_back(world: World, as_administrator: Client) -> None:
    made, _ = await agreement(world, expires_on=world.clock.today + timedelta(days=40))
    await reminders.planned(world)
    rules = (await as_administrator.seen("/v1/reminder-rules", params={"limit": 200}))["items"]
    rule = next(each for each in rules if each["code"] == "agreement_expiry")
    path = f"/v1/reminder-rules/{rule['id']}"

    off = (await as_administrator.patch(path, json={"is_enabled": False}, version=rule["version"])).json()
    await reminders.planned(world)
    stopped = await reminders.rows(world, "p.subject_id = $1", made.id)
    await as_administrator.patch(path, json={"is_enabled": True}, version=off["version"])
    await reminders.planned(world)
    again = await reminders.rows(world, "p.subject_id = $1", made.id)

    assert {(row["state"], row["state_because"]) for row in stopped} == {("stopped", "rule_off")}
    assert {(row["state"], row["state_because"]) for row in again} == {("planned", None)}


async def test_without_a_coordinator_the_managers_hear_of_it_and_without_these_the_administrators(
    world: World, as_administrator: Client
) -> None:
    hromada = await factories.hromada(world)
    soon = {"next_step": "Зателефонувати", "next_step_on": world.clock.today + timedelta(days=5)}
    between = await factories.partnership(world, hromada.id, **soon)
    administrator = (await as_administrator.seen("/v1/me"))["id"]

    await reminders.planned(world)
    before = await reminders.rows(world, "p.subject_id = $1 AND p.state = 'planned'", between.id)
    grant = GrantGiven(role=Role.HROMADA_MANAGER, scope=ScopeKind.ORGANIZATION, organization_id=hromada.id)
    manager = await factories.user(world, grant)
    await reminders.planned(world)
    after = await reminders.rows(world, "p.subject_id = $1 AND p.state = 'planned'", between.id)

    assert {str(row["user_id"]) for row in before} == {administrator}
    assert {row["user_id"] for row in after} == {manager.id} | {UUID(administrator)}
    assert {orjson.loads(row["told_text"])["why"] for row in before} == {"fallback"}


async def test_a_person_who_lost_sight_of_the_record_is_not_told(world: World) -> None:
    made, _ = await agreement(world, expires_on=world.clock.today + timedelta(days=31))
    await reminders.planned(world)
    async with world.work() as uow:
        await uow.transaction.raw.execute("UPDATE grants SET valid_to = valid_from")
    world.clock.advance(days=2)

    await reminders.told(world)
    found = await reminders.rows(world, "p.subject_id = $1 AND p.step = '-30'", made.id)

    assert [(row["state"], row["state_because"]) for row in found] == [("stopped", "not_visible")]
    assert await world.rows("SELECT 1 FROM notices") == []


async def test_what_nobody_could_be_told_of_goes_to_who_stands_in(world: World, as_administrator: Client) -> None:
    made, _ = await agreement(world, expires_on=world.clock.today + timedelta(days=31))
    administrator = UUID((await as_administrator.seen("/v1/me"))["id"])
    await reminders.planned(world)
    async with world.work() as uow:
        await uow.transaction.raw.execute("UPDATE grants SET valid_to = valid_from WHERE role <> 'administrator'")
    world.clock.advance(days=2)

    await reminders.told(world)
    await reminders.told(world)
    found = await reminders.rows(world, "p.subject_id = $1 AND p.step = '-30'", made.id)

    assert {(row["user_id"] == administrator, row["state"]) for row in found} == {(False, "stopped"), (True, "told")}
