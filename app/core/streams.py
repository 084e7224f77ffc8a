"""Answers that go on, or are waited for: who may have how many, when the client is gone, and when it is too slow."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterable, Awaitable, Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TypeVar

import anyio
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from app.errors import AppError, say

FoundT = TypeVar("FoundT")

# Nothing on the way may keep an event until there are more.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Places:
    """How many streams and long polls each principal has open in this process."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._taken: Counter[Hashable] = Counter()

    def __len__(self) -> int:
        return self._taken.total()

    @contextmanager
    def taken(self, principal: Hashable) -> Iterator[None]:
        """429 when there are as many as one may have."""
        if self._taken[principal] >= self._limit:
            raise AppError("rate_limited", say("streams_taken", count=self._limit), headers={"Retry-After": "5"})
        self._taken[principal] += 1
        try:
            yield
        finally:
            self._taken[principal] -= 1
            if not self._taken[principal]:
                del self._taken[principal]


async def while_connected(receive: Receive, work: Awaitable[FoundT], otherwise: FoundT) -> FoundT:
    """What comes of the work; whoever leaves meanwhile ends it, and their place is free again."""
    both = working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_left(receive))
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else otherwise
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(*both, return_exceptions=True)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class EventStream(StreamingResponse):
    """Server-sent events until there are no more, the client leaves, or it takes nothing for too long.

    FastAPI's own waits for the next event for ever: whose session has ended would be heard of too late.
    """

    media_type = "text/event-stream"

    def __init__(
        self, events: AsyncIterable[bytes], place: Callable[[], AbstractContextManager[None]], write_seconds: float
    ) -> None:
        super().__init__(events, headers=HEADERS)
        self._place = place
        self._write_seconds = write_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope

        async def send_soon(message: Message) -> None:
            async with asyncio.timeout(self._write_seconds):
                await send(message)

        with self._place():
            async with anyio.create_task_group() as both:
                both.start_soon(self._watch, receive, both.cancel_scope)
                # What was sent stays sent: whoever was too slow comes back with the last id they have.
                with suppress(TimeoutError):
                    await self.stream_response(send_soon)
                both.cancel_scope.cancel()

    async def _watch(self, receive: Receive, streaming: anyio.CancelScope) -> None:
        await _left(receive)
        streaming.cancel()
