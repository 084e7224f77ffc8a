"""What calendars say, to the byte; and the same as two other programs read it.

The files in tests/data/calendars are written anew with POBRATYM_RECORD_CALENDARS=1; look at them before they are kept.
`expected.json` beside them is what `openapi/client-check/calendars.mjs` holds a third program to.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import vobject  # type: ignore[import-untyped]  # it has no stubs
from icalendar import Calendar

from app.rules import calendar_tokens, time_zones, wall_time
from app.rules.calendars import MOST_ENTRIES, Entry, Sheet, Span, nearest, text
from app.rules.invitations import Guest, Letter, Meeting, Organizer, cancellation, request
from app.vocabulary import DatedThing, Language, ParticipantAnswer, ParticipantRole

FOLDER: Final = Path(__file__).parent.parent / "data" / "calendars"
EXPECTED: Final = FOLDER / "expected.json"
RECORDING: Final = "POBRATYM_RECORD_CALENDARS" in os.environ
CHANGED: Final = datetime(2026, 11, 23, 10, 0, 0, 123, tzinfo=UTC)
TODAY: Final = date(2026, 11, 23)
T: Final = DatedThing


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def id_of(number: int) -> UUID:
    return UUID(f"019aabcd-0000-7000-8000-{number:012x}")


def entry(place_in_list: int, thing: DatedThing, title: str, span: Span, **given: Any) -> Entry:
    return Entry(thing, id_of(place_in_list), title, span, given.pop("sequence", 1), CHANGED, **given)


def around_changes() -> Iterator[Entry]:
    """Before, in and after the hours that are missing or come twice, in two zones."""
    places = (
        ("Europe/Kyiv", wall("2026-10-25 03:30"), wall("2027-03-28 02:30")),
        ("Europe/Brussels", wall("2026-10-25 02:30"), wall("2027-03-28 01:30")),
        ("America/New_York", wall("2026-11-01 01:30"), wall("2027-03-14 01:30")),
    )
    hour, number = timedelta(hours=1), 0
    for zone, autumn, spring in places:
        for local, fold in (
            (autumn - hour, 0), (autumn, 0), (autumn, 1), (autumn + hour, 0),
            (spring, 0), (spring + 2 * hour, 0), (spring + 24 * hour, 0), (spring - 24 * hour, 0),
        ):  # fmt: skip
            number += 1
            ends, ends_fold = wall_time.local(wall_time.instant(local, zone, fold) + hour, zone)
            span = Span(local, ends, zone, fold, ends_fold)
            yield entry(number, T.ACTIVITY_START, f"{zone} {local} {fold}", span)


SHEETS: Final = {
    "changes_of_the_clock": Sheet("Зміни годинника", Language.UK, tuple(around_changes()), TODAY),
    "mine": Sheet(
        "Мій календар, «Суми»; весь",
        Language.UK,
        (
            entry(1, T.ACTIVITY_START, "Зустріч", Span(wall("2026-12-03 15:00"), None, "Europe/Kyiv"), sequence=7),
            entry(
                2,
                T.ACTIVITY_START,
                "Дуже довга назва, з комами; крапками з комою, «лапками», слэшем \\ і ґанком 🏛️ — " * 3,
                Span(wall("2026-12-04 09:00"), wall("2026-12-04 18:00"), "Europe/Brussels"),
                place="Bruxelles, Rue de la Loi 200; salle\\1",
                link="https://crm.example/activities/2?a=1,2",
            ),
            entry(3, T.DELEGATION_START, "Візит", Span(date(2027, 2, 26), date(2027, 3, 1)), number="DEL-2026-0001"),
            entry(4, T.AGREEMENT_EXPIRY, "Угода", Span(date(2028, 2, 29)), number="AGR-2026-0001"),
            entry(5, T.TASK_DUE, "Звіт\r\nBEGIN:VEVENT\nATTENDEE:x", Span(wall("2026-12-10 17:00"), None, "UTC")),
            entry(
                6, T.ACTIVITY_START, "Не буде", Span(wall("2026-12-05 09:00"), None, "Asia/Tokyo"), is_cancelled=True
            ),
        ),
        TODAY,
    ),
    "cut": Sheet("All of it", Language.EN, (entry(1, T.PROJECT_END, "Bridge", Span(date(2026, 12, 1))),), TODAY, True),
    "empty": Sheet("Порожній", Language.UK, (), TODAY),
}


SENT: Final = Letter(
    meeting=Meeting(
        id_of(1),
        "Програма обміну, «Суми»; другий день",
        Span(wall("2026-12-03 15:00"), wall("2026-12-03 16:30"), "Europe/Kyiv"),
        sequence=4,
        place="Ратуша; зала 2",
        link="https://meet.example/abc",
    ),
    guest=Guest("marek@zamosc.example", 'Marek "Mały"; Nowicki,\r\nBEGIN:VALARM'),
    organizer=Organizer("calendar+abcdefgh@pobratym.example", "Асоціація міст: Побратим"),
    at=CHANGED,
    others=(Guest("olha@sumy.example", "Ольга", ParticipantRole.OPTIONAL, ParticipantAnswer.ACCEPTED),),
)
INVITATIONS: Final = {"invitation": (request(SENT), "CONFIRMED"), "cancellation": (cancellation(SENT), "CANCELLED")}


def contents() -> dict[str, bytes]:
    """Every file that is kept."""
    return {name: text(sheet) for name, sheet in SHEETS.items()} | {
        name: calendar.encode() for name, (calendar, _) in INVITATIONS.items()
    }


def meant() -> dict[str, list[dict[str, Any]]]:
    """What another program must read in each of them."""
    meeting = SENT.meeting
    said = {
        "uid": f"{meeting.id}@pobratym",
        "start": _start(meeting.span),
        "end": _end(meeting.span),
        "sequence": meeting.sequence,
        "location": meeting.place,
    }
    of_invitations = {name: [said | {"status": status}] for name, (_, status) in INVITATIONS.items()}
    return {name: intended(sheet) for name, sheet in SHEETS.items()} | of_invitations


NAMES: Final = (*SHEETS, *INVITATIONS)


def _written(value: Any) -> str:
    """A day as a day, a moment as the instant."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)


