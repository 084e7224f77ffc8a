"""What happened between the sides, or is going to: meetings, calls, letters, notes."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import CheckConstraint, Column, Computed, Field, Index

from app.models.base import Aggregate, Row, term
from app.vocabulary import ActivityKind, ActivitySource, ActivityStatus, ParticipantAnswer, ParticipantRole, Side

SEARCHED = "title || ' ' || coalesce(summary, '') || ' ' || coalesce(outcome, '')"


class Activity(Aggregate, table=True):
    """`starts_local` with its zone is the truth, `starts_at` is worked out from them."""

    __tablename__ = "activities"
    __table_args__ = (
        Index("ix_activities_updated", "updated_at", "id"),
        Index("ix_activities_starts", "starts_at", "id"),
        Index("ix_activities_organization", "organization_id", "starts_at"),
        Index("ix_activities_owner", "owner_id", "starts_at"),
        Index("ix_activities_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
        CheckConstraint("ends_at >= starts_at", name="times"),
    )

    kind: ActivityKind = Field(sa_type=term(ActivityKind))
    status: ActivityStatus = Field(sa_type=term(ActivityStatus))
    source: ActivitySource = Field(
        default=ActivitySource.ENTERED, sa_type=term(ActivitySource), sa_column_kwargs={"server_default": "entered"}
    )
    title: str
    summary: str | None = None
    outcome: str | None = None
    organization_id: UUID | None = Field(default=None, foreign_key="organizations.id")
    owner_id: UUID | None = Field(default=None, foreign_key="users.id")
    starts_local: datetime = Field(sa_column=Column(sa.DateTime(timezone=False), nullable=False))
    starts_fold: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    ends_local: datetime | None = Field(default=None, sa_column=Column(sa.DateTime(timezone=False), nullable=True))
    ends_fold: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    zone: str
    starts_at: datetime
    ends_at: datetime | None = None
    place: str | None = None
    online_url: str | None = None
    next_step: str | None = None
    next_step_on: date | None = None
    cancelled_because: str | None = None
    search: str | None = Field(
        default=None, sa_column=Column(sa.Text, Computed(f"search_fold({SEARCHED})", persisted=True))
    )


class ActivityPartnership(Row, table=True):
    """One meeting may be about several partnerships; there is one record of it."""

    __tablename__ = "activity_partnerships"
    __table_args__ = (Index("uq_activity_partnerships", "activity_id", "partnership_id", unique=True),)

    activity_id: UUID = Field(foreign_key="activities.id")
    partnership_id: UUID = Field(foreign_key="partnerships.id", index=True)


class ActivityParticipant(Row, table=True):
    """Who took part, or is asked to. The name and address are kept as they were then."""

    __tablename__ = "activity_participants"
    __table_args__ = (
        Index("ix_activity_participants_activity", "activity_id", "position"),
        Index("ix_activity_participants_user", "user_id", postgresql_where=sa.text("user_id IS NOT NULL")),
        Index(
            "ix_activity_participants_organization",
            "organization_id",
            postgresql_where=sa.text("organization_id IS NOT NULL"),
        ),
        Index("ix_activity_participants_person", "person_id", postgresql_where=sa.text("person_id IS NOT NULL")),
    )

    activity_id: UUID = Field(foreign_key="activities.id")
    position: int
    side: Side = Field(sa_type=term(Side))
    role: ParticipantRole = Field(sa_type=term(ParticipantRole))
    answer: ParticipantAnswer = Field(sa_type=term(ParticipantAnswer))
    answered_at: datetime | None = None
    was_there: bool | None = None
    user_id: UUID | None = Field(default=None, foreign_key="users.id")
    person_id: UUID | None = Field(default=None, foreign_key="people.id")
    organization_id: UUID | None = Field(default=None, foreign_key="organizations.id")
    name: str | None = None
    email: str | None = None
