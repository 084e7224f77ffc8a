"""Months of the calendar."""

import calendar
from datetime import date


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last one: 31 January and a month is 28 or 29 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
