"""A system that is told of events: a real server on this machine that answers as badly as it is told to."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

Write = Callable[[bytes], Awaitable[None]]

OK: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


@dataclass(frozen=True)
class Received:
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} Answer", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in named.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def confirming(received: Received) -> bytes:
    """Proves itself when it is asked to, and takes everything else."""
    if received.json["type"] != "webhook.challenge":
        return OK
    return answer(200, json.dumps({"challenge": received.json["data"]["challenge"]}).encode())


@dataclass
class Receiver:
    """`answers` says what comes back for a request: bytes, or a function that writes them in its own time."""

    address: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    answers: Callable[[Received], bytes | Callable[[Write], Awaitable[None]]] = confirming
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def origin(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.address}:{self.port}"

    @property
    def events(self) -> list[Received]:
        return [each for each in self.received if each.json["type"] != "webhook.challenge"]

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Receiver"]:
        server = await asyncio.start_server(self._serve, self.address, self.port, ssl=self.tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            received = await _read(reader)
            self.received.append(received)
            await self._answer(self.answers(received), writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # whoever asked has gone
        finally:
            writer.close()

    async def _answer(self, found: bytes | Callable[[Write], Awaitable[None]], writer: asyncio.StreamWriter) -> None:
        async def write(part: bytes) -> None:
            writer.write(part)
            await writer.drain()

        await (write(found) if isinstance(found, bytes) else found(write))


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Received(head[0].split(" ")[1], headers, body)
