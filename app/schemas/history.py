"""The history of a record as a story: who did what, when and why, and what it was before."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.base import Answer, Reason, Shape
from app.vocabulary import JournalOperation

# Whatever JSON can hold: a union of all its kinds would only burden generated clients.
Value = Any


class HistoryField(Answer):
    name: str = Field(max_length=100)
    label: str = Field(max_length=200, description="What people call the field, in the reader's language.")
    old: Value = Field(description='`{"erased": true}` stands for personal data that was erased.')
    new: Value
    old_label: str | None = Field(description="The value as people read it, where it is a code or an id.")
    new_label: str | None


class HistoryChange(Answer):
    """One row: the record itself, or one of its parts."""

    part: str = Field(max_length=100)
    part_label: str = Field(max_length=200)
    part_id: UUID | None
    operation: JournalOperation
    operation_label: str = Field(max_length=200)
    fields: Annotated[list[HistoryField], Field(max_length=200)]


class HistoryEntry(Answer):
    """All that was done to the record at once."""

    id: str = Field(max_length=20)
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    verb: str = Field(description="The operation that did it, by its operation id.")
    verb_label: str = Field(max_length=200, description="The same as a sentence in the reader's language.")
    reason: str | None
    version: int | None = Field(
        description="The version of the record afterwards; null for a note, which changes none."
    )
    changes: list[HistoryChange]


class UndoAsked(Shape):
    reason: Reason | None = None


class HistoryQuery(BaseModel):
    """Newest first."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=1000)] = None
