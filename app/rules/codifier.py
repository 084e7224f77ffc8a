"""The ministry's codifier of administrative units, turned into the hromadas, raions and settlements we keep."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.rules import codes, names
from app.vocabulary.organizations import HromadaType

OBLAST, SPECIAL_CITY, RAION, HROMADA, DISTRICT = "O", "K", "P", "H", "B"
CITY, SETTLEMENT, VILLAGE = "M", "X", "C"

TYPE_BY_CENTRE: Final[Mapping[str, HromadaType]] = {
    CITY: HromadaType.URBAN,
    SETTLEMENT: HromadaType.SETTLEMENT,
    VILLAGE: HromadaType.RURAL,
}
COMPARED: Final = (
    "name_uk",
    "type",
    "oblast_code",
    "oblast_name",
    "raion_code",
    "raion_name",
    "centre_code",
    "centre_name",
    "centre_category",
)

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "codifier_row_code": (
        "Рядок {line}: «{value}» не є кодом КАТОТТГ.",
        "Line {line}: “{value}” is not a KATOTTG code.",
    ),
    "codifier_repeated_code": (
        "Рядок {line}: код {value} уже є в цьому файлі.",
        "Line {line}: the code {value} is in this file already.",
    ),
    "codifier_no_parent": (
        "У файлі немає одиниці, до якої належить {value}.",
        "The file lacks the unit that {value} belongs to.",
    ),
    "codifier_no_centre": (
        "У файлі немає центру громади {value} (населеного пункту з номером 001).",
        "The file lacks the centre of the hromada {value} (its settlement number 001).",
    ),
    "codifier_no_hromadas": (
        "У файлі немає жодної громади.",
        "There is no hromada in the file.",
    ),
}


class CodifierError(ValueError):
    """A codifier that contradicts itself: a key of `SENTENCES` and what its sentence needs."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(SENTENCES[code][1].format(**params))
        self.code = code
        self.params: Mapping[str, str | int] = params


class CodifierRow(NamedTuple):
    line: int
    code: str
    category: str
    name: str


@dataclass(frozen=True, slots=True)
class Territory:
    code: str
    level: codes.Level
    name_uk: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Locality:
    code: str
    name: str
    category: str
    hromada_code: str | None  # Chornobyl and Prypiat belong to none


@dataclass(frozen=True, slots=True)
class Hromada:
    """`type` is empty for Kyiv and Sevastopol, cities with special status that are their own hromada."""

    code: str
    name_uk: str
    name_en: str
    type: HromadaType | None
    oblast_code: str
    oblast_name: str
    raion_code: str | None
    raion_name: str | None
    centre_code: str
    centre_name: str
    centre_category: str
    in_crimea: bool
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Register:
    territories: tuple[Territory, ...]
    hromadas: tuple[Hromada, ...]
    localities: tuple[Locality, ...]


@dataclass(frozen=True, slots=True)
class Change:
    before: Hromada
    after: Hromada
    fields: tuple[str, ...]

    @property
    def is_renamed(self) -> bool:
        return "name_uk" in self.fields

    @property
    def is_retyped(self) -> bool:
        return "type" in self.fields


@dataclass(frozen=True, slots=True)
class Retirement:
    hromada: Hromada
    replaced_by: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    added: tuple[Hromada, ...] = ()
    changed: tuple[Change, ...] = ()
    retired: tuple[Retirement, ...] = ()

    @property
    def renamed(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changed if change.is_renamed)

    @property
    def retyped(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changed if change.is_retyped)

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.retired)


def register(rows: Iterable[CodifierRow]) -> Register:
    """Refuses, with the line, what contradicts itself: half a register would retire living hromadas."""
    checked = _checked(rows)
    territories = tuple(_territory(row) for row in checked if row.category in {OBLAST, SPECIAL_CITY, RAION})
    localities = tuple(_localities(checked))
    hromadas = tuple(_hromadas(checked, territories, localities))
    if not hromadas:
        raise CodifierError("codifier_no_hromadas")
    return Register(territories, hromadas, localities)


def diff(current: Iterable[Hromada], new: Iterable[Hromada], localities: Iterable[Locality] = ()) -> Plan:
    """What turns the hromadas we have into those of the file; English names and coordinates are ours and stay.

    A hromada that is gone is replaced by the one that now holds its centre: the last five digits of a code
    belong to one settlement for good, whatever stands before them.
    """
    before, after = {each.code: each for each in current}, {each.code: each for each in new}
    heirs = {place.code[-5:]: place.hromada_code for place in localities}
    shared = [Change(before[code], after[code], _changes(before[code], after[code])) for code in before & after.keys()]
    return Plan(
        added=tuple(after[code] for code in sorted(after.keys() - before.keys())),
        changed=tuple(sorted((each for each in shared if each.fields), key=lambda each: each.after.code)),
        retired=tuple(
            Retirement(before[code], heirs.get(before[code].centre_code[-5:]))
            for code in sorted(before.keys() - after.keys())
        ),
    )


