"""What a task hangs on and waits for: the record it is about, where it was promised, and the tasks before it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlmodel import SQLModel, col, select

from app.core import crud
from app.core.uow import UnitOfWork
from app.core.visibility import TASKED
from app.errors import AppError, FieldError, invalid, refused, say
from app.models import Activity, Document, Organization, Task, TaskDependency, TaskItem
from app.schemas.tasks import TaskFields, TaskItemGiven
from app.services import parties
from app.vocabulary import TaskStatus

SUBJECTS: Final[Mapping[str, type[SQLModel]]] = {str(model.__tablename__): model for model in TASKED}
# Two people who let two tasks wait for each other at the same moment wait for one another here.
ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('task dependencies', 0))"
AHEAD: Final = """
WITH RECURSIVE ahead AS (
  SELECT task_id, waits_for_id FROM task_dependencies WHERE task_id = ANY ($1)
  UNION SELECT d.task_id, d.waits_for_id FROM task_dependencies d JOIN ahead a ON d.task_id = a.waits_for_id
)
SELECT t.title FROM ahead a JOIN tasks t ON t.id = a.task_id WHERE a.waits_for_id = $2 ORDER BY t.id LIMIT 1
"""


async def require(uow: UnitOfWork, body: TaskFields, known: Task | None = None) -> None:
    """What is newly named exists for the actor and lies within what they may write; 404 when it does not exist."""
    if body.subject and body.subject_id and not (known and known.subject_id == body.subject_id):
        await _require_subject(uow, SUBJECTS[body.subject], body.subject_id)
    if body.activity_id and not (known and known.activity_id == body.activity_id):
        await _require_there(uow, Activity, body.activity_id, "/activity_id")
    if body.document_id and not (known and known.document_id == body.document_id):
        await _require_there(uow, Document, body.document_id, "/document_id")
    if body.counterpart_id and not (known and known.counterpart_id == body.counterpart_id):
        await _require_counterpart(uow, body.counterpart_id)


async def _require_subject(uow: UnitOfWork, model: type[SQLModel], id: UUID) -> None:
    crud.require_live(await uow.get(model, id))


async def _require_there(uow: UnitOfWork, model: type[SQLModel], id: UUID, pointer: str) -> None:
    """Read, not written: where something was promised does not change by it."""
    found = await uow.all(uow.select(model).where(col(model.id) == id))  # type: ignore[attr-defined]  # every table has one
    if not found:
        raise invalid(FieldError(pointer, say("unknown_reference")))


async def _require_counterpart(uow: UnitOfWork, id: UUID) -> None:
    found = await uow.all(uow.select(Organization).where(col(Organization.id) == id))
    sentence = parties.country_objection(found[0].country, uow.today) if found else say("unknown_reference")
    if sentence:
        raise invalid(FieldError("/counterpart_id", sentence))


async def dependencies(uow: UnitOfWork, id: UUID) -> list[TaskDependency]:
    return await uow.children(TaskDependency, col(TaskDependency.task_id), id)


async def wait_for(uow: UnitOfWork, id: UUID, wanted: Sequence[UUID]) -> None:
    """The task waits for these and for no others; nothing may come to wait for itself."""
    rows = await dependencies(uow, id)
    if new := sorted(set(wanted) - {row.waits_for_id for row in rows}):
        await uow.transaction.raw.execute(ONE_AT_A_TIME)
        seen = {row.id for row in await uow.all(uow.select(Task).where(col(Task.id).in_(new)))}
        await _require_no_circle(uow, id, new, seen, list(wanted))
    await crud.replace(
        uow, rows, [TaskDependency(task_id=id, waits_for_id=each) for each in wanted], by=("waits_for_id",)
    )
    await uow.flush()


async def _require_no_circle(
    uow: UnitOfWork, id: UUID, new: Sequence[UUID], seen: Collection[UUID], wanted: Sequence[UUID]
) -> None:
    errors = [
        FieldError(f"/waits_for/{place}", say("unknown_reference"))
        for place, each in enumerate(wanted)
        if each in set(new) - set(seen)
    ]
    if errors:
        raise invalid(*errors)
    own = await uow.session.get(Task, id)
    behind = own.title if own and id in new else await uow.transaction.raw.fetchval(AHEAD, list(new), id)
    if behind is not None:
        raise refused(say("task_circle", task=behind))


async def open_before(uow: UnitOfWork, id: UUID) -> tuple[list[str], int]:
    """The titles of open tasks that it waits for, as far as the actor sees them, and how many others there are."""
    ids = [row.waits_for_id for row in await dependencies(uow, id)]
    still = (col(Task.id).in_(ids), col(Task.status) == TaskStatus.OPEN, col(Task.archived_at).is_(None))
    every = (await uow.session.scalars(select(col(Task.id)).where(*still))).all()
    seen = await uow.all(uow.select(Task).where(*still).order_by(col(Task.sort_name), col(Task.id)))
    return [task.title for task in seen], len(every) - len(seen)


async def items(uow: UnitOfWork, id: UUID) -> list[TaskItem]:
    return await uow.children(TaskItem, col(TaskItem.task_id), id, col(TaskItem.position))


async def keep_items(uow: UnitOfWork, id: UUID, given: Sequence[TaskItemGiven]) -> None:
    """The points as they were given, in this order; who ticked a point and when stays with it."""
    rows = {row.id: row for row in await items(uow, id)}
    for place, one in enumerate(given):
        if one.id is not None and one.id not in rows:
            raise invalid(FieldError(f"/items/{place}/id", say("unknown_item")))
        row = rows.pop(one.id, None) if one.id else None
        _put(uow, row or TaskItem(task_id=id, position=place, title=one.title), one, place)
    for gone in rows.values():
        await uow.session.delete(gone)
    await uow.flush()


def _put(uow: UnitOfWork, row: TaskItem, one: TaskItemGiven, place: int) -> None:
    values = {"position": place, "title": one.title}
    if one.is_done != (row.done_at is not None):
        by = uow.actor.id if uow.actor.kind == "user" and one.is_done else None
        values |= {"done_at": uow.now if one.is_done else None, "done_by_id": by}
    crud.apply(row, values)
    uow.add(row)


def require_owner_given(body: TaskFields, owner_id: UUID | None) -> None:
    if body.side == "ours" and owner_id is None:
        raise invalid(FieldError("/owner_id", say("owner_needed")))


def require_reach(uow: UnitOfWork) -> None:
    if not uow.own_reach():
        raise AppError("forbidden", say("own_party_needed"))
