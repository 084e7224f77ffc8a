"""Letters that came back: seen on the person, until one arrives again or their address is another."""

from typing import Final
from uuid import UUID

from app.core.uow import UnitOfWork
from app.models import Message
from app.services import notification_settings

BY_ADDRESS: Final = "SELECT id FROM users WHERE lower(email) = lower($1) AND archived_at IS NULL"
# Only what was sent before can have come back.
RETURNED: Final = """
UPDATE notices SET status = 'bounced', last_error = $2 WHERE message_id = $1 AND status <> 'bounced'
"""
NOTED: Final = "UPDATE notices SET last_error = $2 WHERE message_id = $1"
FORGET: Final = """
UPDATE notification_settings SET bounced_at = NULL, bounced_because = NULL
WHERE user_id = ANY ($1::uuid[]) AND bounced_at IS NOT NULL
"""
LONGEST_REASON: Final = 300


async def record(uow: UnitOfWork, what: str | UUID, *, permanent: bool, reason: str) -> bool:
    """A letter (by the id in its Message-ID) or everything to an address came back. False when nobody is known by it.

    What is only delayed is noted beside the letter, and changes nothing else.
    """
    said = _said(reason)
    if isinstance(what, str):
        rows = await uow.rows(BY_ADDRESS, [what])
        for row in rows if permanent else []:
            await mark(uow, row[0], said)
        return bool(rows)
    message = await uow.session.get(Message, what)
    if message is None:
        return False
    await uow.transaction.raw.execute(RETURNED if permanent else NOTED, message.id, said)
    if permanent:
        await record(uow, message.to_address, permanent=True, reason=said)
    return True


async def mark(uow: UnitOfWork, user_id: UUID, because: str | None) -> None:
    """Since the first letter that came back; the newest reason."""
    settings = await notification_settings.own(uow, user_id)
    settings.bounced_at = settings.bounced_at or uow.now
    settings.bounced_because = _said(because or "")
    await uow.flush()


async def forget(uow: UnitOfWork, *user_ids: UUID) -> None:
    await uow.flush()
    await uow.transaction.raw.execute(FORGET, list(user_ids))


def _said(reason: str) -> str:
    """One short line: what a mail server says can be long and odd."""
    return " ".join("".join(each if each.isprintable() else " " for each in reason).split())[:LONGEST_REASON]
