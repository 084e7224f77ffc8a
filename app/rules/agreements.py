"""How a document of cooperation moves from draft to its end, and what stands before its signature.

Sources: Law 3668-IX (approval by the ministry), Art. 26 of the Local Self-Government Law (act of the council),
Resolution 357 of 28 March 2025 (registration).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from app.errors import Sentence, say
from app.rules.missing import Missing
from app.vocabulary import AgreementKind, AgreementStatus, MinistryDecision, OrganizationKind, Provider

S = AgreementStatus

LIVE: Final = frozenset({S.SIGNED, S.REGISTERED, S.IN_FORCE})
OPEN: Final = frozenset({S.DRAFT, S.UNDER_REVIEW, S.APPROVED})
CLOSED: Final = frozenset({S.REFUSED, S.WITHDRAWN, S.EXPIRED, S.TERMINATED})

# The law speaks of authorities of territories; a document with a company or an international body is outside it.
TERRITORIAL: Final = frozenset(
    {
        OrganizationKind.HROMADA,
        OrganizationKind.FOREIGN_MUNICIPALITY,
        OrganizationKind.REGION,
        OrganizationKind.LSG_BODY,
        OrganizationKind.MILITARY_ADMINISTRATION,
        OrganizationKind.NATIONAL_ASSOCIATION,
    }
)

FROM: Final[Mapping[str, frozenset[AgreementStatus]]] = {
    "revise": OPEN | {S.REFUSED},
    "record_act": OPEN,
    "submit": frozenset({S.DRAFT}),
    "decide": frozenset({S.UNDER_REVIEW}),
    "sign": OPEN,
    "register": LIVE,
    "enter_into_force": frozenset({S.SIGNED, S.REGISTERED}),
    "withdraw": OPEN,
    "expire": LIVE,
    "terminate": LIVE,
}

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "agreement_state": (
        "Документ у стані «{status}»: ця дія зараз неможлива.",
        "The document is “{status}”: this cannot be done now.",
    ),
    "council_act_missing": (
        "Немає рішення ради або розпорядження військової адміністрації про схвалення.",
        "The council's decision or the military administration's order is missing.",
    ),
    "ministry_approval_missing": (
        "Немає погодження Мінрозвитку.",
        "The approval of the Ministry for Development of Communities and Territories is missing.",
    ),
    "parties_missing": (
        "Документ має щонайменше дві сторони, з них одна українська.",
        "A document has at least two parties, one of them Ukrainian.",
    ),
    "signatories_missing": (
        "Вкажіть, хто підписує за кожну сторону.",
        "Say who signs for each party.",
    ),
    "signature_missing": ("Документ ще не підписано.", "The document has not been signed yet."),
    "approval_not_required": (
        "Цей документ не потребує погодження Мінрозвитку.",
        "This document does not need the ministry's approval.",
    ),
    "before_council_act": (
        "Дата підписання не може бути раніше за схвалення ({on}).",
        "The signature cannot be dated before the council's act ({on}).",
    ),
    "before_ministry_approval": (
        "Дата підписання не може бути раніше за погодження ({on}).",
        "The signature cannot be dated before the ministry's approval ({on}).",
    ),
    "before_submission": (
        "Рішення не може бути раніше за подання ({on}).",
        "The decision cannot be dated before the submission ({on}).",
    ),
    "before_signature": (
        "Дата не може бути раніше за підписання ({on}).",
        "The date cannot be before the signature ({on}).",
    ),
    "already_registered": ("Документ уже зареєстровано.", "The document is registered already."),
    "registration_not_needed": (
        "Реєструють лише угоди про міжнародне територіальне співробітництво.",
        "Only agreements on international territorial cooperation are registered.",
    ),
    "not_yet_expired": ("Строк дії ще не минув.", "The term has not ended yet."),
    "signed_text_is_fixed": (
        "Підписаний документ не змінюють: укладіть додаткову угоду.",
        "A signed document is not edited: make an addendum.",
    ),
    "aggressor_state": (
        "Співробітництво із суб’єктами країни «{country}» заборонене.",
        "Cooperation with bodies of “{country}” is prohibited.",
    ),
    "party_of_partnership": (
        "Стороною документа може бути лише учасник партнерства.",
        "Only a party of the partnership can be a party to its document.",
    ),
}


@dataclass(frozen=True)
class Facts:
    """What the rules need to know of a document."""

    id: UUID
    kind: AgreementKind
    status: AgreementStatus
    is_itc: bool
    requires_council_act: bool
    requires_ministry_approval: bool
    act_on: date | None = None
    submitted_on: date | None = None
    decision: MinistryDecision | None = None
    decision_on: date | None = None
    signed_on: date | None = None
    expires_on: date | None = None
    is_registered: bool = False
    ukrainian_parties: int = 0
    parties: int = 0
    parties_without_signatory: int = 0
    today: date = field(default=date.max)


def is_itc(kinds: list[OrganizationKind], has_foreign: bool) -> bool:
    """An agreement of international territorial cooperation: every party is an authority of a territory."""
    return has_foreign and all(kind in TERRITORIAL for kind in kinds)


def missing_for_signature(facts: Facts) -> list[Missing]:
    """Every step that the signature still waits for, in the order in which they are usually made."""
    place = f"/v1/agreements/{facts.id}"
    found = []
    if facts.parties < 2 or not facts.ukrainian_parties:
        found.append(Missing(say("parties_missing"), Provider.COORDINATOR, place))
    elif facts.parties_without_signatory:
        found.append(Missing(say("signatories_missing"), Provider.PARTIES, place))
    if facts.requires_council_act and facts.act_on is None:
        found.append(Missing(say("council_act_missing"), Provider.COUNCIL, f"{place}/council-act"))
    if facts.requires_ministry_approval and facts.decision is not MinistryDecision.APPROVED:
        found.append(Missing(say("ministry_approval_missing"), Provider.MINISTRY, f"{place}/ministry-decision"))
    return found


def status_with_approvals(facts: Facts) -> AgreementStatus:
    """Approvals come in any order: the document is approved when the last one that it needs is there."""
    has_act = facts.act_on is not None or not facts.requires_council_act
    is_approved = facts.decision is MinistryDecision.APPROVED or not facts.requires_ministry_approval
    if has_act and is_approved and (facts.requires_council_act or facts.requires_ministry_approval):
        return S.APPROVED
    return S.UNDER_REVIEW if facts.submitted_on and facts.decision is not MinistryDecision.REMARKS else S.DRAFT


def _submit(facts: Facts, _: date) -> list[Sentence]:
    return [] if facts.requires_ministry_approval else [say("approval_not_required")]


def _decide(facts: Facts, on: date) -> list[Sentence]:
    if facts.submitted_on and on < facts.submitted_on:
        return [say("before_submission", on=facts.submitted_on)]
    return []


def _sign(facts: Facts, on: date) -> list[Sentence]:
    found = [lack.sentence for lack in missing_for_signature(facts)]
    if facts.act_on and on < facts.act_on:
        found.append(say("before_council_act", on=facts.act_on))
    if facts.decision_on and on < facts.decision_on:
        found.append(say("before_ministry_approval", on=facts.decision_on))
    return found


def _after_signature(facts: Facts, on: date) -> list[Sentence]:
    return [say("before_signature", on=facts.signed_on)] if facts.signed_on and on < facts.signed_on else []


def _register(facts: Facts, on: date) -> list[Sentence]:
    if not facts.is_itc:
        return [say("registration_not_needed")]
    if facts.is_registered:
        return [say("already_registered")]
    return _after_signature(facts, on)


def _expire(facts: Facts, on: date) -> list[Sentence]:
    return [] if facts.expires_on and facts.expires_on < on else [say("not_yet_expired")]


def _nothing(_: Facts, __: date) -> list[Sentence]:
    return []


CHECKS: Final[Mapping[str, Callable[[Facts, date], list[Sentence]]]] = {
    "revise": _nothing,
    "record_act": _nothing,
    "submit": _submit,
    "decide": _decide,
    "sign": _sign,
    "register": _register,
    "enter_into_force": _after_signature,
    "withdraw": _nothing,
    "expire": _expire,
    "terminate": _after_signature,
}


def objections(facts: Facts, verb: str, on: date) -> list[Sentence]:
    """Why this step is refused, in words for a person; empty when it is fine. `on` is the day of the step."""
    if facts.status not in FROM[verb]:
        return [say("agreement_state", status=facts.status)]
    found = CHECKS[verb](facts, on)
    if on > facts.today:
        found.append(say("not_in_future"))
    return found
