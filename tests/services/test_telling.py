"""Telling people: once, on the channels they chose, never of what they may not see; and what becomes of the letters."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.models import Partnership, User
from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.support import factories, reminders
from tests.support.client import Client
from tests.support.mail import Postman, text
from tests.support.world import World

pytestmark = pytest.mark.anyio

EVERYWHERE = GrantGiven(role=Role.COORDINATOR, scope=ScopeKind.ASSOCIATION)


@pytest.fixture
async def olena(world: World) -> User:
    return await factories.user(world, EVERYWHERE, name="Олена Коваль", email="olena@example.org")


@pytest.fixture
async def as_olena(world: World, olena: User) -> Client:
    return await again(world, olena)


async def again(world: World, user: User) -> Client:
    """Signed in once more: the clock has moved on."""
    client = world.client()
    tokens = await client.made("/v1/sessions", {"email": user.email, "password": factories.PASSWORD})
    client.token = tokens["access_token"]
    return client


async def stepping(world: World, coordinator: User, days: int = 0) -> Partnership:
    """A partnership whose next step is due so many days from now."""
    hromada = await factories.hromada(world)
    on = {"next_step": "Зателефонувати", "next_step_on": world.clock.today + timedelta(days=days)}
    return await factories.partnership(world, hromada.id, coordinator_id=coordinator.id, **on)


async def run(world: World, query: str, *arguments: Any) -> None:
    async with world.work() as uow:
        await uow.transaction.raw.execute(query, *arguments)


async def prefer(client: Client, topic: str, **choice: Any) -> Any:
    return await client.patch(f"/v1/me/notification-preferences/{topic}", json=choice)


async def test_one_is_told_in_the_app_and_by_a_letter_in_two_forms(
    world: World, olena: User, as_olena: Client, postman: Postman
) -> None:
    await prefer(as_olena, "partnership", mail="at_once")
    made = await stepping(world, olena)

    await reminders.told(world)
    letters = [*await postman(), *await postman()]
    await reminders.told(world)
    shown = await as_olena.seen("/v1/notifications")

    assert [each["To"] for each in letters] == ["Олена Коваль <olena@example.org>"]
    assert (made.number in text(letters[0]), made.number in text(letters[0], "html")) == (True, True)
    assert (shown["unread_count"], shown["items"][0]["number"]) == (1, made.number)
    assert await postman() == []


async def test_a_letter_that_was_sent_twice_has_the_same_message_id(
    world: World, olena: User, as_olena: Client, postman: Postman
) -> None:
    """A worker dies between the last word of the server and our note of it."""
    await prefer(as_olena, "partnership", mail="at_once")
    await stepping(world, olena)
    await reminders.told(world)
    [first] = await postman()
    await run(world, "UPDATE messages SET status = 'due', sent_at = NULL, lease_until = NULL WHERE kind = 'reminder'")

    twin = await postman()

    assert {each["Message-ID"] for each in twin} <= {first["Message-ID"]}


async def test_the_daily_letter_gathers_comes_once_and_can_be_stopped(
    world: World, olena: User, as_olena: Client, postman: Postman, nobody: Client
) -> None:
    await prefer(as_olena, "partnership", mail="daily")
    for _ in range(3):
        await stepping(world, olena)
    await reminders.told(world)
    before = await postman()
    world.clock.now = datetime.fromisoformat("2026-11-24T06:30:00+00:00")
    await reminders.told(world)
    [letter] = await postman()
    await reminders.told(world)
    link = letter["List-Unsubscribe"].strip("<>").partition("127.0.0.1:8000")[2]

    looked = await nobody.get(link)
    still = await run_preferences(world, olena)
    stopped = await nobody.post(link, data={"List-Unsubscribe": "One-Click"})
    after = await run_preferences(world, olena)

    assert (before, await postman(), letter["List-Unsubscribe-Post"]) == ([], [], "List-Unsubscribe=One-Click")
    assert text(letter).count("• ") == 3
    assert (looked.status_code, still["partnership"], stopped.status_code, after["partnership"]) == (
        200,
        "daily",
        200,
        "never",
    )


async def run_preferences(world: World, user: User) -> dict[str, str]:
    rows = await world.rows("SELECT topic, mail FROM notification_preferences WHERE user_id = $1", user.id)
    return {row[0]: row[1] for row in rows}


async def test_a_legal_deadline_is_not_muted_and_says_how_else(as_olena: Client) -> None:
    muted = await prefer(as_olena, "legal_deadline", mail="never")
    hidden = await prefer(as_olena, "legal_deadline", in_app=False)
    daily = await prefer(as_olena, "legal_deadline", mail="daily")

    assert [each.status_code for each in (muted, hidden, daily)] == [422, 422, 200]
    assert "redirect_to_id" in muted.json()["errors"][0]["detail"]


async def test_what_is_passed_on_reaches_who_may_see_it_and_otherwise_oneself(
    world: World, olena: User, as_olena: Client
) -> None:
    deputy = await factories.user(world, EVERYWHERE, name="Заступниця")
    await prefer(as_olena, "partnership", redirect_to_id=str(deputy.id))
    await stepping(world, olena)
    await reminders.told(world)
    first = await world.rows("SELECT user_id, because FROM notices WHERE channel = 'in_app'")
    await run(world, "UPDATE grants SET valid_to = valid_from WHERE user_id = $1", deputy.id)
    world.clock.advance(minutes=1)
    await stepping(world, olena)
    await reminders.told(world)
    both = await world.rows("SELECT user_id, because FROM notices WHERE channel = 'in_app' ORDER BY id")

    assert [tuple(row) for row in first] == [(deputy.id, "redirected")]
    assert [tuple(row) for row in both][1:] == [(olena.id, "redirect_failed")]


async def test_quiet_hours_hold_back_the_letter_and_not_the_app(
    world: World, olena: User, as_olena: Client, postman: Postman
) -> None:
    await as_olena.patch("/v1/me/notification-settings", json={"quiet_from": "08:00", "quiet_to": "20:00"})
    await prefer(as_olena, "partnership", mail="at_once")
    await stepping(world, olena)

    await reminders.told(world)
    at_noon = await postman()
    shown = (await as_olena.seen("/v1/notifications"))["unread_count"]
    world.clock.now = datetime.fromisoformat("2026-11-23T18:01:00+00:00")
    await reminders.told(world)

    assert (at_noon, shown, len(await postman())) == ([], 1, 1)


async def test_a_mailbox_that_refuses_is_seen_and_can_be_tried_again(
    world: World, olena: User, as_olena: Client, as_administrator: Client, postman: Postman
) -> None:
    await prefer(as_olena, "partnership", mail="at_once")
    await stepping(world, olena)
    postman.mailbox.refusing = {"RCPT": "550 5.1.1 no such mailbox"}
    await reminders.told(world)
    await postman()
    await reminders.told(world)

    settings = await as_olena.seen("/v1/me/notification-settings")
    [dead] = (await as_administrator.seen("/v1/reminders/dead"))["items"]
    health = await as_administrator.seen("/v1/reminders/health")
    postman.mailbox.refusing = {}
    again_ = await as_administrator.post(f"/v1/reminders/{dead['id']}/replay")
    await reminders.told(world)
    letters = await postman()
    await reminders.told(world)
    well = await as_olena.seen("/v1/me/notification-settings")

    assert (settings["bounced_at"] is not None, "550" in settings["bounced_because"]) == (True, True)
    assert ({each["status"] for each in dead["notices"]} >= {"bounced"}, health["bounced_count"]) == (True, 1)
    assert [(each["user_id"], "550" in each["because"]) for each in health["bounced"]] == [(str(olena.id), True)]
    assert (again_.status_code, len(letters), well["bounced_at"]) == (200, 1, None)


async def test_after_an_outage_much_comes_in_one_letter_and_what_is_of_no_use_not_at_all(
    world: World, olena: User, as_olena: Client, postman: Postman
) -> None:
    await prefer(as_olena, "partnership", mail="at_once")
    world.app.state.runtime.settings.reminders.mails_at_once = 2
    for _ in range(5):
        await stepping(world, olena, days=1)
    meeting = {"kind": "meeting", "title": "Зустріч, що минула", "starts_local": "2026-11-24T10:00"}
    await as_olena.made("/v1/activities", meeting)
    await reminders.planned(world)
    world.clock.advance(days=3)

    await reminders.told(world)
    letters = [*await postman(), *await postman()]
    meetings = await reminders.rows(world, "p.thing = 'activity_start' AND p.state <> 'told'")

    assert len(letters) == 3
    assert {row["state"] for row in meetings} <= {"expired", "stopped"}
    assert len(meetings) > 0


async def test_two_workers_tell_it_once(world: World, olena: User) -> None:
    for _ in range(10):
        await stepping(world, olena)
    await reminders.planned(world)

    await asyncio.gather(*(reminders.told(world) for _ in range(2)))

    [(told, notices)] = await world.rows(
        "SELECT (SELECT count(*) FROM planned_reminders WHERE state = 'told'),"
        " (SELECT count(*) FROM notices WHERE channel = 'in_app')"
    )
    assert (told, notices) == (10, 10)


async def test_snoozing_brings_it_back_and_done_stops_the_escalation(
    world: World, olena: User, as_olena: Client
) -> None:
    await stepping(world, olena)
    await reminders.told(world)
    [one] = (await as_olena.seen("/v1/notifications"))["items"]
    path = f"/v1/notifications/{one['id']}"
    later = (world.clock.now + timedelta(minutes=5)).isoformat()

    past = await as_olena.post(f"{path}/snooze", json={"until": "2020-01-01T00:00:00Z"})
    await as_olena.post(f"{path}/snooze", json={"until": later})
    gone = (await as_olena.seen("/v1/notifications"))["items"]
    world.clock.advance(minutes=6)
    back = (await as_olena.seen("/v1/notifications"))["items"]
    await as_olena.post(f"{path}/done")
    done = await as_olena.seen("/v1/notifications", params={"state": "done"})

    assert (past.status_code, gone, [each["id"] for each in back]) == (422, [], [one["id"]])
    assert [each["id"] for each in done["items"]] == [one["id"]]


async def test_nobody_reads_or_moves_what_another_one_was_told(
    world: World, olena: User, as_olena: Client, as_administrator: Client
) -> None:
    await stepping(world, olena)
    await reminders.told(world)
    [one] = (await as_olena.seen("/v1/notifications"))["items"]

    answers = [await as_administrator.post(f"/v1/notifications/{one['id']}/{verb}") for verb in ("read", "done")]
    managed = (await as_administrator.seen("/v1/reminders", params={"user_id": str(olena.id)}))["items"]

    assert [each.status_code for each in answers] == [404, 404]
    assert (await as_administrator.seen("/v1/notifications"))["items"] == []
    assert [each["user_name"] for each in managed if each["state"] == "told"] == ["Олена Коваль"]


async def test_a_reminder_of_ones_own_comes_on_ones_own_clock_and_nobody_else_sees_it(
    world: World, olena: User, as_olena: Client, as_administrator: Client
) -> None:
    body = {"text": "Привітати", "starts_local": "2026-11-23T13:00", "zone": "Europe/Lisbon"}
    made = await as_olena.made("/v1/personal-reminders", body)
    await reminders.planned(world)
    planned = await as_olena.seen(f"/v1/personal-reminders/{made['id']}")
    foreign = await as_administrator.get(f"/v1/personal-reminders/{made['id']}")
    others = (await as_administrator.seen("/v1/reminders", params={"user_id": str(olena.id)}))["items"]
    world.clock.now = datetime.fromisoformat("2026-11-23T13:00:01+00:00")
    await reminders.told(world)
    await reminders.told(world)

    texts = await world.rows("SELECT count(*) FROM notices WHERE channel = 'in_app'")
    assert (planned["next_at"], foreign.status_code, others) == ("2026-11-23T13:00:00Z", 404, [])
    assert texts[0][0] == 1


async def test_one_that_repeats_is_told_once_for_each_time_and_after_an_outage_for_the_last(
    world: World, olena: User, as_olena: Client
) -> None:
    body = {"text": "Щоденна нарада", "starts_local": "2026-11-24T09:00", "recurrence": "FREQ=DAILY"}
    made = await as_olena.made("/v1/personal-reminders", body)
    for day in (24, 25):
        world.clock.now = datetime.fromisoformat(f"2026-11-{day}T07:00:30+00:00")
        await reminders.told(world)
    world.clock.now = datetime.fromisoformat("2026-11-29T12:00:00+00:00")
    await reminders.told(world)
    found = await reminders.rows(world, "p.personal_id = $1 AND p.state <> 'planned'", UUID(made["id"]))

    days = [(f"{row['anchor']:%d}", row["state"]) for row in found]
    assert [day for day, state in days if state == "told"] == ["24", "25", "29"]
    assert {state for day, state in days if day in {"26", "27", "28"}} == {"stopped"}


async def test_one_that_hangs_on_a_record_moves_with_it(world: World, olena: User, as_olena: Client) -> None:
    between = await stepping(world, olena, days=20)
    about = {"subject": "partnerships", "subject_id": str(between.id)}
    what = {"text": "Підготуватися", "thing": "partnership_next_step", "offset_days": -5, "at_time": "10:00"}
    made = await as_olena.made("/v1/personal-reminders", about | what)
    await reminders.planned(world)
    first = (await as_olena.seen(f"/v1/personal-reminders/{made['id']}"))["next_at"]
    async with world.work() as uow:
        row = await uow.get(Partnership, between.id, lock=True)
        row.next_step_on = world.clock.today + timedelta(days=30)
    await reminders.planned(world)
    second = (await as_olena.seen(f"/v1/personal-reminders/{made['id']}"))["next_at"]

    assert (first, second) == ("2026-12-08T08:00:00Z", "2026-12-18T08:00:00Z")
