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
from app.schemas.delegations import (
    DelegationCreate,
    DelegationPatch,
    DelegationQuery,
    DelegationRead,
    DelegationStatusChange,
)
from app.schemas.history import HistoryEntry, HistoryQuery, UndoAsked
from app.services import delegations, undo
from app.views.delegations import LISTING, VIEW

router = ResourceRouter(prefix="/v1/delegations", tags=["delegations"], route_class=StrictRoute)

DelegationReader = Annotated[Reader, reading(Permission.DELEGATIONS_READ)]
Writer = Annotated[UnitOfWork, may(Permission.DELEGATIONS_WRITE)]


@router.get("", response_model=Page[DelegationRead], responses=problems())
async def list_delegations(
    request: Request, reader: DelegationReader, query: Annotated[DelegationQuery, asked(DelegationQuery)]
) -> Response:
    """Delegations sent and received; `q` finds a part of a title or number."""
    return await listed(request, reader, LISTING, query)


@router.post("", status_code=201, response_model=DelegationRead, responses=problems(404, 409, 413, 415))
async def create_delegation(uow: Writer, body: DelegationCreate) -> Response:
    """Linked partnerships and the maker's own organizations decide for whom it exists."""
    delegation = await delegations.create(uow, body)
    return await written(uow, VIEW, delegation.id, at=router.prefix)


@router.post("/batch-get", response_model=Batch[DelegationRead], responses=problems(413, 415))
async def batch_get_delegations(reader: DelegationReader, body: BatchGet) -> Response:
    return await several(reader, VIEW, body.ids)


@router.get("/{id}", response_model=DelegationRead, responses=problems(404))
async def get_delegation(request: Request, reader: DelegationReader, id: UUID, as_of: Moment = None) -> Response:
    return await read_as_of(request, reader, VIEW, id, as_of)


@router.patch("/{id}", response_model=DelegationRead, responses=problems(404, 409, 412, 413, 415, 428))
async def edit_delegation(uow: Writer, id: UUID, version: IfMatch, body: DelegationPatch) -> Response:
    """Merge patch (RFC 7396): absent fields stay, null clears, lists are replaced whole."""
    await delegations.edit(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/status", response_model=DelegationRead, responses=problems(404, 409, 412, 413, 415, 428))
async def change_delegation_status(uow: Writer, id: UUID, version: IfMatch, body: DelegationStatusChange) -> Response:
    """Step by step to the report; postponed and cancelled with a reason."""
    await delegations.change_status(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/archive", response_model=DelegationRead, responses=problems(404, 409, 412, 413, 415, 428))
async def archive_delegation(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await delegations.archive(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/restore", response_model=DelegationRead, responses=problems(404, 409, 412, 413, 415, 428))
async def restore_delegation(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await delegations.restore(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/undo", response_model=DelegationRead, responses=problems(404, 409, 412, 413, 415, 428))
async def undo_delegation(uow: Writer, id: UUID, version: IfMatch, body: UndoAsked) -> Response:
    """Takes back one's own last edit, while nothing else has been done to the record; a second time brings it back."""
    await undo.undo(uow, undo.DELEGATION, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.get("/{id}/history", response_model=Page[HistoryEntry], responses=problems(404))
async def list_delegation_history(
    request: Request, reader: DelegationReader, id: UUID, query: Annotated[HistoryQuery, asked(HistoryQuery)]
) -> Response:
    """Who changed what, when and why; newest first."""
    return await told(request, reader, VIEW, id, query.limit, query.cursor)
