"""The journal as an auditor reads it: what was done, by whom, and how it ended; personal values are not shown."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.base import Answer, Moment, Reason, Shape
from app.vocabulary import ExportStatus, JournalOperation, JournalOutcome

ActorKind = Literal["user", "integration", "job", "command", "system"]
Code = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$", max_length=100)]


class JournalFilters(BaseModel):
    """What is looked for: entries that meet all of it."""

    model_config = ConfigDict(extra="forbid")

    since: Annotated[Moment | None, Field(description="From this moment on.")] = None
    until: Annotated[Moment | None, Field(description="Before this moment.")] = None
    actor_id: UUID | None = None
    actor_kind: ActorKind | None = None
    subject: Annotated[Code | None, Field(description="The resource, as `partnerships`.")] = None
    subject_id: Annotated[UUID | None, Field(description="The record.")] = None
    verb: Annotated[Code | None, Field(description="The operation that did it, by its operation id.")] = None
    operation: JournalOperation | None = None
    outcome: JournalOutcome | None = None
    organization_id: Annotated[UUID | None, Field(description="About records that are this organization's.")] = None


class JournalQuery(JournalFilters):
    """Newest first."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=1000)] = None


class JournalEntryRead(Answer):
    id: str = Field(max_length=20)
    position: int | None = Field(ge=0, description="Its place in the sealed tree; null until it is sealed.")
    at: datetime
    actor_kind: ActorKind
    actor_id: UUID | None
    actor_name: str
    on_behalf_of: UUID | None
    session_id: UUID | None = Field(description="The session of a person, or the key of an integration.")
    request_id: str | None
    verb: str
    verb_label: str = Field(max_length=300, description="What was done, in a sentence.")
    reason: str | None
    outcome: JournalOutcome
    outcome_label: str = Field(max_length=100)
    subject: str
    subject_id: UUID | None
    operation: JournalOperation
    operation_label: str = Field(max_length=100)
    part: str = Field(description="The table: the record's own, or one of its parts.")
    part_id: UUID | None
    version: int | None
    before: dict[str, Any] | None = Field(
        description='The changed fields as they were; `{"personal": true}` stands for what concerns a person.'
    )
    after: dict[str, Any] | None = Field(description="The changed fields as they became.")


class JournalExportCreate(Shape):
    """Which entries, and what for: the purpose stands in the journal itself."""

    purpose: Reason
    since: Moment | None = None
    until: Moment | None = None
    actor_id: UUID | None = None
    actor_kind: ActorKind | None = None
    subject: Code | None = None
    subject_id: UUID | None = None
    verb: Code | None = None
    operation: JournalOperation | None = None
    outcome: JournalOutcome | None = None
    organization_id: UUID | None = None


class JournalExportRead(Answer):
    id: UUID
    status: ExportStatus
    purpose: str
    filters: dict[str, Any]
    asked_at: datetime
    asked_by: UUID
    made_at: datetime | None
    expires_at: datetime | None = Field(description="From then on the file is gone.")
    entry_count: int | None = Field(ge=0)
    byte_count: int | None = Field(ge=0)
    sha256: str | None = Field(max_length=64, description="Of the whole file, in hexadecimal digits.")
    checkpoint_size: int | None = Field(ge=0, description="The size of the sealed tree that the proofs lead to.")


class JournalExportPage(Answer):
    items: Annotated[list[JournalExportRead], Field(max_length=200)]
