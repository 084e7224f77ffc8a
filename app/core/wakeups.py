"""One look at the notices for all who wait for theirs; nobody waits, nobody looks."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from app.core.db import Database
from app.errors import AppError

# A transaction that takes longer to commit is seen by who looks for themselves at the next heartbeat.
LATEST: Final = timedelta(seconds=30)
LOOK: Final = """
SELECT id, user_id FROM notices WHERE channel = 'in_app' AND status = 'delivered'
  AND delivered_at > clock_timestamp() - $1::interval AND user_id = ANY ($2::uuid[])
"""

log = structlog.get_logger("wakeups")


class Wakeups:
    """Who has been told something since they began to wait."""

    def __init__(self, db: Database, seconds: float) -> None:
        self._db = db
        self._seconds = seconds
        self._waiting: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._seen: set[UUID] = set()
        self._looking: asyncio.Task[None] | None = None

    async def told(self, user_id: UUID, seconds: float) -> bool:
        """Waits until something new was told to this person; False when nothing was after that time."""
        with self._waited(user_id) as woken:
            try:
                async with asyncio.timeout(seconds):
                    await woken.wait()
            except TimeoutError:
                return False
        return True

    @contextlib.contextmanager
    def _waited(self, user_id: UUID) -> Iterator[asyncio.Event]:
        woken = asyncio.Event()
        self._waiting[user_id].add(woken)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            yield woken
        finally:
            self._waiting[user_id].discard(woken)
            if not self._waiting[user_id]:
                del self._waiting[user_id]
            if not self._waiting and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def _look(self) -> None:
        while True:
            try:
                await self._wake()
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, AppError) as error:
                # Those who wait go on at the end of their time, and then meet the trouble themselves.
                log.warning("the notices could not be looked at", error=type(error).__name__)
            await asyncio.sleep(self._seconds)

    async def _wake(self) -> None:
        async with self._db.reading() as connection:
            rows = await connection.fetch(LOOK, LATEST, list(self._waiting))
        for id, user_id in rows:
            if id not in self._seen:
                for woken in self._waiting.get(user_id, ()):
                    woken.set()
        self._seen = {id for id, _ in rows}
