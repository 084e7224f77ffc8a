from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

import orjson
from fastapi import Request, Response
from pydantic import BaseModel

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
    runtime,
    told,
    written,
    written_unkept,
)
from app.core.listing import Page
from app.core.queries import asked
from app.core.uow import Reader, UnitOfWork
from app.rules.permissions import Permission
from app.schemas.base import Why
from app.schemas.history import HistoryEntry, HistoryQuery
from app.schemas.operations import OperationRead
from app.schemas.webhooks import (
    DeliveryDetail,
    DeliveryPage,
    DeliveryQuery,
    ReplayAsked,
    WebhookCreate,
    WebhookMade,
    WebhookPatch,
    WebhookQuery,
    WebhookRead,
)
from app.services import delivery_log, operations, webhook_replays, webhooks
from app.settings import Webhooks
from app.views.webhooks import LISTING, VIEW

router = ResourceRouter(prefix="/v1/webhooks", tags=["webhooks"], route_class=StrictRoute)

WebhookReader = Annotated[Reader, reading(Permission.INTEGRATIONS_READ)]
Writer = Annotated[UnitOfWork, may(Permission.INTEGRATIONS_WRITE)]
Giver = Annotated[UnitOfWork, may(Permission.INTEGRATIONS_WRITE, proof=True)]

NAMED: Final = ("ETag", "Location")


def _settings(request: Request) -> Webhooks:
    return runtime(request).settings.webhooks


def _said(body: BaseModel, status: int = 200) -> Response:
    return fresh(body.model_dump_json().encode(), status)


async def _with_secret(uow: UnitOfWork, id: UUID, secret: str, *, at: str | None = None) -> Response:
    """What is kept for a repeated request must not be worth stealing."""
    record = await written_unkept(uow, VIEW, id, at=at)
    await answered(uow, _added(record, None))
    return _added(record, secret)


def _added(record: Response, secret: str | None) -> Response:
    body = orjson.dumps(orjson.loads(record.body) | {"secret": secret})
    return fresh(body, record.status_code, **{name: record.headers[name] for name in NAMED if name in record.headers})


@router.get("", response_model=Page[WebhookRead], responses=problems())
async def list_webhooks(
    request: Request, reader: WebhookReader, query: Annotated[WebhookQuery, asked(WebhookQuery)]
) -> Response:
    """Where integrations are told of what, and how it goes; never the secrets."""
    return await listed(request, reader, LISTING, query)


@router.post("", status_code=201, response_model=WebhookMade, responses=problems(404, 409, 413, 415))
async def create_webhook(request: Request, uow: Giver, body: WebhookCreate) -> Response:
    """The secret is shown this once. The address is asked to prove itself; until it does, nothing else is sent."""
    id, secret = await webhooks.create(uow, body, webhooks.terms(_settings(request)))
    return await _with_secret(uow, id, secret, at=router.prefix)


@router.get("/{id}", response_model=WebhookRead, responses=problems(404))
async def get_webhook(request: Request, reader: WebhookReader, id: UUID) -> Response:
    return await read(request, reader, VIEW, id)


@router.patch("/{id}", response_model=WebhookRead, responses=problems(404, 409, 412, 413, 415, 428))
async def edit_webhook(request: Request, uow: Giver, id: UUID, version: IfMatch, body: WebhookPatch) -> Response:
    """Another address has to prove itself before it is sent anything."""
    await webhooks.edit(uow, id, body, version, webhooks.terms(_settings(request)))
    return await written(uow, VIEW, id)


