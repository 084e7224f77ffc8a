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
from app.schemas.activities import ActivityCreate, ActivityHeld, ActivityPatch, ActivityQuery, ActivityRead
from app.schemas.base import Why
from app.schemas.batches import Batch, BatchGet
from app.schemas.history import HistoryEntry, HistoryQuery
from app.services import activities
from app.views.activities import LISTING, VIEW

router = ResourceRouter(prefix="/v1/activities", tags=["activities"], route_class=StrictRoute)

ActivityReader = Annotated[Reader, reading(Permission.ACTIVITIES_READ)]
Writer = Annotated[UnitOfWork, may(Permission.ACTIVITIES_WRITE)]
VERB = problems(404, 409, 412, 413, 415, 428)


@router.get("", response_model=Page[ActivityRead], responses=problems())
async def list_activities(
    request: Request, reader: ActivityReader, query: Annotated[ActivityQuery, asked(ActivityQuery)]
) -> Response:
    """Meetings, calls, letters and notes; `q` finds a part of a title, a summary or an outcome."""
    return await listed(request, reader, LISTING, query)


@router.post("", status_code=201, response_model=ActivityRead, responses=problems(404, 409, 413, 415))
async def create_activity(uow: Writer, body: ActivityCreate) -> Response:
    """One record about any number of partnerships. Yesterday's meeting is entered as held in one call."""
    activity = await activities.create(uow, body)
    return await written(uow, VIEW, activity.id, at=router.prefix)


@router.post("/batch-get", response_model=Batch[ActivityRead], responses=problems(413, 415))
async def batch_get_activities(reader: ActivityReader, body: BatchGet) -> Response:
    return await several(reader, VIEW, body.ids)


@router.get("/{id}", response_model=ActivityRead, responses=problems(404))
async def get_activity(request: Request, reader: ActivityReader, id: UUID) -> Response:
    return await read(request, reader, VIEW, id)


@router.patch("/{id}", response_model=ActivityRead, responses=VERB)
async def edit_activity(uow: Writer, id: UUID, version: IfMatch, body: ActivityPatch) -> Response:
    """Merge patch (RFC 7396). A new time asks the participants anew; their list is replaced whole."""
    await activities.edit(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/hold", response_model=ActivityRead, responses=VERB)
async def hold_activity(uow: Writer, id: UUID, version: IfMatch, body: ActivityHeld) -> Response:
    """It took place: the last contact of its partnerships moves to its day."""
    await activities.hold(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/cancel", response_model=ActivityRead, responses=VERB)
async def cancel_activity(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    """It will not take place; for good, a new date is a new activity."""
    await activities.cancel(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/archive", response_model=ActivityRead, responses=VERB)
async def archive_activity(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    """A contact that was archived does not count: the partnerships fall back to the one before."""
    await activities.archive(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/restore", response_model=ActivityRead, responses=VERB)
async def restore_activity(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await activities.restore(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.get("/{id}/history", response_model=Page[HistoryEntry], responses=problems(404))
async def list_activity_history(
    request: Request, reader: ActivityReader, id: UUID, query: Annotated[HistoryQuery, asked(HistoryQuery)]
) -> Response:
    """Who changed what, when and why; newest first."""
    return await told(request, reader, VIEW, id, query.limit, query.cursor)
