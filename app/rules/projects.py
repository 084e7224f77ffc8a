"""How a joint project moves from its preparation to its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.errors import Sentence, say
from app.vocabulary import ProjectStatus

S = ProjectStatus

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "project_move": (
        "Проєкт зараз «{status}»: далі можливо: {possible}.",
        "The project is “{status}”: from here it can become: {possible}.",
    ),
    "project_reason_needed": (
        "Вкажіть, чому проєкт переходить у стан «{to}».",
        "Say why the project becomes “{to}”.",
    ),
    "project_contract_needed": (
        "Спершу вкажіть підписаний договір проєкту.",
        "Name the project's signed contract first.",
    ),
    "agreement_of_linked_partnership": (
        "Договір має належати одному з партнерств проєкту.",
        "The contract must belong to one of the project's partnerships.",
    ),
}

FORWARD: Final[Mapping[ProjectStatus, tuple[ProjectStatus, ...]]] = {
    S.PIPELINE: (S.CONTRACTED, S.IMPLEMENTING),
    S.CONTRACTED: (S.IMPLEMENTING,),
    S.IMPLEMENTING: (S.FINALISING,),
    S.SUSPENDED: (S.IMPLEMENTING,),
    S.FINALISING: (S.CLOSED,),
    S.CLOSED: (),
    S.CANCELLED: (),
    S.TERMINATED: (),
}

# Steps back, interruptions and returns from the end.
WITH_REASON: Final[Mapping[ProjectStatus, tuple[ProjectStatus, ...]]] = {
    S.PIPELINE: (S.CANCELLED,),
    S.CONTRACTED: (S.PIPELINE, S.CANCELLED, S.TERMINATED),
    S.IMPLEMENTING: (S.SUSPENDED, S.TERMINATED),
    S.SUSPENDED: (S.TERMINATED,),
    S.FINALISING: (S.IMPLEMENTING, S.TERMINATED),
    S.CLOSED: (S.FINALISING,),
    S.CANCELLED: (S.PIPELINE,),
    S.TERMINATED: (S.IMPLEMENTING,),
}


@dataclass(frozen=True)
class Facts:
    status: ProjectStatus
    has_signed_contract: bool


def objections(facts: Facts, to: ProjectStatus, reason: str | None) -> list[Sentence]:
    """Why this move is refused, in words for a person; empty when it is fine."""
    possible = FORWARD[facts.status] + WITH_REASON[facts.status]
    if to not in possible:
        return [say("project_move", status=facts.status, possible=possible)]
    found = []
    # A project of the informal track goes straight to its implementation.
    if to is S.CONTRACTED and not facts.has_signed_contract:
        found.append(say("project_contract_needed"))
    if to in WITH_REASON[facts.status] and not reason:
        found.append(say("project_reason_needed", to=to))
    return found
