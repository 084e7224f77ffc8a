"""What is planned and told, with what came of it: mine, and what I look after."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import col

from app.core import context
from app.core.listing import Cursors
from app.core.reading import STATEMENTS, constant
from app.core.uow import Reader, UnitOfWork
from app.errors import not_found
from app.models import Notice, PlannedReminder, User
from app.schemas.reminders import DeadQuery, NoticeRead, ReminderPage, ReminderQuery, ReminderRead
from app.services import reminder_words
from app.views import reminders as views
from app.vocabulary import NoticeStatus, ReminderState

Asked = Reader | UnitOfWork

MOMENT: Final = sa.DateTime(timezone=True)
FILTERS: Final[Mapping[str, Any]] = {
    "state": lambda name: col(PlannedReminder.state) == sa.any_(sa.bindparam(name, type_=pg.ARRAY(sa.Text()))),
    "subject": lambda name: col(PlannedReminder.subject) == sa.bindparam(name, type_=sa.Text()),
    "subject_id": lambda name: col(PlannedReminder.subject_id) == sa.bindparam(name, type_=sa.Uuid()),
    "user_id": lambda name: col(PlannedReminder.user_id) == sa.bindparam(name, type_=sa.Uuid()),
    "rule_id": lambda name: col(PlannedReminder.rule_id) == sa.bindparam(name, type_=sa.Uuid()),
    "due_from": lambda name: col(PlannedReminder.due_at) >= sa.bindparam(name, type_=MOMENT),
    "due_to": lambda name: col(PlannedReminder.due_at) <= sa.bindparam(name, type_=MOMENT),
}
# Kept apart from the parameters of the rights.
ASKED: Final = "asked_"
PLAIN: Final = (
    "id", "rule_id", "topic", "thing", "subject", "subject_id", "user_id", "step", "state", "is_late", "due_zone",
    "due_at", "told_at", "attempts", "last_error",
)  # fmt: skip
NOTICES: Final = """
SELECT reminder_id, id, user_id, channel, status, because, due_at, attempts, last_error, delivered_at, done_at
FROM notices WHERE reminder_id = ANY ($1::uuid[]) ORDER BY reminder_id, channel
"""
STUCK: Final = (NoticeStatus.DEAD, NoticeStatus.BOUNCED)


@dataclass(frozen=True)
class Question:
    """Which reminders: of what can be asked for, or only what got stuck."""

    given: Mapping[str, Any]
    limit: int
    cursor: str | None
    sort: str = "-due_at"
    only_stuck: bool = False

    @property
    def bound_to(self) -> bytes:
        return orjson.dumps([dict(self.given), self.sort, self.only_stuck], default=str)

    @property
    def shape(self) -> tuple[Any, ...]:
        return (*self.given, self.sort, self.only_stuck, self.cursor is None)


async def listed(reader: Reader, query: ReminderQuery, cursors: Cursors) -> ReminderPage:
    given = {name: value for name in FILTERS if (value := getattr(query, name)) is not None}
    return await _page(reader, Question(given, query.limit, query.cursor, query.sort), cursors)


async def stuck(reader: Reader, query: DeadQuery, cursors: Cursors) -> ReminderPage:
    """What could not be told, or came back."""
    return await _page(reader, Question({}, query.limit, query.cursor, only_stuck=True), cursors)


async def one(asker: Asked, id: UUID) -> ReminderRead:
    prepared = STATEMENTS.get(("reminder", *views.shape(asker)), lambda: _one(asker))
    rows = await asker.rows(prepared.text, prepared.arguments(views.values(asker) | {"id": id}))
    if not rows:
        raise not_found()
    [found] = await _read(asker, rows)
    return found


async def _page(reader: Reader, question: Question, cursors: Cursors) -> ReminderPage:
    bound_to = question.bound_to + str(reader.actor.id).encode()
    values = views.values(reader) | {ASKED + name: value for name, value in question.given.items()}
    values["page_size"] = question.limit + 1
    if question.cursor is not None:
        after, after_id = cursors.decode(question.cursor, bound_to)
        values |= {"after_value": datetime.fromisoformat(after), "after_id": UUID(after_id)}
    prepared = STATEMENTS.get(("reminders", *views.shape(reader), *question.shape), lambda: _listing(reader, question))
    rows = await reader.rows(prepared.text, prepared.arguments(values))
    items = await _read(reader, rows[: question.limit])
    following = None
    if len(rows) > question.limit:
        following = cursors.encode([items[-1].due_at.isoformat(), str(items[-1].id)], bound_to)
    return ReminderPage(items=items, next_cursor=following)


def _listing(reader: Reader, question: Question) -> Any:
    rows = _rows(reader).where(*(FILTERS[name](ASKED + name) for name in question.given))
    if question.only_stuck:
        rows = rows.where(_is_stuck())
    keys, is_descending = (col(PlannedReminder.due_at), col(PlannedReminder.id)), question.sort.startswith("-")
    if question.cursor is not None:
        after = sa.tuple_(sa.bindparam("after_value", type_=MOMENT), sa.bindparam("after_id", type_=sa.Uuid()))
        rows = rows.where(sa.tuple_(*keys) < after if is_descending else sa.tuple_(*keys) > after)
    rows = rows.order_by(*(key.desc() if is_descending else key for key in keys))
    return rows.limit(sa.bindparam("page_size", type_=sa.BigInteger()))


def _is_stuck() -> Any:
    statuses = sa.or_(*(col(Notice.status) == constant(status) for status in STUCK))
    failed: Any = sa.select(sa.literal_column("1")).where(col(Notice.reminder_id) == col(PlannedReminder.id), statuses)
    return sa.or_(col(PlannedReminder.state) == constant(ReminderState.DEAD), failed.exists())


def _one(asker: Asked) -> Any:
    return _rows(asker).where(col(PlannedReminder.id) == sa.bindparam("id", type_=sa.Uuid()))


def _rows(asker: Asked) -> Any:
    columns = (
        *(getattr(PlannedReminder, name) for name in PLAIN),
        col(PlannedReminder.state_because),
        sa.func.to_char(col(PlannedReminder.due_local), constant('YYYY-MM-DD"T"HH24:MI:SS')).label("due_local"),
        sa.cast(col(PlannedReminder.facts), sa.Text).label("facts"),
        sa.cast(col(PlannedReminder.shifted_because), sa.Text).label("shifted"),
        col(User.name).label("user_name"),
    )
    rows = sa.select(*columns).select_from(PlannedReminder).join(User, col(User.id) == col(PlannedReminder.user_id))
    return rows.where(views.seen_by_who_manages(asker))


async def _read(asker: Asked, rows: Sequence[Any]) -> list[ReminderRead]:
    language, notices = context.language.get(), defaultdict(list)
    for row in await asker.rows(NOTICES, [[row["id"] for row in rows]]) if rows else []:
        because = reminder_words.reason(row["because"], language)
        notices[row["reminder_id"]].append(NoticeRead.model_validate(dict(row) | {"because": because}))
    return [_shaped(row, notices[row["id"]], language) for row in rows]


def _shaped(row: Any, notices: list[NoticeRead], language: str) -> ReminderRead:
    found = reminder_words.said(orjson.loads(row["facts"]), language)
    shifted = orjson.loads(row["shifted"]) if row["shifted"] else None
    return ReminderRead(
        **{name: row[name] for name in (*PLAIN, "due_local", "user_name")},
        number=found.number,
        title=found.title,
        on=found.on,
        text=found.text,
        notes=reminder_words.notes(shifted, language, is_late=row["is_late"], because=None),
        state_because=reminder_words.reason(row["state_because"], language),
        notices=notices,
    )
