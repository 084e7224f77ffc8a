"""Waiting for what comes next: a long poll, or a stream of server-sent events over the same cursor.

Nothing is held while waiting but memory; who asks is looked up anew each time before anything is told.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from fastapi.sse import format_sse_event

from app.core.listing import Cursors
from app.core.pulse import Pulse
from app.core.uow import Reader
from app.errors import AppError
from app.services import feed
from app.services.feed import Bookmark, Page, Question
from app.settings import Feed

AT_ONCE: Final = 100
RETRY_MS: Final = 3000
BUSY_SECONDS: Final = 0.5


@dataclass(frozen=True)
class Follower:
    """`renew` answers with who asks, as they are now, or refuses."""

    question: Question
    renew: Callable[[], Awaitable[Reader]]
    cursors: Cursors
    pulse: Pulse
    rules: Feed

    def mark(self, reader: Reader, cursor: str | None) -> Bookmark | None:
        return feed.decode(self.cursors, self.question, reader.actor, cursor) if cursor else None

    async def start(self, reader: Reader, cursor: str | None) -> Bookmark:
        """Where a stream begins: a cursor that is not good is refused while it can still be said."""
        mark = self.mark(reader, cursor)
        page = await self.page(reader, mark, 1)
        return mark or page.mark

    async def page(self, reader: Reader, mark: Bookmark | None, limit: int) -> Page:
        if mark is None:
            return await feed.beginning(reader, self.question)
        return await feed.page(reader, self.question, mark, limit, self.rules.days)

    async def awaited(self, page: Page, limit: int, seconds: float) -> Page:
        """The page, or the first one with something in it while there is time."""
        ends = asyncio.get_running_loop().time() + seconds
        while page.is_nothing_yet and (left := ends - asyncio.get_running_loop().time()) > 0:
            await self.pulse.beyond(page.mark.place, left)
            if (found := await self._asked(page.mark, limit)) is not None:
                _, page = found
        return page

    async def events(self, reader: Reader, mark: Bookmark) -> AsyncIterator[bytes]:
        """Ends by itself after a while, and as soon as whoever asks may not any more."""
        ends = reader.now + timedelta(minutes=self.rules.stream_minutes)
        yield format_sse_event(id=self.cursor(reader, mark), retry=RETRY_MS)
        while True:
            try:
                found = await self._asked(mark, AT_ONCE)
            except AppError:
                return
            if found is None:
                yield format_sse_event(comment="")
                continue
            reader, page = found
            for item, at in page.items:
                yield self._event(reader, item, at)
            mark = page.mark
            if reader.now >= ends:
                return
            if not page.has_more and not await self.pulse.beyond(mark.place, self.rules.heartbeat_seconds):
                yield format_sse_event(comment="", id=self.cursor(reader, mark))

    async def _asked(self, mark: Bookmark, limit: int) -> tuple[Reader, Page] | None:
        """When it is one's turn. None while the service is busy: whoever has waited for long can wait for a moment."""
        try:
            async with self.pulse.turns:
                reader = await self.renew()
                return reader, await self.page(reader, mark, limit)
        except AppError as error:
            if error.code != "overloaded":
                raise
        await asyncio.sleep(BUSY_SECONDS)
        return None

    def cursor(self, reader: Reader, mark: Bookmark) -> str:
        return feed.encode(self.cursors, self.question, reader.actor, mark)

    def _event(self, reader: Reader, item: feed.Item, at: Bookmark) -> bytes:
        name = "scope.changed" if isinstance(item, feed.ScopeChange) else "change"
        return format_sse_event(data_str=dumped(feed.as_json(item)).decode(), event=name, id=self.cursor(reader, at))

    def body(self, reader: Reader, page: Page) -> bytes:
        items = [feed.as_json(item) for item, _ in page.items]
        answer = {"items": items, "next_cursor": self.cursor(reader, page.mark)}
        return dumped(answer | {"has_more": page.has_more, "lag_ms": page.lag_ms})


def dumped(value: Any) -> bytes:
    return orjson.dumps(value, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)


def _plain(value: Any) -> Any:
    """Moments in the one form that they have everywhere; asyncpg's ids are of its own type."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
    if isinstance(value, UUID):
        return str(value)
    raise TypeError
