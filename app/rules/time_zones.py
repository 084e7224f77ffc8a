"""VTIMEZONE components (RFC 5545, 3.6.5) made of the system's own rules of a zone.

Ours, because the library writes the beginning of summer time on the clock of after the change: an hour late.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

STEP: Final = timedelta(days=7)
SECOND: Final = timedelta(seconds=1)
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Change:
    """`local` is what the clock shows just before it is changed: so RFC 5545 wants it."""

    local: datetime
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool

    @property
    def kind(self) -> tuple[timedelta, timedelta, str, bool]:
        return self.before, self.after, self.name, self.is_summer


@lru_cache(maxsize=200)
def component(zone: str, first_year: int, last_year: int) -> Timezone:
    """The zone from the first day of one year until the last of another."""
    found = Timezone()
    found.add("tzid", zone)
    begins, ends = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    changes = _changes(ZoneInfo(zone), begins, ends)
    kinds: dict[tuple[timedelta, timedelta, str, bool], list[Change]] = {}
    for change in changes:
        kinds.setdefault(change.kind, []).append(change)
    for same in kinds.values():
        found.add_component(_observance(same))
    return found


def _changes(zone: ZoneInfo, begins: datetime, ends: datetime) -> list[Change]:
    """How the clock stood at the beginning, and each time it was changed."""
    offset = _offset(begins, zone)
    found = [_change(begins, zone, offset)]
    at = begins
    while at < ends:
        after = min(at + STEP, ends)
        if _state(after, zone) != _state(at, zone):
            moment = _moment(at, after, zone)
            found.append(_change(moment, zone, _offset(moment - SECOND, zone)))
        at = after
    return found


def _moment(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second of the new time."""
    was = _state(before, zone)
    while after - before > SECOND:
        middle = before + ((after - before) // 2 // SECOND) * SECOND
        if _state(middle, zone) == was:
            before = middle
        else:
            after = middle
    return after


def _state(at: datetime, zone: ZoneInfo) -> tuple[timedelta | None, str | None, bool]:
    local = at.astimezone(zone)
    return local.utcoffset(), local.tzname(), bool(local.dst())


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _change(at: datetime, zone: ZoneInfo, before: timedelta) -> Change:
    local = at.astimezone(zone)
    return Change(
        local=at.replace(tzinfo=None) + before,
        before=before,
        after=_offset(at, zone),
        name=local.tzname() or zone.key,
        is_summer=bool(local.dst()),
    )


def _observance(same: list[Change]) -> TimezoneDaylight | TimezoneStandard:
    first, *others = same
    made = TimezoneDaylight() if first.is_summer else TimezoneStandard()
    made.add("dtstart", first.local)
    made.add("tzoffsetfrom", first.before)
    made.add("tzoffsetto", first.after)
    made.add("tzname", first.name)
    if others and (rule := _yearly(same)):
        made.add("rrule", rule)
    elif others:
        made.add("rdate", [each.local for each in others])
    return made


def _yearly(same: list[Change]) -> vRecur | None:
    """Such as "the last Sunday of March", when that is what all of them are; some programs understand nothing else."""
    years = [each.local.year for each in same]
    if years != list(range(years[0], years[0] + len(years))):
        return None
    first = same[0].local
    for place in (_from_end, _from_start):
        if place(first) and len({_habit(each.local, place(each.local)) for each in same}) == 1:
            day = f"{place(first)}{WEEKDAYS[first.weekday()]}"
            return vRecur({"freq": "yearly", "bymonth": first.month, "byday": day})
    return None


def _habit(at: datetime, place: int) -> tuple[int, int, int, time]:
    return at.month, place, at.weekday(), at.time()


def _from_start(at: datetime) -> int:
    return (at.day + 6) // 7


def _from_end(at: datetime) -> int:
    """0 when it is not the last of its month."""
    return -1 if (at + timedelta(days=7)).month != at.month else 0
