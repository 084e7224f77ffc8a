"""What the mails of the inbox change: answers to invitations, proposals of another time, letters that came back.

Anybody can send a mail. So an answer counts only for a meeting of ours, from somebody who was invited, to the address
that only they were given, about the time that holds now; everything else is noted and changes nothing.
"""

import hmac
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.dialects import postgresql as pg
from sqlmodel import col, select
from uuid_utils.compat import uuid7

from app.adapters.inbox import Arrived
from app.core.uow import UnitOfWork
from app.core.wording import day
from app.models import Activity, ActivityParticipant, Invitation, Message, ReceivedMail, User
from app.rules import inbox as rules
from app.rules import wall_time
from app.rules.inbox import Bounce, Mail
from app.rules.replies import Reply
from app.services import activities, bounces, invitations, messages
from app.settings import Settings
from app.vocabulary import InvitationStatus, Language, MailKind, MessageKind

PLACE: Final = """
SELECT uid_validity, max(uid) FROM received_mails
WHERE uid_validity = (SELECT uid_validity FROM received_mails ORDER BY id DESC LIMIT 1) GROUP BY uid_validity
"""


@dataclass(frozen=True)
class Outcome:
    """`code` says what was done, or why nothing was."""

    kind: MailKind
    code: str
    concerns_id: UUID | None = None


async def place(uow: UnitOfWork) -> tuple[int | None, int]:
    """How far the mailbox has been read."""
    row = await uow.transaction.raw.fetchrow(PLACE)
    return (None, 0) if row is None else (row[0], row[1])


async def deal(uow: UnitOfWork, settings: Settings, arrived: Arrived) -> Outcome | None:
    """Once for each mail, whoever reads it and however often; None for one that was dealt with before."""
    mail = _read(arrived)
    if not await _claim(uow, arrived, mail.key):
        return None
    if isinstance(mail.found, str):
        return await _note(uow, mail.key, Outcome(MailKind.OTHER, mail.found))
    return await _note(uow, mail.key, await DEALING[type(mail.found)](uow, settings, mail))


async def give_up(uow: UnitOfWork, arrived: Arrived, error: Exception) -> None:
    """A mail that cannot be dealt with must not be in the way of the next one."""
    key = _read(arrived).key
    if await _claim(uow, arrived, key):
        await _note(uow, key, Outcome(MailKind.OTHER, f"failed_{type(error).__name__}"))


def _read(arrived: Arrived) -> Mail:
    if arrived.content is None:
        return Mail(f"uid:{arrived.uid_validity}/{arrived.uid}", "", frozenset(), "too_large")
    return rules.read(arrived.content)


async def _claim(uow: UnitOfWork, arrived: Arrived, key: str) -> bool:
    """The place is remembered in any case, so that a mail that came twice is not looked at for ever."""
    values = {"kind": MailKind.OTHER, "received_at": uow.now, "outcome": "seen_before"}
    where = {"uid_validity": arrived.uid_validity, "uid": arrived.uid}
    table: Any = ReceivedMail
    for name in (key, f"uid:{arrived.uid_validity}/{arrived.uid}"):
        row = values | where | {"id": uuid7(), "message_id": name}
        added = await uow.session.execute(
            pg.insert(table).values(**row).on_conflict_do_nothing(index_elements=["message_id"]).returning(table.id)
        )
        if added.first() is not None:
            return name == key
    return False


async def _note(uow: UnitOfWork, key: str, outcome: Outcome) -> Outcome:
    row = (await uow.session.scalars(select(ReceivedMail).where(col(ReceivedMail.message_id) == key))).one()
    row.kind, row.outcome, row.concerns_id = outcome.kind, outcome.code, outcome.concerns_id
    await uow.flush()
    return outcome


