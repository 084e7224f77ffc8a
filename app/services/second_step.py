"""Signing in with more than a password: the second step after it, or a passkey instead of it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from app.core.db import Database
from app.core.uow import UnitOfWork
from app.errors import AppError, say
from app.models import FactorChallenge, User
from app.rules.factors import TRIES
from app.rules.opaque import digest
from app.schemas.factors import Assertion, PasskeyRequestOptions, ProofGiven, SecondStep
from app.services import challenges, messages, passkeys, proofs, throttle
from app.services.factors import Means
from app.services.throttle import Attempt
from app.vocabulary import ChallengeKind, MessageKind, SignInMethod

StartedT = TypeVar("StartedT")
# Begins the session of somebody who has proved who they are, in full.
Begin = Callable[[User, SignInMethod], Awaitable[StartedT]]

PURPOSE = "factor"
OF_PENDING = """
SELECT u.email FROM factor_challenges c JOIN users u ON u.id = c.user_id WHERE c.token_hash = $1 AND c.used_at IS NULL
"""
OF_USER = "SELECT email FROM users WHERE id = $1"


async def finish(uow: UnitOfWork, means: Means, step: SecondStep, begin: Begin[StartedT]) -> StartedT | AppError:
    """The session, or the refusal that must be kept: after a few wrong tries it begins with the password again."""
    asked = await challenges.pending(uow, step.pending)
    user = await uow.session.get(User, asked.user_id) if asked else None
    if asked is None or user is None or not _may_enter(user):
        raise AppError("session_ended", say("start_again"))
    if not await proofs.matches(uow, means, user, step, asked.challenge):
        return await _refused(uow, user, asked)
    asked.used_at = uow.now
    return await begin(user, SignInMethod.PASSWORD_AND_FACTOR)


async def _refused(uow: UnitOfWork, user: User, asked: FactorChallenge) -> AppError:
    asked.tries += 1
    await uow.note("factor_refused", "users", user.id, {"tries": asked.tries})
    if asked.tries == TRIES:
        await messages.warn(uow, user, MessageKind.FACTOR_GUESSED)
    return proofs.wrong()


async def passkey_options(uow: UnitOfWork, means: Means) -> PasskeyRequestOptions:
    """Nobody is named: the device offers whom it knows."""
    return passkeys.request_options(means.party, await challenges.put(uow, ChallengeKind.PASSKEY_SIGN_IN))


async def by_passkey(
    uow: UnitOfWork, means: Means, credential: Assertion, begin: Begin[StartedT], address: str
) -> StartedT | AppError:
    """What is wrong, the passkey, the challenge or the account, is never said.

    A refusal is written down once for each challenge that we gave, so nobody fills the journal with what they invent.
    """
    asked = await challenges.asked(uow, ChallengeKind.PASSKEY_SIGN_IN, passkeys.challenge_in(credential))
    if asked is None:
        return proofs.wrong()
    asked.used_at = uow.now
    passkey = await passkeys.recognised(uow, means.party, credential, asked.challenge)
    user = await uow.session.get(User, passkey.user_id) if passkey else None
    if user is None or not _may_enter(user):
        owner = await passkeys.owner(uow, credential)
        await uow.note("passkey_refused", "users", owner, {"address": address})
        return proofs.wrong()
    return await begin(user, SignInMethod.PASSKEY)


def _may_enter(user: User) -> bool:
    return user.is_active and user.archived_at is None


async def admit(db: Database, now: datetime, step: SecondStep, address: str) -> Attempt | None:
    """A code can be guessed at, so it is counted before it is looked at; a passkey cannot."""
    return None if step.passkey else await _counted(db, now, address, OF_PENDING, digest(step.pending))


async def admit_proof(db: Database, now: datetime, given: ProofGiven, address: str, user: UUID) -> Attempt | None:
    return None if given.passkey else await _counted(db, now, address, OF_USER, user)


async def _counted(db: Database, now: datetime, address: str, text: str, key: bytes | UUID) -> Attempt | None:
    async with db.reading() as connection:
        email = await connection.fetchval(text, key)
    return await throttle.attempt(db, now, account=email, address=address, purpose=PURPOSE) if email else None
