"""The stages of a partnership: what entering each of them takes, and why a move is refused.

Not a ladder: cooperation skips stages and comes back. Forward moves may skip, a step back needs a reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.errors import Sentence, say
from app.rules.missing import Missing
from app.vocabulary import AgreementKind, PartnershipStatus, Provider, Stage, Track

ORDER: Final = tuple(Stage)

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "already_there": ("Партнерство вже на цьому етапі.", "The partnership is at this stage already."),
    "step_back_needs_reason": (
        "Щоб повернутися до етапу «{stage}», вкажіть причину.",
        "Give a reason for the step back to the stage “{stage}”.",
    ),
    "return_needs_reason": (
        "Партнерство завершене: щоб відновити його, вкажіть причину.",
        "The partnership has ended: give a reason to bring it back.",
    ),
    "ending_needs_reason": ("Вкажіть, чому партнерство завершується.", "Say why the partnership ends."),
    "signed_document_needed": (
        "Для етапу «{stage}» потрібен підписаний документ: {kinds}.",
        "The stage “{stage}” needs a signed document: {kinds}.",
    ),
    "project_needed": (
        "Для спільного проєкту додайте до партнерства проєкт.",
        "Link a project to the partnership before the joint-project stage.",
    ),
    "project_without_contract_needed": (
        "Для неформального формату потрібен пов’язаний проєкт без договору.",
        "On the informal track a linked project without a contract is needed.",
    ),
    "delegation_needed": (
        "Для обміну делегаціями додайте до партнерства делегацію.",
        "Link a delegation to the partnership before the stage of delegation exchange.",
    ),
    "signed_document_makes_formal": (
        "Є чинний підписаний документ, тому партнерство формальне: спершу зафіксуйте його припинення.",
        "A signed document is in force, so the partnership is formal: record its termination first.",
    ),
    "terminated_document_needed": (
        "Щоб повернутися до неформального формату, потрібен документ, який припинено або строк дії якого минув.",
        "The way back to the informal track needs a document that was terminated or has expired.",
    ),
    "informal_needs_reason": (
        "Вкажіть причину повернення до неформального формату.",
        "Give a reason for the way back to the informal track.",
    ),
    "already_on_track": ("Партнерство вже має цей формат.", "The partnership is on this track already."),
    "formal_needs_signature": (
        "Формальним партнерство стає з підписанням першого документа.",
        "A partnership becomes formal when its first document is signed.",
    ),
    "partnership_has_ended": (
        "Партнерство завершене: спершу відновіть його.",
        "The partnership has ended: bring it back first.",
    ),
    "already_has_status": ("Партнерство вже має цей стан.", "The partnership has this status already."),
}


@dataclass(frozen=True)
class Document:
    """A document of the partnership as the stages see it."""

    id: UUID
    kind: AgreementKind
    is_live: bool
    is_ended: bool = False
    missing: tuple[Missing, ...] = ()

    @property
    def stage(self) -> Stage | None:
        return self.kind.supports


@dataclass(frozen=True)
class Facts:
    id: UUID
    track: Track
    stage: Stage
    status: PartnershipStatus
    documents: tuple[Document, ...] = ()
    projects: int = 0
    projects_without_contract: int = 0
    delegations: int = 0

    def has_live(self, stage: Stage) -> bool:
        return any(document.is_live and document.stage is stage for document in self.documents)


def kinds_for(stage: Stage) -> tuple[AgreementKind, ...]:
    return tuple(kind for kind in AgreementKind if kind.supports is stage)


def _signed_document(facts: Facts, to: Stage) -> list[Missing]:
    """Names the steps that the furthest draft still lacks, or the document itself when there is none."""
    if facts.has_live(to):
        return []
    sentence = say("signed_document_needed", stage=to, kinds=kinds_for(to))
    needed = Missing(sentence, Provider.COORDINATOR, f"/v1/agreements?partnership_id={facts.id}")
    drafts = [document for document in facts.documents if document.stage is to and document.missing]
    nearest = min(drafts, key=lambda document: len(document.missing), default=None)
    return [needed, *(nearest.missing if nearest else ())]


def _project(facts: Facts, _: Stage) -> list[Missing]:
    if facts.projects:
        return []
    return [Missing(say("project_needed"), Provider.COORDINATOR, f"/v1/projects?partnership_id={facts.id}")]


def _project_without_contract(facts: Facts, _: Stage) -> list[Missing]:
    if facts.projects_without_contract:
        return []
    sentence = say("project_without_contract_needed")
    return [Missing(sentence, Provider.COORDINATOR, f"/v1/projects?partnership_id={facts.id}")]


def _delegation(facts: Facts, _: Stage) -> list[Missing]:
    if facts.delegations:
        return []
    return [Missing(say("delegation_needed"), Provider.COORDINATOR, f"/v1/delegations?partnership_id={facts.id}")]


def _nothing(_: Facts, __: Stage) -> list[Missing]:
    return []


Requirement = Callable[[Facts, Stage], list[Missing]]

ENTRY: Final[Mapping[tuple[Track, Stage], Requirement]] = {
    (Track.FORMAL, Stage.CONTACT): _nothing,
    (Track.FORMAL, Stage.LETTER_OF_INTENT): _signed_document,
    (Track.FORMAL, Stage.MEMORANDUM): _signed_document,
    (Track.FORMAL, Stage.CONTRACT): _signed_document,
    (Track.FORMAL, Stage.JOINT_PROJECT): _project,
    (Track.FORMAL, Stage.DELEGATION_EXCHANGE): _delegation,
    (Track.INFORMAL, Stage.CONTACT): _nothing,
    (Track.INFORMAL, Stage.LETTER_OF_INTENT): _signed_document,
    (Track.INFORMAL, Stage.MEMORANDUM): _signed_document,
    (Track.INFORMAL, Stage.CONTRACT): _signed_document,
    (Track.INFORMAL, Stage.JOINT_PROJECT): _project_without_contract,
    (Track.INFORMAL, Stage.DELEGATION_EXCHANGE): _delegation,
}


def is_step_back(facts: Facts, to: Stage) -> bool:
    # From rest (dormant, ended) every move is a return to life, never a step back.
    return facts.status is PartnershipStatus.ACTIVE and ORDER.index(to) < ORDER.index(facts.stage)


def needs_reason(facts: Facts, to: Stage) -> bool:
    return facts.status is PartnershipStatus.ENDED or is_step_back(facts, to)


def missing(facts: Facts, to: Stage) -> list[Missing]:
    """What entering the stage still takes; empty when everything is there."""
    return ENTRY[facts.track, to](facts, to)


def objections(facts: Facts, to: Stage, reason: str | None) -> list[Sentence]:
    """Why this move is refused, in words for a person; empty when it is fine."""
    if to is facts.stage and facts.status is PartnershipStatus.ACTIVE:
        return [say("already_there")]
    found = [lack.sentence for lack in missing(facts, to)]
    if facts.status is PartnershipStatus.ENDED and not reason:
        found.append(say("return_needs_reason"))
    elif is_step_back(facts, to) and not reason:
        found.append(say("step_back_needs_reason", stage=to))
    return found


def track_objections(facts: Facts, to: Track, reason: str | None) -> list[Sentence]:
    """Only a signature makes a partnership formal; the way back needs a terminated document and a reason."""
    if to is facts.track:
        return [say("already_on_track")]
    if to is Track.FORMAL:
        return [] if any(document.is_live for document in facts.documents) else [say("formal_needs_signature")]
    found = []
    if any(document.is_live for document in facts.documents):
        found.append(say("signed_document_makes_formal"))
    if not any(document.is_ended for document in facts.documents):
        found.append(say("terminated_document_needed"))
    if not reason:
        found.append(say("informal_needs_reason"))
    return found


def status_objections(facts: Facts, to: PartnershipStatus, reason: str | None) -> list[Sentence]:
    if to is facts.status:
        return [say("already_has_status")]
    if to is PartnershipStatus.ENDED and not reason:
        return [say("ending_needs_reason")]
    if facts.status is PartnershipStatus.ENDED and not reason:
        return [say("return_needs_reason")]
    return []
