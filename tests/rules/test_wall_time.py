"""The clock on the wall and its instants: forty zones over three years, through every gap and every hour twice."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from app.rules import wall_time
from app.rules.reminders import Anchor, Plan, Step, occurrences, repeated, when
from app.rules.reminders import steps as steps_of
from app.vocabulary import OffsetUnit

YEARS = (2025, 2026, 2027)
# Where partners live, and the clocks that behave most strangely: half hours, midnight changes, Ramadan, dateline.
ZONES = (
    "Europe/Kyiv", "Europe/Warsaw", "Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Riga",
    "Europe/Chisinau", "Europe/Istanbul", "Europe/Athens", "Europe/Madrid", "Europe/Stockholm", "Atlantic/Azores",
    "Atlantic/Reykjavik", "America/New_York", "America/Chicago", "America/Toronto", "America/St_Johns",
    "America/Havana", "America/Santiago", "America/Asuncion", "America/Sao_Paulo", "America/Los_Angeles",
    "America/Scoresbysund", "America/Nuuk", "Africa/Cairo", "Africa/Casablanca", "Africa/Johannesburg",
    "Asia/Jerusalem", "Asia/Beirut", "Asia/Gaza", "Asia/Tbilisi", "Asia/Tokyo", "Asia/Kathmandu", "Asia/Seoul",
    "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Norfolk",
)  # fmt: skip


def changes(zone: str) -> Iterator[tuple[datetime, timedelta]]:
    """Each moment at which the clock is put forward or back, and by how much; found by looking at every hour."""
    at, end = datetime(YEARS[0], 1, 1, tzinfo=UTC), datetime(YEARS[-1] + 1, 1, 1, tzinfo=UTC)
    before = at.astimezone(ZoneInfo(zone)).utcoffset()
    while at < end:
        at += timedelta(minutes=30)
        now = at.astimezone(ZoneInfo(zone)).utcoffset()
        if now is not None and before is not None and now != before:
            yield at, now - before
            before = now


def test_the_zones_are_forty_and_all_have_their_clock() -> None:
    assert len(set(ZONES)) == 40
    assert set(ZONES) <= wall_time.zones()
    assert sum(bool(list(changes(zone))) for zone in ZONES) > 25


@pytest.mark.parametrize("zone", ZONES)
def test_every_instant_has_one_local_time_and_comes_back_to_itself(zone: str) -> None:
    around = [at + timedelta(minutes=15 * step) for at, _ in changes(zone) for step in range(-12, 13)]

    for at in around or [datetime(2026, 6, 1, 12, tzinfo=UTC)]:
        assert wall_time.instant(*_swap(wall_time.local(at, zone), zone)) == at


def _swap(found: tuple[datetime, int], zone: str) -> tuple[datetime, str, int]:
    return found[0], zone, found[1]


@pytest.mark.parametrize("zone", ZONES)
def test_what_was_meant_in_a_gap_comes_right_after_it_and_an_hour_that_comes_twice_counts_once(zone: str) -> None:
    """RFC 5545, 3.3.5: a time that does not exist is read by the offset before the gap."""
    for at, by in changes(zone):
        shown = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        if by > timedelta():
            skipped = shown - by / 2
            assert wall_time.instant(skipped, zone) == at + by / 2
        else:
            twice = shown + -by / 2
            first, second = wall_time.instant(twice, zone, 0), wall_time.instant(twice, zone, 1)
            assert second - first == -by


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("clock", [time(0, 30), time(2, 30), time(3, 30), time(23, 59)])
def test_what_comes_each_day_comes_each_day_once(zone: str, clock: time) -> None:
    first, last = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    bounds = (datetime(2024, 12, 1, tzinfo=UTC), datetime(2028, 2, 1, tzinfo=UTC))

    found = repeated(iter(days), clock, zone, 0, bounds)

    assert len(found) == len(days)
    gaps = {after.at - before.at for before, after in pairwise(found)}
    assert min(gaps) >= timedelta(hours=22)
    assert max(gaps) <= timedelta(hours=26)
    assert [each.at for each in found] == sorted({each.at for each in found})


@pytest.mark.parametrize("zone", ZONES)
def test_a_rule_over_every_day_of_three_years_tells_of_each_day_exactly_once(zone: str) -> None:
    """A planner that looks every six hours, at forty-five days ahead, through every change of the clock."""
    plan = Plan(OffsetUnit.CALENDAR_DAYS, [-1, 0], time(2, 30), 5, date(2020, 1, 1), avoids_holidays=False)
    told: dict[tuple[date, str], datetime] = {}
    for at, _ in changes(zone):
        day = at.astimezone(ZoneInfo(zone)).date()
        anchors = [day + timedelta(days=number) for number in range(-2, 3)]
        looks = [at + timedelta(hours=6 * number) for number in range(-16, 17)]
        for anchor in anchors:
            for now in looks:
                for found in occurrences(plan, Anchor(datetime.combine(anchor, time())), zone, now):
                    known = told.setdefault((anchor, found.step.name), found.when.at)
                    assert known == found.when.at, "the same occurrence is at the same instant, whenever one looks"

    instants = sorted(told.values())
    expected = [
        when(plan, Anchor(datetime.combine(day, time())), step, zone).at for (day, _), step in _pairs(told, plan)
    ]
    assert sorted(expected) == instants


def _pairs(told: dict[tuple[date, str], datetime], plan: Plan) -> list[tuple[tuple[date, str], Step]]:
    by_name = {step.name: step for step in steps_of(plan)}
    return [(key, by_name[key[1]]) for key in told]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Europe/Oslo", "Europe/Oslo"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("Asia/Calcutta", "Asia/Kolkata"),
    ],
)
def test_old_names_of_zones_become_the_lasting_ones(given: str, kept: str) -> None:
    assert wall_time.canonical_zone(given) == kept


@pytest.mark.parametrize("name", ["", "Kyiv", "EST", "Etc/GMT-2", "europe/kyiv", "../../etc/passwd", "Europe/Nowhere"])
def test_what_is_no_place_is_no_zone(name: str) -> None:
    with pytest.raises(ValueError, match="unknown_zone"):
        wall_time.canonical_zone(name)
