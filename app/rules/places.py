"""Where a written place name can be: settlements by every spelling of their name, and the distance to a point."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from statistics import fmean
from typing import Final, NamedTuple

from app.rules import names
from app.rules.codifier import Hromada, Locality, Register

EARTH_RADIUS_KM: Final = 6371.0


class Point(NamedTuple):
    lat: float
    lon: float


class Box(NamedTuple):
    south: float
    west: float
    north: float
    east: float

    def holds(self, point: Point) -> bool:
        return self.south <= point.lat <= self.north and self.west <= point.lon <= self.east


class OtherName(NamedTuple):
    """A name that lists use for a settlement which the codifier calls otherwise."""

    written: str
    code: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """`km` is the distance from the written point to the centre of the hromada, where both are known."""

    locality: Locality
    hromada: Hromada
    km: float | None = None

    @property
    def is_centre(self) -> bool:
        return self.locality.code == self.hromada.centre_code


class Gazetteer:
    """Built once per import; every look-up returns candidates and decides nothing."""

    def __init__(self, register: Register, other_names: Iterable[OtherName] = ()) -> None:
        self._hromadas = {each.code: each for each in register.hromadas}
        self._spots = _spots(register.hromadas)
        self._strict: dict[str, list[Locality]] = defaultdict(list)
        self._loose: dict[str, list[Locality]] = defaultdict(list)
        for place in register.localities:
            key = names.search_key(place.name)
            self._strict[key].append(place)
            self._loose[loose(key)].append(place)
        by_code = {place.code: place for place in register.localities}
        self._other = {
            names.search_key(each.written): [by_code[each.code]] for each in other_names if each.code in by_code
        }

    def find(self, written: str, point: Point | None) -> list[Candidate]:
        """Nearest first; similar spellings count only where no name is equal."""
        key = names.search_key(written)
        places = [*self._other.get(key, ()), *self._strict.get(key, ())] or self._loose.get(loose(key), [])
        found: dict[str, Candidate] = {}
        for place in sorted(places, key=lambda each: each.category == "C"):
            home = self._hromadas.get(place.hromada_code or "")
            if home and not (home.code in found and found[home.code].is_centre):
                candidate = Candidate(place, home, self._distance(home, point))
                found[home.code] = candidate if candidate.is_centre else found.get(home.code, candidate)
        return sorted(found.values(), key=lambda each: (each.km is None, each.km, each.hromada.code))

    def is_other_name(self, written: str) -> bool:
        return names.search_key(written) in self._other

    def _distance(self, hromada: Hromada, point: Point | None) -> float | None:
        spot = self._spots.get(hromada.code)
        return round(kilometres(spot, point), 1) if spot and point else None


def loose(key: str) -> str:
    """What Feodosiya, Feodosia and Feodosiia have in common."""
    one_i = re.sub("[yji]+", "i", key.replace("zgh", "zh").replace("g", "h"))
    return re.sub(r"(zh|kh|ts|ch|sh|[a-z])\1", r"\1", one_i)


def kilometres(a: Point, b: Point) -> float:
    north, east = radians(b.lat - a.lat), radians(b.lon - a.lon)
    half = sin(north / 2) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half))


def _spots(hromadas: Sequence[Hromada]) -> Mapping[str, Point]:
    """Centres with known coordinates; the others stand in the middle of those of their raion."""
    known = {each.code: Point(each.lat, each.lon) for each in hromadas if each.lat is not None and each.lon is not None}
    by_raion: dict[str | None, list[Point]] = defaultdict(list)
    for each in hromadas:
        if each.code in known:
            by_raion[each.raion_code].append(known[each.code])
    return known | {
        each.code: _middle(by_raion[each.raion_code])
        for each in hromadas
        if each.code not in known and by_raion.get(each.raion_code)
    }


def _middle(points: Sequence[Point]) -> Point:
    return Point(fmean(point.lat for point in points), fmean(point.lon for point in points))
