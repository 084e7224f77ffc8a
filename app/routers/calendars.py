"""Calendars as other programs read them, without a sign-in: the address is the key."""

import asyncio
from typing import Annotated, Any, Final

from fastapi import Path, Request, Response

from app.core.http import CountedRoute, ResourceRouter, clock, problems, runtime
from app.rules import calendars as rules
from app.services import calendar_feeds, calendars


class CalendarFile(Response):
    media_type = "text/calendar"


router = ResourceRouter(prefix=calendar_feeds.PATH, tags=["calendars"], route_class=CountedRoute)

Token = Annotated[str, Path(min_length=1, max_length=100, pattern="^[A-Za-z0-9_]+$")]


UNCHANGED: Final[dict[int | str, dict[str, Any]]] = {304: {"description": "You have it as it is."}}


@router.get("/{token}.ics", status_code=200, response_class=CalendarFile, responses=problems(404, 410) | UNCHANGED)
async def get_calendar(request: Request, token: Token) -> Response:
    """A calendar (RFC 5545) with what its owner may see by now; 410 once it is revoked, or its owner has no account."""
    running, now = runtime(request), clock(request)
    reader, feed = await calendar_feeds.opened(running.db, token, now)
    sheet = await calendars.sheet(reader, feed, running.settings)
    await calendar_feeds.touch(running.db, feed, now)
    tag = f'"{rules.mark(sheet)}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=300", "Referrer-Policy": "no-referrer"}
    seen = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    if tag in seen:
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="pobratym.ics"'
    # A full calendar takes half a second to write, in which others want to be served.
    text = await asyncio.to_thread(rules.text, sheet)
    return Response(text, headers=headers | {"Content-Type": "text/calendar; charset=utf-8"})
