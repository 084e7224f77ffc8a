"""What was sent to a webhook: read, sent once more, and replayed for a stretch of time."""

import json
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from app.core import context
from app.core.uow import Reader, UnitOfWork, require_visible
from app.core.wording import words
from app.errors import FieldError, invalid, not_found, refused, say
from app.models import Webhook, WebhookDelivery
from app.rules import webhooks as rules
from app.rules.webhook_sentences import remedy
from app.schemas.webhooks import (
    AttemptRead,
    DeliveryDetail,
    DeliveryPage,
    DeliveryQuery,
    DeliveryRead,
    ReplayAsked,
    Replayed,
)
from app.services import dispatch, webhooks
from app.vocabulary import DeliveryFailure, DeliveryStatus

COLUMNS: Final = """
id, event_id, type, subject, subject_id, at, queued_at, status, attempts,
CASE WHEN status = 'due' THEN due_at END AS due_at, delivered_at, last_failure
"""
PAGE: Final = f"""
SELECT {COLUMNS} FROM webhook_deliveries
WHERE webhook_id = $1 AND ($2::uuid IS NULL OR id < $2) AND ($3::text IS NULL OR status = $3)
  AND ($4::text IS NULL OR type = $4) AND ($5::timestamptz IS NULL OR at >= $5)
  AND ($6::timestamptz IS NULL OR at < $6)
ORDER BY id DESC LIMIT $7
"""  # noqa: S608 - columns of ours
ONE: Final = f"SELECT {COLUMNS}, body FROM webhook_deliveries WHERE webhook_id = $1 AND id = $2"  # noqa: S608 - columns of ours
TRIES: Final = """
SELECT at, duration_ms, request_headers::text AS request_headers, status_code, response_excerpt, failure
FROM webhook_attempts WHERE delivery_id = $1 ORDER BY id DESC LIMIT 100
"""

# The same events, as they were: who has had one knows it by its id.
AGAIN: Final = """
UPDATE webhook_deliveries SET status = 'due', due_at = $4, attempts = 0, delivered_at = NULL, last_failure = NULL
WHERE id IN (
  SELECT id FROM webhook_deliveries
  WHERE webhook_id = $1 AND at >= $2 AND at < $3 AND status <> 'due'
    AND type NOT IN ('webhook.challenge', 'webhook.ping') AND (cardinality($5::text[]) = 0 OR type = ANY($5))
  ORDER BY at, id LIMIT $6
)
"""


async def page(reader: Reader, id: UUID, query: DeliveryQuery) -> DeliveryPage:
    await require_visible(reader, Webhook, id)
    asked = [id, query.cursor, query.status, query.type, query.since, query.until, query.limit + 1]
    rows = await reader.rows(PAGE, asked)
    items = [DeliveryRead(**row, remedy=_remedy(row["last_failure"])) for row in rows[: query.limit]]
    return DeliveryPage(items=items, next_cursor=str(items[-1].id) if len(rows) > query.limit else None)


async def one(asker: Reader | UnitOfWork, id: UUID, delivery_id: UUID) -> DeliveryDetail:
    """With every try, the last one first."""
    await require_visible(asker, Webhook, id)
    rows = await asker.rows(ONE, [id, delivery_id])
    if not rows:
        raise not_found()
    tries = await asker.rows(TRIES, [delivery_id])
    return DeliveryDetail(**rows[0], remedy=_remedy(rows[0]["last_failure"]), tries=[_try(row) for row in tries])


def _try(row: Any) -> AttemptRead:
    return AttemptRead(**{**row, "request_headers": json.loads(row["request_headers"])}, remedy=_remedy(row["failure"]))


def _remedy(failure: str | None) -> str | None:
    return words(remedy(DeliveryFailure(failure)), context.language.get()) if failure else None


async def resend(uow: UnitOfWork, id: UUID, delivery_id: UUID) -> DeliveryDetail:
    """At once, with a schedule of its own, and under the id it has had before."""
    await _require_active(uow, id)
    query = select(WebhookDelivery).where(col(WebhookDelivery.webhook_id) == id, col(WebhookDelivery.id) == delivery_id)
    delivery = (await uow.session.scalars(query.with_for_update())).one_or_none()
    if delivery is None:
        raise not_found()
    if objections := rules.resending_objections(delivery.type, is_due=delivery.status is DeliveryStatus.DUE):
        raise refused(*objections)
    delivery.status, delivery.due_at, delivery.attempts = DeliveryStatus.DUE, uow.now, 0
    delivery.delivered_at, delivery.last_failure = None, None
    await uow.note("resend_delivery", "webhooks", id, {"delivery_id": str(delivery_id), "type": delivery.type})
    await _send(uow, id)
    return await one(uow, id, delivery_id)


async def replay(uow: UnitOfWork, id: UUID, asked: ReplayAsked) -> Replayed:
    """What was sent in that time is sent again; what was not, because nobody listened, is made up for."""
    webhook = await _require_active(uow, id)
    until = min(asked.until or uow.now, uow.now)
    if until <= asked.since:
        raise invalid(FieldError("/until", say("replay_range")))
    known = await _again(uow, webhook.id, asked, until)
    left = rules.MOST_REPLAYED - known
    missed = await dispatch.regenerate(uow, webhook, asked.since, until, asked.event_types, left) if left else 0
    facts = {"since": asked.since, "until": until, "count": known + missed, "event_types": asked.event_types}
    await uow.note("replay_deliveries", "webhooks", id, facts)
    await _send(uow, id)
    return Replayed(queued_count=known + missed, is_more=missed == left, until=until)


async def _again(uow: UnitOfWork, id: UUID, asked: ReplayAsked, until: datetime) -> int:
    done: str = await uow.transaction.raw.execute(
        AGAIN, id, asked.since, until, uow.now, [event.value for event in asked.event_types], rules.MOST_REPLAYED
    )
    return int(done.rpartition(" ")[2])


async def _require_active(uow: UnitOfWork, id: UUID) -> Webhook:
    webhook = await webhooks.live(uow, id)
    if objections := rules.sending_objections(webhook.status):
        raise refused(*objections)
    return webhook


async def _send(uow: UnitOfWork, id: UUID) -> None:
    await webhooks.unpause(uow, id)
    uow.ring(webhooks.JOB)
