from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from app.rules.reminders import Occurrence, Subject, days, due_at, months_after, occurrences, window
from app.vocabulary import ReminderRule

OLENA = UUID("01900000-0000-7000-8000-000000000001")
MEMORANDUM = Subject(
    ReminderRule.AGREEMENT_EXPIRES,
    "agreements",
    UUID("01900000-0000-7000-8000-000000000002"),
    "AGR-2026-0001",
    "Меморандум",
    date(2026, 6, 30),
    (OLENA,),
)


def test_an_expiry_is_told_ninety_and_thirty_days_before() -> None:
    assert days(ReminderRule.AGREEMENT_EXPIRES, date(2026, 6, 30)) == [date(2026, 4, 1), date(2026, 5, 31)]


def test_a_partnership_stands_still_after_twelve_months() -> None:
    assert days(ReminderRule.PARTNERSHIP_STANDS_STILL, date(2025, 2, 28)) == [date(2026, 2, 28)]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 15), datetime(2026, 1, 15, 7, tzinfo=UTC)),
        (date(2026, 7, 15), datetime(2026, 7, 15, 6, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 6, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 7, tzinfo=UTC)),
    ],
)
def test_nine_in_the_morning_is_nine_in_kyiv_all_year(day: date, expected: datetime) -> None:
    assert due_at(day) == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 3, 31), []),
        (date(2026, 4, 1), [(date(2026, 4, 1), False)]),
        (date(2026, 4, 5), [(date(2026, 4, 1), True)]),
        (date(2026, 5, 2), []),
        (date(2026, 5, 31), [(date(2026, 5, 31), False)]),
        (date(2027, 1, 1), []),
    ],
)
def test_what_has_just_passed_is_late_and_what_is_long_past_is_not_told(
    today: date, expected: list[tuple[date, bool]]
) -> None:
    assert occurrences(MEMORANDUM, today) == [
        Occurrence(MEMORANDUM, OLENA, day, due_at(day), is_late=late) for day, late in expected
    ]


@pytest.mark.parametrize("rule", ReminderRule)
@pytest.mark.parametrize("today", [date(2026, 2, 28), date(2026, 3, 31), date(2026, 11, 23), date(2028, 2, 29)])
def test_the_window_leaves_out_no_anchor_that_gives_a_reminder(rule: ReminderRule, today: date) -> None:
    anchors = [today + timedelta(days=n) for n in range(-800, 800)]
    telling = [one for one in anchors if occurrences(replace(MEMORANDUM, rule=rule, anchor=one), today)]
    first, last = window(rule, today)

    assert len(telling) >= 30
    assert [one for one in telling if not first <= one <= last] == []
    assert (last - first).days < 100
