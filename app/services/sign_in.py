"""The first step of signing in: an address and a password, and nothing said about which of them was wrong."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from app.core import context
from app.core.actors import Actor
from app.core.journal import Context
from app.core.passwords import TooBusy, Verdict
from app.core.runtime import Runtime
from app.core.uow import UnitOfWork, unit_of_work
from app.core.visitors import Visitor
from app.errors import AppError, say
from app.models import User
from app.schemas.accounts import SessionCreate
from app.schemas.factors import FactorNeeded
from app.services import proofs, throttle
from app.services.factors import Means
from app.vocabulary import SignInMethod

StartedT = TypeVar("StartedT")
Begin = Callable[[User, SignInMethod], Awaitable[StartedT]]

FIND: Final = """
SELECT id, password_hash FROM users WHERE lower(email) = $1 AND is_active AND archived_at IS NULL
"""
DOOR: Final = Actor(kind="system", name="sign-in")


@dataclass(frozen=True)
class Proof:
    """Whose password was right; nobody's when the address is unknown, the account off or the password wrong."""

    user_id: UUID | None
    rehashed: str | None = None


async def prove(running: Runtime, now: datetime, body: SessionCreate, visitor: Visitor) -> Proof:
    """Holds no connection while it computes. An unknown address takes as long as a wrong password."""
    email = body.email.strip().lower()
    attempt = await throttle.attempt(running.db, now, account=email, address=visitor.address)
    async with running.db.reading() as connection:
        found = await connection.fetchrow(FIND, email)
    id, stored = found or (None, None)
    verdict = await _verdict(running, now, attempt, body.password, stored)
    if id is None or not verdict.ok:
        await _remember(running, now, id, visitor)
        return Proof(None)
    await throttle.succeeded(running.db, now, attempt)
    return Proof(id, verdict.rehashed)


async def _verdict(
    running: Runtime, now: datetime, attempt: throttle.Attempt, password: str, stored: str | None
) -> Verdict:
    try:
        return await running.passwords.verify(password, stored)
    except TooBusy:
        await throttle.undone(running.db, now, attempt)
        raise


async def _remember(running: Runtime, now: datetime, user_id: UUID | None, visitor: Visitor) -> None:
    """In a transaction of its own: the refusal undoes nothing. Whoever has to wait is not written down again."""
    about = Context(actor=DOOR, verb="create_session", request_id=context.request_id.get())
    async with unit_of_work(running.db, about, now=now) as uow:
        await uow.note("sign_in_failed", "users", user_id, {"address": visitor.address})


async def enter(uow: UnitOfWork, proof: Proof, means: Means, begin: Begin[StartedT]) -> StartedT | FactorNeeded:
    """The session, or what must still be given besides the password."""
    user = await uow.session.get(User, proof.user_id) if proof.user_id else None
    if user is None or not user.is_active or user.archived_at is not None:
        raise AppError("wrong_credentials", say("wrong_email_or_password"))
    if proof.rehashed:
        user.password_hash = proof.rehashed
    return await proofs.ask(uow, user, means) or await begin(user, SignInMethod.PASSWORD)
