"""How a document of cooperation moves from draft to its end, and what stands before its signature.

Sources: Law 3668-IX (approval by the ministry), Art. 26 of the Local Self-Government Law (act of the council),
Resolution 357 of 28 March 2025 (registration).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from app.errors import Sentence, say
from app.rules.agreement_sentences import SENTENCES as SENTENCES
from app.rules.legal import Limit, legal
from app.rules.missing import Missing
from app.rules.months import months_after
from app.vocabulary import (
    AgreementKind,
    AgreementRelation,
    AgreementStatus,
    MinistryDecision,
    OrganizationKind,
    Provider,
)

S = AgreementStatus

LIVE: Final = frozenset({S.SIGNED, S.REGISTERED, S.IN_FORCE})
OPEN: Final = frozenset({S.DRAFT, S.UNDER_REVIEW, S.APPROVED})
SIGNED: Final = LIVE | {S.EXPIRED, S.TERMINATED}

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

# The verbs that a person can use, with the operation of each and its name.
VERBS: Final[Mapping[str, tuple[str, str, str]]] = {
    "record_act": ("council-act", "внести рішення про схвалення", "record the council's act"),
    "submit": ("submission", "подати на погодження", "submit for approval"),
    "decide": ("ministry-decision", "внести рішення Мінрозвитку", "record the ministry's decision"),
    "sign": ("signature", "підписати", "sign"),
    "register": ("registration", "зареєструвати", "register"),
    "enter_into_force": ("entry-into-force", "ввести в дію", "enter into force"),
    "terminate": ("termination", "припинити", "terminate"),
    "withdraw": ("withdrawal", "відкликати", "withdraw"),
    "revise": ("revision", "повернути в чернетки", "return to draft"),
}

# What the council and the ministry approved; a change of any of it is a new text.
TEXT: Final = frozenset(
    {
        "kind",
        "title_uk",
        "title_en",
        "languages",
        "binding_languages",
        "term_type",
        "effective_on",
        "expires_on",
        "prolongation",
        "prolongation_months",
        "notice_days",
        "has_financing",
        "financing_amount",
        "financing_currency",
        "predecessor_id",
        "relation",
        "parties",
        "drafts",
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
    has_itc_kind: bool = False
    ukrainian_parties: int = 0
    parties: int = 0
    parties_without_signatory: int = 0
    predecessor: AgreementStatus | None = None
    relation: AgreementRelation | None = None
    barred: tuple[Sentence, ...] = ()
    today: date = field(default=date.max)

    @property
    def is_text_fixed(self) -> bool:
        return self.status in {S.UNDER_REVIEW, S.APPROVED} or self.act_on is not None


def is_itc(kinds: list[OrganizationKind], has_foreign: bool) -> bool:
    """An agreement of international territorial cooperation: every party is an authority of a territory."""
    return has_foreign and all(kind in TERRITORIAL for kind in kinds)


@dataclass(frozen=True)
class Needs:
    """Which approvals a document waits for."""

    council_act: bool
    ministry_approval: bool


def needs_of(kind: AgreementKind, predecessor: Needs | None, *, is_itc: bool) -> Needs:
    """What the kind decides by default; an addendum needs what the document needed that it changes."""
    if kind is AgreementKind.ADDENDUM and predecessor is not None:
        return predecessor
    return Needs(is_itc and kind.needs_council_act, is_itc and kind.needs_ministry_approval)


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
    if facts.decision is MinistryDecision.APPROVED:
        return [say("already_decided")]
    if facts.submitted_on and on < facts.submitted_on:
        return [say("before_submission", on=facts.submitted_on)]
    return []


def _sign(facts: Facts, on: date) -> list[Sentence]:
    found = [lack.sentence for lack in missing_for_signature(facts)]
    if facts.act_on and on < facts.act_on:
        found.append(say("before_council_act", on=facts.act_on))
    if facts.decision_on and on < facts.decision_on:
        found.append(say("before_ministry_approval", on=facts.decision_on))
    if facts.expires_on and facts.expires_on < on:
        found.append(say("term_has_passed", on=facts.expires_on))
    return [*found, *_predecessor(facts), *facts.barred]


def _predecessor(facts: Facts) -> list[Sentence]:
    if facts.predecessor is None:
        return []
    if facts.predecessor not in SIGNED:
        return [say("predecessor_not_signed")]
    if facts.relation is AgreementRelation.AMENDS and facts.predecessor not in LIVE:
        return [say("predecessor_not_live", status=facts.predecessor)]
    return []


def _after_signature(facts: Facts, on: date) -> list[Sentence]:
    return [say("before_signature", on=facts.signed_on)] if facts.signed_on and on < facts.signed_on else []


def _register(facts: Facts, on: date) -> list[Sentence]:
    if not facts.is_itc:
        return [say("registration_not_needed")]
    if not facts.has_itc_kind:
        return [say("itc_kind_missing")]
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
        awaits_signature = facts.status in OPEN and FROM[verb] <= LIVE
        return [say("signature_missing") if awaits_signature else say("agreement_state", status=facts.status)]
    found = CHECKS[verb](facts, on)
    if on > facts.today:
        found.append(say("not_in_future"))
    return found


def missing_for(facts: Facts, verb: str) -> list[Missing]:
    """What has to come before this step; only the signature waits for others."""
    return missing_for_signature(facts) if verb == "sign" and facts.status in FROM["sign"] else []


def edit_objections(facts: Facts, changed: frozenset[str]) -> list[Sentence]:
    """Why these fields cannot be changed now; what is signed or approved keeps its text."""
    if facts.status in SIGNED:
        return [say("signed_text_is_fixed")]
    if facts.status not in OPEN:
        return [say("agreement_state", status=facts.status)]
    return [say("approved_text_is_fixed")] if facts.is_text_fixed and changed & TEXT else []


def review_due(submitted_on: date) -> date | None:
    """The last day of the ministry's review, by the law of the day of submission."""
    limit = legal(Limit.MINISTRY_REVIEW, submitted_on)
    return submitted_on + timedelta(days=limit.value) if limit else None


def prolonged(expires_on: date, months: int, today: date) -> date:
    """The end of the term that an automatic prolongation gives: the first one that has not passed."""
    count = 1
    while (end := months_after(expires_on, months * count)) < today:
        count += 1
    return end
