"""Ukrainian names and positions in the seven cases. Where it cannot be told, nothing is guessed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import shevchenko
from shevchenko import GrammaticalCase, GrammaticalGender

from app.rules.given_names import EITHERS, GIVEN

CYRILLIC: Final = re.compile(r"[А-ЩЬЮЯҐЄІЇа-щьюяґєії'-]+")
PATRONYMIC: Final = re.compile(r"(ович|евич|йович|ілліч|лукич|кузьмич|хомич|фомич|івна|ївна|ична)$", re.IGNORECASE)

# How family names end and given names never do.
FAMILY: Final = re.compile(r"(енко|[сцз]ьк(ий|а)|чук|щук|шин(а)?|ишина|[оеє]в|[оеє]ва)$", re.IGNORECASE)


class Case(StrEnum):
    NOMINATIVE = "nominative"
    GENITIVE = "genitive"
    DATIVE = "dative"
    ACCUSATIVE = "accusative"
    INSTRUMENTAL = "instrumental"
    LOCATIVE = "locative"
    VOCATIVE = "vocative"


CASES: Final[Mapping[Case, Any]] = {
    Case.NOMINATIVE: GrammaticalCase.NOMINATIVE,
    Case.GENITIVE: GrammaticalCase.GENITIVE,
    Case.DATIVE: GrammaticalCase.DATIVE,
    Case.ACCUSATIVE: GrammaticalCase.ACCUSATIVE,
    Case.INSTRUMENTAL: GrammaticalCase.ABLATIVE,
    Case.LOCATIVE: GrammaticalCase.LOCATIVE,
    Case.VOCATIVE: GrammaticalCase.VOCATIVE,
}


ADJECTIVE: Final[Mapping[Case, str]] = {
    Case.NOMINATIVE: "ий",
    Case.GENITIVE: "ого",
    Case.DATIVE: "ому",
    Case.ACCUSATIVE: "ого",
    Case.INSTRUMENTAL: "им",
    Case.LOCATIVE: "ому",
    Case.VOCATIVE: "ий",
}
# Бондар is bent softly and Гончар is not: the ending does not say which.
UNSETTLED: Final = re.compile(r"[ая]р$", re.IGNORECASE)
VOWEL: Final = re.compile(r"[аеєиіїоуюя]", re.IGNORECASE)


@dataclass(frozen=True)
class Name:
    """`is_family_first`: in which order it is written."""

    given: str
    family: str | None = None
    patronymic: str | None = None
    is_family_first: bool = False

    @property
    def full(self) -> str:
        own = [self.given, self.patronymic]
        parts = [self.family, *own] if self.is_family_first else [*own, self.family]
        return " ".join(part for part in parts if part)

    @property
    def address(self) -> "Name":
        """How somebody is spoken to: by name and patronymic, or by both names when there is none."""
        return Name(self.given, None, self.patronymic) if self.patronymic else self


def parsed(full: str) -> Name | None:
    """A name as people write it: with the family name first or last. None when nobody could tell the parts."""
    words = _plain(full).split()
    if not all(CYRILLIC.fullmatch(word) for word in words) or len(words) not in {2, 3}:
        return None
    if len(words) == 3:
        if PATRONYMIC.search(words[2]):
            return Name(words[1], words[0], words[2], is_family_first=True)
        return Name(words[0], words[2], words[1]) if PATRONYMIC.search(words[1]) else None
    is_given = [word.casefold() in GIVEN | EITHERS for word in words]
    if is_given[0] is is_given[1]:
        is_given = [FAMILY.search(word) is None for word in words]
    if is_given == [False, True]:
        return Name(words[1], words[0], is_family_first=True)
    return Name(words[0], words[1]) if is_given == [True, False] else None


def in_case(name: Name, case: Case) -> str | None:
    """None for names in other letters, and where it cannot be told whose they are."""
    plain = Name(*(_plain(part) if part else None for part in (name.given, name.family, name.patronymic)))  # type: ignore[arg-type]  # given is there
    parts = [part for part in (plain.given, plain.family, plain.patronymic) if part]
    if not all(CYRILLIC.fullmatch(part) for part in parts):
        return None
    gender = _gender(plain)
    if gender is None:
        return None
    family = _family(plain.family, case, gender) if plain.family else None
    if plain.family and family is None:
        return None
    found = shevchenko.inflect({"gender": gender, **_input(Name(plain.given, None, plain.patronymic))}, CASES[case])
    bent = Name(found.get("givenName") or "", family, found.get("patronymicName"), name.is_family_first)
    return bent.full.replace("'", "’")


def _family(family: str, case: Case, gender: Any) -> str | None:
    """Both parts of a man's double name are bent."""
    if gender != GrammaticalGender.MASCULINE:
        return _bent(family, case, gender)
    parts = family.split("-")
    if case is not Case.NOMINATIVE and not _is_settled(parts):
        return None
    return "-".join(_as_adjective(part, case) or _bent(part, case, gender) for part in parts)


