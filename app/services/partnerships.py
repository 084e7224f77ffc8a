"""Partnerships: opened as a contact, edited, and moved through stages, tracks and states with reasons."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import inspect
from sqlmodel import col, select

from app.core import crud
from app.core.http import require_version
from app.core.uow import UnitOfWork
from app.errors import AppError, FieldError, invalid, refused, say
from app.models import Agreement, AgreementParty, Grant, Organization, Partnership, PartnershipParty, StageEntry, User
from app.rules import parties as rules
from app.rules import stages
from app.schemas.base import Shape
from app.schemas.partnerships import PartnershipCreate, PartyGiven, StageChange, StatusChange, TrackChange
from app.services import numbers, parties, stage_log, standing
from app.services.stage_log import Stay
from app.vocabulary import PartnershipStatus, ScopeKind, Stage, Track

CHILDREN = {"id", "parties"}


async def create(uow: UnitOfWork, body: PartnershipCreate) -> Partnership:
    members = await _members(uow, body.parties)
    if not parties.has_own(uow, members.values()):
        raise AppError("forbidden", say("own_party_needed"))
    partnership = Partnership(number=await numbers.following(uow, "PAR"), **await _values(uow, body, members))
    if body.id is not None:
        partnership.id = body.id
    if uow.actor.kind == "user" and "coordinator_id" not in body.model_fields_set:
        partnership.coordinator_id = uow.actor.id
    await enter(uow, partnership, stage=Stage.CONTACT, track=Track.INFORMAL, status=PartnershipStatus.ACTIVE)
    uow.add(*_rows(partnership, body.parties))
    await uow.flush()
    return partnership


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int) -> Partnership:
    partnership = await _locked(uow, id, version)
    crud.require_live(partnership)
    rows = await uow.children(
        PartnershipParty, col(PartnershipParty.partnership_id), id, col(PartnershipParty.position)
    )
    whole = crud.merged(PartnershipCreate, _current(partnership, rows), body)
    members = await _members(uow, whole.parties, known=[row.organization_id for row in rows])
    await _require_free(uow, id, {row.organization_id for row in rows} - {one.organization_id for one in whole.parties})
    crud.apply(partnership, await _values(uow, whole, members, partnership.coordinator_id))
    await crud.replace(uow, rows, _rows(partnership, whole.parties), by=("organization_id", "joined_on"))
    await uow.flush()
    return partnership


async def move(uow: UnitOfWork, id: UUID, change: StageChange, version: int) -> Partnership:
    """To another stage, when the rules have nothing against it."""
    partnership = await _locked(uow, id, version)
    crud.require_live(partnership)
    facts = await standing.of(uow, partnership)
    if found := stages.objections(facts, change.to, change.reason):
        raise refused(*found)
    await uow.because(change.reason)
    document = next((d.id for d in facts.documents if d.is_live and d.stage is change.to), None)
    await enter(uow, partnership, stage=change.to, status=PartnershipStatus.ACTIVE, reason=change.reason, by=document)
    return partnership


async def change_track(uow: UnitOfWork, id: UUID, change: TrackChange, version: int) -> Partnership:
    partnership = await _locked(uow, id, version)
    crud.require_live(partnership)
    if found := stages.track_objections(await standing.of(uow, partnership), change.to, change.reason):
        raise refused(*found)
    await uow.because(change.reason)
    await enter(uow, partnership, track=change.to, reason=change.reason)
    return partnership


async def change_status(uow: UnitOfWork, id: UUID, change: StatusChange, version: int) -> Partnership:
    """Into rest or to its end, and back."""
    partnership = await _locked(uow, id, version)
    crud.require_live(partnership)
    if found := stages.status_objections(await standing.of(uow, partnership), change.to, change.reason):
        raise refused(*found)
    await uow.because(change.reason)
    await enter(uow, partnership, status=change.to, reason=change.reason)
    return partnership


async def document_signed(uow: UnitOfWork, agreement: Agreement) -> None:
    """The first signed document makes an informal partnership formal; one that has ended takes no signature."""
    partnership = await uow.get(Partnership, agreement.partnership_id, lock=True)
    crud.require_live(partnership)
    if partnership.status is PartnershipStatus.ENDED:
        raise refused(say("partnership_has_ended"))
    uow.ring("plan_reminders")
    if partnership.track is Track.INFORMAL:
        await enter(uow, partnership, track=Track.FORMAL, by=agreement.id)


async def archive(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Partnership:
    partnership = await _locked(uow, id, version)
    await crud.archive(uow, partnership, reason)
    return partnership


async def restore(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Partnership:
    partnership = await _locked(uow, id, version)
    await crud.restore(uow, partnership, reason)
    return partnership


async def enter(
    uow: UnitOfWork,
    partnership: Partnership,
    *,
    stage: Stage | None = None,
    track: Track | None = None,
    status: PartnershipStatus | None = None,
    reason: str | None = None,
    by: UUID | None = None,
) -> None:
    """Ends the open stay and begins the next; what is not named stays as it is."""
    last = await _open_entry(uow, partnership.id) if inspect(partnership).persistent else None
    if last is not None:
        last.left_at = uow.now
        await uow.flush()
    stay = Stay(stage or partnership.stage, track or partnership.track, status or partnership.status)
    columns, entry = stage_log.begun(uow, partnership.id, last.stage if last else None, stay, reason=reason, by=by)
    for name, value in columns.items():
        setattr(partnership, name, value)
    uow.add(partnership)
    await uow.flush()
    uow.add(StageEntry(**entry))
    await uow.flush()
    uow.ring("plan_reminders")


async def _open_entry(uow: UnitOfWork, id: UUID) -> StageEntry | None:
    query = select(StageEntry).where(col(StageEntry.partnership_id) == id, col(StageEntry.left_at).is_(None))
    return (await uow.session.scalars(query)).one_or_none()


async def _locked(uow: UnitOfWork, id: UUID, version: int) -> Partnership:
    partnership = await uow.get(Partnership, id, lock=True)
    require_version(partnership, version)
    return partnership


async def _members(
    uow: UnitOfWork, given: list[PartyGiven], known: Collection[UUID] = ()
) -> Mapping[UUID, Organization]:
    """The parties' organizations: each of them fit to be a party, and both sides of the border there."""
    found = await parties.organizations(uow, [party.organization_id for party in given], known)
    current = given if known else [party for party in given if party.left_on is None]
    if lacking := rules.sides([found[party.organization_id].country for party in current]):
        raise invalid(*(FieldError("/parties", sentence) for sentence in lacking))
    return found


