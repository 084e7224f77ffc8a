"""When something is due that the rules of others ask for: dated numbers, each with its source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from types import MappingProxyType
from typing import Final

from app.rules.months import months_after
from app.rules.packs import Entry, latest, load
from app.rules.working_days import add_working_days
from app.vocabulary import Obligation


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRule(Entry):
    """`rule` says in both languages how the day is counted; a call also closes at an hour of its own zone."""

    obligation: Obligation
    value: int
    unit: str
    rule: Mapping[str, str]
    at_time: time | None = None
    zone: str | None = None

    def __post_init__(self) -> None:
        # The file holds plain strings; a code that we do not know stops the program at the first question.
        object.__setattr__(self, "obligation", Obligation(self.obligation))
        object.__setattr__(self, "rule", MappingProxyType(dict(self.rule)))

    def due_on(self, counted_from: date) -> date:
        return COUNTED[self.unit](counted_from, self.value)


def rule(obligation: Obligation, counted_from: date) -> DueRule | None:
    """The rule as it stood on the day that is counted from; None when there was none yet."""
    return latest([each for each in rules() if each.obligation is obligation], counted_from)


@cache
def rules() -> tuple[DueRule, ...]:
    return load("obligations", DueRule)


def _day_of_month(day: date, number: int) -> date:
    """The next one that comes after the day."""
    this_month = day.replace(day=number)
    return this_month if this_month > day else months_after(this_month, 1)


COUNTED: Final[Mapping[str, Callable[[date, int], date]]] = {
    "calendar_days": lambda day, count: day + timedelta(days=count),
    "working_days": add_working_days,
    "months": months_after,
    "day_of_month": _day_of_month,
}
