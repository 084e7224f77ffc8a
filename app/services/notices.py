"""What somebody was told in the app: read, put off, done with; shown only while they may see what it is about."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlmodel import col, select

from app.core import context
from app.core.reading import STATEMENTS, constant
from app.core.uow import Reader, UnitOfWork
from app.errors import FieldError, invalid, not_found
from app.models import Notice, PlannedReminder
from app.rules import notifications as rules
from app.schemas.notifications import NotificationPage, NotificationQuery, NotificationRead
from app.services import reminder_words
from app.views import reminders as views
from app.vocabulary import Channel, NoticeStatus, NotificationState

COLUMNS: Final = (
    col(Notice.id),
    col(Notice.reminder_id),
    col(Notice.because),
    col(Notice.delivered_at),
    col(Notice.read_at),
    col(Notice.snoozed_until),
    col(Notice.done_at),
    col(PlannedReminder.topic),
    col(PlannedReminder.thing),
    col(PlannedReminder.subject),
    col(PlannedReminder.subject_id),
    col(PlannedReminder.is_late),
    sa.cast(col(PlannedReminder.facts), sa.Text).label("facts"),
    sa.cast(col(PlannedReminder.shifted_because), sa.Text).label("shifted"),
)


def _now() -> Any:
    return sa.bindparam("now", type_=sa.DateTime(timezone=True))


def _put_off() -> Any:
    return sa.and_(col(Notice.snoozed_until).is_not(None), col(Notice.snoozed_until) > _now())


def _here() -> Any:
    """Neither done nor put off."""
    return sa.and_(col(Notice.done_at).is_(None), sa.not_(_put_off()))


STATES: Final[Mapping[NotificationState, Any]] = {
    NotificationState.OPEN: _here,
    NotificationState.UNREAD: lambda: sa.and_(_here(), col(Notice.read_at).is_(None)),
    NotificationState.SNOOZED: lambda: sa.and_(col(Notice.done_at).is_(None), _put_off()),
    NotificationState.DONE: lambda: col(Notice.done_at).is_not(None),
    NotificationState.ALL: sa.true,
}


async def mine(reader: Reader, query: NotificationQuery) -> NotificationPage:
    """The newest first."""
    rows = await _rows(reader, query, query.limit + 1)
    items = [_read(row) for row in rows[: query.limit]]
    following = items[-1].id if len(rows) > query.limit else None
    return NotificationPage(items=items, next_cursor=following, unread_count=await unread(reader))


async def newest(reader: Reader, limit: int) -> list[NotificationRead]:
    rows = await _rows(reader, NotificationQuery(limit=limit), limit)
    return [_read(row) for row in rows]


async def unread(reader: Reader | UnitOfWork) -> int:
    counted = STATEMENTS.get(("unread", *views.shape(reader)), lambda: _counted(reader))
    rows = await reader.rows(counted.text, counted.arguments(_values(reader)))
    return int(rows[0][0])


async def _rows(reader: Reader, query: NotificationQuery, limit: int) -> list[Any]:
    shape = ("notifications", *views.shape(reader), query.state, query.topic is None, query.cursor is None)
    prepared = STATEMENTS.get(shape, lambda: _listing(reader, query))
    values = _values(reader) | {"before": query.cursor, "topic": query.topic, "page_size": limit}
    return await reader.rows(prepared.text, prepared.arguments(values))


def _values(asker: Reader | UnitOfWork) -> dict[str, object]:
    return views.values(asker) | {"now": asker.now}


def _listing(reader: Reader, query: NotificationQuery) -> Any:
    rows = _told(reader, *COLUMNS).where(STATES[query.state]())
    if query.cursor is not None:
        rows = rows.where(col(Notice.id) < sa.bindparam("before", type_=sa.Uuid()))
    if query.topic is not None:
        rows = rows.where(col(Notice.topic) == sa.bindparam("topic", type_=sa.Text()))
    return rows.order_by(col(Notice.id).desc()).limit(sa.bindparam("page_size", type_=sa.BigInteger()))


def _counted(reader: Reader | UnitOfWork) -> Any:
    return _told(reader, sa.func.count()).where(STATES[NotificationState.UNREAD]())


def _told(asker: Reader | UnitOfWork, *columns: Any) -> Any:
    """Of me in the app, about what I still see: also what somebody else passed on to me."""
    rows = sa.select(*columns).select_from(Notice).join(PlannedReminder, _of_reminder())
    return rows.where(
        col(Notice.user_id) == sa.bindparam("user_id", type_=sa.Uuid()),
        col(Notice.channel) == constant(Channel.IN_APP),
        col(Notice.status) == constant(NoticeStatus.DELIVERED),
        views.about_seen(asker),
    )


def _of_reminder() -> Any:
    return col(PlannedReminder.id) == col(Notice.reminder_id)


def _read(row: Any) -> NotificationRead:
    language = context.language.get()
    found = reminder_words.said(orjson.loads(row["facts"]), language)
    shifted = orjson.loads(row["shifted"]) if row["shifted"] else None
    return NotificationRead(
        **{name: row[name] for name in ("id", "reminder_id", "topic", "thing", "subject", "subject_id", "is_late")},
        **{name: row[name] for name in ("read_at", "snoozed_until", "done_at")},
        told_at=row["delivered_at"],
        number=found.number,
        title=found.title,
        on=found.on,
        text=found.text,
        notes=reminder_words.notes(shifted, language, is_late=row["is_late"], because=row["because"]),
    )


async def mark_read(uow: UnitOfWork, id: UUID) -> NotificationRead:
    notice = await _mine(uow, id)
    notice.read_at = notice.read_at or uow.now
    return await _shown(uow, id)


async def mark_unread(uow: UnitOfWork, id: UUID) -> NotificationRead:
    notice = await _mine(uow, id)
    notice.read_at = notice.done_at = notice.snoozed_until = None
    return await _shown(uow, id)


async def snooze(uow: UnitOfWork, id: UUID, until: datetime) -> NotificationRead:
    """It comes back unread."""
    if wrong := rules.snooze_objection(until, uow.now):
        raise invalid(FieldError("/until", wrong))
    notice = await _mine(uow, id)
    notice.snoozed_until, notice.read_at, notice.done_at = until, None, None
    return await _shown(uow, id)


async def finish(uow: UnitOfWork, id: UUID) -> NotificationRead:
    notice = await _mine(uow, id)
    notice.done_at = notice.done_at or uow.now
    notice.read_at = notice.read_at or uow.now
    notice.snoozed_until = None
    return await _shown(uow, id)


async def read_all(uow: UnitOfWork, up_to: UUID | None) -> int:
    """How many were unread; those that came after the one named stay so."""
    rows = _told(uow, col(Notice.id)).where(STATES[NotificationState.UNREAD]())
    prepared = STATEMENTS.get(("unread ids", *views.shape(uow)), lambda: rows)
    found = [UUID(str(row[0])) for row in await uow.rows(prepared.text, prepared.arguments(_values(uow)))]
    meant = [id for id in found if up_to is None or id <= up_to]
    update = sa.update(Notice).where(col(Notice.id).in_(meant)).values(read_at=uow.now)
    await uow.session.execute(update.execution_options(synchronize_session=False))
    return len(meant)


async def _mine(uow: UnitOfWork, id: UUID) -> Notice:
    """Somebody else's looks absent, and so does one about a record that I no longer see."""
    await _shown(uow, id)
    return (await uow.session.scalars(select(Notice).where(col(Notice.id) == id).with_for_update())).one()


async def _shown(uow: UnitOfWork, id: UUID) -> NotificationRead:
    one = _told(uow, *COLUMNS).where(col(Notice.id) == sa.bindparam("id", type_=sa.Uuid()))
    prepared = STATEMENTS.get(("notification", *views.shape(uow)), lambda: one)
    rows = await uow.rows(prepared.text, prepared.arguments(_values(uow) | {"id": id}))
    if not rows:
        raise not_found()
    return _read(rows[0])
