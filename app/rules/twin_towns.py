"""Public lists of twin towns, resolved line by line: taken, repeated, doubtful or refused, never guessed."""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from app.errors import Sentence, say
from app.rules import codifier, names
from app.rules.places import Box, Candidate, Gazetteer, Point, kilometres
from app.vocabulary import countries

COLUMNS: Final = ("city1", "country1", "lat1", "lng1", "city2", "country2", "lat2", "lng2")
CITIES: Final = frozenset({codifier.CITY, codifier.SPECIAL_CITY})
FAR_KM: Final = 60.0
# A point this near to a hromada's centre is the centre itself, whatever villages share its name.
AT_THE_CENTRE_KM: Final = 10.0
CLEARLY_NEARER_KM: Final = 30.0

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "list_columns": (
        "У файлі бракує стовпців: {missing}.",
        "The file lacks columns: {missing}.",
    ),
    "list_unreadable": (
        "Файл не вдалося прочитати як таблицю CSV: рядок {line}.",
        "The file could not be read as a CSV table: line {line}.",
    ),
    "row_incomplete": (
        "У рядку бракує значень або є зайві.",
        "The line has too few values or too many.",
    ),
    "row_coordinates": (
        "Координати «{value}» не є широтою та довготою.",
        "The coordinates “{value}” are no latitude and longitude.",
    ),
    "country_unknown": (
        "Невідома країна: «{value}».",
        "Unknown country: “{value}”.",
    ),
    "no_ukrainian_side": (
        "Жодна сторона не є українською.",
        "Neither side is Ukrainian.",
    ),
    "domestic_pair": (
        "Обидві сторони українські: це співробітництво громад, а не міжнародне партнерство.",
        "Both sides are Ukrainian: this is cooperation between hromadas, not an international partnership.",
    ),
    "aggressor_state": (
        "Партнер із держави-агресора ({country}): станом на {on} така співпраця заборонена.",
        "The partner belongs to an aggressor state ({country}): as of {on} such cooperation is prohibited.",
    ),
    "level_oblast": (
        "«{place}» — область, а не громада.",
        "“{place}” is an oblast, not a hromada.",
    ),
    "level_raion": (
        "«{place}» — район, а не громада; якій громаді належить партнерство, має сказати людина.",
        "“{place}” is a raion, not a hromada; which hromada holds the partnership is for a person to say.",
    ),
    "level_city_district": (
        "«{place}» — частина міста, а не громада.",
        "“{place}” is a part of a city, not a hromada.",
    ),
    "place_unknown": (
        "У кодифікаторі немає населеного пункту «{place}».",
        "The codifier has no settlement called “{place}”.",
    ),
    "point_far": (
        "«{place}» є в кодифікаторі, але найближча така назва за {km} км від зазначених координат.",
        "“{place}” is in the codifier, but the nearest such name is {km} km from the given coordinates.",
    ),
    "several_hromadas": (
        "Назва «{place}» підходить до кількох громад.",
        "The name “{place}” fits several hromadas.",
    ),
    "position_unknown": (
        "Розташування «{place}» не вдалося звірити з координатами.",
        "The position of “{place}” could not be checked against the coordinates.",
    ),
    "same_name_elsewhere": (
        "Громада вже має партнера з такою назвою в рядку {line}, але за {km} км звідти.",
        "The hromada has a partner of this name on line {line} already, but {km} km from there.",
    ),
    "written_otherwise": (
        "У списку написано «{written}», у кодифікаторі — «{place}».",
        "The list writes “{written}”, the codifier “{place}”.",
    ),
    "part_of_hromada": (
        "«{place}» тепер належить до громади «{hromada_uk}».",
        "“{place}” now belongs to {hromada_en}.",
    ),
    "hromada_in_crimea": (
        "Громада розташована в тимчасово окупованому Криму.",
        "The hromada lies in temporarily occupied Crimea.",
    ),
    "foreign_point_elsewhere": (
        "Зазначені координати лежать за межами країни {country}, тому їх не взято.",
        "The given coordinates lie outside {country} and were not taken.",
    ),
}

_LEVELS: Final = (
    (re.compile(r"^(?P<name>.+?)\s+(oblast|область)$", re.IGNORECASE), "level_oblast"),
    (re.compile(r"^(?P<whole>.+?)\s*\((?P<name>[^()]+)\)$"), "level_city_district"),
    (re.compile(r"^(?P<name>.+?)\s+(raion|rayon|district|район)$", re.IGNORECASE), "level_raion"),
)
_FOREIGN_REGION: Final = re.compile(r"\b(county|region|province|oblast|voivodeship|district\)?)$", re.IGNORECASE)
# The number of a district whose name follows.
_ROMAN_NUMBER: Final = re.compile(r"\s[IVX]+(?=\s[–—])")
_PARTS: Final = re.compile(r"[()–—]")


