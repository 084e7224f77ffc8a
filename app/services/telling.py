"""Reminders that are due: claimed under a lease, looked at once more, and written down as notices in one step.

Whatever happens to a worker, a reminder is told once: what it tells is written in the transaction that says so, and the
letters among it have an outbox of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from uuid_utils.compat import uuid7

from app.core.holders import holder
from app.core.uow import UnitOfWork
from app.models import Activity, Notice, PlannedReminder, ReminderRule
from app.rules import notifications as rules
from app.services import notification_settings, reminder_checks, reminder_events
from app.services.notification_settings import Addressee
from app.vocabulary import Channel, DatedThing, NoticeStatus, ReminderState, ReminderTopic

JOB: Final = "tell_reminders"
LEASE: Final = timedelta(seconds=60)
BATCH: Final = 50
# A claim that ended without a word so often ended its worker: somebody has to look.
SILENT_ENDS: Final = 20
OWN_CHANNELS: Final = (Channel.IN_APP, Channel.EMAIL)
# Whoever is late for a meeting still wants to know.
LATE_FOR: Final = timedelta(minutes=15)

CLAIM: Final = """
UPDATE planned_reminders SET lease_until = clock_timestamp() + $2, fence = fence + 1, attempts = attempts + 1
WHERE id IN (
  SELECT id FROM planned_reminders
  WHERE state = 'planned' AND due_at <= $1 AND attempts < $4
    AND (lease_until IS NULL OR lease_until < clock_timestamp())
  ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED
)
RETURNING id, fence, attempts
"""
GIVE_UP: Final = """
UPDATE planned_reminders SET state = 'dead', lease_until = NULL, last_error = coalesce(last_error, 'no answer')
WHERE state = 'planned' AND attempts >= $1 AND lease_until < clock_timestamp()
"""
# Whoever lost the lease meanwhile finds another fence here, and records nothing.
LATER: Final = """
UPDATE planned_reminders SET lease_until = clock_timestamp() + $3, last_error = $4
WHERE id = $1 AND fence = $2 AND state = 'planned'
"""
DEAD: Final = """
UPDATE planned_reminders SET state = 'dead', lease_until = NULL, last_error = $3
WHERE id = $1 AND fence = $2 AND state = 'planned'
"""

log = structlog.get_logger("reminders")


@dataclass(frozen=True)
class Claim:
    id: UUID
    fence: int
    attempts: int


async def claim(uow: UnitOfWork) -> list[Claim]:
    """Some of what is due, leased to this worker; a worker that dies gives them back by silence."""
    await uow.transaction.raw.execute(GIVE_UP, SILENT_ENDS)
    rows = await uow.transaction.raw.fetch(CLAIM, uow.now, LEASE, BATCH, SILENT_ENDS)
    return [Claim(*row) for row in rows]


async def tell(uow: UnitOfWork, claim: Claim) -> ReminderState | None:
    """What became of it; None when another worker has it by now."""
    reminder = await _held(uow, claim)
    if reminder is None:
        return None
    rule = await uow.session.get(ReminderRule, reminder.rule_id) if reminder.rule_id else None
    because = None if await holder(uow.transaction.raw, reminder.user_id) else "account_off"
    if because is None:
        fresh = await reminder_checks.refresh(uow, reminder)
        because, reminder.facts = fresh.because, fresh.facts or reminder.facts
    if because is not None:
        _end(reminder, ReminderState.STOPPED, because)
    elif uow.now > await _of_use_until(uow, reminder, rule):
        _end(reminder, ReminderState.EXPIRED, "end_of_use")
    else:
        await _notify(uow, reminder, rule)
        reminder.state, reminder.told_at = ReminderState.TOLD, uow.now
    reminder.lease_until = reminder.last_error = None
    await uow.flush()
    return reminder.state


async def _held(uow: UnitOfWork, claim: Claim) -> PlannedReminder | None:
    query = select(PlannedReminder).where(
        col(PlannedReminder.id) == claim.id,
        col(PlannedReminder.fence) == claim.fence,
        col(PlannedReminder.state) == ReminderState.PLANNED,
    )
    return (await uow.session.scalars(query.with_for_update(key_share=True))).one_or_none()


def _end(reminder: PlannedReminder, state: ReminderState, because: str) -> None:
    reminder.state, reminder.state_because = state, because
    log.info(state.value, reminder=str(reminder.id), because=because)


async def _of_use_until(uow: UnitOfWork, reminder: PlannedReminder, rule: ReminderRule | None) -> datetime:
    return rules.of_use_until(
        reminder.due_at, rule.useful_days if rule else None, await _missed_at(uow, reminder.thing, reminder.subject_id)
    )


async def _missed_at(uow: UnitOfWork, thing: DatedThing | None, id: UUID) -> datetime | None:
    """When what somebody is reminded of before it begins is over for them."""
    if thing is not DatedThing.ACTIVITY_START:
        return None
    starts_at = await uow.session.scalar(select(Activity.starts_at).where(col(Activity.id) == id))
    return starts_at + LATE_FOR if starts_at is not None else None


async def _notify(uow: UnitOfWork, reminder: PlannedReminder, rule: ReminderRule | None) -> None:
    is_mandatory = reminder.topic in rules.MANDATORY or (rule is not None and rule.is_mandatory)
    to = await notification_settings.addressee(uow, reminder, is_mandatory=is_mandatory)
    channels = [Channel(each) for each in rule.channels] if rule else list(OWN_CHANNELS)
    await _write(uow, [_notice(uow, reminder, to, channel) for channel in channels])
    if Channel.WEBHOOK in channels:
        await reminder_events.queue(uow, reminder)


def _notice(uow: UnitOfWork, reminder: PlannedReminder, to: Addressee, channel: Channel) -> dict[str, Any]:
    way = rules.way(channel, to.choice, to.hours, uow.now, is_bounced=to.is_bounced)
    return {
        # By our clock, so that the newest is the last.
        "id": uuid7(nanoseconds=int(uow.now.timestamp() * 1_000_000) * 1000),
        "reminder_id": reminder.id,
        "user_id": to.user_id,
        "channel": channel,
        "topic": ReminderTopic(reminder.topic),
        "status": way.status,
        "rhythm": way.rhythm,
        "because": to.because,
        "due_at": way.due_at,
        "attempts": 0,
        "delivered_at": uow.now if way.status is NoticeStatus.DELIVERED else None,
    }


async def _write(uow: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """What was told on a channel before stays told."""
    statement = insert(Notice).values(list(rows)).on_conflict_do_nothing(index_elements=["reminder_id", "channel"])
    await uow.session.execute(statement)


async def put_off(uow: UnitOfWork, claim: Claim, error: str) -> bool:
    """Until later, or for good when it was tried often enough: then False."""
    pause = rules.pause(claim.attempts)
    if pause is None:
        await uow.transaction.raw.execute(DEAD, claim.id, claim.fence, error)
        return False
    await uow.transaction.raw.execute(LATER, claim.id, claim.fence, pause, error)
    return True
