"""The codes that organizations carry: each function returns the code as it is stored, or raises `BadCode`."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.vocabulary import countries

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "katottg_length": (
        "Код КАТОТТГ має 19 знаків (UA та 17 цифр), а тут їх {length}.",
        "A KATOTTG code has 19 characters (UA and 17 digits); this one has {length}.",
    ),
    "katottg_lower_case": (
        "Код КАТОТТГ починається з великих латинських літер UA.",
        "A KATOTTG code starts with the capital Latin letters UA.",
    ),
    "katottg_shape": (
        "Код КАТОТТГ складається з латинських літер UA та 17 цифр.",
        "A KATOTTG code is the Latin letters UA followed by 17 digits.",
    ),
    "katottg_levels": (
        "У коді КАТОТТГ {value} пропущено рівень: такого коду не може бути.",
        "The KATOTTG code {value} skips a level: no such code can exist.",
    ),
    "katottg_not_hromada": (
        "Код {value} позначає {level_uk}, а потрібен код громади або міста зі спеціальним статусом.",
        "The code {value} stands for {level_en}; a hromada or a city with special status is needed.",
    ),
    "edrpou_shape": (
        "Код ЄДРПОУ складається лише з цифр.",
        "An EDRPOU code consists of digits only.",
    ),
    "edrpou_length": (
        "Код ЄДРПОУ має щонайбільше 8 цифр, а тут їх {length}.",
        "An EDRPOU code has at most 8 digits; this one has {length}.",
    ),
    "edrpou_check_digit": (
        "Контрольна цифра коду ЄДРПОУ {value} не збігається: перевірте, чи немає описки.",
        "The check digit of the EDRPOU code {value} does not match: please look for a typing error.",
    ),
    "nuts_shape": (
        "Код NUTS — це дві великі латинські літери країни та до трьох цифр або літер.",
        "A NUTS code is two capital letters of the country and up to three digits or letters.",
    ),
    "nuts_country": (
        "У кодах NUTS ця країна позначається {expected}, а не {given}.",
        "In NUTS codes this country is written {expected}, not {given}.",
    ),
    "lau_shape": (
        "Код LAU складається з цифр і латинських літер, щонайбільше 16 знаків.",
        "A LAU code consists of digits and Latin letters, 16 characters at most.",
    ),
    "lau_country": (
        "Префікс {given} у коді LAU не відповідає країні: очікується {expected}.",
        "The prefix {given} of the LAU code does not belong to the country: {expected} is expected.",
    ),
    "country_unknown": (
        "«{value}» не є кодом країни за ISO 3166-1 (дві латинські літери).",
        "“{value}” is not a country code of ISO 3166-1 (two Latin letters).",
    ),
    "country_nuts_habit": (
        "Код {given} вживається лише в NUTS; код країни за ISO 3166-1 — {expected}.",
        "{given} is used in NUTS only; the country code of ISO 3166-1 is {expected}.",
    ),
    "external_system_shape": (
        "Назва зовнішньої системи — це малі латинські літери, цифри та підкреслення, від 2 до 40 знаків.",
        "The name of an external system is small Latin letters, digits and underscores, 2 to 40 characters.",
    ),
    "external_value_shape": (
        "Зовнішній ідентифікатор має від 1 до 200 друкованих знаків.",
        "An external identifier has 1 to 200 printable characters.",
    ),
}


class BadCode(ValueError):  # noqa: N818 - the code is at fault, not the program
    """A refused code: a key of `SENTENCES` and what its sentence needs."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(SENTENCES[code][1].format(**params))
        self.code = code
        self.params: Mapping[str, str | int] = params


class Level(StrEnum):
    OBLAST = "oblast"
    SPECIAL_CITY = "special_city"
    RAION = "raion"
    HROMADA = "hromada"
    LOCALITY = "locality"
    CITY_DISTRICT = "city_district"


LEVEL_NAMES: Final[Mapping[Level, tuple[str, str]]] = {
    Level.OBLAST: ("область", "an oblast"),
    Level.SPECIAL_CITY: ("місто зі спеціальним статусом", "a city with special status"),
    Level.RAION: ("район", "a raion"),
    Level.HROMADA: ("територіальну громаду", "a hromada"),
    Level.LOCALITY: ("населений пункт", "a settlement"),
    Level.CITY_DISTRICT: ("район у місті", "a city district"),
}

# Kyiv and Sevastopol stand where an oblast stands and are their own hromada.
SPECIAL_CITY_PREFIXES: Final = frozenset({"UA80", "UA85"})
CRIMEAN_PREFIXES: Final = frozenset({"UA01", "UA85"})

