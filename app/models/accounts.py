from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from app.models.base import Aggregate, Row, term
from app.vocabulary import GrantSource, Language, Role, ScopeKind, SessionKind, SignInMethod


class User(Aggregate, table=True):
    """An account of a person who signs in."""

    __tablename__ = "users"
    __table_args__ = (Index("uq_users_email", sa.text("lower(email)"), unique=True),)

    email: str
    name: str
    language: Language = Field(default=Language.UK, sa_type=term(Language))
    password_hash: str | None = None
    is_active: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})
    erased_at: datetime | None = None


class Grant(Row, table=True):
    """A role, where it holds and how long."""

    __tablename__ = "grants"

    user_id: UUID = Field(foreign_key="users.id", index=True)
    role: Role = Field(sa_type=term(Role))
    scope: ScopeKind = Field(sa_type=term(ScopeKind))
    organization_id: UUID | None = Field(default=None, foreign_key="organizations.id", index=True)
    oblast_code: str | None = None
    valid_from: date
    valid_to: date | None = None
    source: GrantSource = Field(
        default=GrantSource.MANUAL, sa_type=term(GrantSource), sa_column_kwargs={"server_default": sa.text("'manual'")}
    )


class Session(Row, table=True):
    """One sign-in of a person; looked up on every request, so ending it acts at once.

    `proved_at`: when the person last proved who they are with the strongest means they have. `used_at` is kept to
    within minutes. `cookie_hash` is there for a browser; an app has refresh tokens instead.
    """

    __tablename__ = "sessions"

    user_id: UUID = Field(foreign_key="users.id", index=True)
    started_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    ended_because: str | None = None
    user_agent: str | None = None
    kind: SessionKind = Field(
        default=SessionKind.TOKEN, sa_type=term(SessionKind), sa_column_kwargs={"server_default": sa.text("'token'")}
    )
    method: SignInMethod = Field(
        default=SignInMethod.PASSWORD,
        sa_type=term(SignInMethod),
        sa_column_kwargs={"server_default": sa.text("'password'")},
    )
    cookie_hash: bytes | None = Field(default=None, unique=True)
    device: str | None = None
    address: str | None = None
    proved_at: datetime | None = None
    used_at: datetime | None = None
    idle_until: datetime | None = None


class RefreshToken(Row, table=True):
    """Kept as a hash, used once; using a spent one ends the session.

    `used_by` stands for the client that used it: for some seconds it may ask once more for the same `successor_id`.
    """

    __tablename__ = "refresh_tokens"

    session_id: UUID = Field(foreign_key="sessions.id", index=True)
    token_hash: bytes = Field(unique=True)
    issued_at: datetime
    used_at: datetime | None = None
    used_by: bytes | None = None
    successor_id: UUID | None = Field(default=None, unique=True)


class SigningKey(Row, table=True):
    """A key pair for access tokens; the private half is encrypted with the master secret."""

    __tablename__ = "signing_keys"

    kid: str = Field(unique=True)
    public_pem: str
    private_pem_encrypted: bytes
    active_from: datetime
    retired_at: datetime | None = None


class Throttle(SQLModel, table=True):
    """How often something was tried in vain of late, and when it may be tried again."""

    __tablename__ = "throttles"

    key_hash: bytes = Field(primary_key=True)
    failures: int
    last_failed_at: datetime = Field(index=True)
    free_at: datetime
