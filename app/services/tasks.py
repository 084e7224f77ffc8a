"""Tasks, promises and obligations: who owes what by when, done in order, coming again as often as agreed."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select
from uuid_utils.compat import uuid7

from app.core import crud
from app.core.http import require_version
from app.core.uow import UnitOfWork
from app.errors import FieldError, invalid, refused, say
from app.models import Task, TaskItem
from app.rules import obligations, recurrence, wall_time
from app.rules import tasks as rules
from app.schemas.base import Shape
from app.schemas.tasks import TaskCancel, TaskCreate, TaskDone, TaskFields
from app.services import homes, sight, task_links
from app.vocabulary import TaskStatus

CHILDREN: Final = {"id", "waits_for", "items"}
SERIES: Final = frozenset({"recurrence", "due_on", "counts_from"})
# What an occurrence has in common with the next one.
LASTING: Final = (
    "kind", "obligation", "title", "details", "side", "organization_id", "owner_id", "counterpart_id",
    "counterpart_name", "subject", "subject_id", "activity_id", "document_id", "due_time", "zone", "due_basis",
    "recurrence", "series_id",
)  # fmt: skip
PLAN: Final = "plan_reminders"


async def create(uow: UnitOfWork, body: TaskCreate) -> Task:
    await task_links.require(uow, body)
    task = Task(status=TaskStatus.OPEN, **_values(body))
    if body.id is not None:
        task.id = body.id
    task.organization_id = await homes.home(uow, body.organization_id, has_tie=body.subject_id is not None)
    if uow.actor.kind == "user" and "owner_id" not in body.model_fields_set:
        task.owner_id = uow.actor.id
    task_links.require_owner_given(body, task.owner_id)
    _begin_series(task)
    uow.add(task)
    await uow.flush()
    await task_links.keep_items(uow, task.id, body.items)
    await task_links.wait_for(uow, task.id, body.waits_for)
    await sight.require_owner(uow, task, task.owner_id)
    uow.ring(PLAN)
    return task


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int) -> Task:
    """A moved day moves this occurrence alone; another recurrence begins another series here."""
    task = await _locked(uow, id, version)
    crud.require_live(task)
    if task.status is not TaskStatus.OPEN:
        raise refused(say("task_is_closed", status=task.status))
    whole = crud.merged(TaskFields, await _current(uow, task, body), body)
    await task_links.require(uow, whole, task)
    organization, rule = task.organization_id, task.recurrence
    crud.apply(task, _values(whole))
    if whole.organization_id != organization or whole.subject_id is None:
        task.organization_id = await homes.home(uow, whole.organization_id, has_tie=whole.subject_id is not None)
    task_links.require_owner_given(whole, task.owner_id)
    if task.recurrence != rule:
        _begin_series(task, anew=True)
    if "items" in body.model_fields_set:
        await task_links.keep_items(uow, id, whole.items)
    if "waits_for" in body.model_fields_set:
        await task_links.wait_for(uow, id, whole.waits_for)
    await uow.flush()
    if body.model_fields_set & {"owner_id", "subject_id", "organization_id"}:
        await sight.require_owner(uow, task, task.owner_id)
    uow.ring(PLAN)
    return task


async def finish(uow: UnitOfWork, id: UUID, body: TaskDone, version: int) -> Task:
    """Done, and the next occurrence is there in the same moment."""
    task = await _locked(uow, id, version)
    crud.require_live(task)
    waiting, hidden = await task_links.open_before(uow, id)
    points = [item.title for item in await task_links.items(uow, id) if item.done_at is None]
    _require(rules.Facts(task.status, waiting, hidden, points), TaskStatus.DONE)
    by = uow.actor.id if uow.actor.kind == "user" else None
    crud.apply(task, {"status": TaskStatus.DONE, "done_at": uow.now, "done_by_id": by, "closing_note": body.note})
    await _continue(uow, task)
    return task


async def reopen(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Task:
    """The next occurrence stays, if there is one already."""
    task = await _locked(uow, id, version)
    crud.require_live(task)
    _require(rules.Facts(task.status), TaskStatus.OPEN)
    await uow.because(reason)
    crud.apply(task, {"status": TaskStatus.OPEN, "done_at": None, "done_by_id": None, "closing_note": None})
    await uow.flush()
    uow.ring(PLAN)
    return task


async def cancel(uow: UnitOfWork, id: UUID, body: TaskCancel, version: int) -> Task:
    """Will not be done; the series goes on, unless it ends with it."""
    task = await _locked(uow, id, version)
    crud.require_live(task)
    _require(rules.Facts(task.status), TaskStatus.CANCELLED)
    await uow.because(body.reason)
    crud.apply(task, {"status": TaskStatus.CANCELLED, "closing_note": body.reason})
    if body.with_following:
        task.recurrence = None
    await _continue(uow, task)
    return task


async def archive(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Task:
    task = await _locked(uow, id, version)
    await crud.archive(uow, task, reason)
    uow.ring(PLAN)
    return task


async def restore(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Task:
    task = await _locked(uow, id, version)
    await crud.restore(uow, task, reason)
    uow.ring(PLAN)
    return task


async def _locked(uow: UnitOfWork, id: UUID, version: int) -> Task:
    task = await uow.get(Task, id, lock=True)
    require_version(task, version)
    return task


def _require(facts: rules.Facts, to: TaskStatus) -> None:
    if found := rules.objections(facts, to):
        raise refused(*found)


def _begin_series(task: Task, *, anew: bool = False) -> None:
    """A series is named by its first task, unless that one belonged to another series before."""
    if task.recurrence is None or task.due_on is None:
        crud.apply(task, {"series_id": None, "occurs_on": None})
        return
    try:
        recurrence.require_start(task.recurrence, task.due_on)
    except recurrence.RecurrenceError as error:
        raise invalid(FieldError("/recurrence", say(error.code, **error.params))) from error
    crud.apply(task, {"series_id": uuid7() if anew else task.id, "occurs_on": task.due_on})


async def _continue(uow: UnitOfWork, task: Task) -> None:
    """The next occurrence of the series, once: a task that was reopened and done again makes no second one."""
    await uow.flush()
    uow.ring(PLAN)
    if task.recurrence is None or task.occurs_on is None:
        return
    days = (await uow.session.scalars(select(col(Task.occurs_on)).where(col(Task.series_id) == task.series_id))).all()
    known = [day for day in days if day is not None]
    if max(known) > task.occurs_on:
        return
    today = wall_time.day_in(uow.now, task.zone)
    on, skipped = rules.next_occurrence(task.kind, task.recurrence, min(known), task.occurs_on, today)
    if on is not None:
        await _repeat(uow, task, on, skipped)


async def _repeat(uow: UnitOfWork, task: Task, on: date, skipped: int) -> None:
    values = {name: getattr(task, name) for name in LASTING}
    due_at = rules.due_at(on, task.due_time, task.zone)
    following = Task(status=TaskStatus.OPEN, due_on=on, due_at=due_at, occurs_on=on, skipped_count=skipped, **values)
    uow.add(following)
    await uow.flush()
    points = await task_links.items(uow, task.id)
    uow.add(*(TaskItem(task_id=following.id, position=one.position, title=one.title) for one in points))
    await uow.flush()


def _values(body: TaskFields) -> dict[str, Any]:
    """The columns, with the due day worked out where only the rule knows it."""
    values = body.model_dump(exclude=CHILDREN) | {"due_basis": None}
    if body.due_on is None and body.obligation and body.counts_from:
        rule = obligations.rule(body.obligation, body.counts_from)
        if rule is None:
            raise invalid(FieldError("/counts_from", say("obligation_without_rule", on=body.counts_from)))
        values["due_on"] = rule.due_on(body.counts_from)
        values["due_time"], values["zone"] = body.due_time or rule.at_time, rule.zone or body.zone
        values["due_basis"] = {
            "rule": dict(rule.rule), "source": dict(rule.source), "is_confirmed": rule.confirmed
        }  # fmt: skip
    due_at = rules.due_at(values["due_on"], values["due_time"], values["zone"], values["due_fold"])
    return values | {"due_at": due_at, "subject": body.subject and str(body.subject)}


async def _current(uow: UnitOfWork, task: Task, body: Shape) -> dict[str, Any]:
    """As it was given: a day that was worked out is worked out anew, unless the patch names one."""
    fields = TaskFields.model_fields.keys() - CHILDREN
    found = {name: getattr(task, name) for name in fields}
    if task.due_basis is not None and body.model_fields_set & {"counts_from", "obligation"}:
        found |= {"due_on": None, "due_time": None}
    points = [
        {"id": item.id, "title": item.title, "is_done": item.done_at is not None}
        for item in await task_links.items(uow, task.id)
    ]
    waits_for = [row.waits_for_id for row in await task_links.dependencies(uow, task.id)]
    return found | {"items": points, "waits_for": waits_for}