class ListError(ValueError):
    """A file that is no list of twin towns: a key of `SENTENCES` and what its sentence needs."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(SENTENCES[code][1].format(**params))
        self.code = code
        self.params: Mapping[str, str | int] = params


class Side(NamedTuple):
    name: str
    country: str
    lat: str
    lon: str


class Row(NamedTuple):
    line: int
    sides: tuple[Side, Side] | None
    text: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """`notes` are for the person who checks: what was read otherwise than written."""

    line: int
    hromada_code: str
    foreign_name: str
    foreign_kind: str
    country: str
    region: str | None
    point: Point | None
    notes: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Duplicate:
    line: int
    of_line: int


@dataclass(frozen=True, slots=True)
class Ambiguous:
    line: int
    reason: Sentence
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """`candidates` are only named, to help the person who decides."""

    line: int
    reason: Sentence
    candidates: tuple[Candidate, ...] = ()


Outcome = Resolved | Duplicate | Ambiguous | Refused


@dataclass(frozen=True, slots=True)
class Aggressors:
    countries: Collection[str]
    on: date


class _DoubtError(Exception):
    def __init__(self, reason: Sentence, candidates: Sequence[Candidate]) -> None:
        super().__init__(reason.code)
        self.reason = reason
        self.candidates = tuple(candidates)


class _RefusalError(_DoubtError):
    def __init__(self, reason: Sentence, candidates: Sequence[Candidate] = ()) -> None:
        super().__init__(reason, candidates)


@dataclass(slots=True)
class Resolver:
    gazetteer: Gazetteer
    boxes: Mapping[str, Box]
    aggressors: Aggressors
    _texts: dict[str, int] = field(default_factory=dict)
    _pairs: dict[tuple[str, str, frozenset[str]], Resolved] = field(default_factory=dict)

    def resolve(self, rows: Iterable[Row]) -> list[Outcome]:
        """One outcome for every row, in their order."""
        return [self._outcome(row) for row in rows]

    def _outcome(self, row: Row) -> Outcome:
        if row.text in self._texts:
            return Duplicate(row.line, self._texts[row.text])
        self._texts[row.text] = row.line
        try:
            return self._once(self._resolved(row))
        except _RefusalError as refusal:
            return Refused(row.line, refusal.reason, refusal.candidates)
        except _DoubtError as doubt:
            return Ambiguous(row.line, doubt.reason, doubt.candidates)

    def _once(self, found: Resolved) -> Outcome:
        key = (found.hromada_code, found.country, partner_key(found.foreign_name))
        first = self._pairs.setdefault(key, found)
        if first is found:
            return found
        apart = kilometres(first.point, found.point) if first.point and found.point else 0.0
        if apart > FAR_KM:
            raise _DoubtError(say("same_name_elsewhere", line=first.line, km=round(apart)), ())
        return Duplicate(found.line, first.line)

    def _resolved(self, row: Row) -> Resolved:
        if row.sides is None:
            raise _RefusalError(say("row_incomplete"))
        places = [_country(side) for side in row.sides]
        ukrainian = [place[0] == "UA" for place in places]
        if not any(ukrainian):
            raise _RefusalError(say("no_ukrainian_side"))
        if all(ukrainian):
            raise _RefusalError(say("domestic_pair"))
        home = ukrainian.index(True)
        country, region = places[1 - home]
        if country in self.aggressors.countries:
            raise _RefusalError(say("aggressor_state", country=country, on=self.aggressors.on.isoformat()))
        chosen, notes = self._hromada(row.sides[home])
        partner = row.sides[1 - home]
        point, more = self._foreign_point(partner, country)
        name = names.tidy(partner.name)
        return Resolved(row.line, chosen, name, foreign_kind(name), country, region, point, (*notes, *more))

    def _hromada(self, side: Side) -> tuple[str, list[Sentence]]:
        point = _point(side)
        if not self.gazetteer.is_other_name(side.name):
            self._refuse_other_level(side.name, point)
        chosen = _choose(side.name, self.gazetteer.find(side.name, point), point)
        return chosen.hromada.code, list(_notes(side.name, chosen))

    def _refuse_other_level(self, written: str, point: Point | None) -> None:
        for pattern, code in _LEVELS:
            if match := pattern.match(written.strip()):
                within = self.gazetteer.find(match["name"], point) if code != "level_oblast" else []
                named = [each for each in within if each.km is None or each.km <= FAR_KM]
                raise _RefusalError(say(code, place=written.strip()), named)

    def _foreign_point(self, side: Side, country: str) -> tuple[Point | None, list[Sentence]]:
        point, box = _point(side), self.boxes.get(country)
        if point and box and not box.holds(point):
            return None, [say("foreign_point_elsewhere", country=country)]
        return point, []


def rows(text: str) -> list[Row]:
    """Every line below the heading, with its number in the file; blank lines are no rows."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise ListError("list_columns", missing=", ".join(missing))
        return list(_rows(reader))
    except csv.Error as bad:
        raise ListError("list_unreadable", line=reader.line_num + 1) from bad


