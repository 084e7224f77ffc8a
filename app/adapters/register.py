"""The register of hromadas that the product ships, so that it knows them without any download."""

import csv
import gzip
import io
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from app.rules import codes
from app.rules.codifier import Hromada, Locality, Register, Territory
from app.rules.places import Box, OtherName
from app.vocabulary.organizations import HromadaType

DATA: Final = files("app").joinpath("data")
TERRITORY_COLUMNS: Final = ("code", "level", "name_uk", "name_en")
LOCALITY_COLUMNS: Final = ("code", "name", "category")
HROMADA_COLUMNS: Final = (
    "code",
    "name_uk",
    "name_en",
    "type",
    "oblast_code",
    "raion_code",
    "centre_code",
    "lat",
    "lon",
)


@cache
def shipped() -> Register:
    territories = {row["code"]: _territory(row) for row in _table("territories.csv.gz")}
    places = {row["code"]: row for row in _table("localities.csv.gz")}
    hromadas = tuple(_hromada(row, territories, places) for row in _table("hromadas.csv.gz"))
    homes = {_home(each.code): each.code for each in hromadas}
    localities = tuple(
        Locality(row["code"], row["name"], row["category"], homes.get(_home(row["code"]))) for row in places.values()
    )
    return Register(tuple(territories.values()), hromadas, localities)


@cache
def place_names() -> tuple[OtherName, ...]:
    """Former names, exonyms and habitual spellings of Ukrainian places."""
    table = tomllib.loads(DATA.joinpath("place_names.toml").read_text(encoding="utf-8"))
    return tuple(OtherName(written, entry["code"]) for entry in table["place"] for written in entry["written"])


@cache
def country_boxes() -> dict[str, Box]:
    """The rectangle that holds each country's towns, by ISO code."""
    return {
        row["country"]: Box(float(row["south"]), float(row["west"]), float(row["north"]), float(row["east"]))
        for row in _table("country_boxes.csv.gz")
    }


def _table(name: str) -> Iterator[dict[str, str]]:
    text = gzip.decompress(DATA.joinpath(name).read_bytes()).decode()
    return csv.DictReader(io.StringIO(text))


def _home(code: str) -> str:
    prefix = codes.oblast_prefix(code)
    return prefix if prefix in codes.SPECIAL_CITY_PREFIXES else codes.hromada_prefix(code)


def _territory(row: dict[str, str]) -> Territory:
    return Territory(row["code"], codes.Level(row["level"]), row["name_uk"], row["name_en"])


def _hromada(row: dict[str, str], territories: dict[str, Territory], places: dict[str, dict[str, str]]) -> Hromada:
    raion, centre = territories.get(row["raion_code"]), places[row["centre_code"]]
    return Hromada(
        code=row["code"],
        name_uk=row["name_uk"],
        name_en=row["name_en"],
        type=HromadaType(row["type"]) if row["type"] else None,
        oblast_code=row["oblast_code"],
        oblast_name=territories[row["oblast_code"]].name_uk,
        raion_code=raion.code if raion else None,
        raion_name=raion.name_uk if raion else None,
        centre_code=row["centre_code"],
        centre_name=centre["name"],
        centre_category=centre["category"],
        in_crimea=codes.is_crimean(row["code"]),
        lat=float(row["lat"]) if row["lat"] else None,
        lon=float(row["lon"]) if row["lon"] else None,
    )
