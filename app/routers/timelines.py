from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.core.http import ResourceRouter, StrictRoute, fresh, problems, reading, runtime
from app.core.queries import asked
from app.core.uow import Reader
from app.rules.permissions import Permission
from app.schemas.timeline import TimelinePage, TimelineQuery
from app.services import timelines

router = ResourceRouter(prefix="/v1/partnerships", tags=["partnerships"], route_class=StrictRoute)


@router.get("/{id}/timeline", response_model=TimelinePage, responses=problems(404))
async def get_partnership_timeline(
    request: Request,
    reader: Annotated[Reader, reading(Permission.PARTNERSHIPS_READ)],
    id: UUID,
    query: Annotated[TimelineQuery, asked(TimelineQuery)],
) -> Response:
    """Everything that happened, newest first: stages, meetings, letters, agreements, visits and projects."""
    found = await timelines.page(reader, runtime(request).cursors, id, query)
    return fresh(found.model_dump_json().encode())
