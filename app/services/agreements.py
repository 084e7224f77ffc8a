"""Documents of cooperation: drafted, approved, signed, registered and ended; every step asks the rules first."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlmodel import col

from app.core import crud
from app.core.http import require_version
from app.core.uow import UnitOfWork
from app.errors import FieldError, invalid, refused, say
from app.models import Agreement, AgreementDraft, AgreementParty
from app.rules import aggressors, parties
from app.rules import agreements as rules
from app.rules.agreements import Facts, Needs
from app.schemas.agreements import (
    AgreementBody,
    AgreementCreate,
    CouncilAct,
    DecisionOfMinistry,
    DraftGiven,
    EntryIntoForce,
    Registration,
    Signature,
    Submission,
    Termination,
    VerificationGiven,
)
from app.schemas.base import Shape
from app.services import agreement_texts, numbers, partnerships, standing
from app.vocabulary import AgreementStatus, MinistryDecision, ProlongationRule, TermType, Verification

PAST_TERM: Final = """
SELECT id FROM agreements
WHERE archived_at IS NULL AND status = ANY($1::text[]) AND expires_on < $2 ORDER BY id LIMIT 500
"""


async def create(uow: UnitOfWork, body: AgreementCreate) -> Agreement:
    partnership = await agreement_texts.partnership(uow, body.partnership_id)
    sides = await agreement_texts.sides(uow, partnership.id, body.parties)
    before = await agreement_texts.predecessor(uow, partnership.id, body)
    await uow.because(body.reason)
    agreement = Agreement(
        number=await numbers.following(uow, "AGR"),
        partnership_id=partnership.id,
        status=AgreementStatus.DRAFT,
        **agreement_texts.values(body, sides, before, stored=None),
    )
    if body.id is not None:
        agreement.id = body.id
    uow.add(agreement)
    await uow.flush()
    uow.add(*agreement_texts.party_rows(agreement.id, [given for given, _ in sides]))
    uow.add(
        *(agreement_texts.draft_row(uow, agreement.id, number, draft) for number, draft in enumerate(body.drafts, 1))
    )
    await uow.flush()
    return agreement


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int) -> Agreement:
    agreement = await _locked(uow, id, version)
    rows = await uow.children(AgreementParty, col(AgreementParty.agreement_id), id, col(AgreementParty.position))
    current = await agreement_texts.current(uow, agreement, rows)
    whole = crud.merged(AgreementBody, current, body)
    facts = await facts_of(uow, agreement)
    if found := rules.edit_objections(facts, agreement_texts.changed(current, whole)):
        raise refused(*found)
    sides = await agreement_texts.sides(
        uow, agreement.partnership_id, whole.parties, known=[row.organization_id for row in rows]
    )
    before = await agreement_texts.predecessor(uow, agreement.partnership_id, whole, of=id)
    await uow.because(whole.reason)
    stored = Needs(agreement.requires_council_act, agreement.requires_ministry_approval)
    crud.apply(agreement, agreement_texts.values(whole, sides, before, stored=stored))
    crud.apply(agreement, {"status": rules.status_with_approvals(agreement_texts.with_needs(facts, agreement))})
    await agreement_texts.replace_parties(uow, id, rows, [given for given, _ in sides])
    return agreement


async def archive(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Agreement:
    agreement = await uow.get(Agreement, id, lock=True)
    require_version(agreement, version)
    await crud.archive(uow, agreement, reason)
    return agreement


async def restore(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Agreement:
    agreement = await uow.get(Agreement, id, lock=True)
    require_version(agreement, version)
    await crud.restore(uow, agreement, reason)
    return agreement


async def add_draft(uow: UnitOfWork, id: UUID, body: DraftGiven, version: int) -> Agreement:
    agreement = await _locked(uow, id, version)
    if found := rules.edit_objections(await facts_of(uow, agreement), frozenset({"drafts"})):
        raise refused(*found)
    known = await uow.children(AgreementDraft, col(AgreementDraft.agreement_id), id)
    number = max((row.version_number for row in known), default=0) + 1
    uow.add(agreement_texts.draft_row(uow, id, number, body))
    await uow.flush()
    return agreement


async def record_act(uow: UnitOfWork, id: UUID, body: CouncilAct, version: int) -> Agreement:
    agreement, facts = await _step(uow, id, version, "record_act", body.on)
    agreement.act_type, agreement.act_number, agreement.act_on = body.act_type, body.number, body.on
    agreement.status = rules.status_with_approvals(replace(facts, act_on=body.on))
    await uow.flush()
    return agreement


async def submit(uow: UnitOfWork, id: UUID, body: Submission, version: int) -> Agreement:
    """To the ministry; what it decided about the text before no longer counts."""
    agreement, _ = await _step(uow, id, version, "submit", body.on)
    _forget_decision(agreement)
    agreement.submission_number, agreement.submitted_on = body.number, body.on
    agreement.review_due_on = rules.review_due(body.on)
    agreement.status = AgreementStatus.UNDER_REVIEW
    await uow.flush()
    return agreement


async def decide(uow: UnitOfWork, id: UUID, body: DecisionOfMinistry, version: int) -> Agreement:
    agreement, facts = await _step(uow, id, version, "decide", body.on)
    agreement.decision, agreement.decision_number = body.decision, body.number
    agreement.decision_on, agreement.decision_remarks = body.on, body.remarks
    is_refused = body.decision is MinistryDecision.REFUSED
    open_status = rules.status_with_approvals(replace(facts, decision=body.decision))
    agreement.status = AgreementStatus.REFUSED if is_refused else open_status
    await uow.flush()
    return agreement


async def sign(uow: UnitOfWork, id: UUID, body: Signature, version: int) -> Agreement:
    agreement, _ = await _step(uow, id, version, "sign", body.on)
    _set_term(agreement, body)
    agreement.signed_on, agreement.signed_place, agreement.signing_format = body.on, body.place, body.format
    agreement.status = AgreementStatus.SIGNED
    await uow.flush()
    await partnerships.document_signed(uow, agreement)
    return agreement


async def register(uow: UnitOfWork, id: UUID, body: Registration, version: int) -> Agreement:
    agreement, _ = await _step(uow, id, version, "register", body.on)
    agreement.registration_number, agreement.registered_on = body.number, body.on
    if agreement.status is AgreementStatus.SIGNED:
        agreement.status = AgreementStatus.REGISTERED
    await uow.flush()
    return agreement


async def enter_into_force(uow: UnitOfWork, id: UUID, body: EntryIntoForce, version: int) -> Agreement:
    agreement, _ = await _step(uow, id, version, "enter_into_force", body.on)
    if agreement.expires_on and agreement.expires_on < body.on:
        raise invalid(FieldError("/on", say("end_before_start")))
    agreement.effective_on = body.on
    agreement.status = AgreementStatus.IN_FORCE
    await uow.flush()
    return agreement


async def terminate(uow: UnitOfWork, id: UUID, body: Termination, version: int) -> Agreement:
    agreement, _ = await _step(uow, id, version, "terminate", body.on)
    await uow.because(body.reason)
    agreement.terminated_on, agreement.termination_reason = body.on, body.reason
    agreement.status = AgreementStatus.TERMINATED
    await uow.flush()
    return agreement


async def withdraw(uow: UnitOfWork, id: UUID, reason: str, version: int) -> Agreement:
    agreement, _ = await _step(uow, id, version, "withdraw", uow.today)
    await uow.because(reason)
    agreement.status = AgreementStatus.WITHDRAWN
    await uow.flush()
    return agreement


async def revise(uow: UnitOfWork, id: UUID, reason: str, version: int) -> Agreement:
    """Back to draft: the approvals were given to another text, so they lapse; the journal keeps them."""
    agreement, _ = await _step(uow, id, version, "revise", uow.today)
    await uow.because(reason)
    _forget_decision(agreement)
    agreement.act_type = agreement.act_number = agreement.act_on = None
    agreement.submitted_on = agreement.submission_number = agreement.review_due_on = None
    agreement.status = AgreementStatus.DRAFT
    await uow.flush()
    return agreement


async def verify(uow: UnitOfWork, id: UUID, body: VerificationGiven, version: int) -> Agreement:
    """Somebody has seen the original."""
    agreement = await _locked(uow, id, version)
    if agreement.verification is Verification.VERIFIED:
        raise refused(say("already_verified"))
    if body.signed_on and body.signed_on > uow.today:
        raise invalid(FieldError("/signed_on", say("not_in_future")))
    await uow.because(body.reason)
    agreement.verification = Verification.VERIFIED
    if agreement.status in rules.SIGNED:
        agreement.signed_on = body.signed_on or agreement.signed_on
    await uow.flush()
    return agreement


async def past_term(uow: UnitOfWork) -> list[UUID]:
    """Some of the documents in force whose last day has passed."""
    return [row[0] for row in await uow.rows(PAST_TERM, [sorted(rules.LIVE), uow.today])]


async def end_of_term(uow: UnitOfWork, id: UUID) -> Agreement:
    """For the clock: a term that has passed goes on by itself where the document says so, and ends otherwise."""
    agreement = await uow.get(Agreement, id, lock=True)
    if found := rules.objections(await facts_of(uow, agreement), "expire", uow.today):
        raise refused(*found)
    if agreement.prolongation is ProlongationRule.AUTOMATIC and agreement.prolongation_months and agreement.expires_on:
        agreement.expires_on = rules.prolonged(agreement.expires_on, agreement.prolongation_months, uow.today)
        await uow.flush()
        return agreement
    agreement.status = AgreementStatus.EXPIRED
    await uow.flush()
    return agreement


async def facts_of(uow: UnitOfWork, agreement: Agreement) -> Facts:
    sides = await standing.agreement_parties(uow, agreement.id)
    before = await uow.session.get(Agreement, agreement.predecessor_id) if agreement.predecessor_id else None
    pack = aggressors.pack()
    blocked = {country for _, country in sides if aggressors.blocked(country, uow.today, pack)}
    barred = [
        parties.objection(parties.Side(country, is_archived=False, is_of_aggressor=True)) for country in sorted(blocked)
    ]
    return replace(
        standing.agreement_facts(uow, agreement, sides),
        predecessor=before.status if before else None,
        relation=agreement.relation,
        barred=tuple(sentence for sentence in barred if sentence),
    )


async def _locked(uow: UnitOfWork, id: UUID, version: int) -> Agreement:
    agreement = await uow.get(Agreement, id, lock=True)
    require_version(agreement, version)
    crud.require_live(agreement)
    return agreement


async def _step(uow: UnitOfWork, id: UUID, version: int, verb: str, on: Any) -> tuple[Agreement, Facts]:
    """The locked document, when the rules have nothing against this step."""
    agreement = await _locked(uow, id, version)
    facts = await facts_of(uow, agreement)
    if found := rules.objections(facts, verb, on):
        raise refused(*found)
    return agreement, facts


def _forget_decision(agreement: Agreement) -> None:
    agreement.decision = agreement.decision_number = agreement.decision_on = agreement.decision_remarks = None


def _set_term(agreement: Agreement, body: Signature) -> None:
    if body.expires_on is not None:
        if agreement.term_type is TermType.OPEN_ENDED:
            raise invalid(FieldError("/expires_on", say("open_ended_has_no_end")))
        agreement.term_type, agreement.expires_on = TermType.FIXED_TERM, body.expires_on
    agreement.effective_on = body.effective_on or agreement.effective_on or body.on
    if agreement.expires_on and agreement.expires_on < agreement.effective_on:
        raise invalid(FieldError("/expires_on", say("end_before_start")))