async def _require_free(uow: UnitOfWork, id: UUID, leaving: Collection[UUID]) -> None:
    """A party of a document cannot vanish from the partnership: it leaves with a date, and stays in the list."""
    query = (
        select(col(AgreementParty.id))
        .join(Agreement, col(Agreement.id) == col(AgreementParty.agreement_id))
        .where(col(Agreement.partnership_id) == id, col(AgreementParty.organization_id).in_(leaving))
        .limit(1)
    )
    if leaving and (await uow.session.scalars(query)).first() is not None:
        raise refused(say("party_of_a_document"))


async def _values(
    uow: UnitOfWork, body: PartnershipCreate, members: Mapping[UUID, Organization], coordinator: UUID | None = None
) -> dict[str, Any]:
    """The columns: title and country made from the parties, the coordinator known, no beginning in the future."""
    values = body.model_dump(mode="python", exclude=CHILDREN)
    values["purposes"] = [str(member) for member in body.purposes]
    values["directions"] = [str(member) for member in body.directions]
    values["vision"] = body.vision.model_dump(mode="json") if body.vision else None
    ordered = [members[party.organization_id] for party in body.parties]
    values["title_uk"] = body.title_uk or " — ".join(row.name_uk or row.name_en for row in ordered)[:300]
    values["country"] = next((row.country for row in ordered if row.country != "UA"), None)
    values["started_on"] = body.started_on or uow.today
    values["coordinator_id"] = await _coordinator(uow, body.coordinator_id, ordered, known=coordinator)
    late = [name for name in ("started_on", "last_contact_on") if (values[name] or date.min) > uow.today]
    if late:
        raise invalid(*(FieldError(f"/{name}", say("not_in_future")) for name in late))
    return values


async def _coordinator(
    uow: UnitOfWork, id: UUID | None, parties: list[Organization], *, known: UUID | None
) -> UUID | None:
    """An active account. Whoever has a say over a part only may name those to whom the partnership exists."""
    if id is None:
        return None
    user = await uow.session.get(User, id)
    is_free = uow.own_reach().everything or id in {known, uow.actor.id}
    if user is None or not user.is_active or not (is_free or await _exists_for(uow, id, parties)):
        raise invalid(FieldError("/coordinator_id", say("unknown_reference")))
    return id


async def _exists_for(uow: UnitOfWork, user: UUID, parties: list[Organization]) -> bool:
    ends = col(Grant.valid_to)
    query = select(col(Grant.id)).where(
        col(Grant.user_id) == user, col(Grant.valid_from) <= uow.today, sa.or_(ends.is_(None), ends > uow.today)
    )
    within = sa.or_(
        col(Grant.scope) == ScopeKind.ASSOCIATION,
        col(Grant.organization_id).in_([party.id for party in parties]),
        col(Grant.oblast_code).in_([party.oblast_code for party in parties if party.oblast_code]),
    )
    return (await uow.session.scalars(query.where(within).limit(1))).first() is not None


def _current(partnership: Partnership, rows: Iterable[PartnershipParty]) -> dict[str, Any]:
    fields = PartnershipCreate.model_fields.keys() - CHILDREN
    shown = PartyGiven.model_fields.keys()
    return {name: getattr(partnership, name) for name in fields} | {
        "parties": [{name: getattr(row, name) for name in shown} for row in rows]
    }


def _rows(partnership: Partnership, given: Iterable[PartyGiven]) -> list[PartnershipParty]:
    return [
        PartnershipParty(
            partnership_id=partnership.id,
            organization_id=party.organization_id,
            role=party.role,
            position=place,
            joined_on=party.joined_on or partnership.started_on,
            left_on=party.left_on,
        )
        for place, party in enumerate(given)
    ]
