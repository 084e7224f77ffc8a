"""Calendars that other programs subscribe to, and the mail that comes back."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index

from app.models.base import Row, jsonb, term
from app.vocabulary import CalendarKind, InvitationStatus, Language, MailKind


class CalendarFeed(Row, table=True):
    """An address that shows one person's calendar without a sign-in, until it is revoked."""

    __tablename__ = "calendar_feeds"

    user_id: UUID = Field(foreign_key="users.id", index=True)
    kind: CalendarKind = Field(sa_type=term(CalendarKind))
    name: str
    language: Language = Field(sa_type=term(Language))
    partnership_id: UUID | None = Field(default=None, foreign_key="partnerships.id", index=True)
    filters: dict[str, Any] = Field(default_factory=dict, sa_type=jsonb(), sa_column_kwargs={"server_default": "{}"})
    token_hash: bytes = Field(unique=True)
    made_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


class CalendarFeedUse(Row, table=True):
    """When a feed was last asked for, to the hour."""

    __tablename__ = "calendar_feed_uses"

    feed_id: UUID = Field(foreign_key="calendar_feeds.id", unique=True)
    used_at: datetime


class Invitation(Row, table=True):
    """What one participant was last told about a meeting, by mail. It outlives their place on the list until they know.

    `told` is a digest of what was said; `since_sequence` is where the time began that holds now: older answers are
    about another one. `seen_version` is the version of the meeting that was last looked at.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        Index("uq_invitations_participant", "activity_id", "participant_id", unique=True),
        Index("ix_invitations_person", "person_id", postgresql_where=sa.text("person_id IS NOT NULL")),
        Index("ix_invitations_user", "user_id", postgresql_where=sa.text("user_id IS NOT NULL")),
    )

    activity_id: UUID = Field(foreign_key="activities.id")
    participant_id: UUID
    user_id: UUID | None = Field(default=None, foreign_key="users.id")
    person_id: UUID | None = Field(default=None, foreign_key="people.id")
    email: str
    language: Language = Field(sa_type=term(Language))
    shows_others: bool
    status: InvitationStatus = Field(sa_type=term(InvitationStatus))
    sequence: int
    since_sequence: int
    told: str
    told_time: str
    seen_version: int
    sent_at: datetime


class ReceivedMail(Row, table=True):
    """A mail of the inbox that was dealt with: never twice. Its text is not kept."""

    __tablename__ = "received_mails"
    __table_args__ = (Index("ix_received_mails_place", "uid_validity", "uid"),)

    message_id: str = Field(unique=True)
    uid_validity: int = Field(sa_type=sa.BigInteger)
    uid: int = Field(sa_type=sa.BigInteger)
    kind: MailKind = Field(sa_type=term(MailKind))
    received_at: datetime
    concerns_id: UUID | None = None
    outcome: str