async def _answer(uow: UnitOfWork, settings: Settings, mail: Mail) -> Outcome:
    reply = mail.found
    assert isinstance(reply, Reply)  # noqa: S101 - so it was chosen
    activity = await uow.session.get(Activity, reply.activity_id)
    if activity is None:
        return Outcome(MailKind.ANSWER, "unknown_event")
    invitation = await _invitation(uow, reply)
    if code := _objection(settings, mail, reply, invitation):
        return Outcome(MailKind.ANSWER, code, activity.id)
    # A clock of theirs that is ahead must not shut out the answers that follow.
    at = min(reply.at or uow.now, uow.now)
    if reply.answer is None:
        return Outcome(MailKind.ANSWER, await _counter(uow, activity, reply), activity.id)
    is_kept = await activities.record_answer(uow, activity.id, reply.email, reply.answer, at)
    return Outcome(MailKind.ANSWER, "recorded" if is_kept else "older_answer", activity.id)


def _objection(settings: Settings, mail: Mail, reply: Reply, invitation: Invitation | None) -> str | None:
    if invitation is None or invitation.status is not InvitationStatus.INVITED:
        return "not_invited"
    if settings.inbox.is_tagged:
        wanted = invitations.organizer(settings, invitation).email
        shown = {reply.organizer, *mail.recipients}
        if not any(hmac.compare_digest(wanted.encode(), each.encode()) for each in shown):
            return "wrong_address"
    elif mail.sender != reply.email:
        return "wrong_sender"
    return "older_sequence" if reply.sequence < invitation.since_sequence else None


async def _invitation(uow: UnitOfWork, reply: Reply) -> Invitation | None:
    query = select(Invitation).where(
        col(Invitation.activity_id) == reply.activity_id, col(Invitation.email) == reply.email
    )
    found = (await uow.session.scalars(query.order_by(col(Invitation.sent_at).desc()))).all()
    return next((each for each in found if each.status is InvitationStatus.INVITED), None)


async def _counter(uow: UnitOfWork, activity: Activity, reply: Reply) -> str:
    """Told to whoever answers for the meeting; they move it, or do not."""
    owner = await uow.session.get(User, activity.owner_id) if activity.owner_id else None
    if owner is None or not owner.is_active:
        return "nobody_to_tell"
    query = select(ActivityParticipant).where(
        col(ActivityParticipant.activity_id) == activity.id, col(ActivityParticipant.email) == reply.email
    )
    guest = (await uow.session.scalars(query)).first()
    facts = {
        "title": activity.title,
        "who": (guest.name if guest else None) or reply.email,
        "when": _proposed(reply.proposed, activity.zone, owner.language),
    }
    await messages.post(
        uow, MessageKind.MEETING_COUNTER, to=owner.email, language=owner.language, user_id=owner.id, facts=facts
    )
    return "told_the_owner"


def _proposed(at: datetime | date | None, zone: str, language: Language) -> str:
    if isinstance(at, datetime):
        local = wall_time.local(at, zone)[0] if at.tzinfo else at
        return f"{day(local.date(), language)}, {local:%H:%M} ({zone})"
    return day(at, language) if at else "—"


async def _bounce(uow: UnitOfWork, _: Settings, mail: Mail) -> Outcome:
    """Only who received or carried a letter knows its id; and it must be about whom the letter was for."""
    bounce = mail.found
    assert isinstance(bounce, Bounce)  # noqa: S101 - so it was chosen
    letter = await uow.session.get(Message, bounce.message_id)
    if letter is None or letter.to_address.lower() != bounce.recipient:
        return Outcome(MailKind.BOUNCE, "unknown_letter")
    await bounces.record(uow, letter.id, permanent=bounce.is_permanent, reason=bounce.reason)
    return Outcome(MailKind.BOUNCE, "bounced" if bounce.is_permanent else "delayed", letter.id)


Deal = Callable[[UnitOfWork, Settings, Mail], Coroutine[Any, Any, Outcome]]
DEALING: Final[dict[type[Any], Deal]] = {Reply: _answer, Bounce: _bounce}
