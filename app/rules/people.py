"""Names as their documents write them, and the periods in which a person belongs to an organization."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from app.errors import Sentence, say
from app.rules.names import APOSTROPHE
from app.vocabulary import CefrLevel

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "ukrainian_name_form": (
        "Тут лише українські літери, апостроф, дефіс і пробіл.",
        "Only Ukrainian letters, apostrophes, hyphens and spaces are used here.",
    ),
    "passport_name_form": (
        "Як у паспорті: латинські літери A–Z без діакритичних знаків, дефіс, апостроф і пробіл.",
        "As in the passport: the letters A–Z without marks, hyphens, apostrophes and spaces.",
    ),
    "person_name_needed": (
        "Потрібні прізвище та ім’я: українською або латиницею, як у паспорті.",
        "A family name and a given name are needed: in Ukrainian, or in Latin letters as in the passport.",
    ),
    "one_primary_per_kind": (
        "Основним може бути лише один контакт кожного виду.",
        "Only one contact of each kind can be the primary one.",
    ),
    "own_affiliation_needed": (
        "Додайте посаду в одній з ваших організацій: інакше ви самі не побачите цього запису.",
        "Add an affiliation with one of your own organizations: otherwise you would not see this record yourself.",
    ),
    "affiliations_overlap": (
        "У цій організації особа вже має посаду в цей період: спершу завершіть її.",
        "The person already has an affiliation with this organization in that period: end it first.",
    ),
    "affiliation_ended": ("Цю посаду вже завершено {on}.", "This affiliation already ended on {on}."),
    "ends_after_start": ("Кінець має бути пізніше за початок.", "The end must come after the start."),
    "language_needed": ("Рівень вказують разом із мовою.", "A level goes together with a language."),
}

UKRAINIAN_NAME: Final = re.compile(f"[А-ЩЬЮЯҐЄІЇа-щьюяґєії]+(?:[ {APOSTROPHE}-][А-ЩЬЮЯҐЄІЇа-щьюяґєії]+)*")
PASSPORT_NAME: Final = re.compile("[A-Z]+(?:[ '-][A-Z]+)*")


@dataclass(frozen=True)
class Period:
    """From the first day to the day on which it is over; what is not known is open."""

    organization_id: UUID
    started_on: date | None
    ended_on: date | None

    def overlaps(self, other: "Period") -> bool:
        return (
            self.organization_id == other.organization_id
            and (self.started_on or date.min) < (other.ended_on or date.max)
            and (other.started_on or date.min) < (self.ended_on or date.max)
        )


def is_ukrainian_name(text: str) -> bool:
    return UKRAINIAN_NAME.fullmatch(text) is not None


def passport_name(text: str) -> str | None:
    """In capitals with a plain apostrophe; None when no machine-readable zone could hold it."""
    plain = text.replace(APOSTROPHE, "'")
    return plain.upper() if plain.isascii() and PASSPORT_NAME.fullmatch(plain.upper()) else None


def overlaps(periods: Iterable[Period]) -> list[Sentence]:
    """One person has one affiliation with an organization at a time."""
    earlier: list[Period] = []
    for period in periods:
        if any(period.overlaps(other) for other in earlier):
            return [say("affiliations_overlap")]
        earlier.append(period)
    return []


def end_objections(started_on: date | None, ended_on: date | None, on: date) -> list[Sentence]:
    """Why the affiliation cannot end on this day."""
    if ended_on is not None:
        return [say("affiliation_ended", on=ended_on)]
    return [say("ends_after_start")] if started_on and on <= started_on else []


def at_least(level: CefrLevel) -> list[CefrLevel]:
    """The level itself and every higher one."""
    levels = list(CefrLevel)
    return levels[levels.index(level) :]
