"""Calendars for other programs (RFC 5545): what an entry says, how long ago and how far ahead is shown, and the text.

An entry names records and never people.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDatetime, vDuration, vText

from app.rules import time_zones, wall_time
from app.vocabulary import DatedThing, Language

PAST_DAYS: Final = 90
AHEAD_DAYS: Final = 731
# How long a calendar still says that something does not take place; a program that looks daily has seen it by then.
CANCELLED_DAYS: Final = 30
MOST_ENTRIES: Final = 2000
REFRESH: Final = timedelta(hours=1)
PRODUCT: Final = "-//Pobratym//Pobratym//UK"
# Ids of ours are unique in the world; what follows them never changes, wherever the service moves.
DOMAIN: Final = "pobratym"
LONGEST_TITLE: Final = 300
# To be raised when the same entries are written in another way: programs hold calendars of the way before.
FORM: Final = 1

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "calendar_over": (
        "Цієї адреси календаря більше немає. Створіть нову в застосунку й підпишіться на неї.",
        "This address of a calendar is over. Make a new one in the app and subscribe to that.",
    ),
    "calendar_of_partnership": (
        "Для календаря партнерства вкажіть partnership_id і не вказуйте filters; для інших видів — навпаки.",
        "A calendar of a partnership names its partnership_id and no filters; the other kinds have no partnership_id.",
    ),
    "calendar_has_filters": (
        "Фільтри бувають лише в календаря строків: вкажіть хоча б один.",
        "Only a calendar of deadlines has filters: give at least one.",
    ),
    "thing_not_in_calendars": (
        "Цього виду дат у календарях немає. Можливі: {known}.",
        "Calendars do not show this kind of date. Possible: {known}.",
    ),
    "too_many_calendars": (
        "У вас уже {most} календарів. Відкличте зайвий, щоб створити новий.",
        "You have {most} calendars already. Revoke one you no longer need to make another.",
    ),
    "calendar_cut": (
        "Показано лише {most} найближчих подій. Звузьте фільтр, щоб бачити всі.",
        "Only the {most} nearest entries are shown. Narrow the filter to see all of them.",
    ),
}

# What stands before the title, so that a date explains itself among somebody's dentist appointments.
PREFIXES: Final[Mapping[DatedThing, tuple[str, str]]] = {
    DatedThing.AGREEMENT_REVIEW: ("Кінець розгляду в міністерстві", "Ministry review ends"),
    DatedThing.AGREEMENT_EXPIRY: ("Спливає строк дії", "Expires"),
    DatedThing.AGREEMENT_NOTICE: ("Останній день для повідомлення про припинення", "Last day to give notice"),
    DatedThing.PARTNERSHIP_NEXT_STEP: ("Наступний крок", "Next step"),
    DatedThing.LETTER_ANSWER: ("Чекаємо на відповідь", "Answer due"),
    DatedThing.TASK_DUE: ("Строк", "Due"),
    DatedThing.ACTIVITY_START: ("", ""),
    DatedThing.ACTIVITY_NEXT_STEP: ("Наступний крок після зустрічі", "Next step after the meeting"),
    DatedThing.DELEGATION_START: ("Візит", "Visit"),
    DatedThing.PROJECT_END: ("Завершення проєкту", "Project ends"),
}


@dataclass(frozen=True)
class Span:
    """Days (the last one included), or a wall time in a zone; `fold` says which of an hour that comes twice."""

    starts: date | datetime
    ends: date | datetime | None = None
    zone: str | None = None
    starts_fold: int = 0
    ends_fold: int = 0


@dataclass(frozen=True)
class Entry:
    """What stands in a calendar. `sequence` grows with every change of the record."""

    thing: DatedThing
    id: UUID
    title: str
    span: Span
    sequence: int
    changed_at: datetime
    number: str | None = None
    place: str | None = None
    link: str | None = None
    is_cancelled: bool = False


@dataclass(frozen=True)
class Sheet:
    """A whole calendar before it is written."""

    name: str
    language: Language
    entries: tuple[Entry, ...]
    today: date
    is_cut: bool = False


def window(today: date) -> tuple[date, date]:
    return today - timedelta(days=PAST_DAYS), today + timedelta(days=AHEAD_DAYS)


def uid(id: UUID, thing: DatedThing = DatedThing.ACTIVITY_START) -> str:
    """The same for ever: by it a program knows an entry again. A meeting's is that of its invitations too."""
    part = "" if thing is DatedThing.ACTIVITY_START else f"-{thing.value}"
    return f"{id}{part}@{DOMAIN}"


def nearest(entries: Iterable[Entry], today: date) -> tuple[tuple[Entry, ...], bool]:
    """As many as a calendar holds, what is to come before what is past; and whether something was left out."""
    ordered = sorted(entries, key=lambda each: (_distance(each, today), str(each.id), each.thing.value))
    kept = sorted(ordered[:MOST_ENTRIES], key=lambda each: (_day(each.span.starts), str(each.id), each.thing.value))
    return tuple(kept), len(ordered) > MOST_ENTRIES