_KATOTTG = re.compile(r"UA[0-9]{17}")
_KATOTTG_PARTS = re.compile(r"UA(..)(..)(...)(...)(..).....")
# Which of oblast, raion, hromada, settlement and city district are filled in.
_LEVEL_BY_PATTERN: Final = {
    "10000": Level.OBLAST,
    "11000": Level.RAION,
    "11100": Level.HROMADA,
    "11110": Level.LOCALITY,
    "10010": Level.LOCALITY,  # Chornobyl and Prypiat: no hromada in the exclusion zone
    "11111": Level.CITY_DISTRICT,
}
_SPECIAL_LEVEL_BY_PATTERN: Final = {
    "10000": Level.SPECIAL_CITY,
    "10010": Level.LOCALITY,
    "10001": Level.CITY_DISTRICT,
}

_NUTS = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")
_ISO_TO_NUTS: Final = {"GR": "EL", "GB": "UK"}
_NUTS_TO_ISO: Final = {nuts: iso for iso, nuts in _ISO_TO_NUTS.items()}
_LAU = re.compile(r"(?:([A-Z]{2})_)?([0-9A-Z]{1,16})")
_SYSTEM = re.compile(r"[a-z][a-z0-9_]{1,39}")


def katottg(text: str) -> str:
    code = text.strip()
    if len(code) != 19:
        raise BadCode("katottg_length", length=len(code))
    if not _KATOTTG.fullmatch(code):
        raise BadCode("katottg_lower_case" if _KATOTTG.fullmatch(code.upper()) else "katottg_shape")
    _level_of(code)
    return code


def level(text: str) -> Level:
    return _level_of(katottg(text))


def hromada_katottg(text: str) -> str:
    """The code of a hromada, or of Kyiv or Sevastopol, which have none below them."""
    code = katottg(text)
    found = _level_of(code)
    if found not in {Level.HROMADA, Level.SPECIAL_CITY}:
        level_uk, level_en = LEVEL_NAMES[found]
        raise BadCode("katottg_not_hromada", value=code, level_uk=level_uk, level_en=level_en)
    return code


def oblast_prefix(code: str) -> str:
    return code[:4]


def raion_prefix(code: str) -> str:
    return code[:6]


def hromada_prefix(code: str) -> str:
    return code[:9]


def is_crimean(code: str) -> bool:
    return oblast_prefix(code) in CRIMEAN_PREFIXES


def edrpou(text: str) -> str:
    """Eight digits; older papers leave the leading zeros out."""
    digits = re.sub(r"\s", "", text)
    if not re.fullmatch(r"[0-9]+", digits):
        raise BadCode("edrpou_shape")
    if len(digits) > 8:
        raise BadCode("edrpou_length", length=len(digits))
    code = digits.zfill(8)
    if code == "00000000" or int(code[7]) != _edrpou_check_digit(code):
        raise BadCode("edrpou_check_digit", value=code)
    return code


def nuts(text: str, country: str | None = None) -> str:
    code = text.strip()
    if not _NUTS.fullmatch(code):
        raise BadCode("nuts_shape")
    given = code[:2]
    expected = _ISO_TO_NUTS.get(given, given) if country is None else _ISO_TO_NUTS.get(country, country)
    if given != expected:
        raise BadCode("nuts_country", expected=expected, given=given)
    return code


def lau(text: str, country: str | None = None) -> str:
    """The national code alone; the country prefix of the GISCO spelling (`PL_0201011`) is taken off."""
    found = _LAU.fullmatch(text.strip().upper())
    if not found:
        raise BadCode("lau_shape")
    prefix, code = found.groups()
    if prefix and country and _NUTS_TO_ISO.get(prefix, prefix) != country:
        raise BadCode("lau_country", given=prefix, expected=_ISO_TO_NUTS.get(country, country))
    return str(code)


def country(text: str) -> str:
    code = text.strip().upper()
    if code in _NUTS_TO_ISO:
        raise BadCode("country_nuts_habit", given=code, expected=_NUTS_TO_ISO[code])
    if code not in countries.codes():
        raise BadCode("country_unknown", value=text)
    return code


def external_id(system: str, value: str) -> tuple[str, str]:
    if not _SYSTEM.fullmatch(system):
        raise BadCode("external_system_shape")
    trimmed = value.strip()
    if not 1 <= len(trimmed) <= 200 or not trimmed.isprintable():
        raise BadCode("external_value_shape")
    return system, trimmed


def _level_of(code: str) -> Level:
    parts = _KATOTTG_PARTS.fullmatch(code)
    pattern = "".join("1" if int(part) else "0" for part in parts.groups()) if parts else ""
    levels = _SPECIAL_LEVEL_BY_PATTERN if oblast_prefix(code) in SPECIAL_CITY_PREFIXES else _LEVEL_BY_PATTERN
    if pattern not in levels:
        raise BadCode("katottg_levels", value=code)
    return levels[pattern]


def _edrpou_check_digit(code: str) -> int:
    weights = (7, 1, 2, 3, 4, 5, 6) if code[0] in "345" else (1, 2, 3, 4, 5, 6, 7)
    for extra in (0, 2):
        rest = sum(int(digit) * (weight + extra) for digit, weight in zip(code, weights, strict=False)) % 11
        if rest < 10:
            return rest
    return 0
