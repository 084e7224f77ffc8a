"""Calendars by address: what is in them, for how long, and what never is."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from icalendar import Calendar

from app.models import Organization, Partnership
from tests.conftest import AsHromada
from tests.support import factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

MEETING: Final = {
    "kind": "meeting",
    "title": "Зустріч у ратуші",
    "starts_local": "2026-12-03T15:00:00",
    "ends_local": "2026-12-03T16:30:00",
    "zone": "Europe/Kyiv",
    "place": "Суми, площа Незалежності, 2",
}
STRANGER: Final = {"side": "theirs", "name": "Marek Nowicki", "email": "marek@zamosc.example"}


@pytest.fixture
async def hromada(world: World) -> Organization:
    return await factories.hromada(world)


@pytest.fixture
async def partnership(world: World, hromada: Organization) -> Partnership:
    return await factories.partnership(world, hromada.id)


@pytest.fixture
async def as_manager(hromada: Organization, as_hromada_manager: AsHromada) -> Client:
    return await as_hromada_manager(hromada.id)


async def subscribed(client: Client, **given: Any) -> str:
    """The path of a new calendar."""
    made = await client.made("/v1/calendar-feeds", {"kind": "mine"} | given)
    return str(made["url"]).removeprefix("http://127.0.0.1:8000")


async def events(nobody: Client, path: str) -> dict[str, Any]:
    """What a calendar program finds, by the summary."""
    answer = await nobody.get(path)
    assert answer.status_code == 200, answer.text
    return {str(each["summary"]): each for each in Calendar.from_ical(answer.content).events}


async def met(client: Client, partnership: Partnership, **given: Any) -> dict[str, Any]:
    return await client.made("/v1/activities", MEETING | {"partnership_ids": [str(partnership.id)]} | given)


async def test_my_calendar_holds_my_meetings_and_tasks(
    as_manager: Client, as_administrator: Client, nobody: Client, partnership: Partnership
) -> None:
    meeting = await met(as_manager, partnership, participants=[STRANGER])
    await met(as_administrator, partnership, title="Чужа зустріч")
    about = {"subject": "partnerships", "subject_id": str(partnership.id)}
    await as_manager.made("/v1/tasks", {"title": "Надіслати програму", "due_on": "2026-12-01"} | about)

    path = await subscribed(as_manager)
    found = await events(nobody, path)
    answer = await nobody.get(path)

    assert sorted(found) == ["Зустріч у ратуші", "Строк: Надіслати програму"]
    assert found["Зустріч у ратуші"]["uid"] == f"{meeting['id']}@pobratym"
    assert found["Зустріч у ратуші"].start.astimezone(UTC) == datetime(2026, 12, 3, 13, tzinfo=UTC)
    assert (found["Строк: Надіслати програму"].start, found["Строк: Надіслати програму"].end) == (
        date(2026, 12, 1),
        date(2026, 12, 2),
    )
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, max-age=300"
    assert "Nowicki" not in answer.text
    assert "marek@" not in answer.text
    assert "ATTENDEE" not in answer.text


async def test_a_partnership_has_a_calendar_with_all_its_dates(
    world: World, as_administrator: Client, nobody: Client, partnership: Partnership
) -> None:
    agreement = await factories.agreement(world, partnership.id, title_uk="Угода про співпрацю")
    await written(
        world,
        "UPDATE agreements SET status = 'in_force', signed_on = '2026-01-10', effective_on = '2026-01-10',"
        " expires_on = '2027-03-01', prolongation = 'automatic', notice_days = 30 WHERE id = $1",
        agreement.id,
    )
    await met(as_administrator, partnership)
    about = {"subject": "agreements", "subject_id": str(agreement.id)}
    task = {"title": "Підготувати додаток", "due_on": "2026-12-10", "due_time": "17:00", "zone": "Europe/Brussels"}
    await as_administrator.made("/v1/tasks", task | about)
    visit = {"title_uk": "Візит до Замостя", "kind": "study_visit", "direction": "outgoing"}
    when = {"starts_on": "2027-02-01", "ends_on": "2027-02-04", "partnership_ids": [str(partnership.id)]}
    await as_administrator.made("/v1/delegations", visit | when)
    other = await factories.partnership(world)
    await met(as_administrator, other, title="Зустріч інших")

    path = await subscribed(as_administrator, kind="partnership", partnership_id=str(partnership.id))
    found = await events(nobody, path)

    number = agreement.number
    assert {title: each.start for title, each in found.items() if title.startswith(("С", "О"))} == {
        f"Спливає строк дії: {number} Угода про співпрацю": date(2027, 3, 1),
        f"Останній день для повідомлення про припинення: {number} Угода про співпрацю": date(2027, 1, 30),
        "Строк: Підготувати додаток": found["Строк: Підготувати додаток"].start,
    }
    assert found["Строк: Підготувати додаток"].start.astimezone(UTC) == datetime(2026, 12, 10, 16, tzinfo=UTC)
    [stay] = [each for title, each in found.items() if "Візит до Замостя" in title]
    assert (stay.start, stay.end, str(stay["transp"])) == (date(2027, 2, 1), date(2027, 2, 5), "TRANSPARENT")
    assert "Зустріч у ратуші" in found
    assert len(found) == 5


async def test_deadlines_are_chosen_by_all_given_filters(
    world: World, as_administrator: Client, nobody: Client, hromada: Organization, partnership: Partnership
) -> None:
    german = await factories.foreign_municipality(world, country="DE", name_uk="Целле")
    far = await factories.partnership(world, hromada.id, german.id)
    for each, title in ((partnership, "Польська"), (far, "Німецька")):
        about = {"subject": "partnerships", "subject_id": str(each.id)}
        await as_administrator.made("/v1/tasks", {"title": title, "due_on": "2026-12-01"} | about)
        await met(as_administrator, each, title=f"{title} зустріч")

    async def chosen(**filters: Any) -> list[str]:
        path = await subscribed(as_administrator, kind="deadlines", filters=filters)
        return sorted(await events(nobody, path))

    assert await chosen(countries=["DE"]) == ["Німецька зустріч", "Строк: Німецька"]
    assert await chosen(countries=["DE", "PL"], things=["task_due"]) == ["Строк: Німецька", "Строк: Польська"]
    assert await chosen(organization_ids=[str(german.id)]) == ["Німецька зустріч", "Строк: Німецька"]
    assert await chosen(partnership_ids=[str(partnership.id)], countries=["DE"]) == []
    assert await chosen(partnership_ids=[str(partnership.id)], things=["activity_start"]) == ["Польська зустріч"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "partnership"}, "calendar_of_partnership"),
        ({"kind": "mine", "partnership_id": "019aabcd-0000-7000-8000-000000000000"}, "calendar_of_partnership"),
        ({"kind": "deadlines"}, "calendar_has_filters"),
        ({"kind": "deadlines", "filters": {"countries": []}}, "calendar_has_filters"),
        ({"kind": "mine", "filters": {"countries": ["PL"]}}, "calendar_has_filters"),
        ({"kind": "deadlines", "filters": {"things": ["partnership_contact"]}}, "thing_not_in_calendars"),
        ({"kind": "partnership", "partnership_id": "019aabcd-0000-7000-8000-000000000000"}, "unknown_reference"),
        ({"kind": "deadlines", "filters": {"colour": "red"}}, "extra_forbidden"),
    ],
)
async def test_what_no_calendar_could_show_is_refused(as_administrator: Client, body: Any, code: str) -> None:
    answer = await as_administrator.post("/v1/calendar-feeds", json=body)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


async def test_what_the_owner_may_no_longer_see_is_gone_at_once(
    world: World, as_manager: Client, nobody: Client, hromada: Organization, partnership: Partnership
) -> None:
    await met(as_manager, partnership)
    path = await subscribed(as_manager, kind="partnership", partnership_id=str(partnership.id))
    assert list(await events(nobody, path)) == ["Зустріч у ратуші"]

    await written(
        world,
        "UPDATE partnership_parties SET joined_on = '2026-01-01', left_on = '2026-11-01' WHERE organization_id = $1",
        hromada.id,
    )
    await written(world, "UPDATE activities SET organization_id = NULL")
    assert await events(nobody, path) == {}

    await written(world, "UPDATE grants SET valid_to = '2026-11-22' WHERE organization_id = $1", hromada.id)
    answer = await nobody.get(path)
    assert (answer.status_code, answer.json()["code"]) == (410, "link_ended")


async def test_an_address_ends_when_it_is_replaced_revoked_or_its_owner_is_switched_off(
    world: World, as_administrator: Client, nobody: Client
) -> None:
    path = await subscribed(as_administrator)
    [feed] = (await as_administrator.seen("/v1/calendar-feeds"))["items"]

    renewed = (await as_administrator.post(f"/v1/calendar-feeds/{feed['id']}/rotate")).json()
    newer = renewed["url"].removeprefix("http://127.0.0.1:8000")
    assert ((await nobody.get(path)).status_code, (await nobody.get(newer)).status_code) == (404, 200)

    assert (await as_administrator.delete(f"/v1/calendar-feeds/{feed['id']}")).status_code == 204
    assert (await nobody.get(newer)).status_code == 410
    assert (await as_administrator.post(f"/v1/calendar-feeds/{feed['id']}/rotate")).status_code == 409

    other = await subscribed(as_administrator)
    await written(world, "UPDATE users SET is_active = false")
    assert (await nobody.get(other)).status_code == 410


async def test_an_address_is_shown_once_and_kept_as_a_digest(world: World, as_administrator: Client) -> None:
    first = await as_administrator.post("/v1/calendar-feeds", json={"kind": "mine"}, key="once")
    again = await as_administrator.post("/v1/calendar-feeds", json={"kind": "mine"}, key="once")
    token = first.json()["url"].rpartition("/")[2].removesuffix(".ics")
    [listed] = (await as_administrator.seen("/v1/calendar-feeds"))["items"]
    stored = await world.rows("SELECT token_hash::text || f::text FROM calendar_feeds f")
    told = await world.rows("SELECT j::text FROM journal j WHERE row_table = 'calendar_feeds'")

    assert token.startswith("pobr_cal_")
    assert len(token) == len("pobr_cal_") + 43 + 7
    assert again.json() == first.json() | {"url": None}
    assert "url" not in listed
    assert token not in str([*stored, *told])


async def test_an_address_with_a_typing_error_is_not_looked_up(as_administrator: Client, nobody: Client) -> None:
    path = await subscribed(as_administrator)
    wrong = path.replace("pobr_cal_", "pobr_cal_A")

    for each in (wrong, "/v1/calendars/pobr_cal_x.ics", path.replace(".ics", "x.ics")):
        assert (await nobody.get(each)).status_code == 404


async def test_other_peoples_calendars_do_not_exist(as_administrator: Client, as_coordinator: Client) -> None:
    made = await as_administrator.made("/v1/calendar-feeds", {"kind": "mine"})
    path = f"/v1/calendar-feeds/{made['id']}"

    assert (await as_coordinator.delete(path)).status_code == 404
    assert (await as_coordinator.post(f"{path}/rotate")).status_code == 404
    assert (await as_coordinator.seen("/v1/calendar-feeds"))["items"] == []


async def test_what_has_not_changed_is_not_sent_again(
    world: World, as_manager: Client, nobody: Client, partnership: Partnership
) -> None:
    meeting = await met(as_manager, partnership)
    path = await subscribed(as_manager)
    first = await nobody.get(path)
    at = f"/v1/activities/{meeting['id']}"
    await as_manager.patch(at, json={"title": "Замостя"}, version=meeting["version"])
    other = await nobody.get(path, headers={"if-none-match": first.headers["etag"]})
    world.clock.advance(hours=3)
    same = await nobody.get(path, headers={"if-none-match": f'"other", W/{other.headers["etag"]}'})
    [used] = await world.rows("SELECT used_at FROM calendar_feed_uses")

    assert other.status_code == 200
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", other.headers["etag"])
    assert used[0] == world.clock.now


async def test_a_meeting_that_moves_is_the_same_event_and_a_cancelled_one_says_so_for_a_while(
    world: World, as_manager: Client, nobody: Client, partnership: Partnership
) -> None:
    meeting = await met(as_manager, partnership)
    path = await subscribed(as_manager)
    [before] = (await events(nobody, path)).values()
    at = f"/v1/activities/{meeting['id']}"
    later = {"starts_local": "2026-12-04T10:00:00", "ends_local": "2026-12-04T11:00:00"}
    moved = (await as_manager.patch(at, json=later, version=meeting["version"])).json()
    [after] = (await events(nobody, path)).values()
    await as_manager.post(f"{at}/cancel", json={"reason": "Хвороба"}, version=moved["version"])
    [cancelled] = (await events(nobody, path)).values()
    # The database dates its rows by its own clock.
    world.clock.now = datetime.now(UTC) + timedelta(days=31)
    later_on = await events(nobody, path)

    assert (before["uid"], before["status"]) == (after["uid"], "CONFIRMED")
    assert before["sequence"] < after["sequence"] < cancelled["sequence"]
    assert after.start.astimezone(UTC) == datetime(2026, 12, 4, 8, tzinfo=UTC)
    assert (cancelled["uid"], cancelled["status"]) == (after["uid"], "CANCELLED")
    assert later_on == {}


async def test_what_is_long_past_or_far_ahead_is_left_out(
    world: World, as_manager: Client, nobody: Client, partnership: Partnership
) -> None:
    for day in ("2026-08-24", "2026-08-25", "2028-11-23", "2028-11-24"):
        await met(as_manager, partnership, title=day, starts_local=f"{day}T10:00:00", ends_local=None)

    found = await events(nobody, await subscribed(as_manager))

    assert sorted(found) == ["2026-08-25", "2028-11-23"]


async def test_nobody_has_endless_calendars(as_administrator: Client) -> None:
    for _ in range(20):
        await as_administrator.made("/v1/calendar-feeds", {"kind": "mine"})

    answer = await as_administrator.post("/v1/calendar-feeds", json={"kind": "mine"})

    assert (answer.status_code, answer.json()["objections"]) == (409, ["too_many_calendars"])


async def test_a_calendar_speaks_its_own_language(as_administrator: Client, nobody: Client) -> None:
    english = await nobody.get(await subscribed(as_administrator, language="en"))
    ukrainian = await nobody.get(await subscribed(as_administrator, language="uk"))

    assert "X-WR-CALNAME:My calendar · Pobratym\r\n" in english.text
    assert "X-WR-CALNAME:Мій календар · Pobratym\r\n" in ukrainian.text


async def written(world: World, statement: str, *arguments: Any) -> None:
    async with world.work() as uow:
        await uow.transaction.raw.execute(statement, *arguments)
