"""What people do with reminders: they finish theirs, and set going again what got stuck."""

from typing import Final
from uuid import UUID

from sqlmodel import col, select

from app.core.uow import UnitOfWork
from app.errors import not_found, refused, say
from app.models import Notice, PlannedReminder
from app.schemas.reminders import ReminderRead
from app.services import reminder_reading, telling
from app.services.reminder_reading import STUCK
from app.vocabulary import Channel, NoticeStatus, ReminderState

DONE: Final = """
UPDATE notices SET done_at = coalesce(done_at, $3), read_at = coalesce(read_at, $3), snoozed_until = NULL
WHERE reminder_id = $1 AND user_id = $2
"""


async def finish(uow: UnitOfWork, id: UUID) -> ReminderRead:
    """Mine, or one that was passed on to me; a second time changes nothing."""
    found = await reminder_reading.one(uow, id)
    if uow.actor.id not in {found.user_id, *(notice.user_id for notice in found.notices)}:
        raise not_found()
    if not found.notices:
        raise refused(say("not_told_yet"))
    await uow.transaction.raw.execute(DONE, id, uow.actor.id, uow.now)
    return await reminder_reading.one(uow, id)


async def replay(uow: UnitOfWork, id: UUID) -> ReminderRead:
    """What could not be told is due again, and so are the letters that came back; what arrived stays as it is."""
    await reminder_reading.one(uow, id)
    query = select(PlannedReminder).where(col(PlannedReminder.id) == id).with_for_update()
    reminder = (await uow.session.scalars(query)).one()
    notices = await uow.children(Notice, col(Notice.reminder_id), id)
    again = [each for each in notices if each.channel is Channel.EMAIL and each.status in STUCK]
    if reminder.state is not ReminderState.DEAD and not again:
        raise refused(say("nothing_dead"))
    if reminder.state is ReminderState.DEAD:
        reminder.state, reminder.attempts, reminder.lease_until, reminder.last_error = (
            ReminderState.PLANNED,
            0,
            None,
            None,
        )
    for notice in again:
        _begin_anew(uow, notice)
    await uow.flush()
    await uow.note("replay_reminder", reminder.subject, reminder.subject_id, facts={"reminder_id": str(id)})
    uow.ring(telling.JOB)
    return await reminder_reading.one(uow, id)


def _begin_anew(uow: UnitOfWork, notice: Notice) -> None:
    notice.status, notice.due_at, notice.attempts = NoticeStatus.DUE, uow.now, 0
    notice.message_id = notice.last_error = None
