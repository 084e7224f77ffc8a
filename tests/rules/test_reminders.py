"""From an anchor and an offset to a moment on somebody's clock: pure times."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.rules import obligations
from app.rules.holidays import holiday
from app.rules.notifications import Hours
from app.rules.reminders import Anchor, Plan, occurrences, steps, when
from app.rules.working_days import add_working_days, is_working_day
from app.vocabulary import Obligation, OffsetUnit

KYIV, WARSAW, NEW_YORK = "Europe/Kyiv", "Europe/Warsaw", "America/New_York"
LONG_AGO = date(2020, 1, 1)


def plan(*offsets: int, unit: OffsetUnit = OffsetUnit.CALENDAR_DAYS, useful_days: int = 30, **given: object) -> Plan:
    values = {"unit": unit, "offsets": offsets, "at_time": time(9), "useful_days": useful_days, "valid_from": LONG_AGO}
    return Plan(**(values | given))  # type: ignore[arg-type]  # by name


def day(text: str, country: str | None = None) -> Anchor:
    return Anchor(datetime.fromisoformat(text), country=country)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("offset", "unit", "anchor", "expected"),
    [
        (-7, OffsetUnit.CALENDAR_DAYS, "2026-04-01", "2026-03-25T09:00"),
        (0, OffsetUnit.CALENDAR_DAYS, "2026-04-01", "2026-04-01T09:00"),
        (1, OffsetUnit.CALENDAR_DAYS, "2026-04-01", "2026-04-02T09:00"),
        (14, OffsetUnit.CALENDAR_DAYS, "2026-03-02", "2026-03-16T09:00"),
        (-3, OffsetUnit.WORKING_DAYS, "2026-06-01", "2026-05-27T09:00"),
        (3, OffsetUnit.WORKING_DAYS, "2026-06-20", "2026-06-24T09:00"),
        (12, OffsetUnit.MONTHS, "2024-02-29", "2025-02-28T09:00"),
        (1, OffsetUnit.MONTHS, "2026-01-31", "2026-02-28T09:00"),
    ],
)
def test_an_offset_is_counted_in_its_unit(offset: int, unit: OffsetUnit, anchor: str, expected: str) -> None:
    rule = plan(offset, unit=unit)

    found = when(rule, day(anchor), steps(rule)[0], KYIV)

    assert found.local == datetime.fromisoformat(expected)
    assert found.at.astimezone(UTC).tzinfo is UTC


def test_everybody_is_told_on_their_own_clock() -> None:
    rule = plan(-1)
    moments = [when(rule, day("2026-11-25"), steps(rule)[0], zone).at for zone in (KYIV, WARSAW, NEW_YORK)]

    assert moments == [at("2026-11-24T07:00"), at("2026-11-24T08:00"), at("2026-11-24T14:00")]


def test_the_day_of_a_moment_is_the_day_of_whoever_is_told() -> None:
    """A meeting at 01:00 in Kyiv is still the evening before in New York."""
    rule, meeting = plan(0), Anchor(datetime(2026, 11, 25, 1), zone=KYIV)  # noqa: DTZ001 - on the wall
    days = [when(rule, meeting, steps(rule)[0], zone).local.date() for zone in (KYIV, NEW_YORK)]

    assert days == [date(2026, 11, 25), date(2026, 11, 24)]


def test_minutes_before_a_meeting_are_minutes_in_every_zone_and_over_a_change_of_the_clock() -> None:
    rule = plan(-60, unit=OffsetUnit.MINUTES)
    meeting = Anchor(datetime(2026, 10, 25, 3, 30), zone=KYIV, fold=1)  # noqa: DTZ001 - on the wall
    found = when(rule, meeting, steps(rule)[0], KYIV)

    assert found.at == at("2026-10-25T00:30")
    assert found.local == datetime(2026, 10, 25, 3, 30)  # noqa: DTZ001 - the first of the two


def test_a_holiday_of_the_partner_moves_it_and_says_why() -> None:
    """The third of May is kept in Poland; in 2026 it is a Sunday, and Friday the first is a holiday as well."""
    before, after = plan(-1), plan(1)

    early = when(before, day("2026-05-02", "PL"), steps(before)[0], KYIV)
    late = when(after, day("2026-04-30", "PL"), steps(after)[0], KYIV)

    assert (early.local.date(), late.local.date()) == (date(2026, 4, 30), date(2026, 5, 4))
    assert early.shifted is not None
    assert (early.shifted["country"], early.shifted["day"]) == ("PL", "2026-05-01")
    assert set(early.shifted["name"]) == {"uk", "en"}


def test_on_the_day_itself_nothing_is_put_off_even_on_a_holiday() -> None:
    rule = plan(0)
    found = when(rule, day("2026-05-01", "PL"), steps(rule)[0], KYIV)

    assert (found.local.date(), found.holiday) == (date(2026, 5, 1), None)


def test_no_public_holidays_in_ukraine_under_martial_law() -> None:
    assert holiday(date(2021, 8, 24), "UA") is not None
    assert holiday(date(2025, 8, 25), "UA") is None
    assert is_working_day(date(2025, 8, 25))
    assert holiday(date(2026, 5, 1), "ZZ") is holiday(date(2026, 5, 1), None) is None


@pytest.mark.parametrize(
    ("count", "expected"), [(1, "2026-06-22"), (3, "2026-06-24"), (-1, "2026-06-19"), (0, "2026-06-20")]
)
def test_working_days_pass_over_the_weekend(count: int, expected: str) -> None:
    assert add_working_days(date(2026, 6, 20), count) == date.fromisoformat(expected)


def test_quiet_hours_of_a_rule_put_it_off_to_their_end() -> None:
    rule = plan(-1, at_time=time(5), quiet=Hours(KYIV, time(21), time(8)))
    found = when(rule, day("2026-11-25"), steps(rule)[0], KYIV)

    assert found.local == datetime(2026, 11, 24, 8)  # noqa: DTZ001 - on the wall


def test_of_what_has_passed_only_the_last_is_told_and_marked_late() -> None:
    rule = plan(-90, -30, -7)
    found = occurrences(rule, day("2026-12-20"), KYIV, at("2026-12-01T12:00"))

    assert [(each.step.name, each.is_wanted, each.is_late) for each in found] == [
        ("-90", False, True),
        ("-30", True, True),
        ("-7", True, False),
    ]


def test_a_rule_never_mails_the_past_nor_what_is_of_no_use() -> None:
    young, short = plan(-30, -7, valid_from=date(2026, 12, 10)), plan(-30, useful_days=3)
    now = at("2026-12-12T12:00")

    assert [each.step.name for each in occurrences(young, day("2026-12-20"), KYIV, now)] == ["-7"]
    assert [each.is_wanted for each in occurrences(short, day("2026-12-20"), KYIV, now)] == [False]


def test_an_escalation_follows_the_last_offset() -> None:
    rule = plan(0, 1, escalate_after_days=7)
    found = {step.name: when(rule, day("2026-04-01"), step, KYIV).local.date() for step in steps(rule)}

    assert found == {"0": date(2026, 4, 1), "1": date(2026, 4, 2), "escalate:7": date(2026, 4, 9)}
    assert [step.is_escalation for step in steps(rule)] == [False, False, True]


@pytest.mark.parametrize(
    ("obligation", "counted_from", "due"),
    [
        (Obligation.HUMANITARIAN_REPORT, date(2026, 3, 2), date(2026, 5, 31)),
        (Obligation.HUMANITARIAN_MONTHLY_REPORT, date(2026, 3, 15), date(2026, 4, 15)),
        (Obligation.HUMANITARIAN_MONTHLY_REPORT, date(2026, 3, 2), date(2026, 3, 15)),
        (Obligation.AGREEMENT_REGISTRATION, date(2026, 4, 10), date(2026, 4, 24)),
        (Obligation.TRIP_REPORT, date(2026, 6, 20), date(2026, 6, 24)),
        (Obligation.EXPENSE_REPORT, date(2026, 6, 20), date(2026, 6, 26)),
        (Obligation.TECHNICAL_ASSISTANCE_MONITORING, date(2026, 8, 31), date(2027, 2, 28)),
    ],
)
def test_what_others_ask_for_is_due_by_their_rule(obligation: Obligation, counted_from: date, due: date) -> None:
    rule = obligations.rule(obligation, counted_from)

    assert rule is not None
    assert rule.due_on(counted_from) == due


def test_the_horizon_is_forty_five_days() -> None:
    rule, now = plan(0), at("2026-11-23T10:00")
    anchors = [date(2026, 11, 23) + timedelta(days=days) for days in (44, 46)]

    wanted = [occurrences(rule, day(str(each)), KYIV, now)[0].is_wanted for each in anchors]

    assert wanted == [True, False]
