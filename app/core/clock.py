"""The database's clock: workers on several machines agree on it, whatever their own clocks show."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

import asyncpg
import structlog

from app.core.db import Database
from app.errors import AppError

LOOK: Final = "SELECT clock_timestamp()"
LOOK_EVERY_SECONDS: Final = 5
AWAY: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, AppError)

log = structlog.get_logger("clock")


class DatabaseClock:
    """Read every few seconds, and counted on from there by what only ever grows."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._seen: tuple[datetime, float] | None = None

    def __call__(self) -> datetime:
        if self._seen is None:
            raise RuntimeError("nobody has looked at the clock of the database yet")
        at, ticks = self._seen
        return at + timedelta(seconds=time.monotonic() - ticks)

    async def look(self) -> None:
        async with self._db.reading() as connection:
            asked = time.monotonic()
            at = await connection.fetchval(LOOK)
        self._seen = at, (asked + time.monotonic()) / 2

    @contextlib.asynccontextmanager
    async def kept(self) -> AsyncIterator["DatabaseClock"]:
        await self.look()
        looking = asyncio.create_task(self._look())
        try:
            yield self
        finally:
            looking.cancel()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            try:
                await self.look()
            except AWAY as error:
                # The last look still counts: what is away comes back.
                log.warning("the clock of the database could not be read", error=type(error).__name__)
