"""Sessions as the person who has them sees them."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from app.schemas.base import Answer
from app.vocabulary import SessionKind, SignInMethod

MOST: Final = 100


class SessionStarted(Answer):
    """Everything a page may know of its session: what proves it is in a cookie that no script can read."""

    session_id: UUID
    expires_at: datetime


class SessionRead(Answer):
    id: UUID
    kind: SessionKind
    method: SignInMethod
    device: str | None = Field(max_length=100, description="What the app called itself.")
    user_agent: str | None = Field(max_length=300)
    address: str | None = Field(max_length=64, description="The neighbourhood in which it began, never the whole.")
    started_at: datetime
    used_at: datetime | None = Field(description="To within five minutes; for an app, to within its access token.")
    expires_at: datetime
    is_this_one: bool


class OwnSessions(Answer):
    """Those that go on, the one used last first."""

    items: Annotated[list[SessionRead], Field(max_length=MOST)]


class PublicKey(Answer):
    """One key of RFC 7517, in the form that ES256 needs."""

    kid: str = Field(max_length=64)
    kty: str = Field(max_length=2)
    crv: str = Field(max_length=10)
    alg: str = Field(max_length=10)
    use: str = Field(max_length=3)
    key_ops: list[str] = Field(max_length=2)
    x: str = Field(max_length=64)
    y: str = Field(max_length=64)


class PublicKeys(Answer):
    """Keys that access tokens may be signed with, the next one among them before it is used."""

    keys: list[PublicKey] = Field(max_length=20)
