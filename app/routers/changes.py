from contextlib import AbstractContextManager
from functools import partial
from typing import Annotated

from fastapi import Header, Request, Response

from app.core.http import ResourceRouter, StrictRoute, fresh, known, problems, renewed, runtime
from app.core.queries import asked
from app.core.streams import EventStream, while_connected
from app.core.uow import Reader
from app.schemas.changes import ChangePage, ChangesQuery, Cursor, FollowQuery
from app.services import feed
from app.services.feed_following import Follower

router = ResourceRouter(prefix="/v1/changes", tags=["changes"], route_class=StrictRoute)

Known = Annotated[Reader, known()]
LastSeen = Annotated[Cursor | None, Header(alias="Last-Event-ID", description="The last id seen, after a break.")]


def _follower(request: Request, query: FollowQuery) -> Follower:
    running = runtime(request)
    question = feed.Question(tuple(query.types) if query.types else None)
    return Follower(question, partial(renewed, request), running.cursors, running.pulse, running.settings.feed)


def _place(request: Request, reader: Reader) -> AbstractContextManager[None]:
    return runtime(request).streams.taken((reader.actor.kind, reader.actor.id))


@router.get("", response_model=ChangePage, responses=problems(410))
async def list_changes(
    request: Request, reader: Known, query: Annotated[ChangesQuery, asked(ChangesQuery)]
) -> Response:
    """What happened since the cursor to the records that you may see; nothing is missed and nothing comes twice.

    To take a copy: ask without a cursor, then read the lists, then follow from the cursor. `scope.changed` means that
    you see more or less than before: read the lists again.
    """
    follower = _follower(request, query)
    mark = follower.mark(reader, query.cursor)
    page = await follower.page(reader, mark, query.limit)
    if mark is not None and query.wait and page.is_nothing_yet:
        with _place(request, reader):
            page = await while_connected(request.receive, follower.awaited(page, query.limit, query.wait), page)
    return fresh(follower.body(reader, page))


@router.get("/stream", status_code=200, response_class=EventStream, responses=problems(410))
async def stream_changes(
    request: Request,
    reader: Known,
    query: Annotated[FollowQuery, asked(FollowQuery)],
    last: LastSeen = None,
) -> Response:
    """The same as it happens (server-sent events): `change` or `scope.changed`, each with a cursor as its `id`.

    The stream ends after a while, and when your session does; a browser comes back by itself with the last id.
    """
    follower = _follower(request, query)
    start = await follower.start(reader, last or query.cursor)
    place = partial(_place, request, reader)
    return EventStream(follower.events(reader, start), place, follower.rules.write_seconds)
