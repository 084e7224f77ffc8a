"""One look at the journal for all who wait for something new in it; nobody waits, nobody looks."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Final

import asyncpg
import structlog

from app.core.changes import Place
from app.core.db import Database
from app.errors import AppError

# Of those who are woken together, so many ask at once: the others stand in line here, and not before the database.
ASK_AT_ONCE: Final = 4

LOOK: Final = """
SELECT journal_epoch(), pg_snapshot_xmin(pg_current_snapshot())::text, j.epoch, j.xid::text
FROM (VALUES (1)) one LEFT JOIN LATERAL (SELECT epoch, xid FROM journal ORDER BY epoch DESC, xid DESC LIMIT 1) j ON true
"""

log = structlog.get_logger("pulse")


class Pulse:
    """What may be read of the journal only ever grows at its end, so its newest entry says all."""

    def __init__(self, db: Database, seconds: float) -> None:
        self._db = db
        self._seconds = seconds
        self._newest: tuple[int, int] | None = None
        self._moved = asyncio.Event()
        self._waiting = 0
        self._looking: asyncio.Task[None] | None = None
        self.turns = asyncio.Semaphore(ASK_AT_ONCE)

    async def beyond(self, place: Place, seconds: float) -> bool:
        """Waits until there is something at or after the place; False when there is still nothing after the time."""
        with self._waited():
            try:
                async with asyncio.timeout(seconds):
                    while self._newest is None or self._newest < place[:2]:
                        await self._moved.wait()
            except TimeoutError:
                return False
        return True

    @contextlib.contextmanager
    def _waited(self) -> Iterator[None]:
        self._waiting += 1
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._looking.cancel()
                self._looking = None

    async def _look(self) -> None:
        while True:
            try:
                self._see(await self._read())
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, AppError) as error:
                # Those who wait go on at the end of their time, and then meet the trouble themselves.
                log.warning("the journal could not be looked at", error=type(error).__name__)
            await asyncio.sleep(self._seconds)

    async def _read(self) -> tuple[int, int]:
        """Where the last entry may lie that can be read: the newest, or right below the horizon if it is above."""
        async with self._db.reading() as connection:
            epoch, horizon, *newest = await connection.fetchrow(LOOK)
        below = (epoch, int(horizon) - 1)
        return below if newest[0] is None else min(below, (newest[0], int(newest[1])))

    def _see(self, newest: tuple[int, int]) -> None:
        if newest == self._newest:
            return
        self._newest = newest
        # Whoever begins to wait from here on waits for the next one.
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
