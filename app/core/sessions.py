"""The session behind a token or a cookie: one indexed query per request, so ending it or a grant acts at once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import orjson

from app.core.actors import Actor, HeldGrant
from app.core.tokens import Claims
from app.core.uow import legal_day
from app.rules.permissions import GRANTS
from app.settings import Tokens
from app.vocabulary import Language, Role, ScopeKind, SessionKind

# How exactly the last use is known; more often than this it is not written.
USED_EVERY: Final = timedelta(minutes=5)

WHO: Final = """
SELECT s.id, u.id, u.name, u.language, s.proved_at, (
  SELECT json_agg(
    json_build_array(g.id, g.role, g.scope, g.organization_id, g.oblast_code, g.valid_from, g.valid_to)
  )::text
  FROM grants g WHERE g.user_id = u.id
), s.kind, s.used_at, (
  EXISTS (SELECT FROM totp_factors t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL)
  OR EXISTS (SELECT FROM passkeys p WHERE p.user_id = u.id)
)
"""
LIVE: Final = """
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.ended_at IS NULL AND s.expires_at > $1 AND (s.idle_until IS NULL OR s.idle_until > $1)
  AND u.is_active AND u.archived_at IS NULL
"""
KEY_IS_RETIRED: Final = "EXISTS (SELECT FROM signing_keys k WHERE k.kid = $4 AND k.retired_at IS NOT NULL)"
FIND: Final = f"{WHO}, {KEY_IS_RETIRED} {LIVE} AND s.id = $2 AND u.id = $3"
FIND_BY_COOKIE: Final = f"{WHO}, false {LIVE} AND s.cookie_hash = $2"

# Whoever holds the row is changing the session anyway, and of many requests at once one is enough.
TOUCH: Final = """
UPDATE sessions
SET used_at = $2, idle_until = $2::timestamptz + $3::interval, expires_at = least(expires_at, started_at + $4::interval)
WHERE id = (SELECT id FROM sessions WHERE id = $1 AND (used_at IS NULL OR used_at <= $5) FOR NO KEY UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True)
class Found:
    """Who asks, whether they have a second factor, and whether the key that signed for them has been retired."""

    actor: Actor
    has_factor: bool
    is_key_retired: bool


async def by_token(connection: Any, claims: Claims, now: datetime, lives: Tokens) -> Found | None:
    """The person with today's grants, or None when the session or the account has ended."""
    row = await connection.fetchrow(FIND, now, claims.session, claims.subject, claims.key_id)
    return await _found(connection, row, now, lives)


async def by_cookie(connection: Any, cookie_hash: bytes, now: datetime, lives: Tokens) -> Found | None:
    row = await connection.fetchrow(FIND_BY_COOKIE, now, cookie_hash)
    return await _found(connection, row, now, lives)


async def _found(connection: Any, row: Any, now: datetime, lives: Tokens) -> Found | None:
    if row is None:
        return None
    session, user, name, language, proved_at, grants, kind, used_at, has_factor, is_key_retired = row
    actor = actor_of(session, user, name, language, proved_at, grants or "[]")
    if used_at is None or used_at <= now - USED_EVERY:
        idle = idle_life(lives, SessionKind(kind))
        whole = whole_life(lives, is_administrator=_administers(actor, now))
        await connection.execute(TOUCH, session, now, idle, whole, now - USED_EVERY)
    return Found(actor, has_factor, is_key_retired)


def idle_life(lives: Tokens, kind: SessionKind) -> timedelta:
    """A browser is left open in an office; an app lies in one person's pocket."""
    if kind is SessionKind.COOKIE:
        return timedelta(hours=lives.browser_idle_hours)
    return timedelta(days=lives.idle_days)


def whole_life(lives: Tokens, *, is_administrator: bool) -> timedelta:
    """Whoever was made an administrator meanwhile has the shorter sessions of one from then on."""
    usual = timedelta(days=lives.refresh_days)
    return min(usual, timedelta(hours=lives.administrator_hours)) if is_administrator else usual


def _administers(actor: Actor, now: datetime) -> bool:
    today = legal_day(now)
    return any(grant.role is Role.ADMINISTRATOR and grant.is_valid(today) for grant in actor.grants)


@lru_cache(maxsize=5000)
def actor_of(
    session: UUID | None, user: UUID, name: str, language: str, proved_at: datetime | None, grants: str
) -> Actor:
    """Remembered by everything it is made of, so it is never older than the row just read."""
    held = tuple(_grant(row) for row in orjson.loads(grants))
    return Actor(
        kind="user",
        name=name,
        id=user,
        session_id=session,
        language=Language(language),
        grants=held,
        proved_at=proved_at,
    )


def _grant(row: list[Any]) -> HeldGrant:
    id, role, scope, organization, oblast, valid_from, valid_to = row
    return HeldGrant(
        permissions=GRANTS[Role(role)],
        id=UUID(id),
        role=Role(role),
        scope=ScopeKind(scope),
        organization_id=UUID(organization) if organization else None,
        oblast_code=oblast,
        valid_from=date.fromisoformat(valid_from),
        valid_to=date.fromisoformat(valid_to) if valid_to else None,
    )
