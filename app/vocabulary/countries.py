"""Countries by ISO 3166-1 alpha-2 code, with Kosovo under the user-assigned XK."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

_FILE: Final = Path(__file__).parent.parent / "data" / "countries.toml"
# CLDR also names places and groups that are no country of ISO 3166-1.
_NOT_COUNTRIES: Final = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
_DATA: Final = tomllib.loads(_FILE.read_text(encoding="utf-8"))

OFFICIAL_NAMES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(_DATA["official"])


def codes() -> frozenset[str]:
    return frozenset(_short_names("en"))


def short_name(code: str, language: str) -> str:
    """Raises KeyError for what is not a country."""
    return _short_names("uk" if language == "uk" else "en")[code]


def official_name(code: str, language: str) -> str:
    """The long name that official documents use («Республіка Польща»), or the short one where we hold no other."""
    names = OFFICIAL_NAMES.get(code)
    return names["uk" if language == "uk" else "en"] if names else short_name(code, language)


def resolve_country(text: str) -> tuple[str, str | None] | None:
    """Country code and, where the text says so, ISO 3166-2 subdivision; None when the text names no country.

    Understands codes, short and official names in both languages, and the spellings of messy public lists.
    """
    whole = _named(text)
    if whole or "," not in text:
        return whole
    within, _, around = text.rpartition(",")
    country, place = _named(around), _named(within)
    # "Georgia, United States" is not the country of Georgia: the last part decides, the first may only refine it.
    return place if country and place and place[1] and place[0] == country[0] else country


def _named(text: str) -> tuple[str, str | None] | None:
    code = text.strip()
    return (code, None) if code in codes() else _places().get(_key(text))


def _key(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    words = re.sub(r"[.'’ʼ`]", "", bare.replace("&", " and "))
    return re.sub(r"[\W_]+", " ", words).strip().removeprefix("the ")


@cache
def _short_names(language: str) -> Mapping[str, str]:
    from babel import Locale  # noqa: PLC0415 - slow to load, and most commands never name a country

    names = Locale(language).territories
    return {
        code: name for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    }


@cache
def _places() -> Mapping[str, tuple[str, str | None]]:
    named = {_key(names[language]): (code, None) for code, names in OFFICIAL_NAMES.items() for language in names}
    short = {_key(name): (code, None) for language in ("en", "uk") for code, name in _short_names(language).items()}
    return named | short | {_key(alias): _place(target) for alias, target in _DATA["aliases"].items()}


def _place(target: str) -> tuple[str, str | None]:
    return target[:2], target if "-" in target else None
