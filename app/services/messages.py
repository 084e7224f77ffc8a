"""Letters: posted with what they tell about, claimed under a lease, sent by the worker."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from app.adapters.mail import Appointment, Envelope
from app.core.uow import UnitOfWork
from app.models import AccountLink, Message, User
from app.rules import messages as rules
from app.services import links, mail_texts, unsubscribing
from app.settings import Settings
from app.vocabulary import Language, LinkPurpose, MessageKind, MessageStatus

JOB: Final = "send_messages"

LEASE: Final = timedelta(seconds=90)
# As many at once as may be on their way together, so that none waits in line while its lease runs.
BATCH: Final = 10
# Who asks again at once finds the first letter, and nobody fills a stranger's mailbox.
QUIET: Final = timedelta(minutes=1)
# Asked for by somebody who need not be the addressee: these speak the language of whoever has the account.
DISCREET: Final = frozenset({MessageKind.PASSWORD_RESET, MessageKind.EMAIL_TAKEN})

CLAIM: Final = """
UPDATE messages SET lease_until = clock_timestamp() + $2, fence = fence + 1, attempts = attempts + 1
WHERE id IN (
  SELECT id FROM messages
  WHERE status = 'due' AND due_at <= $1 AND (lease_until IS NULL OR lease_until < clock_timestamp())
  ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
RETURNING id, fence, attempts
"""

# Whoever lost the lease meanwhile finds another fence here, and records nothing. What was told is no longer needed.
FINISH: Final = """
UPDATE messages SET status = $3, sent_at = $4, last_error = $5, facts = '{}', lease_until = NULL
WHERE id = $1 AND fence = $2 AND status = 'due'
"""
LATER: Final = """
UPDATE messages SET due_at = $3, last_error = $4, lease_until = NULL WHERE id = $1 AND fence = $2 AND status = 'due'
"""


@dataclass(frozen=True)
class Claim:
    id: UUID
    fence: int
    attempts: int


async def post(
    uow: UnitOfWork,
    kind: MessageKind,
    *,
    to: str,
    language: Language,
    user_id: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Message:
    """Written now, sent after the commit, forgotten on rollback."""
    told = dict(facts or {})
    if told.keys() != rules.needed(kind):
        raise ValueError(f"a letter {kind} tells {sorted(rules.needed(kind))}, not {sorted(told)}")
    letter = Message(kind=kind, to_address=to, language=language, facts=told, posted_at=uow.now, due_at=uow.now)
    letter.user_id = user_id
    uow.add(letter)
    await uow.flush()
    uow.ring(JOB)
    return letter


async def warn(uow: UnitOfWork, user: User, kind: MessageKind, **facts: str) -> None:
    """Tells the person what happened to their account; they see it even when it was somebody else."""
    await post(uow, kind, to=user.email, language=user.language, user_id=user.id, facts=facts)


async def claim(uow: UnitOfWork) -> list[Claim]:
    """Some of what is due, leased to this worker; a worker that dies gives them back by silence."""
    rows = await uow.transaction.raw.fetch(CLAIM, uow.now, LEASE, BATCH)
    return sorted((Claim(*row) for row in rows), key=lambda claim: claim.id)


async def prepare(uow: UnitOfWork, claim: Claim, settings: Settings) -> Envelope | None:
    """The letter as it leaves, its link made; None when there is nothing to send any more."""
    message = await uow.session.get(Message, claim.id, with_for_update=True)
    if message is None or message.fence != claim.fence or message.status is not MessageStatus.DUE:
        return None
    user = await _addressee(uow, message)
    if message.kind is MessageKind.DIGEST and user is not None:
        address = unsubscribing.address(settings, user.id)
        return replace(_envelope(message, user, message.facts | {"unsubscribe": address}), unsubscribe=address)
    if message.kind not in rules.LINKS:
        return _envelope(message, user, message.facts)
    link = await _link(uow, message, user, settings) if user else None
    if link is None:
        await finish(uow, claim, MessageStatus.DROPPED)
        return None
    address = links.address(settings, link.purpose, links.Seal(settings).token(link.id, link.purpose))
    until = mail_texts.moment(link.expires_at, message.language)
    return _envelope(message, user, {"link": address, "until": until, "to": message.to_address})


async def _addressee(uow: UnitOfWork, message: Message) -> User | None:
    """Only now is it looked up who has the address: no request for a letter ever learns it."""
    holder = await _account(uow, sa.func.lower(col(User.email)) == message.to_address.lower())
    user = await _account(uow, col(User.id) == message.user_id) if message.user_id else holder
    if message.kind is MessageKind.EMAIL_CHANGE and holder is not None:
        message.kind = MessageKind.EMAIL_TAKEN
        user = holder
    if user is not None:
        message.user_id = user.id
        message.language = user.language if message.kind in DISCREET else message.language
    return user


async def _account(uow: UnitOfWork, which: sa.ColumnElement[bool]) -> User | None:
    query = select(User).where(which, col(User.archived_at).is_(None)).with_for_update(key_share=True)
    return (await uow.session.scalars(query)).one_or_none()


async def _link(uow: UnitOfWork, message: Message, user: User, settings: Settings) -> AccountLink | None:
    """The one this letter was already tried with, or a new one; none for whom it would be of no use."""
    if message.link_id is not None:
        known = await uow.session.get(AccountLink, message.link_id)
        return known if known is not None and links.is_open(known, uow.now) else None
    purpose = rules.LINKS[message.kind]
    if not user.is_active or (purpose is LinkPurpose.INVITATION and user.password_hash is not None):
        return None
    if purpose is not LinkPurpose.EMAIL_CHANGE and await links.was_made(uow, user.id, purpose, uow.now - QUIET):
        return None
    new_email = message.to_address if purpose is LinkPurpose.EMAIL_CHANGE else None
    link = await links.make(uow, user.id, purpose, links.lifetime(settings, purpose), new_email)
    message.link_id = link.id
    return link


def _envelope(message: Message, user: User | None, facts: dict[str, Any]) -> Envelope:
    name = user.name if user else message.to_address
    told = {"name": name, "at": mail_texts.moment(message.posted_at, message.language)}
    letter = mail_texts.compose(message.kind, message.language, told | facts)
    return Envelope(
        id=message.id,
        at=message.posted_at,
        to=message.to_address,
        name=name,
        language=message.language,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        appointment=_appointment(message.kind, facts),
    )


def _appointment(kind: MessageKind, facts: dict[str, Any]) -> Appointment | None:
    method = rules.METHODS.get(kind)
    return Appointment(method, facts["calendar"]) if method else None


async def finish(uow: UnitOfWork, claim: Claim, status: MessageStatus, error: str | None = None) -> bool:
    """True when this worker still held the lease."""
    await uow.flush()
    sent_at = uow.now if status is MessageStatus.SENT else None
    done: str = await uow.transaction.raw.execute(FINISH, claim.id, claim.fence, status, sent_at, error)
    return done == "UPDATE 1"


async def put_off(uow: UnitOfWork, claim: Claim, error: str) -> bool:
    """Until later, or for good when it was tried often enough: then False."""
    pause = rules.pause(claim.attempts)
    if pause is None:
        await finish(uow, claim, MessageStatus.FAILED, error)
        return False
    await uow.transaction.raw.execute(LATER, claim.id, claim.fence, uow.now + pause, error)
    return True
