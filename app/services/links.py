"""Links in letters: each opens one thing, once, for a while.

What proves a link is computed from its id with the master secret and stands in the letter only: whoever reads the
database finds nothing that opens a door.
"""

import hmac
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
import sqlalchemy as sa
from sqlmodel import col, select

from app.core.db import Database
from app.core.sealing import derived, master
from app.core.uow import UnitOfWork
from app.errors import AppError, say
from app.models import AccountLink, User
from app.rules.opaque import bytes64, text64
from app.settings import Settings
from app.vocabulary import LinkPurpose

LABEL: Final = b"pobratym account links"

FIND: Final = """
SELECT l.id, l.new_email, u.id AS user_id, u.email, u.name, u.language
FROM account_links l JOIN users u ON u.id = l.user_id
WHERE l.id = $1 AND l.purpose = $2 AND l.used_at IS NULL AND l.ended_at IS NULL AND l.expires_at > $3
  AND u.is_active AND u.archived_at IS NULL
"""


def ended() -> AppError:
    """The same for a link that was used, is too old, was replaced or never was."""
    return AppError("link_ended", say("ask_for_a_new_link"))


class Seal:
    """Proves ids of links."""

    def __init__(self, settings: Settings) -> None:
        self._key = derived(master(settings), LABEL)

    def token(self, id: UUID, purpose: LinkPurpose) -> str:
        return f"{text64(id.bytes)}.{text64(self._proof(id, purpose))}"

    def opened(self, token: str, purpose: LinkPurpose) -> UUID:
        """The id of the link that this token was made for, with this purpose."""
        name, _, proof = token.partition(".")
        try:
            id, given = UUID(bytes=bytes64(name)), bytes64(proof)
        except ValueError:
            raise ended() from None
        if not hmac.compare_digest(given, self._proof(id, purpose)):
            raise ended()
        return id

    def _proof(self, id: UUID, purpose: LinkPurpose) -> bytes:
        return hmac.digest(self._key, id.bytes + purpose.encode(), "sha256")


def address(settings: Settings, purpose: LinkPurpose, token: str) -> str:
    """Where the link leads: to the frontend that is named in the settings, or to a page of our own."""
    page: str | None = getattr(settings.frontend, f"{purpose}_url")
    own = f"{settings.http.address}/account/{purpose.replace('_', '-')}?token={{token}}"
    return (page or own).replace("{token}", token)


def lifetime(settings: Settings, purpose: LinkPurpose) -> timedelta:
    lasting = settings.links
    return {
        LinkPurpose.INVITATION: timedelta(days=lasting.invitation_days),
        LinkPurpose.PASSWORD_RESET: timedelta(minutes=lasting.password_reset_minutes),
        LinkPurpose.EMAIL_CHANGE: timedelta(hours=lasting.email_change_hours),
    }[purpose]


async def make(
    uow: UnitOfWork, user_id: UUID, purpose: LinkPurpose, lasting: timedelta, new_email: str | None = None
) -> AccountLink:
    """A newer link ends the older ones of its purpose."""
    await _end(uow, user_id, col(AccountLink.purpose) == purpose)
    link = AccountLink(
        user_id=user_id, purpose=purpose, new_email=new_email, created_at=uow.now, expires_at=uow.now + lasting
    )
    uow.add(link)
    await uow.flush()
    return link


async def was_made(uow: UnitOfWork, user_id: UUID, purpose: LinkPurpose, since: datetime) -> bool:
    query = select(col(AccountLink.id)).where(
        AccountLink.user_id == user_id, AccountLink.purpose == purpose, AccountLink.created_at > since
    )
    return (await uow.session.scalars(query)).first() is not None


async def end_all(uow: UnitOfWork, user_id: UUID) -> None:
    await _end(uow, user_id, sa.true())


async def _end(uow: UnitOfWork, user_id: UUID, *which: sa.ColumnElement[bool]) -> None:
    links = col(AccountLink.user_id) == user_id, col(AccountLink.used_at).is_(None), col(AccountLink.ended_at).is_(None)
    for link in (await uow.session.scalars(select(AccountLink).where(*links, *which).with_for_update())).all():
        link.ended_at = uow.now
    await uow.flush()


async def look(db: Database, id: UUID, purpose: LinkPurpose, now: datetime) -> asyncpg.Record:
    """What an open link is about; changes nothing, so a mail scanner may follow it."""
    async with db.reading() as connection:
        found = await connection.fetchrow(FIND, id, purpose, now)
    if found is None:
        raise ended()
    return found


async def use(uow: UnitOfWork, id: UUID, purpose: LinkPurpose) -> tuple[User, AccountLink]:
    """Of two who use it at the same moment, the second finds it used."""
    link = await uow.session.get(AccountLink, id)
    # The account before its links, as everybody locks them.
    user = await uow.session.get(User, link.user_id, with_for_update={"key_share": True}) if link else None
    if link is None or user is None or not user.is_active or user.archived_at is not None:
        raise ended()
    await uow.session.refresh(link, with_for_update=True)
    if link.purpose is not purpose or not is_open(link, uow.now):
        raise ended()
    link.used_at = uow.now
    await uow.flush()
    await end_all(uow, user.id)
    return user, link


def is_open(link: AccountLink, now: datetime) -> bool:
    return link.used_at is None and link.ended_at is None and now < link.expires_at
