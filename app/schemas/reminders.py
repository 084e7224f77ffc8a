from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.schemas.base import Answer, Shape
from app.vocabulary import ReminderRule, ReminderStatus


class ReminderRead(Answer):
    id: UUID
    rule: ReminderRule
    status: ReminderStatus
    subject: str = Field(max_length=60, description="The kind of record it is about.")
    subject_id: UUID
    text: str = Field(max_length=2000, description="The sentence in the reader's language.")
    occurs_on: date = Field(description="The day that the rule named.")
    is_late: bool = Field(description="True when the day had passed before the reminder could be planned.")
    due_at: datetime
    delivered_at: datetime | None


class ReminderPage(Answer):
    items: Annotated[list[ReminderRead], Field(max_length=200)]
    next_cursor: str | None = Field(max_length=1000)


class ReminderQuery(Shape):
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[UUID | None, Field(description="`next_cursor` of the page before.")] = None
