from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.schemas.base import Answer, Moment, Reference, Shape
from app.vocabulary import Channel, DatedThing, NoticeStatus, ReminderState, ReminderTopic


class NoticeRead(Answer):
    """How one person was told on one channel, and what came of it."""

    id: UUID
    user_id: UUID
    channel: Channel
    status: NoticeStatus
    because: str | None = Field(max_length=300, description="Why it went this way, in the reader's language.")
    due_at: datetime
    attempts: int = Field(ge=0)
    last_error: str | None = Field(max_length=1000)
    delivered_at: datetime | None
    done_at: datetime | None


class ReminderRead(Answer):
    """What somebody will be or was reminded of."""

    id: UUID
    rule_id: UUID | None = Field(description="Null for a reminder of one's own.")
    topic: ReminderTopic
    thing: DatedThing | None
    subject: str = Field(max_length=60, description="The kind of record it is about.")
    subject_id: UUID
    user_id: UUID
    user_name: str = Field(max_length=300)
    number: str | None = Field(max_length=100)
    title: str | None = Field(max_length=1000)
    on: str | None = Field(max_length=40, description="The day or the local time that it is about.")
    text: str = Field(max_length=4000, description="The sentence in the reader's language.")
    notes: Annotated[list[str], Field(max_length=10)]
    step: str = Field(max_length=60, description="Which offset of the rule, or which step of its escalation.")
    state: ReminderState
    state_because: str | None = Field(max_length=1000)
    is_late: bool
    due_local: str = Field(max_length=30)
    due_zone: str = Field(max_length=60)
    due_at: datetime
    told_at: datetime | None
    attempts: int = Field(ge=0)
    last_error: str | None = Field(max_length=1000)
    notices: Annotated[list[NoticeRead], Field(max_length=20)]


class ReminderPage(Answer):
    items: Annotated[list[ReminderRead], Field(max_length=200)]
    next_cursor: str | None = Field(max_length=1000)


class ReminderQuery(Shape):
    state: Annotated[list[ReminderState] | None, Field(max_length=10)] = None
    subject: Annotated[Reference | None, Field(description="A kind of record, with `subject_id` one of them.")] = None
    subject_id: UUID | None = None
    user_id: UUID | None = None
    rule_id: UUID | None = None
    due_from: Moment | None = None
    due_to: Moment | None = None
    sort: Annotated[Reference, Field(pattern="^-?due_at$")] = "-due_at"
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=1000, description="`next_cursor` of the page before.")] = None


class DeadQuery(Shape):
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=1000, description="`next_cursor` of the page before.")] = None


class DeadLetters(Answer):
    """What could not be told, by reason."""

    reason: str = Field(max_length=1000)
    count: int = Field(ge=1)


class Swept(Answer):
    """When a job last ran through; a minute ago is well."""

    job: str = Field(max_length=60)
    at: datetime
    age_seconds: float = Field(ge=0)


class BouncedPerson(Answer):
    """Somebody whose mailbox sends letters back. Meanwhile they are told in the app, and by the daily letter."""

    user_id: UUID
    name: str = Field(max_length=300)
    since: datetime
    because: str | None = Field(max_length=300)


class ReminderHealth(Answer):
    """How the telling goes on, over the whole Association."""

    is_late: bool
    oldest_due_seconds: float = Field(ge=0, description="How long the oldest reminder waits that should be told.")
    reminders: dict[ReminderState, Annotated[int, Field(ge=0)]]
    notices: dict[NoticeStatus, Annotated[int, Field(ge=0)]]
    dead: Annotated[list[DeadLetters], Field(max_length=50)]
    bounced_count: int = Field(ge=0, description="People whose mailbox sends letters back.")
    bounced: Annotated[list[BouncedPerson], Field(max_length=50, description="The last fifty of them.")]
    sweeps: Annotated[list[Swept], Field(max_length=20)]
