"""What a person can prove themselves with, and whether what they give is right. Every code works once."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import pyotp
from pyotp.exceptions import OTPVerificationError
from sqlmodel import col, select
from uuid_utils.compat import uuid7

from app.core import sealing
from app.core.sealing import Key, Place
from app.core.uow import Reader, UnitOfWork
from app.errors import not_found
from app.models import Passkey, RecoveryCode, Session, TotpFactor, User
from app.rules import factors as rules
from app.rules.factors import Held
from app.rules.opaque import digest
from app.schemas.factors import Factors, PasskeyRead, TotpRead
from app.services import messages, passkeys
from app.services.passkeys import RelyingParty
from app.settings import Settings
from app.vocabulary import MessageKind, Role

LABEL: Final = b"pobratym: the key of one-time codes"

HELD: Final = """
SELECT EXISTS (SELECT FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL),
       (SELECT count(*) FROM passkeys WHERE user_id = $1),
       (SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL),
       (SELECT password_hash IS NOT NULL FROM users WHERE id = $1)
"""
CONFIRMED: Final = "SELECT confirmed_at FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL"
PASSKEYS: Final = """
SELECT id, name, created_at, last_used_at, is_backed_up FROM passkeys WHERE user_id = $1 ORDER BY id
"""


@dataclass(frozen=True)
class Means:
    """With what factors are kept and checked, and who needs one."""

    key: Key
    party: RelyingParty
    roles: frozenset[Role]


def means(settings: Settings) -> Means:
    key = Key("totp", sealing.derived(sealing.master(settings), LABEL))
    return Means(key, passkeys.relying_party(settings), settings.sign_in.factor_roles)


async def held(asker: Reader | UnitOfWork, user_id: UUID) -> Held:
    rows = await asker.rows(HELD, [user_id])
    return Held(*rows[0])


def is_required(asker: Reader | UnitOfWork, means: Means) -> bool:
    return rules.is_required((each.role for each in asker.actor.grants if each.is_valid(asker.today)), means.roles)


async def read(reader: Reader, means: Means) -> Factors:
    confirmed = await reader.rows(CONFIRMED, [reader.actor.id])
    found = await reader.rows(PASSKEYS, [reader.actor.id])
    there = await held(reader, _id(reader))
    return Factors(
        is_required=is_required(reader, means),
        totp=TotpRead(confirmed_at=confirmed[0][0]) if confirmed else None,
        passkeys=[PasskeyRead(**dict(row)) for row in found],
        recovery_codes_left=there.recovery_codes,
    )


def _id(asker: Reader | UnitOfWork) -> UUID:
    if asker.actor.id is None:
        raise not_found()
    return asker.actor.id


async def myself(uow: UnitOfWork) -> User:
    """Locked: of two changes of one person's factors the second sees the first."""
    user = await uow.session.get(User, _id(uow), with_for_update={"key_share": True})
    if user is None:
        raise not_found()
    return user


async def prove(uow: UnitOfWork) -> None:
    """The person has just shown in this session who they are."""
    session = await uow.session.get_one(Session, uow.actor.session_id, with_for_update={"key_share": True})
    session.proved_at = uow.now
    await uow.flush()


async def passkeys_of(uow: UnitOfWork, user_id: UUID) -> list[Passkey]:
    return await uow.children(Passkey, col(Passkey.user_id), user_id, col(Passkey.id))


async def totp_of(uow: UnitOfWork, user_id: UUID) -> TotpFactor | None:
    """Locked: of two who use one code at the same moment the second finds it used."""
    query = select(TotpFactor).where(TotpFactor.user_id == user_id).with_for_update()
    return (await uow.session.scalars(query)).one_or_none()


def sealed(means: Means, user: User, secret: str, at: datetime) -> TotpFactor:
    id = uuid7()
    text = sealing.seal(means.key, _place(id), secret.encode())
    return TotpFactor(id=id, user_id=user.id, secret_sealed=text, created_at=at)


def step_of(uow: UnitOfWork, means: Means, factor: TotpFactor, code: str) -> int | None:
    """The time step that this code is of, when it may still be used."""
    secret = sealing.unseal(means.key, _place(factor.id), factor.secret_sealed).decode()
    try:
        step = pyotp.TOTP(secret, interval=rules.CODE_STEP).verify_and_get_timecode(
            code, for_time=uow.now, valid_window=rules.CODE_WINDOW
        )
    except OTPVerificationError:
        return None
    return step if rules.is_new_step(step, factor.last_step) else None


async def use_totp(uow: UnitOfWork, means: Means, user: User, code: str) -> bool:
    factor = await totp_of(uow, user.id)
    step = step_of(uow, means, factor, code) if factor and factor.confirmed_at else None
    if factor is None or step is None:
        return False
    factor.last_step = step
    await uow.flush()
    return True


async def use_recovery_code(uow: UnitOfWork, user: User, text: str) -> bool:
    """Its owner is told each time: it is what a thief would use."""
    query = select(RecoveryCode).where(RecoveryCode.user_id == user.id, RecoveryCode.code_hash == _hash(text))
    found = (await uow.session.scalars(query.with_for_update())).one_or_none()
    if found is None or found.used_at is not None:
        return False
    found.used_at = uow.now
    left = (await held(uow, user.id)).recovery_codes
    await messages.warn(uow, user, MessageKind.RECOVERY_CODE_USED, left=str(left))
    return True


async def new_recovery_codes(uow: UnitOfWork, user: User) -> list[str]:
    """The old ones die with it."""
    await forget_recovery_codes(uow, user)
    codes = [
        rules.spelt("".join(secrets.choice(rules.ALPHABET) for _ in range(rules.LETTERS)))
        for _ in range(rules.RECOVERY_CODES)
    ]
    uow.add(*(RecoveryCode(user_id=user.id, code_hash=_hash(code), created_at=uow.now) for code in codes))
    await uow.flush()
    return codes


async def forget_recovery_codes(uow: UnitOfWork, user: User) -> None:
    for code in await uow.children(RecoveryCode, col(RecoveryCode.user_id), user.id):
        await uow.session.delete(code)
    await uow.flush()


def _hash(text: str) -> bytes:
    return digest(rules.read(text))


def _place(id: UUID) -> Place:
    return Place("totp_factors", "secret_sealed", id)
