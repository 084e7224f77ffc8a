"""Proving oneself: what is asked of a person, and what becomes of the answer.

A wrong answer must be counted and kept, so it is given back as a refusal and not raised.
"""

from datetime import timedelta
from uuid import UUID

from app.core.db import Database
from app.core.passwords import Passwords
from app.core.uow import UnitOfWork
from app.errors import AppError, say
from app.models import User
from app.rules.factors import CHALLENGE_LASTS
from app.schemas.factors import FactorNeeded, PasskeyRequestOptions, Proof, ProofGiven, ProofOptions, SecondStep
from app.services import challenges, factors, passkeys
from app.services.factors import Means
from app.vocabulary import ChallengeKind, FactorKind

HASH = "SELECT password_hash FROM users WHERE id = $1"


async def ask(uow: UnitOfWork, user: User, means: Means) -> FactorNeeded | None:
    """What the person must still give after the right password; None when that was enough."""
    held = await factors.held(uow, user.id)
    if not held.has_factor:
        return None
    token = challenges.new_token()
    asked = await challenges.put(uow, ChallengeKind.SIGN_IN, user_id=user.id, token=token)
    options = None
    if FactorKind.PASSKEY in held.second:
        options = passkeys.request_options(means.party, asked, await factors.passkeys_of(uow, user.id))
    seconds = int(CHALLENGE_LASTS.total_seconds())
    return FactorNeeded(pending=token, expires_in=seconds, factors=held.second, passkey=options)


async def options(uow: UnitOfWork, means: Means) -> ProofOptions:
    user = await factors.myself(uow)
    accepted = (await factors.held(uow, user.id)).proofs
    found: PasskeyRequestOptions | None = None
    if FactorKind.PASSKEY in accepted:
        asked = await challenges.put(uow, ChallengeKind.PROOF, user_id=user.id)
        found = passkeys.request_options(means.party, asked, await factors.passkeys_of(uow, user.id))
    return ProofOptions(accepted=accepted, passkey=found)


async def password_is_right(db: Database, passwords: Passwords, given: ProofGiven, user_id: UUID | None) -> bool:
    """Computed before a transaction is opened."""
    if given.password is None:
        return False
    async with db.reading() as connection:
        found = await connection.fetchval(HASH, user_id)
    return (await passwords.verify(given.password, found)).ok


async def give(
    uow: UnitOfWork, means: Means, given: ProofGiven, *, password_is_right: bool, lasting: timedelta
) -> Proof | AppError:
    user = await factors.myself(uow)
    if given.password is not None:
        if (await factors.held(uow, user.id)).has_factor:
            return AppError("wrong_factor", say("factor_instead_of_password"))
        is_right = password_is_right
    else:
        is_right = await matches(uow, means, user, given, await _challenge(uow, given))
    if not is_right:
        await uow.note("proof_refused", "users", user.id)
        return wrong()
    await factors.prove(uow)
    return Proof(proved_at=uow.now, until=uow.now + lasting)


async def _challenge(uow: UnitOfWork, given: ProofGiven) -> bytes:
    """What this session was asked; asked once, however it was answered."""
    if given.passkey is None:
        return b""
    asked = await challenges.asked(uow, ChallengeKind.PROOF, passkeys.challenge_in(given.passkey))
    if asked is None:
        return b""
    asked.used_at = uow.now
    return asked.challenge


async def matches(uow: UnitOfWork, means: Means, user: User, given: SecondStep | ProofGiven, challenge: bytes) -> bool:
    """Whether the code or the passkey is right; it is used up with that."""
    if given.totp is not None:
        return await factors.use_totp(uow, means, user, given.totp)
    if given.recovery_code is not None:
        return await factors.use_recovery_code(uow, user, given.recovery_code)
    if given.passkey is None or not challenge:
        return False
    found = await passkeys.recognised(uow, means.party, given.passkey, challenge, of=user.id)
    return found is not None


def wrong() -> AppError:
    """The same whatever it was that is wrong."""
    return AppError("wrong_factor", say("factor_wrong"))