def counts(outcomes: Iterable[Outcome]) -> Mapping[str, int]:
    """How many of each kind; they add up to the rows read."""
    found = Counter(type(each).__name__.lower() for each in outcomes)
    return {kind.__name__.lower(): found[kind.__name__.lower()] for kind in (Resolved, Duplicate, Ambiguous, Refused)}


def foreign_kind(name: str) -> str:
    """A county or a region is a partner of another kind than a municipality."""
    return "region" if _FOREIGN_REGION.search(name) else "municipality"


def partner_key(name: str) -> frozenset[str]:
    """Equal for «Budapest XI – Újbuda» and «Újbuda (Budapest)», different for «Sanok» and «Sanok County»."""
    parts = {names.search_key(part) for part in _PARTS.split(_ROMAN_NUMBER.sub("", name))} - {""}
    return frozenset(part for part in parts if not any(other.startswith(f"{part} ") for other in parts))


def _rows(reader: "csv.DictReader[str]") -> Iterator[Row]:
    for cells in reader:
        values = [cells[name] for name in COLUMNS]
        is_whole = None not in cells and all(value is not None for value in values)
        text = "\t".join(
            names.fold(value or "") if place % 4 < 2 else value or "" for place, value in enumerate(values)
        )
        yield Row(reader.line_num, (Side(*values[:4]), Side(*values[4:])) if is_whole else None, text)


def _country(side: Side) -> tuple[str, str | None]:
    found = countries.resolve_country(side.country)
    if found is None:
        raise _RefusalError(say("country_unknown", value=side.country))
    if not side.name.strip():
        raise _RefusalError(say("row_incomplete"))
    return found


def _point(side: Side) -> Point | None:
    written = f"{side.lat.strip()}, {side.lon.strip()}"
    if written == ", ":
        return None
    try:
        point = Point(float(side.lat), float(side.lon))
    except ValueError as bad:
        raise _RefusalError(say("row_coordinates", value=written)) from bad
    # Comparisons with NaN are false, so it is refused as well.
    if not (-90 <= point.lat <= 90 and -180 <= point.lon <= 180):
        raise _RefusalError(say("row_coordinates", value=written))
    return point


def _choose(written: str, found: Sequence[Candidate], point: Point | None) -> Candidate:
    if not found:
        raise _RefusalError(say("place_unknown", place=written))
    if point is None:
        return _only(written, found)
    measured = [(each.km, each) for each in found if each.km is not None]
    if not measured:
        raise _DoubtError(say("position_unknown", place=written), found)
    if measured[0][0] > FAR_KM:
        raise _DoubtError(say("point_far", place=written, km=round(measured[0][0])), found)
    at_centre = [each for km, each in measured if each.is_centre and km <= AT_THE_CENTRE_KM]
    if len(at_centre) == 1:
        return at_centre[0]
    nearest = measured[0][0]
    chosen = _only(written, [each for km, each in measured if km <= min(FAR_KM, nearest + CLEARLY_NEARER_KM)])
    # A careless point may hit a village that happens to share the name of a city.
    if not (chosen.is_centre or _is_city(chosen)) and any(_is_city(each) for each in found):
        raise _DoubtError(say("several_hromadas", place=written), found)
    return chosen


def _is_city(candidate: Candidate) -> bool:
    return candidate.locality.category in CITIES


def _only(written: str, found: Sequence[Candidate]) -> Candidate:
    if len(found) > 1:
        raise _DoubtError(say("several_hromadas", place=written), found)
    return found[0]


def _notes(written: str, chosen: Candidate) -> Iterator[Sentence]:
    place, home = chosen.locality.name, chosen.hromada
    if names.search_key(written) != names.search_key(place):
        yield say("written_otherwise", written=written, place=place)
    if not chosen.is_centre:
        yield say("part_of_hromada", place=place, hromada_uk=home.name_uk, hromada_en=home.name_en)
    if home.in_crimea:
        yield say("hromada_in_crimea")
