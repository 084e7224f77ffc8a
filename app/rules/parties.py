"""Who can be a party: live organizations, on both sides of the border, none of an aggressor state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.errors import Sentence, say
from app.vocabulary import countries

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "party_unknown": ("Такої організації немає.", "There is no such organization."),
    "party_archived": ("Ця організація в архіві.", "This organization is archived."),
    "party_of_aggressor": (
        "Співробітництво із суб’єктами держави-агресора заборонене: {country_uk}.",
        "Cooperation with bodies of an aggressor state is prohibited: {country_en}.",
    ),
    "ukrainian_party_missing": (
        "Потрібна щонайменше одна українська сторона.",
        "At least one Ukrainian party is needed.",
    ),
    "foreign_party_missing": (
        "Потрібна щонайменше одна іноземна сторона: співробітництво громад між собою ведуть окремо.",
        "At least one foreign party is needed: cooperation between hromadas is kept elsewhere.",
    ),
    "party_of_a_document": (
        "Сторону документа не вилучають із партнерства: вкажіть дату, коли вона вийшла.",
        "A party of a document is not removed from the partnership: give the date on which it left.",
    ),
    "own_party_needed": (
        "Серед сторін має бути ваша організація.",
        "One of the parties must be an organization of yours.",
    ),
}


@dataclass(frozen=True)
class Side:
    country: str
    is_archived: bool
    is_of_aggressor: bool


def objection(side: Side | None) -> Sentence | None:
    """Why this organization cannot be a party; None when it can."""
    if side is None:
        return say("party_unknown")
    if side.is_archived:
        return say("party_archived")
    if side.is_of_aggressor:
        names = {f"country_{tongue}": countries.short_name(side.country, tongue) for tongue in ("uk", "en")}
        return say("party_of_aggressor", **names)
    return None


def sides(codes: list[str]) -> list[Sentence]:
    """What the parties together still lack."""
    found = []
    if "UA" not in codes:
        found.append(say("ukrainian_party_missing"))
    if all(code == "UA" for code in codes):
        found.append(say("foreign_party_missing"))
    return found
