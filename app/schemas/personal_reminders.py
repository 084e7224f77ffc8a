from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.rules import recurrence
from app.schemas.base import Answer, Line, Reference, Shape, patch_of, problem
from app.schemas.times import KYIV, ClockTime, Fold, Recurrence, WallTime, Zone, require_on_clock
from app.vocabulary import DatedThing


class PersonalReminderFields(Shape):
    """Once (`starts_local`), again and again (with `recurrence`), or so many days from a day of a record (`thing`)."""

    text: Line
    subject: Annotated[Reference | None, Field(description="The kind of record it is about, with `subject_id`.")] = None
    subject_id: UUID | None = None
    thing: DatedThing | None = Field(default=None, description="Which day of the record counts; it moves along.")
    offset_days: Annotated[int | None, Field(ge=-1100, le=1100, strict=True)] = None
    at_time: ClockTime | None = Field(default=None, description="With `thing`; nine in the morning if absent.")
    starts_local: WallTime | None = None
    starts_fold: Fold = 0
    zone: Zone = KYIV
    recurrence: Recurrence | None = None

    @model_validator(mode="after")
    def _knows_when(self) -> Self:
        if (self.starts_local is None) == (self.thing is None):
            raise problem("personal_when")
        if (self.thing is None) != (self.offset_days is None) or (self.thing and self.subject_id is None):
            raise problem("together", fields="thing, offset_days, subject, subject_id")
        if (self.subject is None) != (self.subject_id is None):
            raise problem("together", fields="subject, subject_id")
        if self.thing and (self.recurrence or self.starts_local):
            raise problem("personal_when")
        return self

    @model_validator(mode="after")
    def _is_on_the_clock(self) -> Self:
        if self.starts_local is None:
            return self
        require_on_clock(self.starts_local, self.zone)
        if self.recurrence is not None:
            try:
                recurrence.require_start(self.recurrence, self.starts_local.date())
            except recurrence.RecurrenceError as error:
                raise problem(error.code, **error.params) from error
        return self


@patch_of(PersonalReminderFields)
class PersonalReminderPatch(Shape):
    """The fields to change."""


class PersonalReminderRead(Answer):
    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    text: str = Field(max_length=1000)
    subject: str | None = Field(max_length=60)
    subject_id: UUID | None
    thing: DatedThing | None
    offset_days: int | None
    at_time: ClockTime | None
    starts_local: str | None = Field(max_length=30)
    starts_fold: int
    zone: str = Field(max_length=60)
    recurrence: str | None = Field(max_length=200)
    ended_at: datetime | None
    next_at: datetime | None = Field(description="When it comes next, as far as that is planned.")


class PersonalReminderPage(Answer):
    items: Annotated[list[PersonalReminderRead], Field(max_length=200)]
    next_cursor: UUID | None


class PersonalReminderQuery(Shape):
    subject: Reference | None = None
    subject_id: UUID | None = None
    with_ended: bool = False
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[UUID | None, Field(description="`next_cursor` of the page before.")] = None