def _is_settled(parts: list[str]) -> bool:
    """A short first part of a double name is bent by some and not by others: Кос-Анатольський, Драй-Хмара."""
    is_short = len(parts) > 1 and len(VOWEL.findall(parts[0])) == 1
    return not is_short and not any(UNSETTLED.search(part) for part in parts)


def _bent(family: str, case: Case, gender: Any) -> str:
    found = shevchenko.inflect({"gender": gender, "familyName": family}, CASES[case])
    return str(found.get("familyName"))


def _as_adjective(family: str, case: Case) -> str | None:
    """Хмельницький, Садовий: a man's name of this form is bent as the adjective it is."""
    if not family.endswith("ий"):
        return None
    return family[:-2] + ADJECTIVE[case]


def _gender(name: Name) -> Any:
    if name.patronymic is None and name.given.casefold() in EITHERS:
        return None
    return shevchenko.detect_gender(_input(name)).get("gender")


def _input(name: Name) -> Any:
    parts = {"givenName": name.given, "patronymicName": name.patronymic, "familyName": name.family}
    return {key: value for key, value in parts.items() if value}


def _plain(text: str) -> str:
    return text.replace("’", "'").replace("ʼ", "'").replace("`", "'")


# Whom official letters are addressed to. A position that is not here is left to whoever writes.
POSITIONS: Final[Mapping[str, Mapping[Case, str]]] = {
    nominative: {Case.GENITIVE: genitive, Case.DATIVE: dative, Case.VOCATIVE: vocative}
    for nominative, genitive, dative, vocative in (
        ("голова", "голови", "голові", "голово"),
        ("міський голова", "міського голови", "міському голові", "міський голово"),
        ("міська голова", "міської голови", "міській голові", "міська голово"),
        ("селищний голова", "селищного голови", "селищному голові", "селищний голово"),
        ("селищна голова", "селищної голови", "селищній голові", "селищна голово"),
        ("сільський голова", "сільського голови", "сільському голові", "сільський голово"),
        ("сільська голова", "сільської голови", "сільській голові", "сільська голово"),
        ("заступник голови", "заступника голови", "заступнику голови", "заступнику голови"),
        ("заступниця голови", "заступниці голови", "заступниці голови", "заступнице голови"),
        ("секретар", "секретаря", "секретарю", "секретарю"),
        ("секретарка", "секретарки", "секретарці", "секретарко"),
        ("секретар ради", "секретаря ради", "секретарю ради", "секретарю ради"),
        ("секретарка ради", "секретарки ради", "секретарці ради", "секретарко ради"),
        ("голова ради", "голови ради", "голові ради", "голово ради"),
        (
            "перший заступник голови",
            "першого заступника голови",
            "першому заступнику голови",
            "перший заступнику голови",
        ),
        (
            "заступник міського голови",
            "заступника міського голови",
            "заступнику міського голови",
            "заступнику міського голови",
        ),
        ("міністр", "міністра", "міністру", "міністре"),
        ("ректор", "ректора", "ректору", "ректоре"),
        ("староста", "старости", "старості", "старосто"),
        ("війт", "війта", "війту", "війте"),
        ("директор", "директора", "директору", "директоре"),
        ("директорка", "директорки", "директорці", "директорко"),
        ("начальник", "начальника", "начальнику", "начальнику"),
        ("начальниця", "начальниці", "начальниці", "начальнице"),
        ("мер", "мера", "меру", "мере"),
        ("мерка", "мерки", "мерці", "мерко"),
        ("президент міста", "президента міста", "президентові міста", "президенте міста"),
        ("бургомістр", "бургомістра", "бургомістру", "бургомістре"),
        ("посол", "посла", "послові", "после"),
    )
}


def position_in_case(position: str, case: Case) -> str | None:
    if case is Case.NOMINATIVE:
        return position
    forms = POSITIONS.get(position.strip().casefold())
    if forms is None or case not in forms:
        return None
    found = forms[case]
    return found[:1].upper() + found[1:] if position[:1].isupper() else found
