"""Where an integration is told of what: made, confirmed, changed, switched off and on. Nothing is sent from here."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from uuid_utils.compat import uuid7

from app.core import crud
from app.core.http import require_version
from app.core.uow import UnitOfWork
from app.errors import FieldError, invalid, refused, say
from app.models import Integration, Webhook, WebhookDelivery, WebhookHealth
from app.rules import destinations
from app.rules import webhooks as rules
from app.rules.destinations import BadDestination, Terms
from app.rules.permissions import Permission
from app.schemas.base import Shape
from app.schemas.webhooks import WebhookCreate, WebhookFields
from app.services import dispatch, integrations, webhook_secrets
from app.settings import Webhooks
from app.vocabulary import DeliveryFailure, WebhookStatus, WebhookStop

JOB: Final = "deliver_webhooks"
CHALLENGE_BYTES: Final = 32

# What is on its way at this moment ends by itself.
DROP: Final = """
UPDATE webhook_deliveries SET status = 'dropped', last_failure = $2, lease_until = NULL
WHERE webhook_id = $1 AND status = 'due' AND (lease_until IS NULL OR lease_until < clock_timestamp())
"""
# A challenge that nobody can answer any more, because another one or another address has taken its place.
DROP_CHALLENGES: Final = """
UPDATE webhook_deliveries SET status = 'dropped', lease_until = NULL
WHERE webhook_id = $1 AND status = 'due' AND type = 'webhook.challenge'
"""
RESET: Final = """
UPDATE webhook_healths SET failures = 0, failing_since = NULL, paused_until = NULL WHERE webhook_id = $1
"""
UNPAUSE: Final = "UPDATE webhook_healths SET paused_until = NULL WHERE webhook_id = $1"
HAS_KEY: Final = """
SELECT count(*) = 0 OR bool_or(revoked_at IS NULL AND expires_at > $2) FROM api_keys WHERE integration_id = $1
"""
COUNT: Final = "SELECT count(*) FROM webhooks WHERE integration_id = $1 AND archived_at IS NULL"


def terms(settings: Webhooks) -> Terms:
    return Terms(frozenset(settings.ports), frozenset(settings.trusted_origins))


async def create(uow: UnitOfWork, body: WebhookCreate, allowed: Terms) -> tuple[UUID, str]:
    """Its id and its secret. Whoever says where events go gives away what the integration may see: they need it all."""
    integration = await integrations.locked(uow, body.integration_id)
    await _require_giver(uow, integration)
    _require_destination(body.url, allowed)
    count = await uow.transaction.raw.fetchval(COUNT, integration.id)
    if count >= rules.MOST_WEBHOOKS:
        raise refused(say("webhooks_enough", count=count))
    webhook = Webhook(integration_id=integration.id, **_values(body))
    if body.id is not None:
        webhook.id = body.id
    uow.add(webhook)
    await uow.flush()
    uow.add(WebhookHealth(webhook_id=webhook.id))
    secret = await webhook_secrets.make(uow, webhook.id)
    await _challenge(uow, webhook)
    await dispatch.begin(uow)
    return webhook.id, secret


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int, allowed: Terms) -> Webhook:
    """What is in the queue already goes to the new address, once it is confirmed."""
    webhook = await _working(uow, id, version)
    current = {name: getattr(webhook, name) for name in WebhookFields.model_fields}
    whole = crud.merged(WebhookFields, current, body)
    is_moved = whole.url != webhook.url
    if is_moved:
        _require_destination(whole.url, allowed)
    crud.apply(webhook, _values(whole))
    if is_moved and webhook.status is not WebhookStatus.DISABLED:
        await _begin_anew(uow, webhook)
    await uow.flush()
    return webhook


async def archive(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Webhook:
    webhook = await locked(uow, id)
    require_version(webhook, version)
    await crud.archive(uow, webhook, reason)
    await drop(uow, id)
    return webhook


async def restore(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Webhook:
    """Its address has to be confirmed anew: much may have happened there."""
    webhook = await locked(uow, id)
    require_version(webhook, version)
    await _require_giver(uow, await uow.session.get_one(Integration, webhook.integration_id))
    await crud.restore(uow, webhook, reason)
    if webhook.status is not WebhookStatus.DISABLED:
        await _begin_anew(uow, webhook)
    await uow.flush()
    return webhook


async def verify(uow: UnitOfWork, id: UUID) -> Webhook:
    """Another challenge; the one before counts no more."""
    webhook = await given_live(uow, id)
    if webhook.status is not WebhookStatus.PENDING:
        raise refused(say("webhook_not_pending"))
    await _begin_anew(uow, webhook)
    return webhook


async def disable(uow: UnitOfWork, id: UUID, reason: str) -> Webhook:
    webhook = await live(uow, id)
    if webhook.status is WebhookStatus.DISABLED:
        raise refused(say("webhook_is_disabled"))
    await uow.because(reason)
    await stop(uow, webhook, WebhookStop.ASKED)
    return webhook


async def enable(uow: UnitOfWork, id: UUID) -> Webhook:
    webhook = await given_live(uow, id)
    has_key = await _has_key(uow, webhook.integration_id)
    if objections := rules.enabling_objections(webhook.status, has_key=has_key):
        raise refused(*objections)
    await _begin_anew(uow, webhook)
    return webhook


async def rotate_secret(uow: UnitOfWork, id: UUID, overlap: timedelta) -> str:
    await live(uow, id)
    return await webhook_secrets.rotate(uow, id, overlap)


async def ping(uow: UnitOfWork, id: UUID) -> WebhookDelivery:
    """By the ordinary way, and at once, whatever the queue looks like."""
    webhook = await live(uow, id)
    if objections := rules.sending_objections(webhook.status):
        raise refused(*objections)
    await unpause(uow, id)
    return await _queue(uow, webhook, rules.PING, {"webhook_id": str(id)})


async def locked(uow: UnitOfWork, id: UUID) -> Webhook:
    return await uow.get(Webhook, id, lock=True)


async def live(uow: UnitOfWork, id: UUID) -> Webhook:
    webhook = await locked(uow, id)
    crud.require_live(webhook)
    return webhook


async def given_live(uow: UnitOfWork, id: UUID) -> Webhook:
    """For whoever has events sent there: they give away what the integration may see, so they need it all."""
    webhook = await live(uow, id)
    await _require_giver(uow, await uow.session.get_one(Integration, webhook.integration_id))
    return webhook


async def stop(uow: UnitOfWork, webhook: Webhook, because: WebhookStop) -> None:
    webhook.status, webhook.disabled_because = WebhookStatus.DISABLED, because
    await drop(uow, webhook.id)


async def drop(uow: UnitOfWork, id: UUID) -> None:
    await uow.flush()
    await uow.transaction.raw.execute(DROP, id, DeliveryFailure.WEBHOOK_OFF)


async def unpause(uow: UnitOfWork, id: UUID) -> None:
    """A person who asks for something does not wait until the address is tried again."""
    await uow.transaction.raw.execute(UNPAUSE, id)


async def _begin_anew(uow: UnitOfWork, webhook: Webhook) -> None:
    webhook.status, webhook.disabled_because, webhook.activated_at = WebhookStatus.PENDING, None, None
    await uow.flush()
    await uow.transaction.raw.execute(RESET, webhook.id)
    await uow.transaction.raw.execute(DROP_CHALLENGES, webhook.id)
    await _challenge(uow, webhook)


async def _challenge(uow: UnitOfWork, webhook: Webhook) -> None:
    await _queue(uow, webhook, rules.CHALLENGE, {"challenge": secrets.token_urlsafe(CHALLENGE_BYTES)})


async def _queue(uow: UnitOfWork, webhook: Webhook, type: str, data: Mapping[str, str]) -> WebhookDelivery:
    body = {"type": type, "timestamp": f"{uow.now:%Y-%m-%dT%H:%M:%S.%fZ}", "data": data}
    delivery = WebhookDelivery(
        webhook_id=webhook.id,
        event_id=uuid7(),
        type=type,
        subject="webhooks",
        subject_id=webhook.id,
        body=orjson.dumps(body).decode(),
        at=uow.now,
        queued_at=uow.now,
        due_at=uow.now,
    )
    uow.add(delivery)
    await uow.flush()
    uow.ring(JOB)
    return delivery


async def _working(uow: UnitOfWork, id: UUID, version: int) -> Webhook:
    webhook = await locked(uow, id)
    require_version(webhook, version)
    return await given_live(uow, id)


async def _has_key(uow: UnitOfWork, integration_id: UUID) -> bool:
    """Also a system that never had one: it may only want to be told."""
    found: bool = await uow.transaction.raw.fetchval(HAS_KEY, integration_id, uow.now)
    return found


async def _require_giver(uow: UnitOfWork, integration: Integration) -> None:
    crud.require_live(integration)
    organization = await integrations.organization_of(uow, integration)
    integrations.require_giveable(uow, map(Permission, integration.scopes), organization)


def _require_destination(url: str, allowed: Terms) -> None:
    try:
        destinations.read(url, allowed)
    except BadDestination as error:
        raise invalid(FieldError("/url", error.sentence)) from error


def _values(body: WebhookFields) -> dict[str, Any]:
    values = body.model_dump(include=set(WebhookFields.model_fields))
    return values | {"event_types": [event.value for event in body.event_types]}