def intended(sheet: Sheet) -> list[dict[str, Any]]:
    """Straight from the entries, by nothing that has written a calendar."""
    return [
        {
            "uid": f"{each.id}" + ("" if each.thing is T.ACTIVITY_START else f"-{each.thing}") + "@pobratym",
            "start": _start(each.span),
            "end": _end(each.span),
            "sequence": each.sequence,
            "status": "CANCELLED" if each.is_cancelled else "CONFIRMED",
            "location": each.place,
        }
        for each in sheet.entries
    ]


def _start(span: Span) -> str:
    if span.zone is None:
        return str(span.starts)
    return _written(span.starts.replace(tzinfo=ZoneInfo(span.zone), fold=span.starts_fold))  # type: ignore[call-arg]  # a moment then


def _end(span: Span) -> str | None:
    if span.zone is None:
        last = span.ends or span.starts
        return str(last + timedelta(days=1))
    if span.ends is None:
        return None
    return _written(span.ends.replace(tzinfo=ZoneInfo(span.zone), fold=span.ends_fold))  # type: ignore[call-arg]  # a moment then


def seen_by_vobject(content: bytes) -> list[dict[str, Any]]:
    found = vobject.readOne(content.decode())
    return [
        {
            "uid": each.uid.value,
            "start": _written(each.dtstart.value),
            "end": _written(each.dtend.value) if hasattr(each, "dtend") else None,
            "sequence": int(each.sequence.value),
            "status": each.status.value if hasattr(each, "status") else "CONFIRMED",
            "location": each.location.value if hasattr(each, "location") else None,
        }
        for each in found.contents.get("vevent", [])
    ]


def without_notes(seen: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in seen if not each["uid"].startswith("cut@")]


@pytest.mark.parametrize("name", NAMES)
def test_a_calendar_is_what_it_was(name: str) -> None:
    content = contents()[name]
    if RECORDING:
        (FOLDER / f"{name}.ics").write_bytes(content)

    assert content == (FOLDER / f"{name}.ics").read_bytes()


