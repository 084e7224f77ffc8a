"""Calendars that other programs subscribe to, and the mail that comes back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field

from app.models.base import Row, jsonb, term
from app.vocabulary import CalendarKind, Language, MailKind


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


class ReceivedMail(Row, table=True):
    """A mail of the inbox that was dealt with: never twice. Its text is not kept."""

    __tablename__ = "received_mails"

    message_id: str = Field(unique=True)
    kind: MailKind = Field(sa_type=term(MailKind))
    received_at: datetime
    concerns_id: UUID | None = None
    outcome: str
