from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from app.core.listing import PageQuery
from app.rules.events import SUBSCRIBABLE
from app.schemas.base import Answer, ClientId, Distinct, Moment, Name, Record, Reference, Shape, patch_of, problem
from app.vocabulary import DeliveryFailure, DeliveryStatus, WebhookEventType, WebhookStatus, WebhookStop


def _subscribable(event: WebhookEventType) -> WebhookEventType:
    if event not in SUBSCRIBABLE:
        raise problem("webhook_event_unknown", event=event.value)
    return event


Url = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
EventType = Annotated[WebhookEventType, AfterValidator(_subscribable)]
EventTypes = Annotated[list[EventType], Field(max_length=100), Distinct]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class WebhookFields(Shape):
    """What of a webhook can be changed. A new address has to be confirmed anew."""

    name: Name
    url: Url = Field(description="`https` on port 443, with a name that leads to public addresses only.")
    event_types: EventTypes = Field(default=[], description="Every event when empty.")
    record_ids: Annotated[list[UUID], Field(max_length=100), Distinct] = Field(
        default=[], description="Only events of these records; of any when empty."
    )
    fields: Annotated[list[FieldName], Field(max_length=50), Distinct] = Field(
        default=[], description="Only when one of these fields changed; any when empty."
    )


class WebhookCreate(WebhookFields):
    """The integration whose rights decide what is told; it never changes."""

    id: ClientId | None = None
    integration_id: UUID


@patch_of(WebhookFields)
class WebhookPatch(Shape):
    """The fields to change."""


class SigningKeyRead(Answer):
    public_key: str = Field(max_length=100, description="`whpk_` and the public key of Ed25519 in base64.")
    made_at: datetime
    signs_until: datetime | None = Field(description="Null for the one that stays.")


class WebhookHealthRead(Answer):
    failures: int = Field(ge=0, description="In a row, up to now.")
    failing_since: datetime | None
    paused_until: datetime | None = Field(description="Nothing is tried before.")
    delivered_at: datetime | None = Field(description="When the last event was taken.")


class WebhookRead(Record):
    integration_id: UUID
    integration_name: str
    name: str
    url: str
    event_types: list[WebhookEventType]
    record_ids: list[UUID]
    fields: list[str]
    status: WebhookStatus
    disabled_because: WebhookStop | None
    activated_at: datetime | None
    signing_keys: list[SigningKeyRead]
    health: WebhookHealthRead


class WebhookMade(WebhookRead):
    """The record, with a secret that is shown this once; null when the answer is repeated for an `Idempotency-Key`."""

    secret: str | None = Field(max_length=100, description="`whsec_` and the key of HMAC-SHA256 in base64.")


class WebhookQuery(PageQuery):
    integration_id: UUID | None = None
    status: WebhookStatus | None = None
    sort: Annotated[Reference, Field(pattern="^-?(name|updated_at)$")] = "name"


class DeliveryQuery(Shape):
    status: DeliveryStatus | None = None
    type: WebhookEventType | None = None
    since: Annotated[Moment | None, Field(description="What happened then or later.")] = None
    until: Annotated[Moment | None, Field(description="What happened before.")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[UUID | None, Field(description="`next_cursor` of the page before.")] = None


class DeliveryRead(Answer):
    """One event on its way to one webhook."""

    id: UUID
    event_id: UUID = Field(description="`webhook-id` of every attempt.")
    type: WebhookEventType
    subject: str = Field(max_length=60, description="The kind of record it is about.")
    subject_id: UUID | None
    at: datetime = Field(description="When it happened.")
    queued_at: datetime
    status: DeliveryStatus
    attempts: int = Field(ge=0, description="Since it was last put in the queue.")
    due_at: datetime | None = Field(description="When it is tried next.")
    delivered_at: datetime | None
    last_failure: DeliveryFailure | None
    remedy: str | None = Field(max_length=500, description="What helps against the last failure.")


class DeliveryPage(Answer):
    """The newest first."""

    items: Annotated[list[DeliveryRead], Field(max_length=200)]
    next_cursor: str | None = Field(max_length=1000)


class AttemptRead(Answer):
    at: datetime
    duration_ms: int = Field(ge=0)
    request_headers: dict[str, Any] = Field(description="What was sent, without the signatures.")
    status_code: int | None = Field(description="Null when no answer came.")
    response_excerpt: str | None = Field(max_length=1100, description="How the answer began.")
    failure: DeliveryFailure | None
    remedy: str | None = Field(max_length=500)


class DeliveryDetail(DeliveryRead):
    body: str | None = Field(
        max_length=20_000, description="The exact bytes that are signed and sent; null when they are not shown."
    )
    is_body_hidden: bool = Field(
        description="It proves the address, or it is about a record that the integration may not read any more."
    )
    tries: Annotated[list[AttemptRead], Field(max_length=100)]


class ReplayAsked(Shape):
    """What happened from `since` on, and before `until`."""

    since: Moment
    until: Moment | None = None
    event_types: EventTypes = Field(default=[], description="Every event when empty.")
