"""The geoportal is told of what happens: its address proves itself, an event goes out, and one is sent once more."""

from datetime import timedelta
from typing import Any, Final

from app.adapters.webhook_client import Receipt
from app.jobs.operations import run_operations
from app.services import deliveries
from app.services.deliveries import Claim, Room
from app.vocabulary import DeliveryFailure
from tests.openapi.recording import Teller, own_id
from tests.support import factories

WEBHOOK: Final = own_id(41)
AT: Final = {"id": WEBHOOK}
WHY: Final = {"reason": "Геопортал переїжджає на інший сервер"}
RETURN: Final = {"reason": "Переїзд завершено"}


async def tell_webhooks(story: Teller) -> None:
    """Told by somebody who may do everything, and has proved who they are within the last minutes."""
    integration = await factories.integration(story.world, None, "partnerships:read", name="Геопортал області")
    webhook = {
        "id": WEBHOOK,
        "integration_id": str(integration.id),
        "name": "Партнерства на мапі",
        "url": "https://gis.example.org/pobratym",
        "event_types": ["partnership.created", "partnership.stage_changed"],
    }
    await story("create_webhook", webhook)
    await story("verify_webhook", at=AT)
    await _taken(story, confirms=True)
    await story("list_webhooks", params={"limit": 1})
    seen = await story("get_webhook", at=AT)
    await story("edit_webhook", {"fields": ["stage"]}, at=AT, version=seen["version"])
    await _an_event_is_sent(story)
    await story("rotate_webhook_secret", at=AT, key="geoportal-webhook-2026")
    await story("disable_webhook", WHY, at=AT)
    seen = await story("enable_webhook", at=AT)
    seen = await story("archive_webhook", WHY, at=AT, version=seen["version"])
    await story("restore_webhook", RETURN, at=AT, version=seen["version"])
    await story("list_webhook_history", at=AT, params={"limit": 2})


async def _an_event_is_sent(story: Teller) -> None:
    ping = await story("ping_webhook", at=AT)
    await _taken(story, failure=DeliveryFailure.BROKEN)
    await story("list_webhook_deliveries", at=AT, params={"limit": 2, "type": "webhook.ping"})
    story.world.clock.now += timedelta(minutes=1)
    await _taken(story)
    delivery = AT | {"delivery_id": ping["id"]}
    await story("get_webhook_delivery", at=delivery)
    await story("resend_webhook_delivery", at=delivery)
    await _taken(story)
    since = f"{story.world.clock.now - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    until = f"{story.world.clock.now - timedelta(hours=23):%Y-%m-%dT%H:%M:%SZ}"
    began = await story("replay_webhook_deliveries", {"since": since, "until": until}, at=AT)
    world = story.world
    await run_operations({"db": world.db, "clock": world.clock})
    await story("get_operation", at={"id": began["id"]})
    again = await story("replay_webhook_deliveries", {"since": since, "until": until}, at=AT)
    await story("cancel_operation", at={"id": again["id"]})
    await story("list_operations", params={"limit": 1})


async def _taken(story: Teller, *, confirms: bool = False, failure: DeliveryFailure | None = None) -> None:
    """Off the record: what the worker sends, and what the receiver of the story says to it."""
    settings = story.world.app.state.runtime.settings
    give_up_after = timedelta(days=settings.webhooks.disable_after_days)
    async with story.world.work() as uow:
        for claim in await deliveries.claim(uow, Room(50, 50)):
            sent = deliveries.parcel(claim, uow.keys, uow.now)
            await deliveries.record(uow, claim, sent, _receipt(claim, failure, confirms=confirms), give_up_after)


def _receipt(claim: Claim, failure: DeliveryFailure | None, *, confirms: bool) -> Receipt:
    if failure is not None:
        return Receipt(48, failure, 500, None, b"Internal Server Error")
    answer: Any = claim.body[claim.body.index('"data":') + len('"data":') : -1].encode() if confirms else b""
    return Receipt(31, None, 200, None, answer)
