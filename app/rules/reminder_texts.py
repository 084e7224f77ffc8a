"""What a reminder says: the sentences of a rule, with its own few placeholders and nothing else in them."""

import re
from collections.abc import Mapping
from typing import Final

from app.vocabulary import Language, OffsetUnit

PLACEHOLDERS: Final = ("number", "title", "on", "left")
HOLE: Final = re.compile(r"\{([^{}]*)\}")
# One, a few, many, as Ukrainian counts; English has the first and the last.
COUNTED: Final[Mapping[OffsetUnit, Mapping[str, tuple[str, str, str]]]] = {
    OffsetUnit.CALENDAR_DAYS: {"uk": ("день", "дні", "днів"), "en": ("day", "days", "days")},
    OffsetUnit.WORKING_DAYS: {
        "uk": ("робочий день", "робочі дні", "робочих днів"),
        "en": ("working day", "working days", "working days"),
    },
    OffsetUnit.MONTHS: {"uk": ("місяць", "місяці", "місяців"), "en": ("month", "months", "months")},
    OffsetUnit.MINUTES: {"uk": ("хвилина", "хвилини", "хвилин"), "en": ("minute", "minutes", "minutes")},
}


def unknown(text: str) -> list[str]:
    """What stands in braces and means nothing here."""
    return sorted({name for name in HOLE.findall(text) if name not in PLACEHOLDERS})


def filled(text: str, facts: Mapping[str, str]) -> str:
    """Whatever is not known stays out; what is filled in is never looked at again."""
    return " ".join(HOLE.sub(lambda match: facts.get(match[1], ""), text).split())


def amount(count: int, unit: OffsetUnit, language: Language) -> str:
    """`3 дні`, `90 days`: the distance alone, before or after."""
    count = abs(count)
    one, few, many = COUNTED[unit][language]
    if language is Language.EN:
        return f"{count} {one if count == 1 else many}"
    if count % 10 == 1 and count % 100 != 11:
        return f"{count} {one}"
    is_few = count % 10 in {2, 3, 4} and count % 100 not in {12, 13, 14}
    return f"{count} {few if is_few else many}"
