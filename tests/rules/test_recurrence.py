"""What comes again: each day once, in order, and the same days that a calendar finds."""

from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise
from typing import Any, Final

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as some

from app.rules.recurrence import RecurrenceError, canonical, caught_up, days, following, require_start

YEARS: Final = timedelta(days=366 * 6)
WEEKDAYS: Final = some.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
PLACED: Final = some.builds(lambda place, day: f"{place}{day}", some.sampled_from([-2, -1, 1, 2, 3, 5]), WEEKDAYS)
FIRST_DAYS: Final = some.dates(date(2024, 1, 1), date(2030, 12, 31))


def listed(of: Any) -> Any:
    return some.lists(of, min_size=1, max_size=3, unique=True).map(lambda each: ",".join(map(str, each)))


@some.composite
def rules(draw: Any) -> str:
    frequency = draw(some.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    month_days = some.integers(-31, 31).filter(bool)
    parts = {
        "INTERVAL": some.integers(1, 5),
        "COUNT": some.integers(1, 30),
        "BYMONTH": listed(some.integers(1, 12)),
        # The other calendar takes "any Tuesday and the last Monday" for days that are both.
        "BYDAY": some.one_of(listed(WEEKDAYS), listed(PLACED)) if frequency[0] in "MY" else listed(WEEKDAYS),
        "WKST": WEEKDAYS,
    }
    parts |= {"BYMONTHDAY": listed(month_days)} if frequency != "WEEKLY" else {}
    parts |= {"BYYEARDAY": listed(some.integers(-366, 366).filter(bool))} if frequency == "YEARLY" else {}
    chosen = draw(some.sets(some.sampled_from(sorted(parts)), max_size=3))
    if chosen & {"BYDAY", "BYMONTHDAY"} and frequency in {"MONTHLY", "YEARLY"} and draw(some.booleans()):
        parts["BYSETPOS"] = listed(some.integers(-3, 3).filter(bool))
        chosen = chosen | {"BYSETPOS"}
    return canonical(";".join([f"FREQ={frequency}", *(f"{name}={draw(parts[name])}" for name in sorted(chosen))]))


@given(rules(), FIRST_DAYS)
@settings(max_examples=200)
def test_the_days_are_those_that_another_calendar_finds(rule: str, start: date) -> None:
    """Asked only as far as ours went: for what never comes the other one would look for ever."""
    bare = ";".join(part for part in rule.split(";") if not part.startswith("COUNT"))

    found = list(days(rule, start, start + YEARS))

    other = iter(rrulestr(bare, dtstart=datetime.combine(start, time())))
    assert found == [moment.date() for moment in islice(other, len(found))]


@given(rules(), FIRST_DAYS)
def test_each_day_comes_once_and_after_the_one_before(rule: str, start: date) -> None:
    found = list(days(rule, start, start + YEARS))

    assert all(one < other for one, other in pairwise(found))
    assert all(start <= each <= start + YEARS for each in found)


@given(rules(), FIRST_DAYS, some.integers(0, 800))
def test_the_next_day_is_the_first_one_that_is_later(rule: str, start: date, later: int) -> None:
    after = start + timedelta(days=later)

    found = following(rule, start, after)

    expected = [each for each in days(rule, start, after + YEARS) if each > after]
    assert found is None if not expected and found is None else found == (expected or [found])[0]


@given(rules(), FIRST_DAYS, some.integers(0, 800))
def test_what_was_passed_over_is_counted(rule: str, start: date, later: int) -> None:
    today = start + timedelta(days=later)

    found, passed = caught_up(rule, start, start, today)

    assert passed == len([each for each in days(rule, start, today - timedelta(days=1)) if each > start])
    assert found is None or found >= today


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rrule:freq=monthly;bymonthday=15;interval=1", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("FREQ=WEEKLY;BYDAY=MO,MO,TU", "FREQ=WEEKLY;BYDAY=MO,TU"),
        ("BYDAY=+2MO;FREQ=MONTHLY;", "FREQ=MONTHLY;BYDAY=2MO"),
        ("FREQ=DAILY;UNTIL=20270101T235959Z", "FREQ=DAILY;UNTIL=20270101"),
    ],
)
def test_a_rule_has_one_spelling(text: str, expected: str) -> None:
    assert canonical(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("щотижня", "recurrence_form"),
        ("", "recurrence_form"),
        ("FREQ=HOURLY", "recurrence_too_often"),
        ("FREQ=SECONDLY;COUNT=3", "recurrence_too_often"),
        ("FREQ=DAILY;BYHOUR=9,17", "recurrence_too_often"),
        ("FREQ=FORTNIGHTLY", "recurrence_form"),
        ("FREQ=DAILY;FREQ=WEEKLY", "recurrence_form"),
        ("FREQ=DAILY\nDTSTART:20260101", "recurrence_form"),
        ("FREQ=DAILY;DTSTART=20260101", "recurrence_part"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "recurrence_ends_twice"),
        ("FREQ=DAILY;COUNT=0", "recurrence_value"),
        ("FREQ=DAILY;COUNT=100000", "recurrence_value"),
        ("FREQ=DAILY;INTERVAL=-1", "recurrence_value"),
        ("FREQ=DAILY;UNTIL=99991231", "recurrence_value"),
        ("FREQ=DAILY;UNTIL=20260230", "recurrence_value"),
        ("FREQ=WEEKLY;BYDAY=2MO", "recurrence_value"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "recurrence_value"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "recurrence_value"),
    ],
)
def test_what_is_no_rule_of_ours_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(RecurrenceError) as refused:
        canonical(text)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("rule", "start", "code"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=15", date(2026, 11, 15), None),
        ("FREQ=MONTHLY;BYMONTHDAY=15", date(2026, 11, 20), "recurrence_start"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", date(2026, 11, 20), "recurrence_never"),
        ("FREQ=DAILY;UNTIL=20251231", date(2026, 11, 20), "recurrence_never"),
    ],
)
def test_a_series_begins_on_a_day_of_its_rule(rule: str, start: date, code: str | None) -> None:
    found = None
    try:
        require_start(rule, start)
    except RecurrenceError as refused:
        found = refused.code

    assert found == code


def test_the_last_day_of_a_month_does_not_slip() -> None:
    assert list(days("FREQ=MONTHLY;BYMONTHDAY=-1", date(2026, 1, 31), date(2026, 4, 30))) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]
    assert following("FREQ=MONTHLY", date(2026, 1, 31), date(2026, 1, 31)) == date(2026, 3, 31)
    assert following("FREQ=YEARLY", date(2096, 2, 29), date(2096, 2, 29)) == date(2104, 2, 29)
