"""Asks a clamd what it thinks of a file (its INSTREAM command); without one nothing is claimed."""

import asyncio
import struct
from collections.abc import AsyncIterator
from typing import Final, Protocol

from app.settings import Settings

PATIENCE_SECONDS: Final = 120


class ScannerAwayError(Exception):
    """It does not answer, or not in words that we know: to be asked again."""


class Scanner(Protocol):
    async def is_clean(self, content: AsyncIterator[bytes]) -> bool: ...


def scanner(settings: Settings) -> Scanner | None:
    return Clamd(settings.files.clamd) if settings.files.clamd else None


class Clamd:
    def __init__(self, address: str) -> None:
        self._host, _, port = address.rpartition(":")
        self._port = int(port)

    async def is_clean(self, content: AsyncIterator[bytes]) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                said = await self._asked(content)
        except (OSError, TimeoutError) as error:
            raise ScannerAwayError from error
        if said.endswith(b"OK"):
            return True
        if said.endswith(b"FOUND"):
            return False
        raise ScannerAwayError

    async def _asked(self, content: AsyncIterator[bytes]) -> bytes:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(b"zINSTREAM\0")
            async for part in content:
                writer.write(struct.pack("!L", len(part)) + part)
                await writer.drain()
            writer.write(struct.pack("!L", 0))
            await writer.drain()
            return (await reader.readuntil(b"\0")).rstrip(b"\0 ")
        except asyncio.IncompleteReadError as error:
            raise OSError("the scanner hung up") from error
        finally:
            writer.close()
