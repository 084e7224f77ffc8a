"""What comes again and again: rules as RFC 5545 writes them, over whole days.

A rule gives at most one occurrence a day, so that the hour stays where it belongs: with the zone of whatever repeats.
The days are worked out here, within a bounded stretch: a library looks for a 30th of February until the year 9999.
"""

import re
from calendar import isleap, monthrange
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import islice, takewhile
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "recurrence_form": (
        "Повторення записують як у RFC 5545: наприклад, FREQ=MONTHLY;BYMONTHDAY=15.",
        "Write the recurrence as in RFC 5545: for example, FREQ=MONTHLY;BYMONTHDAY=15.",
    ),
    "recurrence_part": (
        "Такої частини повторення тут немає: {part}. Перший день і годину задають окремі поля.",
        "A recurrence has no such part here: {part}. The first day and the hour have fields of their own.",
    ),
    "recurrence_too_often": (
        "Частіше ніж раз на день не повторюється: візьміть DAILY, WEEKLY, MONTHLY або YEARLY.",
        "Nothing repeats more often than once a day: take DAILY, WEEKLY, MONTHLY or YEARLY.",
    ),
    "recurrence_value": (
        "Непридатне значення частини {part} для цього повторення: {value}.",
        "The value of {part} does not fit this recurrence: {value}.",
    ),
    "recurrence_ends_twice": (
        "Кінець повторення задає або COUNT, або UNTIL, а не обидва.",
        "The recurrence ends by COUNT or by UNTIL, not by both.",
    ),
    "recurrence_start": (
        "{on} не належить до цього повторення. Найближчий його день: {first}.",
        "{on} is no day of this recurrence. Its nearest day is {first}.",
    ),
    "recurrence_never": (
        "Від {on} таке повторення не настане жодного разу.",
        "From {on} on, this recurrence never comes.",
    ),
}

LAST_DAY: Final = date(2199, 12, 31)
MOST: Final = 1000
# What does not come in so long does not come any more: a leap day may let eight years pass.
AHEAD: Final = timedelta(days=12 * 366)
DAILY, WEEKLY, MONTHLY, YEARLY = "DAILY", "WEEKLY", "MONTHLY", "YEARLY"
OFTEN: Final = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
TOO_FINE: Final = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})
DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKDAY: Final = f"({'|'.join(DAYS)})"

Check = Callable[[str, str], bool]
Parts = Mapping[str, str]


class RecurrenceError(ValueError):
    """A rule that is not taken: the code of the sentence, and its facts."""

    def __init__(self, code: str, **params: str | date) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def _number(low: int, high: int, *, only: str = "") -> Check:
    """A whole number within bounds; `only` names the frequencies that it goes with."""
    return lambda text, frequency: (
        re.fullmatch(r"[+-]?\d{1,4}", text) is not None
        and int(text) != 0
        and low <= int(text) <= high
        and (not only or frequency in only.split())
    )


def _weekday(text: str, frequency: str) -> bool:
    """`2MO` is the second Monday: of a month or a year, and of nothing else."""
    found = re.fullmatch(rf"([+-]?[1-9]\d?)?{WEEKDAY}", text)
    return found is not None and (found[1] is None or frequency in {MONTHLY, YEARLY})


def _day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


def _last_day(text: str, _: str) -> bool:
    try:
        return re.fullmatch(r"\d{8}(T\d{6}Z?)?", text) is not None and _day(text) <= LAST_DAY
    except ValueError:
        return False


# In the order in which a rule is written.
PARTS: Final[Mapping[str, Check]] = {
    "INTERVAL": _number(1, MOST),
    "COUNT": _number(1, MOST),
    "UNTIL": _last_day,
    "BYMONTH": _number(1, 12),
    "BYYEARDAY": _number(-366, 366, only=YEARLY),
    "BYMONTHDAY": _number(-31, 31, only=f"{DAILY} {MONTHLY} {YEARLY}"),
    "BYDAY": _weekday,
    "BYSETPOS": _number(-366, 366, only=f"{MONTHLY} {YEARLY}"),
    "WKST": lambda text, _: re.fullmatch(WEEKDAY, text) is not None,
}
SINGLE: Final = frozenset({"INTERVAL", "COUNT", "UNTIL", "WKST"})


def canonical(text: str) -> str:
    """The rule in its one spelling; `RecurrenceError` for what is no rule, or none that we keep."""
    given = _split(text.strip().upper().removeprefix("RRULE:"))
    frequency = given.pop("FREQ", "")
    if frequency in OFTEN or given.keys() & TOO_FINE:
        raise RecurrenceError("recurrence_too_often")
    if frequency not in {DAILY, WEEKLY, MONTHLY, YEARLY}:
        raise RecurrenceError("recurrence_form")
    if {"COUNT", "UNTIL"} <= given.keys():
        raise RecurrenceError("recurrence_ends_twice")
    if unknown := sorted(given.keys() - PARTS.keys()):
        raise RecurrenceError("recurrence_part", part=unknown[0])
    parts = [f"{name}={_value(name, given[name], frequency)}" for name in PARTS if name in given]
    return ";".join([f"FREQ={frequency}", *(part for part in parts if part != "INTERVAL=1")])


