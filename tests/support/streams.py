"""A live stream as a client sees it: the application is asked as a server would ask it, and may be left at any time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import FastAPI

STREAM: Final = "/v1/changes/stream"


@dataclass
class Event:
    """One block of the stream; `data` is None when it only brings a new id."""

    id: str | None = None
    event: str | None = None
    data: Any = None
    comment: bool = False


def event(block: bytes) -> Event:
    found = Event()
    for line in block.decode().splitlines():
        name, _, value = line.partition(": ")
        if name == "data":
            found.data = orjson.loads(value)
        elif name == "id":
            found.id = value
        elif name == "event":
            found.event = value
        elif line.startswith(":"):
            found.comment = True
    return found


@dataclass
class Stream:
    """What has arrived; `slow` makes the client stop taking anything."""

    app: FastAPI
    status: asyncio.Future[int] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    headers: dict[str, str] = field(default_factory=dict)
    blocks: asyncio.Queue[bytes | None] = field(default_factory=asyncio.Queue)
    taking: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        await self.taking.wait()
        if message["type"] == "http.response.start":
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            self.status.set_result(message["status"])
            return
        for block in message.get("body", b"").split(b"\n\n"):
            if block:
                self.blocks.put_nowait(block)

    async def run(self, scope: dict[str, Any]) -> None:
        try:
            await self.app(scope, self.receive, self.send)
        finally:
            self.blocks.put_nowait(None)

    async def next(self) -> Event | None:
        """The next block, or None when the stream has ended."""
        block = await asyncio.wait_for(self.blocks.get(), 10)
        return event(block) if block is not None else None

    async def told(self) -> Event:
        """The next that says something."""
        while (found := await self.next()) is not None:
            if found.data is not None:
                return found
        raise AssertionError("the stream has ended")

    async def rest(self) -> list[Event]:
        """All that still comes until it ends by itself."""
        found = []
        while (each := await self.next()) is not None:
            found.append(each)
        return found


@asynccontextmanager
async def streaming(
    app: FastAPI, token: str | None, *, last: str | None = None, path: str = STREAM, **query: Any
) -> AsyncIterator[Stream]:
    """What streams has begun to answer; what is only waited for may not have."""
    given = {"authorization": f"Bearer {token}", "accept": "text/event-stream"} | (
        {"last-event-id": last} if last else {}
    )
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": urlencode(query, doseq=True).encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 40000),
        "server": ("test", 80),
        "state": {},
    }
    stream = Stream(app)
    stream.taking.set()
    running = asyncio.create_task(stream.run(scope))
    try:
        if path == STREAM:
            await asyncio.wait_for(asyncio.shield(stream.status), 10)
        yield stream
    finally:
        stream.left.set()
        stream.taking.set()
        await asyncio.wait_for(running, 10)
