"""Local time and its instants: the wall clock and the zone are what people agree on, the instant follows from them."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

# What browsers and older systems still say.
ALIASES: Final = {"Europe/Kiev": "Europe/Kyiv", "Europe/Uzhgorod": "Europe/Kyiv", "Europe/Zaporozhye": "Europe/Kyiv"}


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones())


def canonical_zone(name: str) -> str:
    """The lasting name of a zone; `ValueError` for one that nobody knows."""
    found = ALIASES.get(name, name)
    if found not in zones():
        raise ValueError("unknown_zone")
    return found


def instant(local: datetime, zone: str, fold: int = 0) -> datetime:
    """In a gap the clock is taken as it stood before (RFC 5545); of an hour that comes twice, `fold` says which."""
    return local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def local(at: datetime, zone: str) -> tuple[datetime, int]:
    """What the clock on the wall shows, and which of the two it is in an hour that comes twice."""
    found = at.astimezone(ZoneInfo(zone))
    return found.replace(tzinfo=None, fold=0), found.fold


def day_in(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
