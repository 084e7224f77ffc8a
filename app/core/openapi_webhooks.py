"""The `webhooks` of the published document: one entry for each event that other systems can be told of."""

from collections.abc import Mapping
from typing import Any, Final

from app.rules.events import BESIDE, OCCASIONS, THINGS
from app.vocabulary import WebhookEventType

MOMENT: Final = "2026-11-23T10:00:00.000000Z"
RECORD: Final = "0b6f0c1a-5a5e-7c3e-9a6e-2f4d8c1b7a90"
SPECIAL: Final[Mapping[str, dict[str, Any]]] = {
    WebhookEventType.WEBHOOK_CHALLENGE: {"challenge": "c2hvdyB0aGF0IHlvdSBhcmUgd2FpdGluZw"},
    WebhookEventType.WEBHOOK_PING: {"webhook_id": RECORD},
    WebhookEventType.REMINDER_TOLD: {
        "id": RECORD,
        "type": "agreements",
        "reminder_id": "019ab0f3-7c11-7a52-9d1e-3c5b7f0a2e64",
        "rule_id": "019ab0f3-6d02-7b41-8c0d-2b4a6e9f1d53",
        "topic": "agreement",
        "thing": "agreement_expiry",
        "user_id": "019ab0f3-5e13-7c30-9b2c-1a3958d0c042",
        "is_late": False,
    },
}

CHANGED: Final[Mapping[str, tuple[str, ...]]] = {
    "archived": ("archived_at",),
    "restored": ("archived_at",),
    "erased": ("affiliations", "contacts", "is_erased", "languages"),
}
WRITTEN: Final[Mapping[str, tuple[str, ...]]] = {
    "organizations": ("name_en", "website"),
    "people": ("affiliations",),
    "partnerships": ("description", "parties"),
    "agreements": ("expires_on", "title_uk"),
    "projects": ("ends_on", "title_uk"),
    "delegations": ("ends_on", "title_uk"),
    "activities": ("starts_at", "title"),
    "tasks": ("due_on", "title"),
    "letters": ("body", "subject"),
    "documents": ("versions",),
}

RECEIVED: Final[Mapping[str, str]] = {
    "2XX": "Understood, and not sent again. Answer at once and do the work afterwards.",
    "410": "Send nothing here any more: the webhook is disabled.",
}
LIFE: Final[Mapping[str, str]] = {
    "created": "Once; `fields` names what the record began with.",
    "updated": "With each change that is none of the others of a record's life; `fields` names what changed.",
    "archived": "When the record was taken out of use. It can still be read.",
    "restored": "When the record came back from the archive.",
    "erased": "When nothing about the person is left but the bare record.",
}
CHALLENGED: Final = "The same challenge, which proves that the address waits for events."

PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "WebhookId": {
        "name": "webhook-id",
        "in": "header",
        "required": True,
        "description": "The id of the event, the same each time it is sent: what you have had once, you can skip.",
        "schema": {"type": "string", "maxLength": 100},
        "example": "3f3c2b4e-9d2d-5b0e-8f57-6f1a2c9d4e11",
    },
    "WebhookTimestamp": {
        "name": "webhook-timestamp",
        "in": "header",
        "required": True,
        "description": "When this attempt was made, in seconds since 1970. Refuse what is older than five minutes.",
        "schema": {"type": "string", "pattern": "^[0-9]{1,12}$", "maxLength": 12},
        "example": "1795428000",
    },
    "WebhookSignature": {
        "name": "webhook-signature",
        "in": "header",
        "required": True,
        "description": "Signatures of `{webhook-id}.{webhook-timestamp}.{body}` by the Standard Webhooks 1.0.0, with "
        "spaces between them: `v1,` HMAC-SHA256 and `v1a,` Ed25519, of the new secret and, after a rotation, of the "
        "one before.",
        "schema": {"type": "string", "maxLength": 2000},
        "example": "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    },
}


def described(raw: Mapping[str, Any]) -> dict[str, Any]:
    """FastAPI knows the bodies; whom the request is for, how it is signed and when it is sent, it cannot know."""
    return {name: {"post": _operation(WebhookEventType(name), each["post"])} for name, each in raw.items()}


def _operation(event: WebhookEventType, given: Mapping[str, Any]) -> dict[str, Any]:
    content = {kind: each | {"example": example(event)} for kind, each in given["requestBody"]["content"].items()}
    return {
        "tags": ["webhooks"],
        "summary": event.en.removesuffix("."),
        "description": f"{event.uk} {event.en}\n\n{when(event)}",
        "operationId": f"receive_{event.replace('.', '_')}",
        "security": [],
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in PARAMETERS],
        "requestBody": {"required": True, "content": content},
        "responses": _responses(event),
    }


def _responses(event: WebhookEventType) -> dict[str, Any]:
    said: dict[str, Any] = {status: {"description": words} for status, words in RECEIVED.items()}
    if event is WebhookEventType.WEBHOOK_CHALLENGE:
        answer = {"schema": {"$ref": "#/components/schemas/ChallengeData"}, "example": SPECIAL[event]}
        said["2XX"] = {"description": CHALLENGED, "content": {"application/json": answer}}
    return said


def when(event: WebhookEventType) -> str:
    """In one sentence, from the table by which it is decided."""
    occasion = OCCASIONS.get(event)
    if event in BESIDE:
        return BESIDE[event]
    if occasion is None:
        return "Sent to one address alone; nobody subscribes to it."
    if not occasion.fields:
        return LIFE[occasion.operations[0]]
    names = " or ".join(f"`{name}`" for name in occasion.fields)
    how = f"became `{occasion.status}`" if occasion.status else "changed"
    return f"Beside `{THINGS[occasion.resource]}.updated`, when {names} {how}."


def example(event: WebhookEventType) -> dict[str, Any]:
    return {"type": event.value, "timestamp": MOMENT, "data": SPECIAL.get(event) or _data(event)}


def _data(event: WebhookEventType) -> dict[str, Any]:
    occasion = OCCASIONS[event]
    operation = occasion.operations[0]
    return {
        "id": RECORD,
        "type": occasion.resource,
        "version": 1 if operation == "created" else 4,
        "fields": sorted(occasion.fields or CHANGED.get(operation) or WRITTEN[occasion.resource]),
        "actor_kind": "user",
    }
