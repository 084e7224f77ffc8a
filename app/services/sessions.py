"""Signing in, going on, and ending: a browser with a cookie, an app with short tokens and a refresh token good once."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from app.core import cookies, keys
from app.core.reading import MOMENT
from app.core.runtime import Runtime
from app.core.sealing import derived
from app.core.sessions import idle_life, whole_life
from app.core.tokens import issue
from app.core.uow import Reader, UnitOfWork
from app.core.visitors import Visitor
from app.errors import AppError, not_found
from app.models import Grant, RefreshToken, Session, User
from app.rules.opaque import digest, text64
from app.schemas.accounts import Tokens
from app.schemas.sessions import MOST, SessionStarted
from app.services import accounts, messages
from app.vocabulary import MessageKind, Role, SessionKind, SignInMethod

FAMILIAR_FOR: Final = timedelta(days=90)

OWN: Final = """
SELECT json_build_object('items', coalesce(json_agg(json_build_object(
  'id', id, 'kind', kind, 'method', method, 'device', device, 'user_agent', user_agent, 'address', address,
  'started_at', to_char(started_at AT TIME ZONE 'UTC', $4), 'used_at', to_char(used_at AT TIME ZONE 'UTC', $4),
  'expires_at', to_char(least(expires_at, idle_until) AT TIME ZONE 'UTC', $4), 'is_this_one', id = $2
) ORDER BY used_at DESC NULLS LAST, id DESC), '[]'))::text
FROM (
  SELECT * FROM sessions
  WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $3 AND (idle_until IS NULL OR idle_until > $3)
  ORDER BY used_at DESC NULLS LAST, id DESC LIMIT $5
) mine
"""


@dataclass(frozen=True)
class Mint:
    """What sessions are made with; `proved_elsewhere` is when a provider asked the person, if it says."""

    running: Runtime
    proved_elsewhere: datetime | None = None

    @property
    def access(self) -> timedelta:
        return timedelta(minutes=self.running.settings.tokens.access_minutes)

    @property
    def grace(self) -> timedelta:
        return timedelta(seconds=self.running.settings.tokens.reuse_grace_seconds)

    def refresh_token(self, id: UUID) -> str:
        """Computed from its row and the master secret, so that it can be said twice and is kept nowhere."""
        key = derived(self.running.secret, b"pobratym: refresh tokens")
        return text64(hmac.digest(key, id.bytes, "sha256"))


@dataclass(frozen=True)
class Cookie:
    """A browser's session, with what its cookie says."""

    started: SessionStarted
    value: str
    lives: timedelta


async def begin_app(uow: UnitOfWork, user: User, mint: Mint, visitor: Visitor, method: SignInMethod) -> Tokens:
    session = await _made(uow, user, mint, visitor, SessionKind.TOKEN)
    session.method = method
    await _begin(uow, user, mint, visitor, session)
    return await _tokens(uow, session, mint, await _issued(uow, session, mint))


async def begin_browser(uow: UnitOfWork, user: User, mint: Mint, visitor: Visitor, method: SignInMethod) -> Cookie:
    """Who signs in anew leaves no older session behind in the same browser."""
    await end_by_cookie(uow, visitor.cookie)
    session = await _made(uow, user, mint, visitor, SessionKind.COOKIE)
    value = cookies.new()
    session.method, session.cookie_hash = method, digest(value)
    await _begin(uow, user, mint, visitor, session)
    started = SessionStarted(session_id=session.id, expires_at=session.expires_at)
    return Cookie(started, value, session.expires_at - uow.now)


async def _made(uow: UnitOfWork, user: User, mint: Mint, visitor: Visitor, kind: SessionKind) -> Session:
    lives = mint.running.settings.tokens
    return Session(
        user_id=user.id,
        kind=kind,
        started_at=uow.now,
        expires_at=uow.now + whole_life(lives, is_administrator=await _administers(uow, user.id)),
        idle_until=uow.now + idle_life(lives, kind),
        user_agent=visitor.user_agent,
        device=visitor.device,
        address=visitor.address,
        used_at=uow.now,
    )


async def _begin(uow: UnitOfWork, user: User, mint: Mint, visitor: Visitor, session: Session) -> None:
    """Only for somebody who has proved who they are, in full; the owner hears of a place or device they do not know."""
    session.proved_at = mint.proved_elsewhere if session.method is SignInMethod.OPENID else uow.now
    is_strange = await _is_strange(uow, user, visitor)
    uow.add(session)
    await uow.flush()
    await uow.note("sign_in", "users", user.id, {"session_id": str(session.id), "kind": session.kind})
    if is_strange:
        device = visitor.device or visitor.user_agent or "—"
        await messages.warn(uow, user, MessageKind.NEW_SIGN_IN, device=device, address=visitor.address)


async def _is_strange(uow: UnitOfWork, user: User, visitor: Visitor) -> bool:
    """A place or a device that was not seen of late; the very first sign-in surprises nobody."""
    query = select(Session.address, Session.user_agent).where(
        col(Session.user_id) == user.id, col(Session.started_at) > uow.now - FAMILIAR_FOR
    )
    seen = (await uow.session.execute(query.distinct().limit(MOST))).all()
    places, devices = {address for address, _ in seen}, {_model(agent) for _, agent in seen}
    return bool(seen) and not (visitor.address in places and _model(visitor.user_agent) in devices)


def _model(user_agent: str | None) -> str:
    """The same browser after its monthly update."""
    return re.sub(r"[0-9._]+", "", user_agent or "")


