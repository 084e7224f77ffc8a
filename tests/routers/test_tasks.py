"""Tasks, promises and obligations: who owes what by when, in order, ticked off, and coming again."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.models import Partnership
from tests.conftest import AsHromada
from tests.support import factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

PATH = "/v1/tasks"


@pytest.fixture
async def partnership(world: World) -> Partnership:
    return await factories.partnership(world)


def about(partnership: Partnership, **given: Any) -> dict[str, Any]:
    return {"title": "Надіслати звіт", "subject": "partnerships", "subject_id": str(partnership.id)} | given


async def task(client: Client, partnership: Partnership, **given: Any) -> dict[str, Any]:
    return dict(await client.made(PATH, about(partnership, **given)))


async def act(client: Client, found: dict[str, Any], verb: str, **body: Any) -> Any:
    return await client.post(f"{PATH}/{found['id']}/{verb}", json=body, version=found["version"])


async def done(client: Client, found: dict[str, Any]) -> dict[str, Any]:
    answer = await act(client, found, "done")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def errors(answer: Any) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


async def test_a_task_is_its_makers_until_somebody_else_is_named(
    as_coordinator: Client, partnership: Partnership
) -> None:
    me = await as_coordinator.seen("/v1/me")

    made = await task(as_coordinator, partnership, title="  Надіслати   звіт ", due_on="2026-12-01")

    assert (made["title"], made["owner_id"], made["status"]) == ("Надіслати звіт", me["id"], "open")
    assert (made["due_at"], made["zone"]) == ("2026-12-01T22:00:00.000000Z", "Europe/Kyiv")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"title": "   "}, "blank"),
        ({"side": "theirs"}, "counterpart_needed"),
        ({"kind": "obligation", "due_on": "2026-12-01"}, "obligation_code"),
        ({"obligation": "humanitarian_report", "due_on": "2026-12-01"}, "obligation_code"),
        ({"kind": "obligation", "obligation": "humanitarian_report"}, "obligation_day_needed"),
        ({"recurrence": "FREQ=DAILY"}, "due_day_needed"),
        ({"due_time": "10:00"}, "due_day_needed"),
        ({"due_on": "2027-03-28", "due_time": "03:30"}, "clock_jumps"),
        ({"due_on": "2026-12-01", "zone": "Europe/Nowhere"}, "unknown_zone"),
        ({"due_on": "2026-12-01", "recurrence": "FREQ=HOURLY"}, "recurrence_too_often"),
        ({"due_on": "2026-12-01", "recurrence": "FREQ=WEEKLY;BYDAY=MO"}, "recurrence_start"),
        ({"subject_id": None}, "together"),
        ({"items": [{"title": "Раз", "id": "019aabcd-0000-7000-8000-000000000001"}]}, "unknown_item"),
        ({"waits_for": ["019aabcd-0000-7000-8000-000000000001"]}, "unknown_reference"),
    ],
)
async def test_what_cannot_be_is_refused_with_the_way_out(
    as_coordinator: Client, partnership: Partnership, given: dict[str, Any], code: str
) -> None:
    answer = await as_coordinator.post(PATH, json=about(partnership, **given))

    assert answer.status_code == 422, answer.text
    assert code in {found for _, found in errors(answer)}


async def test_a_promise_of_the_other_side_stays_in_sight_until_it_is_kept(
    world: World, as_coordinator: Client, partnership: Partnership
) -> None:
    meeting = {"kind": "event", "title": "Вечеря в Замості", "starts_local": "2026-11-20T19:00"}
    dinner = await as_coordinator.made("/v1/activities", meeting | {"partnership_ids": [str(partnership.id)]})
    theirs = {"kind": "promise", "side": "theirs", "counterpart_name": "Марек Новицький", "due_on": "2026-11-30"}
    promise = await task(as_coordinator, partnership, activity_id=dinner["id"], title="Два автобуси", **theirs)
    asked = {"side": "theirs", "status": "open", "activity_id": dinner["id"]}

    before = (await as_coordinator.seen(PATH, params=asked))["items"]
    world.clock.advance(days=8)
    again = await signed_in_again(world)
    overdue = (await again.seen(PATH, params=asked | {"overdue": "true"}))["items"]
    kept = await act(again, promise, "done", note="Прибули 1 грудня")
    after = (await again.seen(PATH, params=asked))["items"]

    assert [each["id"] for each in before] == [each["id"] for each in overdue] == [promise["id"]]
    assert (before[0]["is_overdue"], overdue[0]["is_overdue"], after) == (False, True, [])
    assert (kept.json()["status"], kept.json()["closing_note"]) == ("done", "Прибули 1 грудня")


async def signed_in_again(world: World) -> Client:
    """The clock has moved on, and the token is over."""
    [(email,)] = await world.rows("SELECT email FROM users WHERE id = (SELECT user_id FROM grants LIMIT 1)")
    found = world.client()
    signed = await found.made("/v1/sessions", {"email": email, "password": factories.PASSWORD})
    found.token = signed["access_token"]
    return found


async def test_an_obligation_knows_its_day_its_rule_and_the_source(
    as_coordinator: Client, partnership: Partnership
) -> None:
    report = {"kind": "obligation", "obligation": "humanitarian_report", "counts_from": "2026-03-02"}

    made = await task(as_coordinator, partnership, **report)
    given = await task(as_coordinator, partnership, **report, due_on="2026-05-20")
    moved = await as_coordinator.patch(f"{PATH}/{made['id']}", json={"counts_from": "2026-03-03"}, version=1)
    unruled = await as_coordinator.post(PATH, json=about(partnership, **report | {"counts_from": "2010-01-01"}))

    assert (made["due_on"], made["due_basis"]["is_confirmed"]) == ("2026-05-31", True)
    assert "№ 953" in made["due_basis"]["source"]["uk"]
    assert (given["due_on"], given["due_basis"], moved.json()["due_on"]) == ("2026-05-20", None, "2026-06-01")
    assert errors(unruled) == [("/counts_from", "obligation_without_rule")]


async def test_a_call_closes_by_the_clock_of_brussels(as_coordinator: Client, partnership: Partnership) -> None:
    call = {"kind": "obligation", "obligation": "funding_call", "counts_from": "2026-09-17"}

    made = await task(as_coordinator, partnership, **call)

    assert (made["due_on"], made["due_time"], made["zone"]) == ("2026-09-17", "17:00:00", "Europe/Brussels")
    assert made["due_at"] == "2026-09-17T15:00:00.000000Z"


async def test_what_waits_is_done_in_order_and_never_in_a_circle(
    as_coordinator: Client, partnership: Partnership
) -> None:
    letter = await task(as_coordinator, partnership, title="Лист")
    visit = await task(as_coordinator, partnership, title="Візит", waits_for=[letter["id"]])

    early = await act(as_coordinator, visit, "done")
    circle = await as_coordinator.patch(f"{PATH}/{letter['id']}", json={"waits_for": [visit["id"]]}, version=1)
    itself = await as_coordinator.patch(f"{PATH}/{letter['id']}", json={"waits_for": [letter["id"]]}, version=1)
    await done(as_coordinator, letter)
    free = await as_coordinator.seen(f"{PATH}/{visit['id']}")

    assert (early.status_code, early.json()["objections"]) == (409, ["task_waits"])
    assert "Лист" in early.json()["detail"]
    assert [each.status_code for each in (circle, itself)] == [409, 409]
    assert (visit["is_waiting"], free["is_waiting"]) == (True, False)
    assert (await done(as_coordinator, free))["status"] == "done"


async def test_points_are_ticked_kept_in_order_and_all_of_them_first(
    as_coordinator: Client, partnership: Partnership
) -> None:
    made = await task(as_coordinator, partnership, items=[{"title": "Квитки"}, {"title": "Готель"}])
    first, second = made["items"]
    path = f"{PATH}/{made['id']}"

    early = await act(as_coordinator, made, "done")
    ticked = [second | {"is_done": True}, first]
    points = [{name: each[name] for name in ("id", "title", "is_done")} for each in ticked]
    turned = (await as_coordinator.patch(path, json={"items": points}, version=1)).json()
    strange = await as_coordinator.patch(path, json={"items": [{"title": "?", "id": str(partnership.id)}]}, version=2)
    whole = [each | {"is_done": True} for each in points]
    ready = (await as_coordinator.patch(path, json={"items": whole}, version=turned["version"])).json()

    assert early.json()["objections"] == ["task_points_open"]
    assert [(each["id"], each["is_done"]) for each in turned["items"]] == [(second["id"], True), (first["id"], False)]
    assert turned["items"][0]["done_at"] is not None
    assert strange.status_code == 422
    assert (await done(as_coordinator, ready))["status"] == "done"


async def test_doing_one_makes_the_next_and_only_once(as_coordinator: Client, partnership: Partnership) -> None:
    monthly = {"due_on": "2026-12-15", "recurrence": "FREQ=MONTHLY;BYMONTHDAY=15"}
    made = await task(as_coordinator, partnership, items=[{"title": "Цифри", "is_done": True}], **monthly)

    finished = await done(as_coordinator, made)
    following = await as_coordinator.seen(f"{PATH}/{finished['next_id']}")
    reopened = (await act(as_coordinator, finished, "reopen", reason="Не все")).json()
    again = await done(as_coordinator, reopened)
    series = (await as_coordinator.seen(PATH, params={"series_id": made["series_id"]}))["items"]

    assert (following["due_on"], following["status"], following["series_id"]) == ("2027-01-15", "open", made["id"])
    assert [each["is_done"] for each in following["items"]] == [False]
    assert again["next_id"] == following["id"]
    assert [each["due_on"] for each in series] == ["2026-12-15", "2027-01-15"]


async def test_a_missed_task_goes_on_from_today_and_a_promise_is_owed_each_time(
    as_coordinator: Client, partnership: Partnership
) -> None:
    weekly = {"due_on": "2026-10-05", "recurrence": "FREQ=WEEKLY"}
    own = await done(as_coordinator, await task(as_coordinator, partnership, **weekly))
    owed = await done(as_coordinator, await task(as_coordinator, partnership, kind="promise", **weekly))

    following = [await as_coordinator.seen(f"{PATH}/{each['next_id']}") for each in (own, owed)]

    assert [(each["due_on"], each["skipped_count"]) for each in following] == [("2026-11-23", 6), ("2026-10-12", 0)]


async def test_a_series_goes_on_when_one_is_cancelled_and_ends_when_it_is_said(
    as_coordinator: Client, partnership: Partnership
) -> None:
    weekly = {"due_on": "2026-11-30", "recurrence": "FREQ=WEEKLY"}
    one, other = [await task(as_coordinator, partnership, **weekly) for _ in range(2)]

    skipped = (await act(as_coordinator, one, "cancel", reason="Свято")).json()
    ended = (await act(as_coordinator, other, "cancel", reason="Досить", with_following=True)).json()

    assert (skipped["status"], skipped["next_id"] is not None) == ("cancelled", True)
    assert (ended["status"], ended["next_id"], ended["recurrence"]) == ("cancelled", None, None)


async def test_what_is_closed_is_not_changed_and_the_past_stays_as_it_was(
    as_coordinator: Client, partnership: Partnership
) -> None:
    finished = await done(as_coordinator, await task(as_coordinator, partnership))

    edited = await as_coordinator.patch(f"{PATH}/{finished['id']}", json={"title": "Інше"}, version=finished["version"])
    twice = await act(as_coordinator, finished, "done")
    late = await as_coordinator.post(f"{PATH}/{finished['id']}/reopen", json={"reason": "x"}, version=1)

    assert [each.status_code for each in (edited, twice, late)] == [409, 409, 412]


async def test_another_hromada_neither_sees_nor_names_it(
    world: World, as_coordinator: Client, as_hromada_manager: AsHromada, partnership: Partnership
) -> None:
    other = await factories.hromada(world)
    manager = await as_hromada_manager(other.id)
    made = await task(as_coordinator, partnership)
    theirs = await factories.partnership(world, other.id)

    read = await manager.get(f"{PATH}/{made['id']}")
    listed = (await manager.seen(PATH))["items"]
    named = await manager.post(PATH, json=about(theirs, waits_for=[made["id"]]))
    strange = await manager.post(PATH, json=about(partnership))

    assert (read.status_code, listed, named.status_code, strange.status_code) == (404, [], 422, 404)


async def test_the_list_is_in_the_order_of_days_and_knows_what_is_overdue_by_the_readers_day(
    world: World, as_coordinator: Client, partnership: Partnership
) -> None:
    today = world.clock.today
    for days in (3, -1, 0):
        await task(as_coordinator, partnership, due_on=str(today + timedelta(days=days)))
    await task(as_coordinator, partnership)

    found = (await as_coordinator.seen(PATH))["items"]
    late = (await as_coordinator.seen(PATH, params={"overdue": "true"}))["items"]
    soon = (await as_coordinator.seen(PATH, params={"due_from": str(today), "due_to": str(today)}))["items"]

    due = [each["due_on"] and (date.fromisoformat(each["due_on"]) - today).days for each in found]
    assert due == [-1, 0, 3, None]
    assert [len(each) for each in (late, soon)] == [1, 1]
