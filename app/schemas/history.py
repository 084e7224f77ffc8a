"""The history of a record: who, when, what, why, before and after."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.base import Answer
from app.vocabulary import JournalOperation


class HistoryEntry(Answer):
    id: str = Field(max_length=20)
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    verb: str = Field(description="The operation that did it, by its operation id.")
    reason: str | None
    operation: JournalOperation
    part: str = Field(description="The table: the record's own, or one of its parts.")
    part_id: UUID | None
    before: dict[str, Any] | None = Field(
        description='The changed fields as they were; `{"erased": true}` stands for personal data that was erased.'
    )
    after: dict[str, Any] | None = Field(description="The changed fields as they became.")


class HistoryQuery(BaseModel):
    """Newest first."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=1000)] = None