def _changes(before: Hromada, after: Hromada) -> tuple[str, ...]:
    return tuple(name for name in COMPARED if getattr(before, name) != getattr(after, name))


def _checked(rows: Iterable[CodifierRow]) -> list[CodifierRow]:
    seen: set[str] = set()
    checked = []
    for row in rows:
        code = _katottg(row)
        if code in seen:
            raise CodifierError("codifier_repeated_code", line=row.line, value=code)
        seen.add(code)
        checked.append(CodifierRow(row.line, code, row.category.strip().upper(), names.tidy(row.name)))
    return checked


def _katottg(row: CodifierRow) -> str:
    try:
        return codes.katottg(row.code)
    except codes.BadCode as bad:
        raise CodifierError("codifier_row_code", line=row.line, value=row.code) from bad


def _territory(row: CodifierRow) -> Territory:
    level = codes.level(row.code)
    name_en = names.romanise(row.name)
    if level is codes.Level.RAION or (level is codes.Level.OBLAST and " " not in name_en):
        name_en = f"{name_en} {level}"
    # The one oblast-level name that is a phrase; its English form is fixed by the constitution's translation.
    if row.code.startswith("UA01") and level is codes.Level.OBLAST:
        name_en = "Autonomous Republic of Crimea"
    return Territory(row.code, level, row.name, name_en)


def _home_prefix(code: str) -> str:
    special = codes.oblast_prefix(code) in codes.SPECIAL_CITY_PREFIXES
    return codes.oblast_prefix(code) if special else codes.hromada_prefix(code)


def _localities(rows: Sequence[CodifierRow]) -> Iterable[Locality]:
    hromada_codes = {_home_prefix(row.code): row.code for row in rows if row.category in {HROMADA, SPECIAL_CITY}}
    for row in rows:
        if row.category in TYPE_BY_CENTRE or row.category == SPECIAL_CITY:
            home = hromada_codes.get(_home_prefix(row.code))
            if home is None and codes.raion_prefix(row.code)[4:] != "00":
                raise CodifierError("codifier_no_parent", value=row.code)
            yield Locality(row.code, row.name, row.category, home)


def _hromadas(
    rows: Sequence[CodifierRow], territories: Sequence[Territory], localities: Sequence[Locality]
) -> Iterable[Hromada]:
    oblasts = {codes.oblast_prefix(each.code): each for each in territories if each.level is not codes.Level.RAION}
    raions = {codes.raion_prefix(each.code): each for each in territories if each.level is codes.Level.RAION}
    places = {place.code[:12]: place for place in localities}
    for row in rows:
        if row.category == SPECIAL_CITY:
            yield _special_city(row)
        if row.category == HROMADA:
            oblast = oblasts.get(codes.oblast_prefix(row.code))
            raion = raions.get(codes.raion_prefix(row.code))
            centre = places.get(codes.hromada_prefix(row.code) + "001")
            yield _hromada(row, oblast, raion, centre)


def _hromada(row: CodifierRow, oblast: Territory | None, raion: Territory | None, centre: Locality | None) -> Hromada:
    if oblast is None or raion is None:
        raise CodifierError("codifier_no_parent", value=row.code)
    if centre is None:
        raise CodifierError("codifier_no_centre", value=row.code)
    kind = TYPE_BY_CENTRE[centre.category]
    return Hromada(
        code=row.code,
        name_uk=row.name,
        name_en=names.hromada_name_en(row.name, kind.value),
        type=kind,
        oblast_code=oblast.code,
        oblast_name=oblast.name_uk,
        raion_code=raion.code,
        raion_name=raion.name_uk,
        centre_code=centre.code,
        centre_name=centre.name,
        centre_category=centre.category,
        in_crimea=codes.is_crimean(row.code),
    )


def _special_city(row: CodifierRow) -> Hromada:
    return Hromada(
        code=row.code,
        name_uk=row.name,
        name_en=names.romanise(row.name),
        type=None,
        oblast_code=row.code,
        oblast_name=row.name,
        raion_code=None,
        raion_name=None,
        centre_code=row.code,
        centre_name=row.name,
        centre_category=row.category,
        in_crimea=codes.is_crimean(row.code),
    )
