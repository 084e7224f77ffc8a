"""Letters that wait to be sent, and the links in them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index

from app.models.base import Row, jsonb, term
from app.vocabulary import Language, LinkPurpose, MessageKind, MessageStatus


class AccountLink(Row, table=True):
    """What a link in a letter opens, once and for a while. What proves it is computed, and kept nowhere."""

    __tablename__ = "account_links"

    user_id: UUID = Field(foreign_key="users.id", index=True)
    purpose: LinkPurpose = Field(sa_type=term(LinkPurpose))
    new_email: str | None = None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    ended_at: datetime | None = None


class Message(Row, table=True):
    """A letter. The row is the truth; the queue only executes."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_due", "due_at", postgresql_where=sa.text("status = 'due'")),
        Index("ix_messages_over", "posted_at", postgresql_where=sa.text("status <> 'due'")),
    )

    kind: MessageKind = Field(sa_type=term(MessageKind))
    to_address: str
    language: Language = Field(sa_type=term(Language))
    user_id: UUID | None = Field(default=None, foreign_key="users.id", index=True)
    link_id: UUID | None = Field(default=None, foreign_key="account_links.id", ondelete="SET NULL", index=True)
    facts: dict[str, Any] = Field(sa_type=jsonb())
    posted_at: datetime
    due_at: datetime
    status: MessageStatus = Field(
        default=MessageStatus.DUE, sa_type=term(MessageStatus), sa_column_kwargs={"server_default": sa.text("'due'")}
    )
    fence: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    lease_until: datetime | None = None
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    last_error: str | None = None
    sent_at: datetime | None = None
