"""What a document says: its parties, its place in the chain, its columns, and what changes about them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlmodel import col

from app.core import crud
from app.core.uow import UnitOfWork
from app.errors import AppError, FieldError, Sentence, invalid, say
from app.models import Agreement, AgreementDraft, AgreementParty, Organization, Partnership, PartnershipParty
from app.rules import aggressors, coverage, parties
from app.rules import agreements as rules
from app.rules.agreements import Facts, Needs
from app.schemas.agreements import AgreementBody, AgreementPartyGiven, DraftGiven

NEEDS: Final = {"requires_council_act", "requires_ministry_approval"}
PLAIN: Final = AgreementBody.model_fields.keys() - NEEDS - {"parties", "reason"}
PARTY: Final = tuple(AgreementPartyGiven.model_fields)

Side = tuple[AgreementPartyGiven, Organization]


async def partnership(uow: UnitOfWork, id: UUID) -> Partnership:
    try:
        found = await uow.get(Partnership, id)
    except AppError as error:
        if error.code != "not_found":
            raise
        raise invalid(FieldError("/partnership_id", say("unknown_reference"))) from error
    crud.require_live(found)
    return found


async def sides(
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


def _party_objection(uow: UnitOfWork, organization: Organization | None, *, is_member: bool) -> Sentence | None:
    if organization is None or not is_member:
        return say("party_of_partnership")
    is_blocked = aggressors.blocked(organization.country, uow.today, aggressors.pack()) is not None
    return parties.objection(parties.Side(organization.country, organization.archived_at is not None, is_blocked))


async def predecessor(
    uow: UnitOfWork, partnership_id: UUID, body: AgreementBody, of: UUID | None = None
) -> Agreement | None:
    """The document that this one follows: of the same partnership, and never one that follows this one."""
    if body.predecessor_id is None:
        return None
    # Two documents could otherwise be made to follow each other at the same moment.
    await uow.get(Partnership, partnership_id, lock=True)
    query = uow.select(Agreement).execution_options(populate_existing=True)
    before = next(iter(await uow.all(query.where(col(Agreement.id) == body.predecessor_id))), None)
    if before is None:
        raise invalid(FieldError("/predecessor_id", say("unknown_reference")))
    if before.partnership_id != partnership_id:
        raise invalid(FieldError("/predecessor_id", say("predecessor_elsewhere")))
    rows = await uow.all(query.where(col(Agreement.partnership_id) == partnership_id))
    links = {row.id: row.predecessor_id for row in rows}
    if of is not None and of in {before.id, *coverage.ancestors(before.id, links)}:
        raise invalid(FieldError("/predecessor_id", say("chain_loops")))
    return before


def values(body: AgreementBody, sides: list[Side], before: Agreement | None, stored: Needs | None) -> dict[str, Any]:
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


def with_needs(facts: Facts, agreement: Agreement) -> Facts:
    return replace(
        facts,
        requires_council_act=agreement.requires_council_act,
        requires_ministry_approval=agreement.requires_ministry_approval,
    )


async def current(uow: UnitOfWork, agreement: Agreement, rows: list[AgreementParty]) -> dict[str, Any]:
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


def changed(current: dict[str, Any], whole: AgreementBody) -> frozenset[str]:
    """The names of what differs; who signs for a party is not part of the text."""
    names = {name for name in PLAIN if getattr(whole, name) != current[name]}
    was = [(party["organization_id"], party["body_uk"], party["body_en"]) for party in current["parties"]]
    now = [(party.organization_id, party.body_uk, party.body_en) for party in whole.parties or []]
    return frozenset(names | ({"parties"} if was != now else set()))


def party_rows(agreement_id: UUID, given: Sequence[AgreementPartyGiven]) -> list[AgreementParty]:
    return [
        AgreementParty(agreement_id=agreement_id, position=place, **{name: getattr(party, name) for name in PARTY})
        for place, party in enumerate(given)
    ]


async def replace_parties(
    uow: UnitOfWork, agreement_id: UUID, rows: list[AgreementParty], given: Sequence[AgreementPartyGiven]
) -> None:
    """A party that stays is the same row."""
    kept = {row.organization_id: row for row in rows}
    added = []
    for wanted in party_rows(agreement_id, given):
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


def draft_row(uow: UnitOfWork, agreement_id: UUID, number: int, draft: DraftGiven) -> AgreementDraft:
    values = draft.model_dump()
    return AgreementDraft(agreement_id=agreement_id, version_number=number, drafted_on=uow.today, **values)