async def _administers(uow: UnitOfWork, user_id: UUID) -> bool:
    ends = col(Grant.valid_to)
    query = select(Grant.id).where(col(Grant.user_id) == user_id, col(Grant.role) == Role.ADMINISTRATOR)
    query = query.where(col(Grant.valid_from) <= uow.today, sa.or_(ends.is_(None), ends > uow.today)).limit(1)
    return (await uow.session.scalars(query)).first() is not None


async def refresh(uow: UnitOfWork, token: str, mint: Mint, visitor: Visitor) -> Tokens | None:
    """The next pair, or None when a spent token was shown: then the session is over, and that must be kept.

    For some seconds the client that spent a token may show it again and is told the same successor: its first answer
    was lost on the way.
    """
    query = select(RefreshToken).where(col(RefreshToken.token_hash) == digest(token)).with_for_update()
    found = (await uow.session.scalars(query)).one_or_none()
    session = await uow.session.get(Session, found.session_id, with_for_update=True) if found else None
    user = await uow.session.get(User, session.user_id) if session else None
    if found is None or session is None or user is None or not await _goes_on(uow, session, user, mint):
        raise AppError("session_ended")
    if found.used_at is None:
        return await _tokens(uow, session, mint, await _succeed(uow, found, session, mint, visitor))
    if successor := await _repeated(uow, found, found.used_at, mint, visitor):
        await uow.note("refresh_repeated", "users", user.id, {"session_id": str(session.id)})
        return await _tokens(uow, session, mint, successor)
    await end_reused(uow, session, user, "refresh_token")
    return None


async def _goes_on(uow: UnitOfWork, session: Session, user: User, mint: Mint) -> bool:
    """Also for who has become an administrator since: their sessions are shorter."""
    whole = whole_life(mint.running.settings.tokens, is_administrator=await _administers(uow, user.id))
    session.expires_at = min(session.expires_at, session.started_at + whole)
    ends = min(session.expires_at, session.idle_until or session.expires_at)
    return session.ended_at is None and uow.now < ends and user.is_active and user.archived_at is None


async def _succeed(uow: UnitOfWork, spent: RefreshToken, session: Session, mint: Mint, visitor: Visitor) -> UUID:
    successor = await _issued(uow, session, mint)
    spent.used_at, spent.used_by, spent.successor_id = uow.now, visitor.print, successor
    session.used_at = uow.now
    session.idle_until = uow.now + idle_life(mint.running.settings.tokens, session.kind)
    return successor


async def _repeated(uow: UnitOfWork, spent: RefreshToken, at: datetime, mint: Mint, visitor: Visitor) -> UUID | None:
    """The successor for the same client, at once, while nobody has used it yet."""
    if uow.now - at > mint.grace or spent.used_by != visitor.print or spent.successor_id is None:
        return None
    successor = await uow.session.get(RefreshToken, spent.successor_id)
    return successor.id if successor is not None and successor.used_at is None else None


async def end_reused(uow: UnitOfWork, session: Session, user: User, what: str) -> None:
    """Two hold the same secret, and one of them is not the owner: neither goes on."""
    session.ended_at, session.ended_because = uow.now, f"a spent {what.replace('_', ' ')} was shown"
    await uow.note(f"{what}_reused", "users", user.id, {"session_id": str(session.id)})
    await messages.warn(uow, user, MessageKind.REFRESH_TOKEN_REUSED)


async def _issued(uow: UnitOfWork, session: Session, mint: Mint) -> UUID:
    new = RefreshToken(session_id=session.id, token_hash=b"", issued_at=uow.now)
    new.token_hash = digest(mint.refresh_token(new.id))
    uow.add(new)
    await uow.flush()
    return new.id


async def _tokens(uow: UnitOfWork, session: Session, mint: Mint, refresh_token: UUID) -> Tokens:
    running = mint.running
    access = issue(
        await keys.signing(running, uow.transaction.raw, uow.now),
        subject=session.user_id,
        session=session.id,
        now=uow.now,
        lifetime=mint.access,
        issuer=running.issuer,
        audience=running.audience,
    )
    return Tokens(
        access_token=access,
        token_type="Bearer",  # noqa: S106 - the scheme's name
        expires_in=int(mint.access.total_seconds()),
        refresh_token=mint.refresh_token(refresh_token),
        session_id=session.id,
    )


async def own(reader: Reader) -> str:
    """As JSON: the sessions of the one who asks."""
    rows = await reader.rows(OWN, [reader.actor.id, reader.actor.session_id, reader.now, MOMENT, MOST])
    return str(rows[0][0])


async def end(uow: UnitOfWork, id: UUID) -> None:
    """Somebody else's session looks absent."""
    session = await uow.session.get(Session, id, with_for_update=True)
    if session is None or session.user_id != uow.actor.id:
        raise not_found()
    if session.ended_at is None:
        session.ended_at, session.ended_because = uow.now, "signed out"


async def end_own(uow: UnitOfWork, *, sparing: UUID | None = None) -> None:
    """Everywhere, or everywhere else; every process refuses them from the next request on."""
    if uow.actor.id is not None:
        await accounts.end_sessions(uow, uow.actor.id, because="signed out everywhere", sparing=sparing)


async def end_of_user(uow: UnitOfWork, user_id: UUID, reason: str) -> None:
    """What an administrator does when a phone was lost."""
    user = await uow.get(User, user_id)
    await uow.because(reason)
    await accounts.end_sessions(uow, user.id, because="ended by an administrator")


async def end_by_cookie(uow: UnitOfWork, cookie: bytes | None) -> None:
    query = select(Session).where(col(Session.cookie_hash) == cookie, col(Session.ended_at).is_(None))
    for session in (await uow.session.scalars(query)).all() if cookie else ():
        session.ended_at, session.ended_because = uow.now, "signed in anew"
