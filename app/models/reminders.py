"""Reminders: the rules, what is planned for whom, and how each person was told."""

from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import Column, Field, Index, SQLModel

from app.models.base import Aggregate, Row, empty_array, jsonb, term, texts
from app.vocabulary import (
    Channel,
    DatedThing,
    MailRhythm,
    NoticeStatus,
    OffsetUnit,
    ReminderState,
    ReminderTopic,
)


def wall_time(*, nullable: bool = False) -> Any:
    return Column(sa.DateTime(timezone=False), nullable=nullable)


class ReminderRule(Aggregate, table=True):
    """Who is told what, how long before or after which day. A shipped rule can be tuned and switched off."""

    __tablename__ = "reminder_rules"
    __table_args__ = (Index("ix_reminder_rules_updated", "updated_at", "id"),)

    code: str = Field(unique=True)
    name_uk: str
    name_en: str
    text_uk: str
    text_en: str
    topic: ReminderTopic = Field(sa_type=term(ReminderTopic))
    thing: DatedThing = Field(sa_type=term(DatedThing))
    filters: dict[str, Any] = Field(default_factory=dict, sa_type=jsonb(), sa_column_kwargs={"server_default": "{}"})
    unit: OffsetUnit = Field(sa_type=term(OffsetUnit))
    offsets: list[int] = Field(sa_type=pg.ARRAY(sa.Integer))
    at_time: time = Field(sa_column=Column(sa.Time(timezone=False), nullable=False))
    audience: list[str] = Field(sa_type=texts())
    roles: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    channels: list[str] = Field(sa_type=texts())
    escalate_after_days: int | None = None
    escalate_to: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    avoids_holidays: bool = Field(sa_column_kwargs={"server_default": sa.true()})
    quiet_from: time | None = Field(default=None, sa_column=Column(sa.Time(timezone=False), nullable=True))
    quiet_to: time | None = Field(default=None, sa_column=Column(sa.Time(timezone=False), nullable=True))
    useful_days: int
    is_mandatory: bool
    is_enabled: bool
    valid_from: date
    source_ref: str | None = None
    is_shipped: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})


class PersonalReminder(Aggregate, table=True):
    """One's own: about a record or about nothing but itself, once or again and again (RFC 5545, RRULE)."""

    __tablename__ = "personal_reminders"
    __table_args__ = (Index("ix_personal_reminders_user", "user_id", "id"),)

    user_id: UUID = Field(foreign_key="users.id")
    text: str
    subject: str | None = None
    subject_id: UUID | None = None
    thing: DatedThing | None = Field(default=None, sa_type=term(DatedThing))
    offset_days: int | None = None
    starts_local: datetime | None = Field(default=None, sa_column=wall_time(nullable=True))
    starts_fold: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    at_time: time | None = Field(default=None, sa_column=Column(sa.Time(timezone=False), nullable=True))
    zone: str
    recurrence: str | None = None
    ended_at: datetime | None = None


class PlannedReminder(Row, table=True):
    """One occurrence for one person. The row is the truth; the queue only executes."""

    __tablename__ = "planned_reminders"
    __table_args__ = (
        Index("uq_planned_reminders", "source_id", "subject_id", "anchor", "step", "user_id", unique=True),
        Index("ix_planned_reminders_due", "due_at", "id", postgresql_where=sa.text("state = 'planned'")),
        Index("ix_planned_reminders_subject", "subject", "subject_id", "id"),
        Index("ix_planned_reminders_user", "user_id", "id"),
        Index("ix_planned_reminders_over", "due_at", postgresql_where=sa.text("state <> 'planned'")),
    )

    source_id: UUID
    rule_id: UUID | None = Field(default=None, foreign_key="reminder_rules.id", index=True)
    personal_id: UUID | None = Field(default=None, foreign_key="personal_reminders.id", index=True)
    topic: ReminderTopic = Field(sa_type=term(ReminderTopic))
    thing: DatedThing | None = Field(default=None, sa_type=term(DatedThing))
    subject: str
    subject_id: UUID
    user_id: UUID = Field(foreign_key="users.id")
    anchor: datetime = Field(sa_column=wall_time())
    step: str
    due_local: datetime = Field(sa_column=wall_time())
    due_zone: str
    due_at: datetime
    tzdata: str
    state: ReminderState = Field(sa_type=term(ReminderState))
    is_late: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    shifted_because: dict[str, Any] | None = Field(default=None, sa_type=jsonb())
    state_because: str | None = None
    facts: dict[str, Any] = Field(sa_type=jsonb())
    planned_at: datetime
    told_at: datetime | None = None
    fence: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    lease_until: datetime | None = None
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    last_error: str | None = None


UNREAD: Final = "channel = 'in_app' AND status = 'delivered' AND read_at IS NULL AND done_at IS NULL"


class Notice(Row, table=True):
    """One person told on one channel. In the app it can be read, put off and done with."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("uq_notices", "reminder_id", "channel", unique=True),
        Index("ix_notices_due", "due_at", "id", postgresql_where=sa.text("status = 'due'")),
        Index("ix_notices_user", "user_id", "channel", "id"),
        Index("ix_notices_unread", "user_id", postgresql_where=sa.text(UNREAD)),
        Index("ix_notices_over", "due_at", postgresql_where=sa.text("status <> 'due'")),
    )

    reminder_id: UUID = Field(foreign_key="planned_reminders.id", ondelete="CASCADE")
    user_id: UUID = Field(foreign_key="users.id")
    channel: Channel = Field(sa_type=term(Channel))
    topic: ReminderTopic = Field(sa_type=term(ReminderTopic))
    status: NoticeStatus = Field(sa_type=term(NoticeStatus))
    rhythm: MailRhythm = Field(sa_type=term(MailRhythm))
    because: str | None = None
    due_at: datetime
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    last_error: str | None = None
    message_id: UUID | None = Field(default=None, foreign_key="messages.id", ondelete="SET NULL", index=True)
    delivered_at: datetime | None = None
    read_at: datetime | None = None
    snoozed_until: datetime | None = None
    done_at: datetime | None = None


class NotificationSettings(SQLModel, table=True):
    """How a person wishes to be told: their zone, their quiet hours, and whether their mailbox answers."""

    __tablename__ = "notification_settings"

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    zone: str
    quiet_from: time | None = Field(default=None, sa_column=Column(sa.Time(timezone=False), nullable=True))
    quiet_to: time | None = Field(default=None, sa_column=Column(sa.Time(timezone=False), nullable=True))
    digest_at: time = Field(sa_column=Column(sa.Time(timezone=False), nullable=False))
    bounced_at: datetime | None = None
    bounced_because: str | None = None


class NotificationPreference(Row, table=True):
    """What a person chose for one topic. Legal deadlines can only be sent to somebody else."""

    __tablename__ = "notification_preferences"
    __table_args__ = (Index("uq_notification_preferences", "user_id", "topic", unique=True),)

    user_id: UUID = Field(foreign_key="users.id")
    topic: ReminderTopic = Field(sa_type=term(ReminderTopic))
    in_app: bool
    mail: MailRhythm = Field(sa_type=term(MailRhythm))
    redirect_to_id: UUID | None = Field(default=None, foreign_key="users.id", index=True)


class Heartbeat(SQLModel, table=True):
    """When a job that has to run again and again last did."""

    __tablename__ = "heartbeats"

    name: str = Field(primary_key=True)
    at: datetime
