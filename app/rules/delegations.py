"""How a delegation moves from the first plan to its report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.errors import Sentence, say
from app.vocabulary import DelegationDirection, DelegationStatus

S = DelegationStatus

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "delegation_move": (
        "Делегація зараз у стані «{status}»: далі можливо: {possible}.",
        "The delegation is “{status}”: from here it can become: {possible}.",
    ),
    "delegation_is_over": (
        "Делегація в стані «{status}», який більше не змінюється.",
        "The delegation is “{status}”, and that does not change any more.",
    ),
    "delegation_reason_needed": (
        "Вкажіть, чому делегація переходить у стан «{to}».",
        "Say why the delegation becomes “{to}”.",
    ),
    "delegation_country_needed": (
        "Спершу вкажіть країну, до якої вона прямує або з якої приїздить.",
        "Name the country that it goes to or comes from first.",
    ),
    "delegation_not_begun": ("Делегація починається лише {on}.", "The delegation begins only on {on}."),
    "delegation_new_dates_needed": (
        "Спершу призначте нові дати: {on} уже минуло.",
        "Set new dates first: {on} has passed.",
    ),
}

FORWARD: Final[Mapping[DelegationStatus, tuple[DelegationStatus, ...]]] = {
    S.DRAFT: (S.PLANNED,),
    S.PLANNED: (S.INVITING,),
    S.INVITING: (S.LIST_FROZEN,),
    S.LIST_FROZEN: (S.READY,),
    S.READY: (S.IN_PROGRESS, S.LIST_FROZEN),
    S.IN_PROGRESS: (S.RETURNED,),
    S.RETURNED: (S.REPORTED,),
    S.REPORTED: (S.CLOSED,),
    S.CLOSED: (),
    S.POSTPONED: (S.PLANNED,),
    S.CANCELLED: (),
}

WITH_REASON: Final[Mapping[DelegationStatus, tuple[DelegationStatus, ...]]] = {
    S.DRAFT: (S.POSTPONED, S.CANCELLED),
    S.PLANNED: (S.POSTPONED, S.CANCELLED),
    S.INVITING: (S.POSTPONED, S.CANCELLED),
    S.LIST_FROZEN: (S.INVITING, S.POSTPONED, S.CANCELLED),
    S.READY: (S.POSTPONED, S.CANCELLED),
    S.IN_PROGRESS: (S.CANCELLED,),
    S.RETURNED: (),
    S.REPORTED: (),
    S.CLOSED: (),
    S.POSTPONED: (S.CANCELLED,),
    S.CANCELLED: (),
}


@dataclass(frozen=True)
class Facts:
    status: DelegationStatus
    direction: DelegationDirection
    has_country: bool
    starts_on: date
    today: date


def objections(facts: Facts, to: DelegationStatus, reason: str | None) -> list[Sentence]:
    """Why this move is refused, in words for a person; empty when it is fine."""
    possible = FORWARD[facts.status] + WITH_REASON[facts.status]
    if not possible:
        return [say("delegation_is_over", status=facts.status)]
    if to not in possible:
        return [say("delegation_move", status=facts.status, possible=possible)]
    found = ENTRY[to](facts) if to in ENTRY else []
    if to in WITH_REASON[facts.status] and not reason:
        found.append(say("delegation_reason_needed", to=to))
    return found


def _planned(facts: Facts) -> list[Sentence]:
    found = []
    if facts.direction in {DelegationDirection.OUTGOING, DelegationDirection.INCOMING} and not facts.has_country:
        found.append(say("delegation_country_needed"))
    if facts.status is S.POSTPONED and facts.starts_on < facts.today:
        found.append(say("delegation_new_dates_needed", on=facts.starts_on))
    return found


def _in_progress(facts: Facts) -> list[Sentence]:
    return [say("delegation_not_begun", on=facts.starts_on)] if facts.today < facts.starts_on else []


ENTRY: Final[Mapping[DelegationStatus, Callable[[Facts], list[Sentence]]]] = {
    S.PLANNED: _planned,
    S.IN_PROGRESS: _in_progress,
}
