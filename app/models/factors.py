"""What a person has besides a password: an authenticator app, recovery codes, passkeys."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index

from app.models.base import Row, empty_array, term, texts
from app.vocabulary import ChallengeKind


class TotpFactor(Row, table=True):
    """One for each person; it counts once a code of it was seen. `last_step` is the newest time step that was used."""

    __tablename__ = "totp_factors"

    user_id: UUID = Field(foreign_key="users.id", unique=True)
    secret_sealed: str
    created_at: datetime
    confirmed_at: datetime | None = None
    last_step: int | None = Field(default=None, sa_type=sa.BigInteger)


class RecoveryCode(Row, table=True):
    """Kept as a hash, used once."""

    __tablename__ = "recovery_codes"

    user_id: UUID = Field(foreign_key="users.id", index=True)
    code_hash: bytes = Field(unique=True)
    created_at: datetime
    used_at: datetime | None = None


class Passkey(Row, table=True):
    """The public half of a WebAuthn credential."""

    __tablename__ = "passkeys"

    user_id: UUID = Field(foreign_key="users.id", index=True)
    credential_id: bytes = Field(unique=True)
    public_key: bytes
    sign_count: int = Field(sa_type=sa.BigInteger)
    transports: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    name: str
    is_backed_up: bool
    created_at: datetime
    last_used_at: datetime | None = None


class FactorChallenge(Row, table=True):
    """A question that is answered once and within minutes, by whom it was put to.

    `token_hash` is there for the second step of a sign-in, `session_id` for what belongs to one session.
    """

    __tablename__ = "factor_challenges"
    __table_args__ = (
        Index("ix_factor_challenges_user", "user_id", "created_at"),
        Index("ix_factor_challenges_expires_at", "expires_at"),
    )

    kind: ChallengeKind = Field(sa_type=term(ChallengeKind))
    challenge: bytes = Field(unique=True)
    token_hash: bytes | None = Field(default=None, unique=True)
    user_id: UUID | None = Field(default=None, foreign_key="users.id")
    session_id: UUID | None = Field(default=None, foreign_key="sessions.id", ondelete="CASCADE", index=True)
    created_at: datetime
    expires_at: datetime
    tries: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    used_at: datetime | None = None
