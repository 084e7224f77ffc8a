"""When a consent can be given and taken back."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from app.errors import Sentence, say
from app.vocabulary import ConsentPurpose

# More would be a mistake of a program; a person could not look through them.
MOST: Final = 200

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "consent_from_the_future": ("Згода не може мати дату з майбутнього.", "A consent cannot be dated in the future."),
    "guardian_needed": (
        "За дитину згоду дає один із батьків або опікун: вкажіть, хто саме.",
        "For a minor the consent is given by a parent or guardian: say by whom.",
    ),
    "consent_withdrawn_already": ("Цю згоду вже відкликано {on}.", "This consent was already withdrawn on {on}."),
    "withdrawn_before_given": (
        "Згоду дано {on}: відкликати її раніше не можна.",
        "The consent was given on {on}; it cannot be withdrawn earlier.",
    ),
    "too_many_consents": (
        "Для однієї особи можна записати щонайбільше {most} згод.",
        "At most {most} consents can be recorded for one person.",
    ),
}


def giving_objections(
    purpose: ConsentPurpose, given_on: date, given_by: str | None, *, count: int, today: date
) -> list[Sentence]:
    found = []
    if given_on > today:
        found.append(say("consent_from_the_future"))
    if purpose is ConsentPurpose.MINOR_PARTICIPATION and given_by is None:
        found.append(say("guardian_needed"))
    if count >= MOST:
        found.append(say("too_many_consents", most=MOST))
    return found


def withdrawal_objections(given_on: date, withdrawn_on: date | None, *, on: date, today: date) -> list[Sentence]:
    if withdrawn_on is not None:
        return [say("consent_withdrawn_already", on=withdrawn_on)]
    if on < given_on:
        return [say("withdrawn_before_given", on=given_on)]
    return [say("consent_from_the_future")] if on > today else []
