"""What goes out by webhooks: thin, so that whoever wants the data asks for it with their own rights."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.schemas.base import Answer
from app.vocabulary import DatedThing, ReminderTopic, WebhookEventType

ActorName = Annotated[str, Field(max_length=20)]


class EventData(Answer):
    """Which record it is about. The record itself is read with the API."""

    id: UUID
    type: Annotated[str, Field(max_length=40, description="Where such records live: `GET /v1/{type}/{id}`.")]
    version: int | None = Field(
        ge=1, description="The record's version afterwards. Skip what is older than what you have."
    )
    fields: Annotated[list[str], Field(max_length=200, description="The fields that changed, of those you may see.")]
    actor_kind: Annotated[ActorName, Field(description="Whether a person, an integration or we ourselves did it.")]


class WebhookEvent(Answer):
    """Something that happened to a record."""

    type: WebhookEventType
    timestamp: datetime = Field(description="When it happened; the attempt to tell it has its own, in the headers.")
    data: EventData


class ReminderData(Answer):
    """Who was reminded of which record; the sentence itself is only for that person."""

    id: UUID
    type: Annotated[str, Field(max_length=40, description="Where such records live: `GET /v1/{type}/{id}`.")]
    reminder_id: UUID
    rule_id: UUID | None
    topic: ReminderTopic
    thing: DatedThing | None
    user_id: UUID
    is_late: bool


class ReminderEvent(Answer):
    """Somebody was reminded of a record."""

    type: WebhookEventType
    timestamp: datetime = Field(description="When the person was told.")
    data: ReminderData


class ChallengeData(Answer):
    challenge: Annotated[str, Field(max_length=200, description='To be answered with `{"challenge": "…"}`.')]


class WebhookChallenge(Answer):
    """Asks the address to prove that it waits for events."""

    type: WebhookEventType
    timestamp: datetime
    data: ChallengeData


class PingData(Answer):
    webhook_id: UUID


class WebhookPing(Answer):
    """A test that somebody asked for: signed, sent and repeated as every event."""

    type: WebhookEventType
    timestamp: datetime
    data: PingData
