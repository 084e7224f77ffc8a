"""What stands in the journal as a code or an id, as people read it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlmodel import SQLModel

from app.core.uow import Reader
from app.models.base import TermText
from app.vocabulary import TAXONOMIES, Term
from app.vocabulary.countries import codes, short_name

Names = Mapping[tuple[str, str], tuple[str, str]]

YES_NO: Final = {True: ("так", "yes"), False: ("ні", "no")}
ERASED: Final = {"erased": True}
ERASED_LABEL: Final = ("стерто", "erased")

# Lists of codes are stored as texts, which do not say of what.
LISTS: Final[Mapping[str, str]] = {
    "purposes": "purpose",
    "directions": "direction",
    "networks": "network",
    "criteria": "partner_criterion",
    "event_types": "webhook_event_type",
}
COUNTRIES: Final = frozenset({"country", "countries"})
# Named by their code, and without a foreign key: the register comes and goes as a whole.
TERRITORIES: Final = frozenset({"oblast_code", "raion_code"})

# Only what everybody who reads the record may know: organizations are public, documents are told by their number.
NAMES: Final = """
SELECT 'organizations', id::text, coalesce(name_uk, name_en), name_en FROM organizations WHERE id = ANY ($1::uuid[])
UNION ALL SELECT 'users', id::text, name, name FROM users WHERE id = ANY ($2::uuid[])
UNION ALL SELECT 'partnerships', id::text, number, number FROM partnerships WHERE id = ANY ($3::uuid[])
UNION ALL SELECT 'agreements', id::text, number, number FROM agreements WHERE id = ANY ($4::uuid[])
UNION ALL SELECT 'territories', code, name_uk, name_en FROM territories WHERE code = ANY ($5)
"""
NAMED: Final = ("organizations", "users", "partnerships", "agreements", "territories")


def referred(part: str, name: str) -> str | None:
    """The table that a field refers to, if records there have names."""
    if name in TERRITORIES:
        return "territories"
    table = SQLModel.metadata.tables.get(part)
    column = table.columns.get(name) if table is not None else None
    targets = [key.column.table.name for key in column.foreign_keys] if column is not None else []
    return next((target for target in targets if target in NAMED), None)


async def names(reader: Reader, values: Iterable[tuple[str, str, Any]]) -> Names:
    """The names behind the ids among these values, each with its part and field; one question for a page."""
    wanted: dict[str, set[str]] = {table: set() for table in NAMED}
    for part, name, value in values:
        if isinstance(value, str) and (table := referred(part, name)):
            wanted[table].add(value)
    if not any(wanted.values()):
        return {}
    rows = await reader.rows(NAMES, [sorted(wanted[table]) for table in NAMED])
    return {(table, id): (uk, en) for table, id, uk, en in rows}


def label(part: str, name: str, value: Any, language: str, known: Names) -> str | None:
    """A yes or no, a member of a taxonomy, a country or a name; None for what needs no translation."""
    place = 0 if language == "uk" else 1
    if isinstance(value, bool):
        return YES_NO[value][place]
    if value == ERASED:
        return ERASED_LABEL[place]
    if isinstance(value, list):
        found = [label(part, name, each, language, known) for each in value]
        return ", ".join(each for each in found if each) if found and all(found) else None
    if not isinstance(value, str):
        return None
    return _of_text(part, name, value, language) or _of_name(part, name, value, place, known)


def _of_text(part: str, name: str, value: str, language: str) -> str | None:
    if name in COUNTRIES:
        return short_name(value, language) if value in codes() else None
    kind = _taxonomy(part, name)
    member = next((each for each in kind if each.value == value), None) if kind else None
    return member.label(language) if member else None


def _taxonomy(part: str, name: str) -> type[Term] | None:
    if name in LISTS:
        return TAXONOMIES[LISTS[name]]
    table = SQLModel.metadata.tables.get(part)
    column = table.columns.get(name) if table is not None else None
    return column.type.kind if column is not None and isinstance(column.type, TermText) else None


def _of_name(part: str, name: str, value: str, place: int, known: Names) -> str | None:
    table = referred(part, name)
    found = known.get((table, value)) if table else None
    return found[place] if found else None
