"""Events on their way: claimed under a lease, never more than a few to one address, and what came of each attempt."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from app.adapters.webhook_client import Parcel, Receipt
from app.core.sealing import Ring
from app.core.uow import UnitOfWork
from app.models import Integration, Webhook, WebhookAttempt, WebhookHealth
from app.rules import webhooks as rules
from app.rules.webhooks import Health
from app.services import messages, webhook_secrets, webhooks
from app.vocabulary import DeliveryFailure, DeliveryStatus, Language, MessageKind, WebhookStatus, WebhookStop

# Longer than an attempt may take: whoever is silent for so long is dead.
LEASE: Final = timedelta(seconds=60)
AT_ONE_ADDRESS: Final = 4
# What waits for the owner of an address to confirm it does not wait for ever.
WAITS_FOR_CONFIRMATION: Final = timedelta(days=5)
AGENT: Final = "Pobratym-Webhooks/1"

DROP: Final = """
UPDATE webhook_deliveries d SET status = 'dropped', lease_until = NULL,
  last_failure = CASE WHEN i.is_active AND i.archived_at IS NULL THEN 'webhook_off' ELSE 'integration_off' END
FROM webhooks w JOIN integrations i ON i.id = w.integration_id
WHERE d.webhook_id = w.id AND d.status = 'due' AND (d.lease_until IS NULL OR d.lease_until < clock_timestamp())
  AND (NOT i.is_active OR i.archived_at IS NOT NULL OR w.archived_at IS NOT NULL OR w.status = 'disabled'
       OR w.status = 'pending' AND d.due_at < $1
       OR d.type NOT LIKE 'webhook.%' AND NOT d.subject || ':read' = ANY (i.scopes))
"""

# What was tried to the end and could not be written down: whoever tried it died, or fell over what came back.
GIVE_UP: Final = """
UPDATE webhook_deliveries SET status = 'failed', last_failure = 'ours', lease_until = NULL
WHERE status = 'due' AND attempts >= $1 AND (lease_until IS NULL OR lease_until < clock_timestamp())
"""
# Of systems that had keys, and have none any more that works. Those who never had one may only want to be told.
KEYLESS: Final = """
SELECT w.id FROM webhooks w
WHERE w.status <> 'disabled' AND w.archived_at IS NULL
  AND EXISTS (SELECT FROM api_keys k WHERE k.integration_id = w.integration_id)
  AND NOT EXISTS (
    SELECT FROM api_keys k
    WHERE k.integration_id = w.integration_id AND k.revoked_at IS NULL AND k.expires_at > $1)
ORDER BY w.id FOR UPDATE OF w SKIP LOCKED
"""

# Whoever holds this row claims for this address: the next statement sees what the one before has taken.
HOLD: Final = """
SELECT h.webhook_id, h.failures FROM webhook_healths h JOIN webhooks w ON w.id = h.webhook_id
WHERE w.archived_at IS NULL AND w.status <> 'disabled' AND (h.paused_until IS NULL OR h.paused_until <= $1)
  AND EXISTS (
    SELECT FROM webhook_deliveries d WHERE d.webhook_id = h.webhook_id AND d.status = 'due' AND d.due_at <= $1
      AND (d.lease_until IS NULL OR d.lease_until < clock_timestamp())
      AND (w.status = 'active' OR d.type = 'webhook.challenge'))
