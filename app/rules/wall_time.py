"""Local time and its instants: the wall clock and the zone are what people agree on, the instant follows from them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

import tzdata

# The edition of the list of zones by which an instant was worked out.
EDITION: Final = str(tzdata.IANA_VERSION)
UTC_NAMES: Final = frozenset({"UTC", "Etc/UTC"})


@cache
def _list() -> tuple[frozenset[str], Mapping[str, str]]:
    """The zones that have rules of their own, and the other names of each: the source file says Z and L."""
    zones, links = set(), {}
    for line in (files("tzdata.zoneinfo") / "tzdata.zi").read_text(encoding="ascii").splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "Z":
            zones.add(rest.split(" ")[0])
        elif kind == "L":
            target, name = rest.split(" ")
            links[name] = target
    return frozenset(zones), MappingProxyType(links)


@cache
def zones() -> frozenset[str]:
    """Names of places. A fixed distance from Greenwich (`EST`, `Etc/GMT-2`) knows no summer time, so it is none."""
    known, links = _list()
    return frozenset(name for name in known | links.keys() if "/" in name and not name.startswith("Etc/")) | UTC_NAMES


def canonical_zone(name: str) -> str:
    """The lasting name of a zone; `ValueError` for one that nobody knows.

    Renamed ones (`Europe/Kiev`) and names of the same clock within one country are brought to the one that is kept.
    """
    if name not in zones():
        raise ValueError("unknown_zone")
    if name in UTC_NAMES:
        return "UTC"
    return _renamed().get(name, name)


@cache
def _renamed() -> Mapping[str, str]:
    """Old spellings only: a zone that was merged with a neighbour's (`Europe/Oslo`) is still called by its city."""
    _, links = _list()
    kept = _cities()
    return {name: target for name, target in links.items() if name not in kept and target in zones()}


@cache
def _cities() -> frozenset[str]:
    """Those that stand in the table of countries: what people choose from."""
    rows = (files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8").splitlines()
    return frozenset(row.split("\t")[2] for row in rows if row and not row.startswith("#"))


def instant(local: datetime, zone: str, fold: int = 0) -> datetime:
    """In a gap the clock is taken as it stood before (RFC 5545); of an hour that comes twice, `fold` says which."""
    return local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def local(at: datetime, zone: str) -> tuple[datetime, int]:
    """What the clock on the wall shows, and which of the two it is in an hour that comes twice."""
    found = at.astimezone(ZoneInfo(zone))
    return found.replace(tzinfo=None, fold=0), found.fold


def day_in(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
