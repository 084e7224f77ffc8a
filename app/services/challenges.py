"""Questions that are answered with a factor: each is put once, to one person or one session, for some minutes."""

import secrets
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from app.core.uow import UnitOfWork
from app.models import FactorChallenge
from app.rules.factors import CHALLENGE_LASTS, TRIES
from app.rules.opaque import digest
from app.vocabulary import ChallengeKind

CHALLENGE_BYTES = 32
TOKEN_BYTES = 32


async def put(
    uow: UnitOfWork, kind: ChallengeKind, *, user_id: UUID | None = None, token: str | None = None
) -> FactorChallenge:
    """Belongs to the session in which it is put; at the door there is none."""
    found = FactorChallenge(
        kind=kind,
        challenge=secrets.token_bytes(CHALLENGE_BYTES),
        token_hash=digest(token) if token else None,
        user_id=user_id,
        session_id=uow.actor.session_id,
        created_at=uow.now,
        expires_at=uow.now + CHALLENGE_LASTS,
    )
    uow.add(found)
    await uow.flush()
    return found


async def pending(uow: UnitOfWork, token: str) -> FactorChallenge | None:
    """The second step of a sign-in that this token names, locked, while it can be taken."""
    return await _open(uow, ChallengeKind.SIGN_IN, col(FactorChallenge.token_hash) == digest(token))


async def asked(uow: UnitOfWork, kind: ChallengeKind, challenge: bytes) -> FactorChallenge | None:
    """The question of this very session that was answered, locked, while it can be answered."""
    return await _open(uow, kind, col(FactorChallenge.challenge) == challenge)


async def _open(uow: UnitOfWork, kind: ChallengeKind, named: sa.ColumnElement[bool]) -> FactorChallenge | None:
    mine = col(FactorChallenge.session_id).is_not_distinct_from(uow.actor.session_id)
    query = select(FactorChallenge).where(named, mine, FactorChallenge.kind == kind).with_for_update()
    found = (await uow.session.scalars(query)).one_or_none()
    if found is None or found.used_at is not None or uow.now >= found.expires_at or found.tries >= TRIES:
        return None
    return found


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)