ORDER BY h.webhook_id FOR UPDATE OF h
"""
# Addresses that are well come first; the others get a part of the places, so that many of them delay nobody.
CLAIM: Final = """
UPDATE webhook_deliveries c
SET lease_until = clock_timestamp() + $7::interval, fence = c.fence + 1, attempts = c.attempts + 1
FROM (
  SELECT d.id, x.is_probe, row_number() OVER (ORDER BY x.is_probe, d.due_at, d.id) AS place,
    row_number() OVER (PARTITION BY x.is_probe ORDER BY d.due_at, d.id) AS place_of_its_kind
  FROM unnest($1::uuid[], $2::boolean[]) AS x (webhook_id, is_probe) JOIN webhooks w ON w.id = x.webhook_id
  CROSS JOIN LATERAL (
    SELECT count(*) AS busy FROM webhook_deliveries f
    WHERE f.webhook_id = w.id AND f.lease_until >= clock_timestamp() AND f.status = 'due'
  ) b
  CROSS JOIN LATERAL (
    SELECT e.id, e.due_at FROM webhook_deliveries e
    WHERE e.webhook_id = w.id AND e.status = 'due' AND e.due_at <= $3
      AND (e.lease_until IS NULL OR e.lease_until < clock_timestamp())
      AND (w.status = 'active' OR e.type = 'webhook.challenge')
    ORDER BY e.due_at, e.id LIMIT greatest(CASE WHEN x.is_probe THEN 1 ELSE $4::int END - b.busy, 0)
  ) d
) s JOIN webhooks w ON true
WHERE c.id = s.id AND w.id = c.webhook_id AND s.place <= $5::int AND (NOT s.is_probe OR s.place_of_its_kind <= $6::int)
RETURNING c.id, c.webhook_id, c.event_id, c.type, c.body, c.fence, c.attempts, w.url, s.is_probe
"""
SIGNING: Final = """
SELECT webhook_id, id, kek_id, wrapped FROM webhook_secrets
WHERE webhook_id = ANY($1::uuid[]) AND (signs_until IS NULL OR signs_until > $2) ORDER BY id DESC
"""

# Whoever lost the lease meanwhile finds another fence here, and settles nothing.
FINISH: Final = """
UPDATE webhook_deliveries SET status = $3, delivered_at = $4, last_failure = $5, due_at = coalesce($6, due_at),
  lease_until = NULL
