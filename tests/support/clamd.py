"""A virus scanner as clamd speaks: it finds the word EICAR."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass


@dataclass
class Clamd:
    address: str = ""
    is_away: bool = False

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Clamd"]:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            await server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):  # whoever asks may hang up, as with the real one
            if not self.is_away and await reader.readuntil(b"\0") == b"zINSTREAM\0":
                await self._scan(reader, writer)
        writer.close()

    async def _scan(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        content = b""
        while length := struct.unpack("!L", await reader.readexactly(4))[0]:
            content += await reader.readexactly(length)
        writer.write(b"stream: Eicar FOUND\0" if b"EICAR" in content else b"stream: OK\0")
        await writer.drain()
