from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.core.listing import PageQuery
from app.schemas.base import (
    Answer,
    ClientId,
    Day,
    Distinct,
    Flag,
    Name,
    Personal,
    Reason,
    Record,
    Redactable,
    Reference,
    Shape,
    Text,
    patch_of,
    problem,
)
from app.schemas.personal_data import InTwoLanguages
from app.schemas.times import KYIV, ClockTime, Fold, Recurrence, Zone, require_on_clock
from app.vocabulary import Obligation, Side, TaskKind, TaskStatus


class TaskSubject(StrEnum):
    """The records that a task may be about."""

    PARTNERSHIPS = "partnerships"
    AGREEMENTS = "agreements"
    PROJECTS = "projects"
    DELEGATIONS = "delegations"
    ACTIVITIES = "activities"
    LETTERS = "letters"
    ORGANIZATIONS = "organizations"


class TaskItemGiven(Shape):
    """A point of the checklist, in its place; with the `id` of one that is there it stays the same point."""

    id: UUID | None = None
    title: Name
    is_done: Flag = False


class TaskFields(Shape):
    """Ours to do, or promised by the other side. A day without an hour is over when the next one begins in `zone`."""

    kind: TaskKind = TaskKind.TASK
    obligation: Obligation | None = Field(default=None, description="What the rules of others ask for.")
    title: Name
    details: Text | None = None
    side: Side = Side.OURS
    organization_id: UUID | None = Field(
        default=None, description="Whose task it is; your organization, when you have only one."
    )
    owner_id: UUID | None = Field(default=None, description="Who answers for it; the maker when absent on create.")
    counterpart_id: UUID | None = Field(default=None, description="The organization on the partner's side.")
    counterpart_name: Name | None = None
    subject: TaskSubject | None = None
    subject_id: UUID | None = None
    activity_id: UUID | None = Field(default=None, description="The meeting in which it was promised.")
    document_id: UUID | None = Field(default=None, description="The file in which it was promised.")
    counts_from: Day | None = Field(default=None, description="The day from which an obligation is counted.")
    due_on: Day | None = Field(
        default=None, description="Of an obligation it is worked out when it is absent; a given one wins."
    )
    due_time: ClockTime | None = None
    due_fold: Fold = 0
    zone: Zone = KYIV
    recurrence: Recurrence | None = Field(default=None, description="Doing one occurrence makes the next.")
    waits_for: Annotated[list[UUID], Field(max_length=50), Distinct] = []
    items: Annotated[list[TaskItemGiven], Field(max_length=200)] = []

    @model_validator(mode="after")
    def _knows_what_it_is(self) -> Self:
        if (self.kind is TaskKind.OBLIGATION) != (self.obligation is not None):
            raise problem("obligation_code")
        if (self.subject is None) != (self.subject_id is None):
            raise problem("together", fields="subject, subject_id")
        if self.side is Side.THEIRS and not (self.counterpart_id or self.counterpart_name):
            raise problem("counterpart_needed")
        return self

    @model_validator(mode="after")
    def _knows_when(self) -> Self:
        if self.obligation and not (self.due_on or self.counts_from):
            raise problem("obligation_day_needed")
        if (self.due_time or self.recurrence) and not (self.due_on or self.obligation):
            raise problem("due_day_needed")
        if self.due_on and self.due_time:
            require_on_clock(datetime.combine(self.due_on, self.due_time), self.zone)
        return self

    @model_validator(mode="after")
    def _no_point_twice(self) -> Self:
        known = [item.id for item in self.items if item.id]
        if len(set(known)) != len(known):
            raise problem("repeated")
        return self


class TaskCreate(TaskFields):
    """An obligation says what it is and from which day it counts; the rule and its source come with the answer."""

    id: ClientId | None = None


@patch_of(TaskFields)
class TaskPatch(Shape):
    """The fields to change. The status moves by its own verbs."""


class TaskDone(Shape):
    note: Reason | None = Field(default=None, description="What came of it.")


class TaskCancel(Shape):
    reason: Reason
    with_following: Flag = Field(default=False, description="Also ends the series; otherwise its next day is made.")


class DueBasis(Answer):
    """How the day was worked out, and on what ground."""

    rule: InTwoLanguages
    source: InTwoLanguages
    is_confirmed: bool = Field(description="Checked against the primary text.")


class TaskItemRead(Answer):
    id: UUID
    title: str
    is_done: bool
    done_at: datetime | None
    done_by_id: UUID | None


class TaskRead(Redactable, Record):
    kind: TaskKind
    obligation: Obligation | None
    status: TaskStatus
    title: str
    details: str | None
    side: Side
    organization_id: UUID | None
    owner_id: UUID | None
    owner_name: str | None
    counterpart_id: UUID | None
    counterpart_name: Personal[str | None]
    subject: TaskSubject | None
    subject_id: UUID | None
    activity_id: UUID | None
    document_id: UUID | None
    counts_from: date | None
    due_on: date | None
    due_time: ClockTime | None
    due_fold: int
    zone: str
    due_at: datetime | None = Field(description="The instant that follows: without an hour, the end of the day.")
    due_basis: DueBasis | None = Field(description="Present when the day was worked out.")
    is_overdue: bool = Field(description="By the reader's own day, in the zone of their settings.")
    is_waiting: bool = Field(description="Something it waits for is still open.")
    recurrence: str | None
    series_id: UUID | None
    occurs_on: date | None = Field(description="Which day of the series it is, also when it was moved.")
    skipped_count: int = Field(description="How often the series was passed over before this day.")
    next_id: UUID | None = Field(description="The occurrence that follows, once it is there.")
    waits_for: list[UUID]
    items: list[TaskItemRead]
    done_at: datetime | None
    done_by_id: UUID | None
    closing_note: str | None


class TaskQuery(PageQuery):
    q: Annotated[str | None, Field(min_length=1, max_length=200, description="Part of title or details.")] = None
    kind: Annotated[list[TaskKind] | None, Field(max_length=10)] = None
    status: Annotated[list[TaskStatus] | None, Field(max_length=10)] = None
    obligation: Annotated[list[Obligation] | None, Field(max_length=20)] = None
    side: Side | None = None
    owner_id: UUID | None = None
    organization_id: UUID | None = None
    counterpart_id: UUID | None = None
    subject: TaskSubject | None = None
    subject_id: UUID | None = None
    activity_id: UUID | None = None
    document_id: UUID | None = None
    series_id: UUID | None = None
    due_from: Annotated[Day | None, Field(description="Due on this day or later.")] = None
    due_to: Annotated[Day | None, Field(description="Due on this day or earlier.")] = None
    overdue: Annotated[bool | None, Field(description="Open and past due, by the reader's own day.")] = None
    sort: Annotated[
        Reference, Field(pattern="^-?(due_on|updated_at)$", description="What has no due day comes last.")
    ] = "due_on"
