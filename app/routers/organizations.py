from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.core.http import (
    IfMatch,
    Moment,
    ResourceRouter,
    StrictRoute,
    listed,
    may,
    problems,
    read_as_of,
    reading,
    several,
    told,
    written,
)
from app.core.listing import Page
from app.core.queries import asked
from app.core.uow import Reader, UnitOfWork
from app.rules.permissions import Permission
from app.schemas.base import Why
from app.schemas.batches import Batch, BatchGet
from app.schemas.history import HistoryEntry, HistoryQuery, UndoAsked
from app.schemas.organizations import OrganizationCreate, OrganizationPatch, OrganizationQuery, OrganizationRead
from app.services import organizations, undo
from app.views.organizations import LISTING, VIEW

router = ResourceRouter(prefix="/v1/organizations", tags=["organizations"], route_class=StrictRoute)

OrganizationReader = Annotated[Reader, reading(Permission.ORGANIZATIONS_READ)]
Creator = Annotated[UnitOfWork, may(Permission.ORGANIZATIONS_CREATE)]
Writer = Annotated[UnitOfWork, may(Permission.ORGANIZATIONS_WRITE)]
Archivist = Annotated[UnitOfWork, may(Permission.ORGANIZATIONS_ARCHIVE)]


@router.get("", response_model=Page[OrganizationRead], responses=problems())
async def list_organizations(
    request: Request, reader: OrganizationReader, query: Annotated[OrganizationQuery, asked(OrganizationQuery)]
) -> Response:
    """Organizations of every kind; `q` finds a part of a name in any of its languages, or of a code."""
    return await listed(request, reader, LISTING, query)


@router.post("", status_code=201, response_model=OrganizationRead, responses=problems(409, 413, 415))
async def create_organization(uow: Creator, body: OrganizationCreate) -> Response:
    organization = await organizations.create(uow, body)
    return await written(uow, VIEW, organization.id, at=router.prefix)


@router.post("/batch-get", response_model=Batch[OrganizationRead], responses=problems(413, 415))
async def batch_get_organizations(reader: OrganizationReader, body: BatchGet) -> Response:
    return await several(reader, VIEW, body.ids)


@router.get("/{id}", response_model=OrganizationRead, responses=problems(404))
async def get_organization(request: Request, reader: OrganizationReader, id: UUID, as_of: Moment = None) -> Response:
    return await read_as_of(request, reader, VIEW, id, as_of)


@router.patch("/{id}", response_model=OrganizationRead, responses=problems(404, 409, 412, 413, 415, 428))
async def edit_organization(uow: Writer, id: UUID, version: IfMatch, body: OrganizationPatch) -> Response:
    """Merge patch (RFC 7396): absent fields stay, null clears, lists are replaced whole."""
    await organizations.edit(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/archive", response_model=OrganizationRead, responses=problems(404, 409, 412, 413, 415, 428))
async def archive_organization(uow: Archivist, id: UUID, version: IfMatch, body: Why) -> Response:
    await organizations.archive(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/restore", response_model=OrganizationRead, responses=problems(404, 409, 412, 413, 415, 428))
async def restore_organization(uow: Archivist, id: UUID, version: IfMatch, body: Why) -> Response:
    await organizations.restore(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/undo", response_model=OrganizationRead, responses=problems(404, 409, 412, 413, 415, 428))
async def undo_organization(uow: Writer, id: UUID, version: IfMatch, body: UndoAsked) -> Response:
    """Takes back one's own last edit, while nothing else has been done to the record; a second time brings it back."""
    await undo.undo(uow, undo.ORGANIZATION, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.get("/{id}/history", response_model=Page[HistoryEntry], responses=problems(404))
async def list_organization_history(
    request: Request, reader: OrganizationReader, id: UUID, query: Annotated[HistoryQuery, asked(HistoryQuery)]
) -> Response:
    """Who changed what, when and why; newest first."""
    return await told(request, reader, VIEW, id, query.limit, query.cursor)
