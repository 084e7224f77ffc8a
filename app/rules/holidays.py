"""Public holidays, as each country keeps them and calls them.

Ukraine has none while martial law lasts: public holidays are working days then (Law No. 2136-IX of 15 March 2022,
Article 6). The library knows since when, and will know until when.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

import holidays

# What a name is taken from where the country's own list is not written in the reader's language.
SPOKEN = MappingProxyType({"uk": "uk", "en": "en_US"})


@dataclass(frozen=True)
class Holiday:
    country: str
    day: date
    name: Mapping[str, str]


def holiday(day: date, country: str | None) -> Holiday | None:
    """None on an ordinary day, and in a country that nobody keeps a list of."""
    if country is None or country not in _countries():
        return None
    names = {language: _list(country, day.year, spoken).get(day) for language, spoken in SPOKEN.items()}
    known = next((name for name in names.values() if name), None)
    if known is None:
        return None
    return Holiday(country, day, MappingProxyType({language: name or known for language, name in names.items()}))


@cache
def _countries() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries())


@cache
def _list(country: str, year: int, language: str) -> Mapping[date, str]:
    found = holidays.country_holidays(country, years=year)
    if language in found.supported_languages:
        found = holidays.country_holidays(country, years=year, language=language)
    return MappingProxyType(dict(found.items()))