def _split(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.removesuffix(";").split(";"):
        name, _, value = part.partition("=")
        if not re.fullmatch(r"[A-Z]+", name) or not re.fullmatch(r"[A-Z0-9,+-]+", value) or name in found:
            raise RecurrenceError("recurrence_form")
        found[name] = value
    return found


def _value(name: str, text: str, frequency: str) -> str:
    values = text.split(",")
    if (name in SINGLE and len(values) > 1) or not all(PARTS[name](value, frequency) for value in values):
        raise RecurrenceError("recurrence_value", part=name, value=text)
    if name == "UNTIL":
        return text[:8]
    return ",".join(dict.fromkeys(value.removeprefix("+") for value in values))


def days(rule: str, start: date, until: date) -> Iterator[date]:
    """The days of the rule from its first one on, each once and in order, as far as `until`."""
    parts = _split(rule)
    end = min(until, _day(parts["UNTIL"])) if "UNTIL" in parts else until
    found = (day for period in _periods(parts, start, end) for day in _chosen(parts, start, period))
    within = takewhile(lambda day: day <= end, (day for day in found if day >= start))
    return islice(within, int(parts["COUNT"]) if "COUNT" in parts else None)


def _periods(parts: Parts, start: date, end: date) -> Iterator[list[date]]:
    """The days of each day, week, month or year that counts: every one, or every so many."""
    frequency, step = parts["FREQ"], int(parts.get("INTERVAL", 1))
    if frequency in {DAILY, WEEKLY}:
        length = 1 if frequency == DAILY else 7
        offset = 0 if frequency == DAILY else (start.weekday() - DAYS.index(parts.get("WKST", "MO"))) % 7
        for number in range(0, (end - start).days + offset + 1, step * length):
            yield [start + timedelta(days=number - offset + each) for each in range(length)]
    elif frequency == MONTHLY:
        months = (end.year - start.year) * 12 + end.month - start.month
        for number in range(0, months + 1, step):
            years, month = divmod(start.month - 1 + number, 12)
            yield _month(start.year + years, month + 1)
    else:
        for year in range(start.year, end.year + 1, step):
            yield [day for month in range(1, 13) for day in _month(year, month)]


def _month(year: int, month: int) -> list[date]:
    return [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]


def _chosen(parts: Parts, start: date, period: list[date]) -> list[date]:
    """Of the days of a period those that every part of the rule names; `BYSETPOS` then counts among them."""
    wanted = _whole(parts, start)
    named = [day for day in period if all(test(day, wanted) for name, test in TESTS.items() if name in wanted)]
    if "BYSETPOS" not in parts:
        return named
    places = {place if place > 0 else len(named) + place + 1 for place in _numbers(parts["BYSETPOS"])}
    return [day for place, day in enumerate(named, 1) if place in places]


def _whole(parts: Parts, start: date) -> Parts:
    """What the rule leaves unsaid is as on its first day."""
    if parts["FREQ"] == DAILY or parts.keys() & {"BYYEARDAY", "BYMONTHDAY", "BYDAY"}:
        return parts
    if parts["FREQ"] == WEEKLY:
        return {**parts, "BYDAY": DAYS[start.weekday()]}
    month = {"BYMONTH": str(start.month)} if parts["FREQ"] == YEARLY and "BYMONTH" not in parts else {}
    return {**parts, **month, "BYMONTHDAY": str(start.day)}


def _is_on_weekday(day: date, parts: Parts) -> bool:
    return any(_is_weekday(day, text, parts) for text in parts["BYDAY"].split(","))


def _is_weekday(day: date, text: str, parts: Parts) -> bool:
    if DAYS[day.weekday()] != text[-2:]:
        return False
    if len(text) == 2:
        return True
    if parts["FREQ"] == MONTHLY or "BYMONTH" in parts:
        place, length = day.day, monthrange(day.year, day.month)[1]
    else:
        place, length = _day_of_year(day), _days_of_year(day)
    return int(text[:-2]) in {(place + 6) // 7, -((length - place + 7) // 7)}


def _is_among(text: str, place: int, length: int) -> bool:
    """Counted from the front, or with a minus from the end."""
    return not _numbers(text).isdisjoint({place, place - length - 1})


def _day_of_year(day: date) -> int:
    return day.toordinal() - date(day.year, 1, 1).toordinal() + 1


def _days_of_year(day: date) -> int:
    return 366 if isleap(day.year) else 365


def _numbers(text: str) -> frozenset[int]:
    return frozenset(map(int, text.split(",")))


TESTS: Final[Mapping[str, Callable[[date, Parts], bool]]] = {
    "BYMONTH": lambda day, parts: day.month in _numbers(parts["BYMONTH"]),
    "BYYEARDAY": lambda day, parts: _is_among(parts["BYYEARDAY"], _day_of_year(day), _days_of_year(day)),
    "BYMONTHDAY": lambda day, parts: _is_among(parts["BYMONTHDAY"], day.day, monthrange(day.year, day.month)[1]),
    "BYDAY": _is_on_weekday,
}


def following(rule: str, start: date, after: date) -> date | None:
    """The first day of the rule after this one; None when it has come to its end."""
    return next((day for day in days(rule, start, _horizon(after)) if day > after), None)


def caught_up(rule: str, start: date, after: date, today: date) -> tuple[date | None, int]:
    """The first day after `after` that has not passed yet, and how many were passed over on the way to it."""
    passed = 0
    for day in days(rule, start, _horizon(max(after, today))):
        if day > after and day >= today:
            return day, passed
        passed += day > after
    return None, passed


def _horizon(day: date) -> date:
    return min(day + AHEAD, LAST_DAY)


def require_start(rule: str, start: date) -> None:
    """A series begins on a day of its rule, or its first occurrence would belong to no rule."""
    first = next(days(rule, start, _horizon(start)), None)
    if first is None:
        raise RecurrenceError("recurrence_never", on=start)
    if first != start:
        raise RecurrenceError("recurrence_start", on=start, first=first)
