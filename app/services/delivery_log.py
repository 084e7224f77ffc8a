"""What was sent to a webhook: read, and sent once more.

The log outlives rights: of a record that the integration may not read any more it shows that something was sent, and
not what.
"""

import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from app.core import context, integrations
from app.core.uow import Reader, UnitOfWork, require_visible
from app.core.wording import words
from app.errors import not_found, refused
from app.models import Webhook, WebhookDelivery
from app.rules import webhooks as rules
from app.rules.webhook_sentences import remedy
from app.schemas.webhooks import AttemptRead, DeliveryDetail, DeliveryPage, DeliveryQuery, DeliveryRead
from app.services import feed_entries, webhooks
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

WHOSE: Final = """
SELECT i.id, i.name, i.organization_id, i.scopes FROM webhooks w JOIN integrations i ON i.id = w.integration_id
WHERE w.id = $1
"""
# As much of a challenge as nobody writes by chance: an answer that was cut off may hold a part of it.
SHORTEST_PART: Final = 8


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
    values = dict(rows[0])
    proof = _proof(values)
    is_hidden = await _is_hidden(asker, id, values)
    shown = values | {"is_body_hidden": is_hidden, "body": None if is_hidden else values["body"]}
    return DeliveryDetail(**shown, remedy=_remedy(values["last_failure"]), tries=[_try(row, proof) for row in tries])


def _proof(delivery: Mapping[str, Any]) -> str | None:
    """The text of a challenge: it proves an address to us, whoever sends it back."""
    return str(json.loads(delivery["body"])["data"]["challenge"]) if delivery["type"] == rules.CHALLENGE else None


async def _is_hidden(asker: Reader | UnitOfWork, id: UUID, delivery: Mapping[str, Any]) -> bool:
    """What proves an address is for the address alone; what is about a record goes with the right to read it."""
    if delivery["subject"] == "webhooks":
        return bool(delivery["type"] == rules.CHALLENGE)
    [(integration, name, organization, scopes)] = await asker.rows(WHOSE, [id])
    actor = integrations.acting(integration, name, organization, tuple(scopes))
    return not await feed_entries.exists(asker, actor, asker.today, delivery["subject"], delivery["subject_id"])


def _try(row: Any, proof: str | None) -> AttemptRead:
    """What came back is shown, unless it repeats what proves the address."""
    values = {**row, "request_headers": json.loads(row["request_headers"])}
    if proof and proof[:SHORTEST_PART] in (row["response_excerpt"] or ""):
        values["response_excerpt"] = None
    return AttemptRead(**values, remedy=_remedy(row["failure"]))


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


async def _require_active(uow: UnitOfWork, id: UUID) -> None:
    webhook = await webhooks.given_live(uow, id)
    if objections := rules.sending_objections(webhook.status):
        raise refused(*objections)


async def _send(uow: UnitOfWork, id: UUID) -> None:
    await webhooks.unpause(uow, id)
    uow.ring(webhooks.JOB)
