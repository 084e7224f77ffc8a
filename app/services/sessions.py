"""Signing in, going on, and ending: an access token of minutes, a refresh token that is good once."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select

from app.core.db import Database
from app.core.passwords import Passwords
from app.core.tokens import Keyring, issue
from app.core.uow import UnitOfWork
from app.errors import AppError, not_found, say
from app.models import RefreshToken, Session, User
from app.schemas.accounts import SessionCreate, Tokens

REFRESH_BYTES = 32

FIND = """
SELECT id, password_hash FROM users WHERE lower(email) = $1 AND is_active AND archived_at IS NULL
"""


@dataclass(frozen=True)
class Mint:
    """What tokens are made with."""

    keyring: Keyring
    issuer: str
    audience: str
    access: timedelta
    refresh: timedelta


@dataclass(frozen=True)
class Proof:
    """Whose password was right; nobody's when the address is unknown, the account off or the password wrong."""

    user_id: UUID | None
    rehashed: str | None = None


async def prove(db: Database, passwords: Passwords, body: SessionCreate) -> Proof:
    """Holds no connection while it computes. An unknown address takes as long as a wrong password."""
    async with db.reading() as connection:
        found = await connection.fetchrow(FIND, body.email.strip().lower())
    verdict = await passwords.verify(body.password, found[1] if found else None)
    return Proof(found[0], verdict.rehashed) if found and verdict.ok else Proof(None)


async def sign_in(uow: UnitOfWork, proof: Proof, mint: Mint, user_agent: str | None) -> Tokens:
    user = await uow.session.get(User, proof.user_id) if proof.user_id else None
    if user is None or not user.is_active:
        raise AppError("wrong_credentials", say("wrong_email_or_password"))
    if proof.rehashed:
        user.password_hash = proof.rehashed
    session = Session(
        user_id=user.id,
        started_at=uow.now,
        expires_at=uow.now + mint.refresh,
        user_agent=(user_agent or "")[:300] or None,
        proved_at=uow.now,
        used_at=uow.now,
    )
    uow.add(session)
    await uow.flush()
    await uow.note("sign_in", "users", user.id, {"session_id": str(session.id)})
    return await _tokens(uow, user.id, session, mint)


async def refresh(uow: UnitOfWork, token: str, mint: Mint) -> Tokens | None:
    """The next pair, or None when a spent token was shown: then the session is over, and that must be kept."""
    query = select(RefreshToken).where(col(RefreshToken.token_hash) == _hash(token)).with_for_update()
    found = (await uow.session.scalars(query)).one_or_none()
    if found is None:
        raise AppError("session_ended")
    session = await uow.session.get(Session, found.session_id, with_for_update=True)
    user = await uow.session.get(User, session.user_id) if session else None
    if session is None or user is None or session.ended_at or session.expires_at <= uow.now or not user.is_active:
        raise AppError("session_ended")
    if found.used_at is not None:
        session.ended_at, session.ended_because = uow.now, "a spent refresh token was shown"
        await uow.note("refresh_token_reused", "users", user.id, {"session_id": str(session.id)})
        return None
    found.used_at = uow.now
    return await _tokens(uow, user.id, session, mint)


async def end(uow: UnitOfWork, id: UUID) -> None:
    """Somebody else's session looks absent."""
    session = await uow.session.get(Session, id, with_for_update=True)
    if session is None or session.user_id != uow.actor.id:
        raise not_found()
    if session.ended_at is None:
        session.ended_at, session.ended_because = uow.now, "signed out"


async def _tokens(uow: UnitOfWork, user_id: UUID, session: Session, mint: Mint) -> Tokens:
    raw = secrets.token_urlsafe(REFRESH_BYTES)
    uow.add(RefreshToken(session_id=session.id, token_hash=_hash(raw), issued_at=uow.now))
    await uow.flush()
    access = issue(
        mint.keyring,
        subject=user_id,
        session=session.id,
        now=uow.now,
        lifetime=mint.access,
        issuer=mint.issuer,
        audience=mint.audience,
    )
    return Tokens(
        access_token=access,
        token_type="Bearer",  # noqa: S106 - the scheme's name
        expires_in=int(mint.access.total_seconds()),
        refresh_token=raw,
        session_id=session.id,
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