def test_a_third_program_is_held_to_the_same() -> None:
    wanted = meant()
    if RECORDING:
        EXPECTED.write_text(json.dumps(wanted, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    assert json.loads(EXPECTED.read_text(encoding="utf-8")) == wanted


@pytest.mark.parametrize("name", NAMES)
def test_another_program_reads_the_same_instants(name: str) -> None:
    assert without_notes(seen_by_vobject(contents()[name])) == meant()[name]


@pytest.mark.parametrize("name", NAMES)
def test_lines_end_and_fold_as_they_should(name: str) -> None:
    content = contents()[name]
    lines = content.split(b"\r\n")

    assert lines[-1] == b""
    assert b"\n" not in b"".join(lines)
    assert max(len(line) for line in lines) <= 75
    assert all(line.decode() is not None for line in lines)


def test_what_people_write_stays_text() -> None:
    [task] = [each for each in Calendar.from_ical(text(SHEETS["mine"])).events if "task_due" in str(each["uid"])]

    assert str(task["summary"]) == "Строк: Звіт BEGIN:VEVENT ATTENDEE:x"


def test_an_invitation_names_whom_it_should_and_no_name_adds_a_line() -> None:
    calendar = Calendar.from_ical(INVITATIONS["invitation"][0])
    event: Any = calendar.events[0]

    assert (str(calendar["method"]), str(event["organizer"])) == (
        "REQUEST",
        "mailto:calendar+abcdefgh@pobratym.example",
    )
    assert [(str(each), each.params["PARTSTAT"], each.params["RSVP"]) for each in event["attendee"]] == [
        ("mailto:marek@zamosc.example", "NEEDS-ACTION", "TRUE"),
        ("mailto:olha@sumy.example", "ACCEPTED", "TRUE"),
    ]
    assert event["attendee"][0].params["CN"] == "Marek Mały; Nowicki,BEGIN:VALARM"
    assert [each.name for each in calendar.walk()] == [
        "VCALENDAR", "VTIMEZONE", "STANDARD", "DAYLIGHT", "STANDARD", "VEVENT",
    ]  # fmt: skip


def test_each_zone_that_is_used_is_described_and_no_other() -> None:
    found = {name: Calendar.from_ical(text(sheet)) for name, sheet in SHEETS.items()}

    assert {name: sorted(str(zone["tzid"]) for zone in each.timezones) for name, each in found.items()} == {
        "changes_of_the_clock": ["America/New_York", "Europe/Brussels", "Europe/Kyiv"],
        "mine": ["Asia/Tokyo", "Europe/Brussels", "Europe/Kyiv"],
        "cut": [],
        "empty": [],
    }


@pytest.mark.parametrize("zone", sorted(wall_time.zones())[::9])
def test_a_described_zone_changes_when_the_real_one_does(zone: str) -> None:
    """Every third hour of two years, as a program reckons that knows only the description."""
    body = time_zones.component(zone, 2026, 2028).to_ical().decode()
    calendar = vobject.readOne(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n")
    described = calendar.vtimezone.gettzinfo()
    real, at = ZoneInfo(zone), wall("2026-02-01 00:00")
    wrong = []
    while at < wall("2028-02-01 00:00"):
        is_plain = wall_time.local(wall_time.instant(at, zone), zone) == (at, 0)
        if is_plain and at.replace(tzinfo=described).utcoffset() != at.replace(tzinfo=real).utcoffset():
            wrong.append(at)
        at += timedelta(hours=3)

    assert wrong == []


def test_what_is_to_come_is_kept_before_what_is_past() -> None:
    days = [*range(-90, 0), *range(MOST_ENTRIES)]
    made = [entry(place, T.TASK_DUE, "x", Span(TODAY + timedelta(days=day))) for place, day in enumerate(days)]

    kept, is_cut = nearest(made, TODAY)
    some, is_some_cut = nearest(made[50:150], TODAY)

    assert is_cut
    assert (len(kept), kept[0].span.starts, kept[-1].span.starts) == (
        MOST_ENTRIES,
        TODAY,
        TODAY + timedelta(days=MOST_ENTRIES - 1),
    )
    assert (len(some), is_some_cut, some[0].span.starts) == (100, False, TODAY - timedelta(days=40))


def test_an_address_says_whether_it_was_copied_whole() -> None:
    token = calendar_tokens.made()
    other = calendar_tokens.made()

    assert len(calendar_tokens.kept(token) or b"") == 32
    assert calendar_tokens.kept(token) != calendar_tokens.kept(other)
    assert [calendar_tokens.kept(each) for each in (token[:-1], token[:-7] + other[-7:], "", "pobr_cal_")] == [None] * 4