@router.post("/{id}/archive", response_model=WebhookRead, responses=problems(404, 409, 412, 413, 415, 428))
async def archive_webhook(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    """Nothing is sent there any more, not even what waits in the queue."""
    await webhooks.archive(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/restore", response_model=WebhookRead, responses=problems(404, 409, 412, 413, 415, 428))
async def restore_webhook(uow: Giver, id: UUID, version: IfMatch, body: Why) -> Response:
    """The address has to prove itself anew."""
    await webhooks.restore(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/verify", response_model=WebhookRead, responses=problems(404, 409))
async def verify_webhook(uow: Giver, id: UUID) -> Response:
    """Asks the address once more to prove itself, within seconds."""
    await webhooks.verify(uow, id)
    return await written(uow, VIEW, id)


@router.post("/{id}/disable", response_model=WebhookRead, responses=problems(404, 409, 413, 415))
async def disable_webhook(uow: Writer, id: UUID, body: Why) -> Response:
    """Nothing is sent there any more, and nothing is put in the queue."""
    await webhooks.disable(uow, id, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/enable", response_model=WebhookRead, responses=problems(404, 409))
async def enable_webhook(uow: Giver, id: UUID) -> Response:
    """The address has to prove itself anew. What it missed can be replayed."""
    await webhooks.enable(uow, id)
    return await written(uow, VIEW, id)


@router.post("/{id}/rotate-secret", response_model=WebhookMade, responses=problems(404, 409))
async def rotate_webhook_secret(request: Request, uow: Giver, id: UUID) -> Response:
    """A new secret, shown this once. The one before signs beside it for a day, so that no event is lost."""
    secret = await webhooks.rotate_secret(uow, id, timedelta(hours=_settings(request).overlap_hours))
    return await _with_secret(uow, id, secret)


@router.post("/{id}/ping", status_code=202, response_model=DeliveryDetail, responses=problems(404, 409))
async def ping_webhook(uow: Writer, id: UUID) -> Response:
    """Sends an event that means nothing. Look into the delivery for what came of it."""
    queued = await webhooks.ping(uow, id)
    return await answered(uow, _said(await delivery_log.one(uow, id, queued.id), 202))


@router.get("/{id}/history", response_model=Page[HistoryEntry], responses=problems(404))
async def list_webhook_history(
    request: Request, reader: WebhookReader, id: UUID, query: Annotated[HistoryQuery, asked(HistoryQuery)]
) -> Response:
    """Who changed what, when and why; newest first."""
    return await told(request, reader, VIEW, id, query.limit, query.cursor)


@router.get("/{id}/deliveries", response_model=DeliveryPage, responses=problems(404))
async def list_webhook_deliveries(
    reader: WebhookReader, id: UUID, query: Annotated[DeliveryQuery, asked(DeliveryQuery)]
) -> Response:
    """What was sent, is waiting, or could not be delivered; newest first."""
    return _said(await delivery_log.page(reader, id, query))


@router.get("/{id}/deliveries/{delivery_id}", response_model=DeliveryDetail, responses=problems(404))
async def get_webhook_delivery(reader: WebhookReader, id: UUID, delivery_id: UUID) -> Response:
    """What was sent, and what came back of each try."""
    return _said(await delivery_log.one(reader, id, delivery_id))


@router.post(
    "/{id}/deliveries/{delivery_id}/resend",
    status_code=202,
    response_model=DeliveryDetail,
    responses=problems(404, 409),
)
async def resend_webhook_delivery(uow: Giver, id: UUID, delivery_id: UUID) -> Response:
    """Sends it once more, under the same `webhook-id`."""
    return await answered(uow, _said(await delivery_log.resend(uow, id, delivery_id), 202))


@router.post("/{id}/replay", status_code=202, response_model=OperationRead, responses=problems(404, 409, 413, 415))
async def replay_webhook_deliveries(uow: Giver, id: UUID, body: ReplayAsked) -> Response:
    """Sends what happened in a stretch of time, also what was missed while the webhook was off.

    The worker does it step by step: look at the operation for how far it has come. Its result tells `queued_count`,
    `until`, and with `is_more` that there is more than can be replayed at once.
    """
    operation = await webhook_replays.begin(uow, id, body)
    headers = {"Location": f"{operations.PLACE}/{operation.id}", "Retry-After": "2"}
    shown = await operations.one(uow, operation.id)
    return await answered(uow, fresh(shown.model_dump_json().encode(), 202, **headers))
