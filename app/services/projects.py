"""Joint projects: prepared, linked to partnerships, and moved from contract to close."""

from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from app.core import crud
from app.core.http import require_version
from app.core.uow import UnitOfWork
from app.errors import FieldError, invalid, refused, say
from app.models import Agreement, Project, ProjectPartnership, ProjectParty
from app.rules import agreements
from app.rules import projects as rules
from app.schemas.base import Shape
from app.schemas.projects import ProjectCreate, ProjectStatusChange
from app.services import numbers, parties
from app.vocabulary import ProjectStatus

CHILDREN = {"id", "parties", "partnership_ids"}
GIVEN_UP = (ProjectStatus.CANCELLED, ProjectStatus.TERMINATED)


async def create(uow: UnitOfWork, body: ProjectCreate) -> Project:
    organizations = await parties.organizations(uow, [party.organization_id for party in body.parties])
    await parties.link(uow, body.partnership_ids)
    parties.require_own(uow, organizations.values(), body.partnership_ids)
    await _require_contract_fits(uow, body)
    number = await numbers.following(uow, "PRJ")
    project = Project(number=number, status=ProjectStatus.PIPELINE, **_values(body))
    if body.id is not None:
        project.id = body.id
    uow.add(project)
    await uow.flush()
    uow.add(*_parties(project.id, body), *_links(project.id, body))
    await uow.flush()
    return project


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int) -> Project:
    project = await _locked(uow, id, version)
    crud.require_live(project)
    rows = await uow.children(ProjectParty, col(ProjectParty.project_id), id, col(ProjectParty.position))
    links = await uow.children(ProjectPartnership, col(ProjectPartnership.project_id), id)
    whole = crud.merged(ProjectCreate, _current(project, rows, links), body)
    organizations = await parties.organizations(
        uow, [party.organization_id for party in whole.parties], [row.organization_id for row in rows]
    )
    await parties.link(uow, whole.partnership_ids, [link.partnership_id for link in links])
    parties.require_own(uow, organizations.values(), whole.partnership_ids)
    if {"agreement_id", "partnership_ids"} & body.model_fields_set:
        await _require_contract_fits(uow, whole)
    crud.apply(project, _values(whole))
    await crud.replace(uow, rows, _parties(id, whole), by=("organization_id",))
    await crud.replace(uow, links, _links(id, whole), by=("partnership_id",))
    await uow.flush()
    return project


async def change_status(uow: UnitOfWork, id: UUID, change: ProjectStatusChange, version: int) -> Project:
    project = await _locked(uow, id, version)
    crud.require_live(project)
    facts = rules.Facts(project.status, await _has_signed_contract(uow, project))
    if found := rules.objections(facts, change.to, change.reason):
        raise refused(*found)
    await uow.because(change.reason)
    project.status = change.to
    await uow.flush()
    return project


async def archive(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Project:
    project = await _locked(uow, id, version)
    await crud.archive(uow, project, reason)
    return project


async def restore(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Project:
    project = await _locked(uow, id, version)
    await crud.restore(uow, project, reason)
    return project


async def facts(uow: UnitOfWork, partnership_id: UUID) -> tuple[int, int]:
    """How many live projects of the partnership were not given up, and how many of them have no contract."""
    linked = select(col(ProjectPartnership.project_id)).where(col(ProjectPartnership.partnership_id) == partnership_id)
    query = select(func.count(), func.count().filter(col(Project.agreement_id).is_(None))).where(
        col(Project.id).in_(linked), col(Project.archived_at).is_(None), col(Project.status).not_in(GIVEN_UP)
    )
    count, without_contract = (await uow.session.execute(query)).one()
    return count, without_contract


async def _locked(uow: UnitOfWork, id: UUID, version: int) -> Project:
    project = await uow.get(Project, id, lock=True)
    require_version(project, version)
    return project


async def _require_contract_fits(uow: UnitOfWork, body: ProjectCreate) -> None:
    """The contract exists for the actor and belongs to one of the linked partnerships."""
    if body.agreement_id is None:
        return
    agreement = await uow.get(Agreement, body.agreement_id)
    if agreement.partnership_id not in body.partnership_ids:
        raise invalid(FieldError("/agreement_id", say("agreement_of_linked_partnership")))


async def _has_signed_contract(uow: UnitOfWork, project: Project) -> bool:
    agreement = await uow.session.get(Agreement, project.agreement_id) if project.agreement_id else None
    return agreement is not None and agreement.archived_at is None and agreement.status in agreements.LIVE


def _values(body: ProjectCreate) -> dict[str, Any]:
    return body.model_dump(exclude=CHILDREN) | {"directions": [str(direction) for direction in body.directions]}


def _current(project: Project, rows: list[ProjectParty], links: list[ProjectPartnership]) -> dict[str, Any]:
    fields = ProjectCreate.model_fields.keys() - CHILDREN
    return {name: getattr(project, name) for name in fields} | {
        "parties": [{"organization_id": row.organization_id, "role": row.role} for row in rows],
        "partnership_ids": [link.partnership_id for link in links],
    }


def _parties(id: UUID, body: ProjectCreate) -> list[ProjectParty]:
    return [
        ProjectParty(project_id=id, organization_id=party.organization_id, role=party.role, position=position)
        for position, party in enumerate(body.parties)
    ]


def _links(id: UUID, body: ProjectCreate) -> list[ProjectPartnership]:
    return [ProjectPartnership(project_id=id, partnership_id=partnership) for partnership in body.partnership_ids]