WHERE id = $1 AND fence = $2 AND status = 'due'
"""


# A secret as it lies in the database: its id, the name of its key, and itself.
Sealed = tuple[UUID, str, str]


@dataclass(frozen=True)
class Claim:
    """One event that this worker may send now, with all that it needs for it."""

    id: UUID
    webhook_id: UUID
    event_id: UUID
    type: str
    body: str
    fence: int
    attempts: int
    url: str
    is_probe: bool
    signing: tuple[Sealed, ...] = field(repr=False)


@dataclass(frozen=True)
class Room:
    """How many more may be on their way: in all, and to addresses that do not answer."""

    all: int
    probes: int


async def drop(uow: UnitOfWork) -> None:
    """What nobody waits for any more, because its webhook or its integration is off; and what never gets on."""
    for row in await uow.transaction.raw.fetch(KEYLESS, uow.now):
        await _give_up(uow, await uow.session.get_one(Webhook, row["id"]), WebhookStop.NO_KEY)
    await uow.flush()
    await uow.transaction.raw.execute(DROP, uow.now - WAITS_FOR_CONFIRMATION)
    await uow.transaction.raw.execute(GIVE_UP, rules.MOST_TRIES)


async def claim(uow: UnitOfWork, room: Room) -> list[Claim]:
    """Some of what is due, leased to this worker; a worker that dies gives it back by silence."""
    raw = uow.transaction.raw
    held = await raw.fetch(HOLD, uow.now)
    if not held:
        return []
    ids = [row["webhook_id"] for row in held]
    probes = [row["failures"] >= rules.BREAKS_AFTER for row in held]
    rows = await raw.fetch(CLAIM, ids, probes, uow.now, AT_ONE_ADDRESS, room.all, min(room.probes, room.all), LEASE)
    signing = await _signing(uow, ids)
    return [Claim(**row, signing=signing[row["webhook_id"]]) for row in rows]


async def _signing(uow: UnitOfWork, ids: Sequence[UUID]) -> dict[UUID, tuple[Sealed, ...]]:
    found: dict[UUID, tuple[Sealed, ...]] = {}
    for webhook, id, kek_id, wrapped in await uow.transaction.raw.fetch(SIGNING, ids, uow.now):
        found[webhook] = (*found.get(webhook, ()), (id, kek_id, wrapped))
    return found


def parcel(claim: Claim, keys: Ring, at: datetime) -> Parcel:
    """As it leaves. A secret that does not open stops this one and no other."""
    body, signing = claim.body.encode(), [webhook_secrets.opened(keys, *sealed) for sealed in claim.signing]
    signed = webhook_secrets.headers(signing, claim.event_id, at, body)
    return Parcel(claim.url, {"content-type": "application/json", "user-agent": AGENT} | signed, body, at)


async def record(uow: UnitOfWork, claim: Claim, sent: Parcel, receipt: Receipt, give_up_after: timedelta) -> None:
    """What came of it: for the delivery, for the log, and for the webhook itself."""
    failure = receipt.failure or _challenge_failure(claim, receipt)
    webhook = await uow.session.get_one(Webhook, claim.webhook_id, with_for_update={"key_share": True})
    asked = rules.asked_pause(receipt.retry_after, uow.now)
    await _settle(uow, claim, failure, asked)
    uow.add(_attempt(claim, sent, receipt, failure))
    # What came of an address that was replaced meanwhile says nothing about the new one.
    if webhook.url == claim.url and webhook.status is not WebhookStatus.DISABLED:
        await _conclude(uow, webhook, claim, (failure, asked), give_up_after)
    await uow.flush()


async def put_off(uow: UnitOfWork, claim: Claim) -> None:
    """After a fault of ours, which says nothing about the address: the next try comes when it would have come."""
    await _settle(uow, claim, DeliveryFailure.OURS, None)


def _challenge_failure(claim: Claim, receipt: Receipt) -> DeliveryFailure | None:
    """Who answers with the same text has read the message, and wants what comes."""
    if claim.type != rules.CHALLENGE:
        return None
    try:
        answered = json.loads(receipt.answer)["challenge"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return DeliveryFailure.CHALLENGE_FAILED
    asked = json.loads(claim.body)["data"]["challenge"]
    return None if answered == asked else DeliveryFailure.CHALLENGE_FAILED


async def _settle(uow: UnitOfWork, claim: Claim, failure: DeliveryFailure | None, asked: timedelta | None) -> None:
    raw, now = uow.transaction.raw, uow.now
    if failure is None:
        await raw.execute(FINISH, claim.id, claim.fence, DeliveryStatus.DELIVERED, now, None, None)
        return
    pause = rules.wait(claim.attempts, secrets.randbelow(1000) / 1000, waits=rules.waits_for(claim.type))
    if pause is None or failure is DeliveryFailure.CHALLENGE_FAILED:
        await raw.execute(FINISH, claim.id, claim.fence, DeliveryStatus.FAILED, None, failure, None)
        return
    due_at = now + max(pause, asked or timedelta(0))
    await raw.execute(FINISH, claim.id, claim.fence, DeliveryStatus.DUE, None, failure, due_at)


def _attempt(claim: Claim, sent: Parcel, receipt: Receipt, failure: DeliveryFailure | None) -> WebhookAttempt:
    shown = {name: value for name, value in sent.headers.items() if name != "webhook-signature"}
    return WebhookAttempt(
        delivery_id=claim.id,
        at=sent.at,
        duration_ms=receipt.duration_ms,
        request_headers=shown,
        status_code=receipt.status_code,
        failure=failure,
        response_excerpt=receipt.excerpt,
    )


async def _conclude(
    uow: UnitOfWork,
    webhook: Webhook,
    claim: Claim,
    result: tuple[DeliveryFailure | None, timedelta | None],
    give_up_after: timedelta,
) -> None:
    failure, asked = result
    health = await _health(uow, webhook.id)
    if failure is None:
        _set(health, rules.WELL)
        health.delivered_at = uow.now
        if claim.type == rules.CHALLENGE and webhook.status is WebhookStatus.PENDING:
            webhook.status, webhook.activated_at = WebhookStatus.ACTIVE, uow.now
        return
    known = Health(health.failures, health.failing_since, health.paused_until)
    _set(health, found := rules.worse(known, failure, asked, uow.now))
    if rules.is_given_up(found, failure, give_up_after, uow.now):
        await _give_up(uow, webhook, WebhookStop.GONE if failure is DeliveryFailure.GONE else WebhookStop.FAILING)


async def _health(uow: UnitOfWork, webhook_id: UUID) -> WebhookHealth:
    query = select(WebhookHealth).where(col(WebhookHealth.webhook_id) == webhook_id).with_for_update()
    return (await uow.session.scalars(query)).one()


def _set(row: WebhookHealth, health: Health) -> None:
    row.failures, row.failing_since, row.paused_until = health.failures, health.failing_since, health.paused_until


async def _give_up(uow: UnitOfWork, webhook: Webhook, because: WebhookStop) -> None:
    """Whoever answers for the integration is told, since nobody looks into a log every day."""
    await uow.because(because.en)
    await webhooks.stop(uow, webhook, because)
    integration = await uow.session.get_one(Integration, webhook.integration_id)
    facts = {"integration": integration.name, "webhook": webhook.name, "why": because.uk}
    await messages.post(
        uow, MessageKind.WEBHOOK_DISABLED, to=integration.contact_email, language=Language.UK, facts=facts
    )
