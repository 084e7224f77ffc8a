from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from app.core.listing import Listing, Sort, at_least, at_most, contains, equals, one_of
from app.core.reading import Children, View, constant
from app.models import NotificationSettings, Task, TaskDependency, TaskItem, User
from app.schemas.tasks import TaskItemRead, TaskQuery, TaskRead
from app.views.parties import linked

NOW: Final = sa.bindparam("now", type_=sa.DateTime(timezone=True))
OPEN: Final = constant("open")


def _readers_today() -> Any:
    """The day on the reader's own calendar; Kyiv's for whoever has chosen none."""
    chosen = select(col(NotificationSettings.zone)).where(
        col(NotificationSettings.user_id) == sa.bindparam("reader_id", type_=sa.Uuid())
    )
    zone = sa.func.coalesce(chosen.scalar_subquery(), constant("Europe/Kyiv"))
    return sa.cast(sa.func.timezone(zone, NOW), sa.Date())


def is_overdue(task: Any) -> Any:
    """A day has passed when it has passed for the reader; an hour passes for everybody at once."""
    passed = sa.case((task.due_time.is_(None), task.due_on < _readers_today()), else_=task.due_at < NOW)
    return sa.and_(task.status == OPEN, task.archived_at.is_(None), task.due_on.is_not(None), passed)


def _is_waiting(id: Any) -> Any:
    found = (
        select(col(TaskDependency.id))
        .join(Task, col(Task.id) == col(TaskDependency.waits_for_id))
        .where(col(TaskDependency.task_id) == id, col(Task.status) == OPEN, col(Task.archived_at).is_(None))
    )
    return found.correlate(id.table).exists()


def _next(task: Any) -> Any:
    later = aliased(Task)
    found = select(col(later.id)).where(col(later.series_id) == task.series_id, col(later.occurs_on) > task.occurs_on)
    first = found.order_by(col(later.occurs_on)).limit(sa.literal_column("1"))
    return first.correlate(task.id.table).scalar_subquery()


VIEW: Final = View(
    model=Task,
    read=TaskRead,
    joins=lambda page: [(User, col(User.id) == page.owner_id)],
    fields=lambda page: {
        "owner_name": col(User.name),
        "is_overdue": is_overdue(page),
        "is_waiting": _is_waiting(page.id),
        "next_id": _next(page),
        "waits_for": linked(col(TaskDependency.task_id), col(TaskDependency.waits_for_id), page.id),
    },
    children={
        "items": Children(
            model=TaskItem,
            read=TaskItemRead,
            parent=col(TaskItem.task_id),
            order=[col(TaskItem.position)],
            fields={"is_done": col(TaskItem.done_at).is_not(None)},
        )
    },
)


def _overdue(name: str) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = is_overdue(Task.__table__.c) == sa.bindparam(name, type_=sa.Boolean())  # type: ignore[attr-defined]  # SQLModel types no tables
    return found


LISTING: Final = Listing(
    view=VIEW,
    query=TaskQuery,
    filters={
        "q": contains(col(Task.search)),
        "kind": one_of(col(Task.kind)),
        "status": one_of(col(Task.status)),
        "obligation": one_of(col(Task.obligation)),
        "side": equals(col(Task.side)),
        "owner_id": equals(col(Task.owner_id)),
        "organization_id": equals(col(Task.organization_id)),
        "counterpart_id": equals(col(Task.counterpart_id)),
        "subject": equals(col(Task.subject)),
        "subject_id": equals(col(Task.subject_id)),
        "activity_id": equals(col(Task.activity_id)),
        "document_id": equals(col(Task.document_id)),
        "series_id": equals(col(Task.series_id)),
        "due_from": at_least(col(Task.due_on)),
        "due_to": at_most(col(Task.due_on)),
        "overdue": _overdue,
    },
    sorts={
        "due_on": Sort(col(Task.sort_name), date),
        "updated_at": Sort(col(Task.updated_at), datetime),
    },
    default_sort="due_on",
)
