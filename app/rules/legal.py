from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from app.rules.packs import Entry, latest, load


class Limit(StrEnum):
    MINISTRY_REVIEW = "ministry_review"
    JUSTICE_REVIEW = "justice_review"
    FOREIGN_AFFAIRS_REVIEW = "foreign_affairs_review"
    REGISTRATION_AFTER_SIGNING = "registration_after_signing"
    FIRST_EXPIRY_REMINDER = "first_expiry_reminder"
    LAST_EXPIRY_REMINDER = "last_expiry_reminder"
    PARTNERSHIP_DORMANT = "partnership_dormant"


class Unit(StrEnum):
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalNumber(Entry):
    limit: Limit
    value: int
    unit: Unit

    def __post_init__(self) -> None:
        # The file holds plain strings; a code that we do not know stops the program at the first question.
        object.__setattr__(self, "limit", Limit(self.limit))
        object.__setattr__(self, "unit", Unit(self.unit))


def legal(limit: Limit, on: date) -> LegalNumber | None:
    """The period as it stood on this day; None when no such rule existed yet."""
    return latest([number for number in _numbers() if number.limit is limit], on)


@cache
def _numbers() -> tuple[LegalNumber, ...]:
    return load("agreements", LegalNumber)
