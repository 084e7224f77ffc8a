"""What stands in the way of an erasure, and why some of it stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.errors import Sentence, say

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "erased_person": ("Стерта особа", "Erased person"),
    "is_erased": (
        "Дані цієї особи стерто: запис не можна ні змінити, ні повернути.",
        "The data of this person was erased: the record can be neither changed nor restored.",
    ),
    "hand_over_partnerships": (
        "Особа координує чинні партнерства ({count}): спершу передайте їх іншій людині.",
        "The person coordinates {count} running partnerships: hand them over to somebody else first.",
    ),
    "kept_affiliations": (
        "Лишається, в якій організації й коли хтось працював, без імені та посади: від цього залежить історія рішень.",
        "In which organization somebody worked and when stays, without name and position: decisions rest on it.",
    ),
    "kept_consents": (
        "Лишаються мета й дати згод: вони доводять, що дані обробляли законно.",
        "Purposes and dates of consents stay: they prove that the data was used lawfully.",
    ),
    "kept_letters": (
        "Зареєстровані листи є офіційними документами: ім’я адресата лишається в їхньому тексті.",
        "Registered letters are official documents: the name of the addressee stays in their text.",
    ),
    "kept_signatures": (
        "Ім’я підписанта є частиною підписаного документа й реєстру, який вимагає закон.",
        "The signatory's name is part of a signed document and of the register that the law demands.",
    ),
    "kept_partnerships": (
        "Завершені партнерства й далі вказують на знеособлений обліковий запис.",
        "Partnerships of the past still point to the account, which names nobody any more.",
    ),
    "kept_changes": (
        "Записи журналу не змінюються: значення з них вилучено, лишилося тільки те, що зміна відбулася.",
        "Entries of the journal never change: the values are gone from them, only the fact of the change stays.",
    ),
    "ledger_line_unreadable": (
        "Рядок {line} не є записом реєстру стирань.",
        "Line {line} is no entry of the ledger of erasures.",
    ),
}


@dataclass(frozen=True)
class Facts:
    """What the model knows of duties that the person still has."""

    running_partnerships: int
    is_last_administrator: bool


def objections(facts: Facts) -> list[Sentence]:
    found = []
    if facts.running_partnerships:
        found.append(say("hand_over_partnerships", count=facts.running_partnerships))
    if facts.is_last_administrator:
        found.append(say("last_administrator"))
    return found
