"""Letters about reminders: at once or once a day, never more at the same moment than somebody can read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from app.core.uow import UnitOfWork
from app.models import Message, Notice, PlannedReminder, User
from app.rules import notifications as rules
from app.services import bounces, messages, notification_settings, reminder_checks, reminder_words
from app.settings import Settings
from app.vocabulary import Channel, MailRhythm, MessageKind, NoticeStatus

PEOPLE_AT_ONCE: Final = 200
# As many as somebody reads in one letter; the rest stands in the app.
LONGEST: Final = 100
# Between telling in the app and a letter nothing changed that matters, unless the letter was held back.
AT_ONCE: Final = 60

WAITING: Final = """
SELECT user_id FROM notices
WHERE status = 'due' AND channel = 'email' AND message_id IS NULL AND due_at <= $1
GROUP BY user_id ORDER BY min(due_at) LIMIT $2
"""
ALONE: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('letters of ' || $1::text, 0))"
LAST: Final = "SELECT max(posted_at) FROM messages WHERE user_id = $1 AND kind = 'digest'"
# What came of the letters. The address may be another by now: then it says nothing about the new one.
SETTLE: Final = """
UPDATE notices n SET delivered_at = m.sent_at, last_error = m.last_error, attempts = m.attempts,
  status = CASE WHEN m.status = 'sent' AND m.kind = 'digest' THEN 'digested' WHEN m.status = 'sent' THEN 'delivered'
                WHEN m.status = 'dropped' THEN 'expired'
                WHEN m.last_error LIKE 'refused with 5%' THEN 'bounced' ELSE 'dead' END
FROM messages m JOIN users u ON u.id = m.user_id
WHERE m.id = n.message_id AND n.status = 'due' AND m.status <> 'due'
RETURNING n.user_id, n.status, m.last_error, lower(u.email) = lower(m.to_address) AS is_current
"""
PUT_OFF: Final = """
UPDATE notices SET attempts = attempts + 1, last_error = $3,
  status = CASE WHEN attempts >= $4 THEN 'dead' ELSE status END,
  due_at = $2 + (ARRAY[$5::interval[]])[least(attempts + 1, $4)]
