from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.core.http import ResourceRouter, StrictRoute, answered, fresh, may, problems, reading, runtime
from app.core.uow import Reader, UnitOfWork
from app.rules.permissions import Permission
from app.schemas.calendars import CalendarFeedCreate, CalendarFeedMade, CalendarFeeds
from app.services import calendar_feeds

router = ResourceRouter(prefix="/v1/calendar-feeds", tags=["calendars"], route_class=StrictRoute)

Lister = Annotated[Reader, reading(Permission.REMINDERS_READ)]
Owner = Annotated[UnitOfWork, may(Permission.REMINDERS_READ)]


@router.get("", response_model=CalendarFeeds, responses=problems())
async def list_calendar_feeds(reader: Lister) -> Response:
    """My calendars; their addresses were shown when they were made."""
    found = CalendarFeeds(items=await calendar_feeds.mine(reader))
    return fresh(found.model_dump_json().encode())


@router.post("", status_code=201, response_model=CalendarFeedMade, responses=problems(409, 413, 415))
async def create_calendar_feed(request: Request, uow: Owner, body: CalendarFeedCreate) -> Response:
    """An address for calendar programs, shown this once. It shows what you may see at that moment, and no people."""
    return await _once(request, uow, await calendar_feeds.create(uow, body), 201)


@router.post("/{id}/rotate", response_model=CalendarFeedMade, responses=problems(404, 409))
async def rotate_calendar_feed(request: Request, uow: Owner, id: UUID) -> Response:
    """A new address, shown this once; the one before is over at once."""
    return await _once(request, uow, await calendar_feeds.rotate(uow, id), 200)


@router.delete("/{id}", status_code=204, responses=problems(404))
async def revoke_calendar_feed(uow: Owner, id: UUID) -> Response:
    """Its address shows nothing from now on."""
    await calendar_feeds.revoke(uow, id)
    return await answered(uow, Response(status_code=204))


async def _once(request: Request, uow: UnitOfWork, made: calendar_feeds.Made, status: int) -> Response:
    """What is kept for a repeated request must not be worth stealing."""
    await answered(uow, fresh(calendar_feeds.answer(made, None).model_dump_json().encode(), status))
    whole = calendar_feeds.answer(made, runtime(request).settings)
    return fresh(whole.model_dump_json().encode(), status)
