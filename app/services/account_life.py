"""The life of an account: coming in, a new password, a new address.

Passwords are hashed before a transaction begins, so that nobody waits for a connection meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from app.core import context, crud
from app.core.actors import Actor
from app.core.db import Database
from app.core.passwords import Passwords
from app.core.uow import UnitOfWork
from app.errors import AppError, FieldError, invalid, not_found, say
from app.models import User
from app.schemas.account_life import InvitationAccept, MeFields, MePatch, PasswordChange
from app.services import accounts, links, messages, throttle
from app.vocabulary import Language, LinkPurpose, MessageKind

# Guesses at the current password are counted apart from those at the door.
CURRENT: Final = "current_password"
FIND: Final = "SELECT email, password_hash FROM users WHERE id = $1"


@dataclass(frozen=True)
class Link:
    """What a token was made for; whether it is still open is asked when it is used."""

    id: UUID
    purpose: LinkPurpose


@dataclass(frozen=True)
class Workshop:
    """Where passwords are hashed before a transaction begins."""

    db: Database
    passwords: Passwords
    now: datetime
    neighbourhood: str


async def choose(shop: Workshop, link: Link, password: str) -> str:
    """The hash of a password good enough for the account that the open link belongs to."""
    found = await links.look(shop.db, link.id, link.purpose, shop.now)
    accounts.require_strong(password, found["email"])
    return await shop.passwords.hash(password)


async def renew(shop: Workshop, user_id: UUID, body: PasswordChange) -> str:
    """The hash of the new password of somebody who knows the current one."""
    async with shop.db.reading() as connection:
        found = await connection.fetchrow(FIND, user_id)
    if found is None:
        raise not_found()
    account, place = found["email"], shop.neighbourhood
    attempt = await throttle.attempt(shop.db, shop.now, account=account, address=place, purpose=CURRENT)
    verdict = await shop.passwords.verify(body.current_password, found["password_hash"])
    if not verdict.ok:
        raise invalid(FieldError("/current_password", say("current_password_wrong")))
    await throttle.succeeded(shop.db, shop.now, attempt)
    accounts.require_strong(body.new_password, found["email"], at="/new_password")
    return await shop.passwords.hash(body.new_password)


async def count_letter(shop: Workshop, actor: Actor, email: str) -> None:
    """429 when this account, or anybody, has asked for too many letters to this address of late."""
    await throttle.attempt(shop.db, shop.now, account=str(actor.id), address=email.lower(), purpose="email_change")


async def accept(uow: UnitOfWork, link: Link, password_hash: str, body: InvitationAccept) -> User:
    user, _ = await links.use(uow, link.id, link.purpose)
    user.password_hash = password_hash
    crud.apply(user, body.model_dump(include={"name", "language"}, exclude_none=True))
    await uow.flush()
    return user


async def request_reset(uow: UnitOfWork, email: str) -> None:
    """The same for every address: whether there is an account is looked up when the letter would leave."""
    language = Language(context.language.get())
    await messages.post(uow, MessageKind.PASSWORD_RESET, to=email, language=language)


async def reset(uow: UnitOfWork, link: Link, password_hash: str) -> User:
    user, _ = await links.use(uow, link.id, link.purpose)
    user.password_hash = password_hash
    await accounts.end_sessions(uow, user.id, because="password reset")
    await uow.flush()
    await messages.warn(uow, user, MessageKind.PASSWORD_CHANGED)
    return user


async def change_password(uow: UnitOfWork, password_hash: str) -> None:
    """The session in which it happens goes on, every other ends."""
    user = await _myself(uow)
    user.password_hash = password_hash
    await accounts.end_sessions(uow, user.id, because="password changed", sparing=uow.actor.session_id)
    await links.end_all(uow, user.id)
    await uow.flush()
    await messages.warn(uow, user, MessageKind.PASSWORD_CHANGED)


async def request_email(uow: UnitOfWork, email: str) -> None:
    """The same for every address: when it has an account already, only its owner is told."""
    await messages.post(uow, MessageKind.EMAIL_CHANGE, to=email, language=uow.actor.language, user_id=uow.actor.id)


async def confirm_email(uow: UnitOfWork, link: Link) -> User:
    user, opened = await links.use(uow, link.id, link.purpose)
    if opened.new_email is None:
        raise links.ended()
    await _require_free(uow, opened.new_email)
    former, user.email = user.email, opened.new_email
    await uow.flush()
    facts = {"new_address": user.email}
    kind = MessageKind.EMAIL_CHANGED
    await messages.post(uow, kind, to=former, language=user.language, user_id=user.id, facts=facts)
    return user


async def _require_free(uow: UnitOfWork, email: str) -> None:
    """Who holds the link reads that mailbox: they may know. Of two at once the constraint stops the second."""
    query = select(col(User.id)).where(sa.func.lower(col(User.email)) == email.lower())
    if (await uow.session.scalars(query)).first() is not None:
        raise AppError("already_exists", errors=[FieldError("/email", say("email_taken"))])


async def edit(uow: UnitOfWork, body: MePatch) -> None:
    user = await _myself(uow)
    whole = crud.merged(MeFields, {"name": user.name, "language": user.language}, body)
    crud.apply(user, whole.model_dump())
    await uow.flush()


async def _myself(uow: UnitOfWork) -> User:
    user = await uow.session.get(User, uow.actor.id, with_for_update={"key_share": True})
    if user is None:
        raise not_found()
    return user
