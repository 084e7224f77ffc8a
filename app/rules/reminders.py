"""When somebody has to be told: pure dates and sentences; the rows stand in PostgreSQL, the queue only executes."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from app.rules.legal import Limit, legal
from app.vocabulary import ReminderRule

KYIV: Final = ZoneInfo("Europe/Kyiv")
MORNING: Final = time(9)
# What fell due longer ago than this is no longer news: a rule never reminds of the far past.
LATEST: Final = timedelta(days=30)

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "agreement_expires": (
        "Строк дії документа {number} «{title}» закінчується {on}. Вирішіть, чи продовжувати його.",
        "The document {number} “{title}” expires on {on}. Decide whether to renew it.",
    ),
    "partnership_stands_still": (
        "У партнерстві {number} «{title}» нічого не відбувається з {on}. Заплануйте наступний крок.",
        "Nothing has happened in the partnership {number} “{title}” since {on}. Plan a next step.",
    ),
}


@dataclass(frozen=True)
class Subject:
    """A record with the date that its reminders hang on, and the people who care for it."""

    rule: ReminderRule
    table: str
    id: UUID
    number: str
    title: str
    anchor: date
    audience: tuple[UUID, ...]


@dataclass(frozen=True)
class Occurrence:
    subject: Subject
    user_id: UUID
    occurs_on: date
    due_at: datetime
    is_late: bool


def days(rule: ReminderRule, anchor: date) -> list[date]:
    """The days on which this anchor gives a reminder, by the numbers in force on the anchor's day."""
    if rule is ReminderRule.AGREEMENT_EXPIRES:
        limits = [legal(limit, anchor) for limit in (Limit.FIRST_EXPIRY_REMINDER, Limit.LAST_EXPIRY_REMINDER)]
        return [anchor - timedelta(days=found.value) for found in limits if found]
    rest = legal(Limit.PARTNERSHIP_DORMANT, anchor)
    return [months_after(anchor, rest.value)] if rest else []


def window(rule: ReminderRule, today: date) -> tuple[date, date]:
    """The first and the last anchor that a reminder may hang on now; `occurrences` decides about each of them."""
    if rule is ReminderRule.AGREEMENT_EXPIRES:
        # What is announced for later already counts for a document that expires then.
        ahead = _values(today, Limit.FIRST_EXPIRY_REMINDER, Limit.LAST_EXPIRY_REMINDER)
        ahead += _values(date.max, Limit.FIRST_EXPIRY_REMINDER, Limit.LAST_EXPIRY_REMINDER)
        return today, today + timedelta(days=max(ahead, default=0))
    rests = _values(today, Limit.PARTNERSHIP_DORMANT)
    rests += [value for rest in rests for value in _values(months_after(today, -rest), Limit.PARTNERSHIP_DORMANT)]
    first = months_after(today - LATEST, -max(rests, default=0))
    # The last days of a long month all come to the last day of a short one.
    return first, months_after(today, -min(rests, default=0)) + timedelta(days=3)


def _values(on: date, *limits: Limit) -> list[int]:
    return [found.value for limit in limits if (found := legal(limit, on))]


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last one: 31 January and a month is 28 or 29 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_at(day: date) -> datetime:
    """Nine in the morning in Kyiv, whatever the clocks did that night."""
    return datetime.combine(day, MORNING, KYIV).astimezone(UTC)


def occurrences(subject: Subject, today: date) -> list[Occurrence]:
    """What is due today or has just passed; what is still to come is planned when its day comes near."""
    found = []
    for day in days(subject.rule, subject.anchor):
        if today - LATEST <= day <= today:
            found += [Occurrence(subject, user, day, due_at(day), is_late=day < today) for user in subject.audience]
    return found
