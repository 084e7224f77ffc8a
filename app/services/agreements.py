"""Documents of cooperation: drafted, approved, signed, registered and ended; every step asks the rules first."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlmodel import col

from app.core import crud
from app.core.http import require_version
from app.core.uow import UnitOfWork
from app.errors import AppError, FieldError, invalid, refused, say
from app.models import Agreement, AgreementDraft, AgreementParty, Organization, Partnership, PartnershipParty
from app.rules import aggressors, coverage, parties
from app.rules import agreements as rules
from app.rules.agreements import Facts, Needs
from app.schemas.agreements import (
    AgreementBody,
    AgreementCreate,
    AgreementPartyGiven,
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
from app.services import numbers, partnerships, standing
from app.vocabulary import AgreementStatus, MinistryDecision, ProlongationRule, TermType, Verification

NEEDS: Final = {"requires_council_act", "requires_ministry_approval"}
PLAIN: Final = AgreementBody.model_fields.keys() - NEEDS - {"parties", "reason"}
PARTY: Final = tuple(AgreementPartyGiven.model_fields)

Side = tuple[AgreementPartyGiven, Organization]


async def create(uow: UnitOfWork, body: AgreementCreate) -> Agreement:
    partnership = await _partnership(uow, body.partnership_id)
    sides = await _sides(uow, partnership.id, body.parties)
    before = await _predecessor(uow, partnership.id, body)
    await uow.because(body.reason)
    agreement = Agreement(
        number=await numbers.following(uow, "AGR"),
        partnership_id=partnership.id,
        status=AgreementStatus.DRAFT,
        **_values(body, sides, before, stored=None),
    )
    if body.id is not None:
        agreement.id = body.id
    uow.add(agreement)
    await uow.flush()
    uow.add(*_party_rows(agreement.id, [given for given, _ in sides]))
    uow.add(*(_draft_row(uow, agreement.id, number, draft) for number, draft in enumerate(body.drafts, 1)))
    await uow.flush()
    return agreement


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int) -> Agreement:
    agreement = await _locked(uow, id, version)
    rows = await uow.children(AgreementParty, col(AgreementParty.agreement_id), id, col(AgreementParty.position))
    current = await _current(uow, agreement, rows)
    whole = crud.merged(AgreementBody, current, body)
    facts = await facts_of(uow, agreement)
    if found := rules.edit_objections(facts, _changed(current, whole)):
        raise refused(*found)
    sides = await _sides(uow, agreement.partnership_id, whole.parties, known=[row.organization_id for row in rows])
    before = await _predecessor(uow, agreement.partnership_id, whole, of=id)
    await uow.because(whole.reason)
    stored = Needs(agreement.requires_council_act, agreement.requires_ministry_approval)
    crud.apply(agreement, _values(whole, sides, before, stored=stored))
    crud.apply(agreement, {"status": rules.status_with_approvals(_with_needs(facts, agreement))})
    await _replace_parties(uow, id, rows, [given for given, _ in sides])
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
    uow.add(_draft_row(uow, id, number, body))
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
    await partnerships.document_ended(uow, agreement)
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
    await partnerships.document_ended(uow, agreement)
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


async def _partnership(uow: UnitOfWork, id: UUID) -> Partnership:
    try:
        partnership = await uow.get(Partnership, id)
    except AppError as error:
        if error.code != "not_found":
            raise
        raise invalid(FieldError("/partnership_id", say("unknown_reference"))) from error
    crud.require_live(partnership)
    return partnership


async def _sides(
    uow: UnitOfWork, partnership_id: UUID, given: Sequence[AgreementPartyGiven] | None, known: Sequence[UUID] = ()
) -> list[Side]:
    """The parties with their organizations; without any given, all that the partnership has today."""
    members = await uow.children(
        PartnershipParty, col(PartnershipParty.partnership_id), partnership_id, col(PartnershipParty.position)
    )
    current = [row.organization_id for row in members if row.left_on is None or row.left_on > uow.today]
    if given is None:
        given = [AgreementPartyGiven(organization_id=id) for id in dict.fromkeys(current)]
    wanted = [party.organization_id for party in given]
    rows = await uow.all(uow.select(Organization).where(col(Organization.id).in_(wanted)))
    found = {row.id: row for row in rows}
    errors = [
        FieldError(f"/parties/{place}/organization_id", sentence)
        for place, id in enumerate(wanted)
        if (sentence := _party_objection(uow, found.get(id), is_member=id in {*current, *known}))
    ]
    if errors:
        raise invalid(*errors)
    return [(party, found[party.organization_id]) for party in given]


def _party_objection(uow: UnitOfWork, organization: Organization | None, *, is_member: bool) -> Any:
    if organization is None or not is_member:
        return say("party_of_partnership")
    is_blocked = aggressors.blocked(organization.country, uow.today, aggressors.pack()) is not None
    return parties.objection(parties.Side(organization.country, organization.archived_at is not None, is_blocked))


async def _predecessor(
    uow: UnitOfWork, partnership_id: UUID, body: AgreementBody, of: UUID | None = None
) -> Agreement | None:
    """The document that this one follows: of the same partnership, and never one that follows this one."""
    if body.predecessor_id is None:
        return None
    # Two documents could otherwise be made to follow each other at the same moment.
    await uow.get(Partnership, partnership_id, lock=True)
    rows = await uow.all(uow.select(Agreement).where(col(Agreement.partnership_id) == partnership_id))
    known = {row.id: row for row in rows}
    before = known.get(body.predecessor_id) or await uow.session.get(Agreement, body.predecessor_id)
    if before is None:
        raise invalid(FieldError("/predecessor_id", say("unknown_reference")))
    if before.id not in known:
        raise invalid(FieldError("/predecessor_id", say("predecessor_elsewhere")))
    links = {row.id: row.predecessor_id for row in rows}
    if of is not None and of in {before.id, *coverage.ancestors(before.id, links)}:
        raise invalid(FieldError("/predecessor_id", say("chain_loops")))
    return before


def _values(body: AgreementBody, sides: list[Side], before: Agreement | None, stored: Needs | None) -> dict[str, Any]:
    """The columns: what the approvals depend on is derived, and differs from it only for a reason."""
    values = {name: getattr(body, name) for name in PLAIN}
    values["directions"] = [str(direction) for direction in body.directions]
    is_itc = rules.is_itc([row.kind for _, row in sides], any(row.country != "UA" for _, row in sides))
    default = rules.needs_of(body.kind, _needs_of_row(before), is_itc=is_itc)
    act, approval = body.requires_council_act, body.requires_ministry_approval
    wanted = Needs(
        default.council_act if act is None else act, default.ministry_approval if approval is None else approval
    )
    if wanted not in {default, stored} and body.reason is None:
        raise invalid(FieldError("/reason", say("override_needs_reason")))
    return values | {
        "is_itc": is_itc,
        "requires_council_act": wanted.council_act,
        "requires_ministry_approval": wanted.ministry_approval,
    }


def _needs_of_row(before: Agreement | None) -> Needs | None:
    return Needs(before.requires_council_act, before.requires_ministry_approval) if before else None


def _with_needs(facts: Facts, agreement: Agreement) -> Facts:
    return replace(
        facts,
        requires_council_act=agreement.requires_council_act,
        requires_ministry_approval=agreement.requires_ministry_approval,
    )


async def _current(uow: UnitOfWork, agreement: Agreement, rows: list[AgreementParty]) -> dict[str, Any]:
    """The document as it could be sent; an approval is named only where it is not what the kind needs."""
    before = await uow.session.get(Agreement, agreement.predecessor_id) if agreement.predecessor_id else None
    default = rules.needs_of(agreement.kind, _needs_of_row(before), is_itc=agreement.is_itc)
    act, approval = agreement.requires_council_act, agreement.requires_ministry_approval
    return {name: getattr(agreement, name) for name in PLAIN} | {
        "parties": [{name: getattr(row, name) for name in PARTY} for row in rows],
        "requires_council_act": None if act == default.council_act else act,
        "requires_ministry_approval": None if approval == default.ministry_approval else approval,
        "reason": None,
    }


def _changed(current: dict[str, Any], whole: AgreementBody) -> frozenset[str]:
    """The names of what differs; who signs for a party is not part of the text."""
    names = {name for name in PLAIN if getattr(whole, name) != current[name]}
    was = [(party["organization_id"], party["body_uk"], party["body_en"]) for party in current["parties"]]
    now = [(party.organization_id, party.body_uk, party.body_en) for party in whole.parties or []]
    return frozenset(names | ({"parties"} if was != now else set()))


def _party_rows(agreement_id: UUID, given: Sequence[AgreementPartyGiven]) -> list[AgreementParty]:
    return [
        AgreementParty(agreement_id=agreement_id, position=place, **{name: getattr(party, name) for name in PARTY})
        for place, party in enumerate(given)
    ]


async def _replace_parties(
    uow: UnitOfWork, agreement_id: UUID, rows: list[AgreementParty], given: Sequence[AgreementPartyGiven]
) -> None:
    """A party that stays is the same row."""
    kept = {row.organization_id: row for row in rows}
    added = []
    for wanted in _party_rows(agreement_id, given):
        row = kept.pop(wanted.organization_id, None)
        if row is None:
            added.append(wanted)
        else:
            crud.apply(row, {name: getattr(wanted, name) for name in (*PARTY, "position")})
    for row in kept.values():
        await uow.session.delete(row)
    await uow.flush()
    uow.add(*added)
    await uow.flush()


def _draft_row(uow: UnitOfWork, agreement_id: UUID, number: int, draft: DraftGiven) -> AgreementDraft:
    values = draft.model_dump()
    return AgreementDraft(agreement_id=agreement_id, version_number=number, drafted_on=uow.today, **values)
