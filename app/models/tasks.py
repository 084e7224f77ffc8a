"""What somebody has to do, or has promised, by a day."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import CheckConstraint, Column, Computed, Field, Index

from app.models.base import Aggregate, Row, jsonb, term
from app.vocabulary import Obligation, Side, TaskKind, TaskStatus

SEARCHED = "title || ' ' || coalesce(details, '')"


class Task(Aggregate, table=True):
    """`due_at` is worked out from the day, the time and the zone; a task without a time is due when its day ends."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_updated", "updated_at", "id"),
        Index("ix_tasks_order", "sort_name", "id"),
        Index("ix_tasks_due", "due_at", "id", postgresql_where=sa.text("status = 'open'")),
        Index("ix_tasks_owner", "owner_id", "status"),
        Index("ix_tasks_subject", "subject", "subject_id"),
        Index("ix_tasks_organization", "organization_id", "status"),
        Index("uq_tasks_series", "series_id", "occurs_on", unique=True),
        Index("ix_tasks_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
        CheckConstraint("(subject IS NULL) = (subject_id IS NULL)", name="subject"),
    )

    kind: TaskKind = Field(sa_type=term(TaskKind))
    obligation: Obligation | None = Field(default=None, sa_type=term(Obligation))
    status: TaskStatus = Field(sa_type=term(TaskStatus))
    title: str
    details: str | None = None
    side: Side = Field(sa_type=term(Side))
    organization_id: UUID | None = Field(default=None, foreign_key="organizations.id")
    owner_id: UUID | None = Field(default=None, foreign_key="users.id")
    counterpart_id: UUID | None = Field(default=None, foreign_key="organizations.id", index=True)
    counterpart_name: str | None = None
    subject: str | None = None
    subject_id: UUID | None = None
    activity_id: UUID | None = Field(default=None, foreign_key="activities.id", index=True)
    document_id: UUID | None = Field(default=None, foreign_key="documents.id", index=True)
    counts_from: date | None = None
    due_on: date | None = None
    due_time: time | None = Field(default=None, sa_column=Column(sa.Time(timezone=False), nullable=True))
    due_fold: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    zone: str
    due_at: datetime | None = None
    due_basis: dict[str, Any] | None = Field(default=None, sa_type=jsonb())
    recurrence: str | None = None
    series_id: UUID | None = None
    occurs_on: date | None = None
    skipped_count: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    done_at: datetime | None = None
    done_by_id: UUID | None = Field(default=None, foreign_key="users.id")
    closing_note: str | None = None
    search: str | None = Field(
        default=None, sa_column=Column(sa.Text, Computed(f"search_fold({SEARCHED})", persisted=True))
    )
    # By the day it is due; what has none comes last.
    sort_name: date | None = Field(
        default=None, sa_column=Column(sa.Date, Computed("coalesce(due_on, '2200-01-01'::date)", persisted=True))
    )


class TaskItem(Row, table=True):
    """A point of a checklist."""

    __tablename__ = "task_items"
    __table_args__ = (Index("ix_task_items_task", "task_id", "position"),)

    task_id: UUID = Field(foreign_key="tasks.id")
    position: int
    title: str
    done_at: datetime | None = None
    done_by_id: UUID | None = Field(default=None, foreign_key="users.id")


class TaskDependency(Row, table=True):
    """The task waits until the other one is done."""

    __tablename__ = "task_dependencies"
    __table_args__ = (
        Index("uq_task_dependencies", "task_id", "waits_for_id", unique=True),
        CheckConstraint("task_id <> waits_for_id", name="itself"),
    )

    task_id: UUID = Field(foreign_key="tasks.id")
    waits_for_id: UUID = Field(foreign_key="tasks.id", index=True)


class Handover(Row, table=True):
    """What one coordinator passed on to another: the counts and the summary as they were on that day."""

    __tablename__ = "handovers"

    from_id: UUID = Field(foreign_key="users.id", index=True)
    to_id: UUID = Field(foreign_key="users.id", index=True)
    reason: str | None = None
    handed_over_at: datetime
    summary: dict[str, Any] = Field(sa_type=jsonb())