WHERE user_id = $1 AND status = 'due' AND channel = 'email' AND message_id IS NULL AND due_at <= $2
"""

Waiting = tuple[Notice, PlannedReminder]


@dataclass(frozen=True)
class Reader:
    """To whom the letters go."""

    user: User
    settings: Settings


async def people(uow: UnitOfWork) -> list[UUID]:
    """For whom a letter is due, the longest wait first."""
    return [row[0] for row in await uow.rows(WAITING, [uow.now, PEOPLE_AT_ONCE])]


async def post(uow: UnitOfWork, user_id: UUID, settings: Settings) -> int:
    """How many letters are on their way to this person now; another worker that is at it is left alone."""
    [[is_alone]] = await uow.rows(ALONE, [str(user_id)])
    if not is_alone:
        return 0
    waiting = await _waiting(uow, user_id)
    user = await uow.session.get(User, user_id)
    if user is None or not user.is_active or user.archived_at is not None:
        return _dropped(waiting, "account_off")
    needed = [each for each in waiting if await _is_needed(uow, *each)]
    alone, together = rules.parted([each for each in needed if each[0].rhythm is MailRhythm.AT_ONCE], most(settings))
    daily = [each for each in needed if each[0].rhythm is not MailRhythm.AT_ONCE]
    if daily and not together and await _had_todays(uow, user_id, daily):
        daily = []
    to = Reader(user, settings)
    for notice, reminder in alone:
        notice.message_id = await _single(uow, to, reminder)
    if gathered := [*together, *daily]:
        message_id = await _digest(uow, to, [reminder for _, reminder in gathered])
        for notice, _ in gathered:
            notice.message_id = message_id
    for notice, _ in together:
        notice.because = notice.because or "backlog"
    await uow.flush()
    return len(alone) + bool(gathered)


def most(settings: Settings) -> int:
    return settings.reminders.mails_at_once


async def _waiting(uow: UnitOfWork, user_id: UUID) -> list[Waiting]:
    query = (
        select(Notice, PlannedReminder)
        .join(PlannedReminder, col(PlannedReminder.id) == col(Notice.reminder_id))
        .where(col(Notice.user_id) == user_id, col(Notice.channel) == Channel.EMAIL)
        .where(col(Notice.status) == NoticeStatus.DUE, col(Notice.message_id).is_(None), col(Notice.due_at) <= uow.now)
        .order_by(col(PlannedReminder.due_at), col(Notice.id))
        .with_for_update(of=Notice.__table__, key_share=True)  # type: ignore[attr-defined]  # SQLModel types no tables
    )
    return [(notice, reminder) for notice, reminder in (await uow.session.execute(query)).all()]


def _dropped(waiting: Sequence[Waiting], because: str) -> int:
    for notice, _ in waiting:
        notice.status, notice.because = NoticeStatus.EXPIRED, because
    return 0


async def _is_needed(uow: UnitOfWork, notice: Notice, reminder: PlannedReminder) -> bool:
    """A letter that was held back is looked at once more: by now it may be answered, or hidden from its reader."""
    if reminder.told_at is None or (uow.now - reminder.told_at).total_seconds() < AT_ONCE:
        return True
    if notice.user_id != reminder.user_id and not await notification_settings.sees(uow, notice.user_id, reminder):
        _dropped([(notice, reminder)], "not_visible")
        return False
    fresh = await reminder_checks.refresh(uow, reminder)
    if fresh.because is not None:
        _dropped([(notice, reminder)], fresh.because)
        return False
    reminder.facts = fresh.facts or reminder.facts
    return True


async def _had_todays(uow: UnitOfWork, user_id: UUID, daily: Sequence[Waiting]) -> bool:
    """One letter of a day is all: what waits for another one waits until tomorrow."""
    [[last]] = await uow.rows(LAST, [user_id])
    hours = await notification_settings.hours(uow, user_id)
    if last is None or not hours.is_same_day(last, uow.now):
        return False
    for notice, _ in daily:
        notice.due_at = hours.next_digest(uow.now, last)
    return True


async def _single(uow: UnitOfWork, to: Reader, reminder: PlannedReminder) -> UUID:
    facts = reminder_words.letter(reminder, to.user.language, to.settings)
    return await _posted(uow, to, MessageKind.REMINDER, facts)


async def _digest(uow: UnitOfWork, to: Reader, reminders: Sequence[PlannedReminder]) -> UUID:
    facts = reminder_words.digest(reminders, LONGEST, to.user.language, to.settings)
    return await _posted(uow, to, MessageKind.DIGEST, facts)


async def _posted(uow: UnitOfWork, to: Reader, kind: MessageKind, facts: dict[str, Any]) -> UUID:
    message: Message = await messages.post(
        uow, kind, to=to.user.email, language=to.user.language, user_id=to.user.id, facts=facts
    )
    return message.id


async def settle(uow: UnitOfWork) -> int:
    """What came of letters that left, for their notices and for the mailbox they went to."""
    rows = await uow.rows(SETTLE, [])
    for user_id, because in {row[0]: row[2] for row in rows if row[1] == NoticeStatus.BOUNCED and row[3]}.items():
        await bounces.mark(uow, user_id, because)
    arrived = {row[0] for row in rows if row[1] in {NoticeStatus.DELIVERED, NoticeStatus.DIGESTED} and row[3]}
    if arrived:
        await bounces.forget(uow, *arrived)
    return len(rows)


async def put_off(uow: UnitOfWork, user_id: UUID, error: str) -> None:
    """Whatever is wrong with one person's letters holds up nobody else's."""
    await uow.transaction.raw.execute(PUT_OFF, user_id, uow.now, error, len(rules.PAUSES), list(rules.PAUSES))
