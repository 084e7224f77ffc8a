from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.core.http import (
    IfMatch,
    ResourceRouter,
    StrictRoute,
    answered,
    listed,
    may,
    problems,
    read,
    reading,
    runtime,
    several,
    told,
    written,
)
from app.core.listing import Page
from app.core.queries import asked
from app.core.uow import Reader, UnitOfWork
from app.rules.permissions import Permission
from app.schemas.accounts import GrantGiven, UserCreate, UserPatch, UserQuery, UserRead
from app.schemas.base import Why
from app.schemas.batches import Batch, BatchGet
from app.schemas.history import HistoryEntry, HistoryQuery
from app.services import accounts
from app.views.accounts import LISTING, VIEW

router = ResourceRouter(prefix="/v1/users", tags=["users"], route_class=StrictRoute)

UserReader = Annotated[Reader, reading(Permission.USERS_READ)]
Auditor = Annotated[Reader, reading(Permission.ACCESS_READ)]
Writer = Annotated[UnitOfWork, may(Permission.USERS_WRITE)]
Creator = Annotated[UnitOfWork, may(Permission.USERS_WRITE, proof=True)]
Granter = Annotated[UnitOfWork, may(Permission.GRANTS_WRITE, proof=True)]


@router.get("", response_model=Page[UserRead], responses=problems())
async def list_users(request: Request, reader: UserReader, query: Annotated[UserQuery, asked(UserQuery)]) -> Response:
    return await listed(request, reader, LISTING, query)


@router.post("", status_code=201, response_model=UserRead, responses=problems(409, 413, 415))
async def create_user(request: Request, uow: Creator, body: UserCreate) -> Response:
    """Without a password the person is invited by mail. It asks for a fresh proof of who you are."""
    user = await accounts.create(uow, body, runtime(request).passwords)
    return await written(uow, VIEW, user.id, at=router.prefix)


@router.post("/batch-get", response_model=Batch[UserRead], responses=problems(413, 415))
async def batch_get_users(reader: UserReader, body: BatchGet) -> Response:
    return await several(reader, VIEW, body.ids)


@router.get("/{id}", response_model=UserRead, responses=problems(404))
async def get_user(request: Request, reader: UserReader, id: UUID) -> Response:
    return await read(request, reader, VIEW, id)


@router.patch("/{id}", response_model=UserRead, responses=problems(404, 409, 412, 413, 415, 428))
async def edit_user(uow: Writer, id: UUID, version: IfMatch, body: UserPatch) -> Response:
    """Switching an account off ends its sessions, and the links in its letters, at once."""
    await accounts.edit(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post(
    "/{id}/invitation", status_code=202, response_model=None, response_class=Response, responses=problems(404, 409)
)
async def invite_user(uow: Writer, id: UUID) -> Response:
    """Sends the invitation once more; the link of the letter before stops working."""
    await accounts.invite(uow, id)
    return await answered(uow, Response(status_code=202))


@router.post("/{id}/grants", status_code=201, response_model=UserRead, responses=problems(404, 409, 413, 415))
async def grant_role(uow: Granter, id: UUID, body: GrantGiven) -> Response:
    await accounts.grant(uow, id, body)
    return await written(uow, VIEW, id, at=router.prefix)


@router.post("/{id}/grants/{grant_id}/revoke", response_model=UserRead, responses=problems(404, 413, 415))
async def revoke_grant(uow: Granter, id: UUID, grant_id: UUID, body: Why) -> Response:
    """Acts with the very next request of that person."""
    await accounts.revoke(uow, id, grant_id, body.reason)
    return await written(uow, VIEW, id)


@router.get("/{id}/history", response_model=Page[HistoryEntry], responses=problems(404))
async def list_user_history(
    request: Request, reader: Auditor, id: UUID, query: Annotated[HistoryQuery, asked(HistoryQuery)]
) -> Response:
    return await told(request, reader, VIEW, id, query.limit, query.cursor)
