from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.core.http import (
    IfMatch,
    ResourceRouter,
    StrictRoute,
    listed,
    may,
    problems,
    read,
    reading,
    several,
    told,
    written,
)
from app.core.listing import Page
from app.core.queries import asked
from app.core.uow import Reader, UnitOfWork
from app.rules.permissions import Permission
from app.schemas.base import Why
from app.schemas.batches import Batch, BatchGet
from app.schemas.history import HistoryEntry, HistoryQuery
from app.schemas.tasks import TaskCancel, TaskCreate, TaskDone, TaskPatch, TaskQuery, TaskRead
from app.services import tasks
from app.views.tasks import LISTING, VIEW

router = ResourceRouter(prefix="/v1/tasks", tags=["tasks"], route_class=StrictRoute)

TaskReader = Annotated[Reader, reading(Permission.TASKS_READ)]
Writer = Annotated[UnitOfWork, may(Permission.TASKS_WRITE)]
VERB = problems(404, 409, 412, 413, 415, 428)


@router.get("", response_model=Page[TaskRead], responses=problems())
async def list_tasks(request: Request, reader: TaskReader, query: Annotated[TaskQuery, asked(TaskQuery)]) -> Response:
    """What is to be done, by whom and until when: `kind=promise&status=open` are the promises still to be kept."""
    return await listed(request, reader, LISTING, query)


@router.post("", status_code=201, response_model=TaskRead, responses=problems(404, 409, 413, 415))
async def create_task(uow: Writer, body: TaskCreate) -> Response:
    """A task, a promise of either side, or an obligation whose day follows from a rule."""
    task = await tasks.create(uow, body)
    return await written(uow, VIEW, task.id, at=router.prefix)


@router.post("/batch-get", response_model=Batch[TaskRead], responses=problems(413, 415))
async def batch_get_tasks(reader: TaskReader, body: BatchGet) -> Response:
    return await several(reader, VIEW, body.ids)


@router.get("/{id}", response_model=TaskRead, responses=problems(404))
async def get_task(request: Request, reader: TaskReader, id: UUID) -> Response:
    return await read(request, reader, VIEW, id)


@router.patch("/{id}", response_model=TaskRead, responses=VERB)
async def edit_task(uow: Writer, id: UUID, version: IfMatch, body: TaskPatch) -> Response:
    """Merge patch (RFC 7396). The list of points is replaced whole: that is how they are added, ticked and ordered."""
    await tasks.edit(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/done", response_model=TaskRead, responses=VERB)
async def finish_task(uow: Writer, id: UUID, version: IfMatch, body: TaskDone) -> Response:
    """Of a series, the next occurrence is made in the same moment: `next_id` names it."""
    await tasks.finish(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/reopen", response_model=TaskRead, responses=VERB)
async def reopen_task(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await tasks.reopen(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/cancel", response_model=TaskRead, responses=VERB)
async def cancel_task(uow: Writer, id: UUID, version: IfMatch, body: TaskCancel) -> Response:
    """One occurrence of a series, or it and all that would follow."""
    await tasks.cancel(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/archive", response_model=TaskRead, responses=VERB)
async def archive_task(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await tasks.archive(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/restore", response_model=TaskRead, responses=VERB)
async def restore_task(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await tasks.restore(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.get("/{id}/history", response_model=Page[HistoryEntry], responses=problems(404))
async def list_task_history(
    request: Request, reader: TaskReader, id: UUID, query: Annotated[HistoryQuery, asked(HistoryQuery)]
) -> Response:
    """Who changed what, when and why; newest first."""
    return await told(request, reader, VIEW, id, query.limit, query.cursor)
