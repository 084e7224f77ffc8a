"""The requests that we send. Nobody calls these functions: FastAPI describes by them what other systems receive."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import APIRouter

from app.schemas.events import ReminderEvent, WebhookChallenge, WebhookEvent, WebhookPing
from app.vocabulary import WebhookEventType

router = APIRouter()


def tell_event(body: WebhookEvent) -> None:
    """Of a record."""


def ask_challenge(body: WebhookChallenge) -> None:
    """Before anything else is sent."""


def send_ping(body: WebhookPing) -> None:
    """On a person's wish."""


def tell_reminder(body: ReminderEvent) -> None:
    """Of a person who was reminded."""


SPECIAL: Final[Mapping[WebhookEventType, Callable[..., Any]]] = {
    WebhookEventType.WEBHOOK_CHALLENGE: ask_challenge,
    WebhookEventType.WEBHOOK_PING: send_ping,
    WebhookEventType.REMINDER_TOLD: tell_reminder,
}

for event in WebhookEventType:
    router.add_api_route(event.value, SPECIAL.get(event, tell_event), methods=["POST"], name=event.value)
