"""Days on which offices work."""

from datetime import date, timedelta
from typing import Final

from app.rules.holidays import holiday

WEEKEND: Final = frozenset({5, 6})


def is_working_day(day: date, *countries: str | None) -> bool:
    """In all of these countries; in Ukraine when none is named."""
    return day.weekday() not in WEEKEND and not any(holiday(day, country) for country in countries or ("UA",))


def add_working_days(day: date, count: int, country: str = "UA") -> date:
    """So many working days later, or earlier when `count` is negative; the day itself does not count."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, country)
    return day
