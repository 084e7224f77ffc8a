"""Sign-in through an outside provider: who somebody is there, and the attempts that are on their way."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, Index

from app.models.base import Row


class Identity(Row, table=True):
    """An account of a provider that opens an account of ours; addresses change hands, subjects do not."""

    __tablename__ = "identities"
    __table_args__ = (Index("uq_identities_subject", "issuer", "subject", unique=True),)

    user_id: UUID = Field(foreign_key="users.id", index=True)
    issuer: str
    subject: str
    created_at: datetime


class OpenIdAttempt(Row, table=True):
    """One way to the provider and back, by one browser, within minutes.

    An app gives `app_challenge` at the start; its way ends with a code for `user_id`, which only it can change into
    the tokens of `session_id`. `proved_at` is when the provider asked the person. Nothing that proves anything
    is kept: hashes only.
    """

    __tablename__ = "openid_attempts"
    __table_args__ = (Index("ix_openid_attempts_created_at", "created_at"),)

    state_hash: bytes = Field(unique=True)
    browser_hash: bytes
    return_to: str
    app_challenge: str | None = None
    created_at: datetime
    used_at: datetime | None = None
    user_id: UUID | None = Field(default=None, foreign_key="users.id", index=True)
    code_hash: bytes | None = Field(default=None, unique=True)
    code_until: datetime | None = None
    code_used_at: datetime | None = None
    proved_at: datetime | None = None
    session_id: UUID | None = Field(default=None, foreign_key="sessions.id", ondelete="SET NULL", index=True)
