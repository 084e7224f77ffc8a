"""Delegations: drafted, planned, sent or received, and reported."""

from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from app.core import crud
from app.core.http import require_version
from app.core.uow import UnitOfWork
from app.errors import FieldError, invalid, refused
from app.models import Delegation, DelegationPartnership, DelegationParty
from app.rules import delegations as rules
from app.schemas.base import Shape
from app.schemas.delegations import DelegationCreate, DelegationStatusChange
from app.services import numbers, parties
from app.vocabulary import DelegationStatus

CHILDREN = {"id", "parties", "partnership_ids"}


async def create(uow: UnitOfWork, body: DelegationCreate) -> Delegation:
    _require_open_countries(uow, body)
    organizations = await parties.organizations(uow, [party.organization_id for party in body.parties])
    await parties.link(uow, body.partnership_ids)
    parties.require_own(uow, organizations.values(), body.partnership_ids)
    number = await numbers.following(uow, "DEL")
    delegation = Delegation(number=number, status=DelegationStatus.DRAFT, **_values(body))
    if body.id is not None:
        delegation.id = body.id
    uow.add(delegation)
    await uow.flush()
    uow.add(*_parties(delegation.id, body), *_links(delegation.id, body))
    await uow.flush()
    return delegation


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int) -> Delegation:
    delegation = await _locked(uow, id, version)
    crud.require_live(delegation)
    rows = await uow.children(DelegationParty, col(DelegationParty.delegation_id), id, col(DelegationParty.position))
    links = await uow.children(DelegationPartnership, col(DelegationPartnership.delegation_id), id)
    whole = crud.merged(DelegationCreate, _current(delegation, rows, links), body)
    if "countries" in body.model_fields_set:
        _require_open_countries(uow, whole)
    organizations = await parties.organizations(
        uow, [party.organization_id for party in whole.parties], [row.organization_id for row in rows]
    )
    await parties.link(uow, whole.partnership_ids, [link.partnership_id for link in links])
    parties.require_own(uow, organizations.values(), whole.partnership_ids)
    crud.apply(delegation, _values(whole))
    await crud.replace(uow, rows, _parties(id, whole), by=("organization_id",))
    await crud.replace(uow, links, _links(id, whole), by=("partnership_id",))
    await uow.flush()
    return delegation


async def change_status(uow: UnitOfWork, id: UUID, change: DelegationStatusChange, version: int) -> Delegation:
    delegation = await _locked(uow, id, version)
    crud.require_live(delegation)
    facts = rules.Facts(
        status=delegation.status,
        direction=delegation.direction,
        has_country=bool(delegation.countries),
        starts_on=delegation.starts_on,
        today=uow.today,
    )
    if found := rules.objections(facts, change.to, change.reason):
        raise refused(*found)
    await uow.because(change.reason)
    delegation.status = change.to
    await uow.flush()
    return delegation


async def archive(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Delegation:
    delegation = await _locked(uow, id, version)
    await crud.archive(uow, delegation, reason)
    return delegation


async def restore(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Delegation:
    delegation = await _locked(uow, id, version)
    await crud.restore(uow, delegation, reason)
    return delegation


async def facts(uow: UnitOfWork, partnership_id: UUID) -> int:
    """How many live delegations of the partnership were not cancelled."""
    linked = select(col(DelegationPartnership.delegation_id)).where(
        col(DelegationPartnership.partnership_id) == partnership_id
    )
    query = select(func.count()).where(
        col(Delegation.id).in_(linked),
        col(Delegation.archived_at).is_(None),
        col(Delegation.status) != DelegationStatus.CANCELLED,
    )
    return await uow.session.scalar(query) or 0


async def _locked(uow: UnitOfWork, id: UUID, version: int) -> Delegation:
    delegation = await uow.get(Delegation, id, lock=True)
    require_version(delegation, version)
    return delegation


def _require_open_countries(uow: UnitOfWork, body: DelegationCreate) -> None:
    """No delegation goes to an aggressor state or comes from one."""
    objections = [(place, parties.country_objection(code, uow.today)) for place, code in enumerate(body.countries)]
    errors = [FieldError(f"/countries/{place}", sentence) for place, sentence in objections if sentence]
    if errors:
        raise invalid(*errors)


def _values(body: DelegationCreate) -> dict[str, Any]:
    return body.model_dump(exclude=CHILDREN)


def _current(delegation: Delegation, rows: list[DelegationParty], links: list[DelegationPartnership]) -> dict[str, Any]:
    fields = DelegationCreate.model_fields.keys() - CHILDREN
    return {name: getattr(delegation, name) for name in fields} | {
        "parties": [{"organization_id": row.organization_id, "role": row.role} for row in rows],
        "partnership_ids": [link.partnership_id for link in links],
    }


def _parties(id: UUID, body: DelegationCreate) -> list[DelegationParty]:
    return [
        DelegationParty(delegation_id=id, organization_id=party.organization_id, role=party.role, position=position)
        for position, party in enumerate(body.parties)
    ]


def _links(id: UUID, body: DelegationCreate) -> list[DelegationPartnership]:
    return [DelegationPartnership(delegation_id=id, partnership_id=partnership) for partnership in body.partnership_ids]