def _distance(entry: Entry, today: date) -> tuple[bool, int]:
    days = (_day(entry.span.starts) - today).days
    return days < 0, abs(days)


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def text(sheet: Sheet) -> bytes:
    """The calendar as it is sent. Equal records give equal bytes, on any day."""
    found = Calendar()
    found.add("version", "2.0")
    found.add("prodid", PRODUCT)
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("name", sheet.name)
    found["X-WR-CALNAME"] = vText(sheet.name)
    found["REFRESH-INTERVAL"] = vDuration(REFRESH, params={"VALUE": "DURATION"})
    found.add("x-published-ttl", vDuration(REFRESH))
    cut = _cut_words(sheet.language)
    if sheet.is_cut:
        found.add("description", cut)
        found["X-WR-CALDESC"] = vText(cut)
    for zone in zones_of(sheet.entries):
        found.add_component(time_zones.component(zone, *_years(sheet.entries)))
    for entry in sheet.entries:
        found.add_component(_event(entry, sheet.language))
    if sheet.is_cut:
        found.add_component(_cut_event(cut, sheet.today))
    made: bytes = found.to_ical()
    return made


def mark(sheet: Sheet) -> str:
    """A digest by which it is known that a calendar is still the same, without writing it."""
    day = sheet.today if sheet.is_cut else None
    return hashlib.sha256(repr((FORM, sheet.name, sheet.language, sheet.entries, day)).encode()).hexdigest()


def zones_of(entries: Iterable[Entry]) -> list[str]:
    """Of the times that are written with a zone."""
    found = {each.span.zone for each in entries if each.span.zone and written_with_zone(each.span)}
    return sorted(zone for zone in found if zone)


def _years(entries: Iterable[Entry]) -> tuple[int, int]:
    days = [_day(value) for each in entries for value in (each.span.starts, each.span.ends) if value is not None]
    return min(days).year - 1, max(days).year + 1


def written_with_zone(span: Span) -> bool:
    times = [each for each in (span.starts, span.ends) if isinstance(each, datetime)]
    return span.zone not in {None, "UTC"} and any(_is_clear(each, str(span.zone)) for each in times)


def _is_clear(local: datetime, zone: str) -> bool:
    """Of an hour that comes twice RFC 5545 means the first, and some programs the second: that is no time to name."""
    return wall_time.instant(local, zone, 0) == wall_time.instant(local, zone, 1)


def add_span(event: Event, span: Span) -> None:
    if not isinstance(span.starts, datetime):
        event.add("dtstart", span.starts)
        # The end of a day is the day after it.
        event.add("dtend", (_day(span.ends) if span.ends else span.starts) + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        return
    event.add("dtstart", _moment(span.starts, span.starts_fold, span.zone))
    if isinstance(span.ends, datetime) and (span.ends, span.ends_fold) != (span.starts, span.starts_fold):
        event.add("dtend", _moment(span.ends, span.ends_fold, span.zone))


def _moment(local: datetime, fold: int, zone: str | None) -> datetime:
    if zone in {None, "UTC"} or not _is_clear(local, str(zone)):
        return wall_time.instant(local, zone or "UTC", fold)
    return local.replace(tzinfo=ZoneInfo(str(zone)))


def _event(entry: Entry, language: Language) -> Event:
    event = Event()
    event.add("uid", uid(entry.id, entry.thing))
    # Without a request of its own, this is when the entry was last changed (RFC 5545, 3.8.7.2).
    event.add("dtstamp", _second(entry.changed_at))
    event.add("last-modified", _second(entry.changed_at))
    event.add("sequence", entry.sequence)
    add_span(event, entry.span)
    event["SUMMARY"] = vText(summary(entry, language), params={"LANGUAGE": language.value})
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("categories", [entry.thing.label(language)])
    event.add("class", "PRIVATE")
    if entry.place:
        event.add("location", entry.place)
    if entry.link:
        event.add("url", entry.link)
    return event


def summary(entry: Entry, language: Language) -> str:
    uk, en = PREFIXES[entry.thing]
    prefix = uk if language is Language.UK else en
    name = " ".join(part for part in (entry.number, entry.title) if part)
    return shortened(f"{prefix}: {name}" if prefix else name)


def shortened(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"


def _second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _cut_words(language: Language) -> str:
    uk, en = SENTENCES["calendar_cut"]
    return (uk if language is Language.UK else en).format(most=MOST_ENTRIES)


def _cut_event(words: str, today: date) -> Event:
    """Few programs show the description of a calendar, all of them show an entry of today."""
    event = Event()
    at = datetime(today.year, today.month, today.day, tzinfo=UTC)
    event.add("uid", f"cut@{DOMAIN}")
    event.add("dtstamp", vDatetime(at).dt)
    event.add("sequence", today.toordinal())
    add_span(event, Span(today))
    event.add("summary", words)
    return event
