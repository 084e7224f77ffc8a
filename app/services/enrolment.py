"""A person's own factors: adding and taking away. Each change is told to the owner by mail."""

from uuid import UUID

import pyotp

from app.core.uow import UnitOfWork
from app.errors import FieldError, invalid, not_found, refused, say
from app.models import Passkey, TotpFactor, User
from app.rules import factors as rules
from app.schemas.factors import (
    FactorAdded,
    PasskeyAdded,
    PasskeyCreate,
    PasskeyCreationOptions,
    PasskeyRead,
    RecoveryCodes,
    TotpBegun,
)
from app.services import accounts, challenges, factors, messages, passkeys
from app.services.factors import Means
from app.vocabulary import ChallengeKind, FactorKind, MessageKind


async def begin_totp(uow: UnitOfWork, means: Means) -> TotpBegun:
    """What was begun before and never confirmed is forgotten."""
    user = await factors.myself(uow)
    if before := await factors.totp_of(uow, user.id):
        if before.confirmed_at:
            raise refused(say("totp_is_there"))
        await uow.session.delete(before)
        await uow.flush()
    secret = pyotp.random_base32()
    uow.add(factors.sealed(means, user, secret, uow.now))
    await uow.flush()
    otp = pyotp.TOTP(secret, name=user.email, issuer=means.party.name, interval=rules.CODE_STEP)
    return TotpBegun(secret=secret, uri=otp.provisioning_uri())


async def confirm_totp(uow: UnitOfWork, means: Means, code: str) -> FactorAdded:
    user = await factors.myself(uow)
    factor = await factors.totp_of(uow, user.id)
    if factor is None or factor.confirmed_at:
        raise refused(say("totp_not_begun"))
    step = factors.step_of(uow, means, factor, code)
    if step is None:
        raise invalid(FieldError("/code", say("code_does_not_fit")))
    factor.confirmed_at, factor.last_step = uow.now, step
    return FactorAdded(recovery_codes=await _added(uow, user, FactorKind.TOTP.label(user.language)))


async def passkey_options(uow: UnitOfWork, means: Means) -> PasskeyCreationOptions:
    user = await factors.myself(uow)
    known = await factors.passkeys_of(uow, user.id)
    if len(known) >= rules.PASSKEYS:
        raise refused(say("passkeys_many", most=rules.PASSKEYS))
    asked = await challenges.put(uow, ChallengeKind.ENROLMENT, user_id=user.id)
    return passkeys.creation_options(means.party, asked, user, known)


async def add_passkey(uow: UnitOfWork, means: Means, body: PasskeyCreate) -> PasskeyAdded:
    user = await factors.myself(uow)
    if len(await factors.passkeys_of(uow, user.id)) >= rules.PASSKEYS:
        raise refused(say("passkeys_many", most=rules.PASSKEYS))
    asked = await challenges.asked(uow, ChallengeKind.ENROLMENT, passkeys.challenge_in(body.credential))
    found = passkeys.registered(means.party, body.credential, asked.challenge) if asked else None
    if asked is None or found is None:
        raise invalid(FieldError("/credential", say("passkey_refused")))
    asked.used_at = uow.now
    passkey = Passkey(
        user_id=user.id,
        credential_id=found.credential_id,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        transports=passkeys.transports_of(body.credential),
        name=body.name,
        is_backed_up=found.credential_backed_up,
        created_at=uow.now,
    )
    uow.add(passkey)
    await uow.flush()
    codes = await _added(uow, user, _named(user, passkey))
    return PasskeyAdded(recovery_codes=codes, passkey=PasskeyRead.model_validate(passkey, from_attributes=True))


async def renew_recovery_codes(uow: UnitOfWork) -> RecoveryCodes:
    user = await factors.myself(uow)
    if not (await factors.held(uow, user.id)).has_factor:
        raise refused(say("no_factor_yet"))
    codes = await factors.new_recovery_codes(uow, user)
    await messages.warn(uow, user, MessageKind.RECOVERY_CODES_MADE)
    return RecoveryCodes(recovery_codes=codes)


async def remove_totp(uow: UnitOfWork, means: Means) -> None:
    user = await factors.myself(uow)
    factor = await factors.totp_of(uow, user.id)
    if factor is None:
        raise not_found()
    if factor.confirmed_at is None:
        await uow.session.delete(factor)
        return
    await _remove(uow, means, user, factor, FactorKind.TOTP.label(user.language))


async def remove_passkey(uow: UnitOfWork, means: Means, id: UUID) -> None:
    """Somebody else's looks absent."""
    user = await factors.myself(uow)
    passkey = await uow.session.get(Passkey, id, with_for_update=True)
    if passkey is None or passkey.user_id != user.id:
        raise not_found()
    await _remove(uow, means, user, passkey, _named(user, passkey))


async def reset(uow: UnitOfWork, id: UUID, reason: str) -> User:
    """For a person who lost everything: the password is enough again, and no session goes on."""
    if id == uow.actor.id:
        raise refused(say("reset_of_oneself"))
    user = await uow.get(User, id, lock=True)
    await uow.because(reason)
    for factor in (await factors.totp_of(uow, id), *(await factors.passkeys_of(uow, id))):
        if factor is not None:
            await uow.session.delete(factor)
    await factors.forget_recovery_codes(uow, user)
    await accounts.end_sessions(uow, id, because="factors reset by an administrator")
    await uow.note("factors_reset", "users", id)
    await messages.warn(uow, user, MessageKind.FACTORS_RESET)
    return user


async def _added(uow: UnitOfWork, user: User, name: str) -> list[str] | None:
    """With a first factor come recovery codes; later ones leave them as they are."""
    await factors.prove(uow)
    await messages.warn(uow, user, MessageKind.FACTOR_ADDED, factor=name)
    if (await factors.held(uow, user.id)).recovery_codes:
        return None
    return await factors.new_recovery_codes(uow, user)


async def _remove(uow: UnitOfWork, means: Means, user: User, factor: TotpFactor | Passkey, name: str) -> None:
    await uow.session.delete(factor)
    left = await factors.held(uow, user.id)
    required = factors.is_required(uow, means)
    if found := rules.removal_objections(is_required=required, left=left.passkeys + left.has_totp):
        raise refused(*found)
    if not left.has_factor:
        await factors.forget_recovery_codes(uow, user)
    await messages.warn(uow, user, MessageKind.FACTOR_REMOVED, factor=name)


def _named(user: User, passkey: Passkey) -> str:
    return f"{FactorKind.PASSKEY.label(user.language)} «{passkey.name}»"
