from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.core.http import (
    IfMatch,
    ResourceRouter,
    StrictRoute,
    answered,
    fresh,
    listed,
    may,
    problems,
    read,
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
from app.schemas.history import HistoryEntry, HistoryQuery
from app.schemas.integrations import (
    ApiKeyCreate,
    ApiKeyMade,
    IntegrationCreate,
    IntegrationPatch,
    IntegrationQuery,
    IntegrationRead,
    UsageQuery,
    UsageRead,
)
from app.services import api_keys, integration_usage, integrations
from app.views.integrations import LISTING, VIEW

router = ResourceRouter(prefix="/v1/integrations", tags=["integrations"], route_class=StrictRoute)

IntegrationReader = Annotated[Reader, reading(Permission.INTEGRATIONS_READ)]
Writer = Annotated[UnitOfWork, may(Permission.INTEGRATIONS_WRITE)]
Giver = Annotated[UnitOfWork, may(Permission.INTEGRATIONS_WRITE, proof=True)]


@router.get("", response_model=Page[IntegrationRead], responses=problems())
async def list_integrations(
    request: Request, reader: IntegrationReader, query: Annotated[IntegrationQuery, asked(IntegrationQuery)]
) -> Response:
    """Other systems and their keys; never the keys themselves."""
    return await listed(request, reader, LISTING, query)


@router.post("", status_code=201, response_model=IntegrationRead, responses=problems(404, 409, 413, 415))
async def create_integration(uow: Giver, body: IntegrationCreate) -> Response:
    """It can do nothing until it has a key. Scopes are a part of what the maker holds over the organization."""
    integration = await integrations.create(uow, body)
    return await written(uow, VIEW, integration.id, at=router.prefix)


@router.post("/batch-get", response_model=Batch[IntegrationRead], responses=problems(413, 415))
async def batch_get_integrations(reader: IntegrationReader, body: BatchGet) -> Response:
    return await several(reader, VIEW, body.ids)


@router.get("/{id}", response_model=IntegrationRead, responses=problems(404))
async def get_integration(request: Request, reader: IntegrationReader, id: UUID) -> Response:
    return await read(request, reader, VIEW, id)


@router.patch("/{id}", response_model=IntegrationRead, responses=problems(404, 409, 412, 413, 415, 428))
async def edit_integration(uow: Giver, id: UUID, version: IfMatch, body: IntegrationPatch) -> Response:
    """Acts with the next request of its keys. Scopes can be taken away by whoever may write, and given as at first."""
    await integrations.edit(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/archive", response_model=IntegrationRead, responses=problems(404, 409, 412, 413, 415, 428))
async def archive_integration(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    """Its keys stop working at once."""
    await integrations.archive(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/restore", response_model=IntegrationRead, responses=problems(404, 409, 412, 413, 415, 428))
async def restore_integration(uow: Giver, id: UUID, version: IfMatch, body: Why) -> Response:
    """Its keys that are neither revoked nor expired work again."""
    await integrations.restore(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/keys", status_code=201, response_model=ApiKeyMade, responses=problems(404, 409, 413, 415))
async def create_api_key(uow: Giver, id: UUID, body: ApiKeyCreate) -> Response:
    """A key, shown this once. Two may be live at a time, so that one can take the place of the other."""
    made = await api_keys.create(uow, id, body.expires_at)
    without = made.model_copy(update={"key": None})
    # What is kept for a repeated request must not be worth stealing.
    await answered(uow, _secret(without))
    return _secret(made)


def _secret(made: ApiKeyMade) -> Response:
    return fresh(made.model_dump_json().encode(), 201)


@router.post("/{id}/keys/{api_key_id}/revoke", response_model=IntegrationRead, responses=problems(404, 409, 413, 415))
async def revoke_api_key(uow: Writer, id: UUID, api_key_id: UUID, body: Why) -> Response:
    """The key stops working with its next request."""
    await api_keys.revoke(uow, id, api_key_id, body.reason)
    return await written(uow, VIEW, id)


@router.get("/{id}/usage", response_model=UsageRead, responses=problems(404))
async def get_integration_usage(
    reader: IntegrationReader, id: UUID, query: Annotated[UsageQuery, asked(UsageQuery)]
) -> Response:
    """What it called on which day, how often it was refused, and what of that is deprecated."""
    found = await integration_usage.of(reader, id, query)
    return fresh(found.model_dump_json().encode())


@router.get("/{id}/history", response_model=Page[HistoryEntry], responses=problems(404))
async def list_integration_history(
    request: Request, reader: IntegrationReader, id: UUID, query: Annotated[HistoryQuery, asked(HistoryQuery)]
) -> Response:
    """Who changed what, when and why; newest first."""
    return await told(request, reader, VIEW, id, query.limit, query.cursor)
