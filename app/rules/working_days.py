"""Days on which offices work."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

WEEKENDS: Final[Mapping[str, frozenset[int]]] = {"UA": frozenset({5, 6})}


def is_working_day(day: date, country: str = "UA") -> bool:
    """Under martial law public holidays are working days in Ukraine; only Saturday and Sunday are free."""
    return day.weekday() not in WEEKENDS.get(country, WEEKENDS["UA"])


def add_working_days(day: date, count: int, country: str = "UA") -> date:
    """So many working days later, or earlier when `count` is negative; the day itself does not count."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, country)
    return day
