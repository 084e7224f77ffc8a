"""What integrations call, counted in memory and written down every few seconds.

A process that is killed loses the last of it; nothing else depends on these counts.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
import structlog
from uuid_utils.compat import uuid7

from app.core.actors import job
from app.core.db import Database
from app.core.journal import Context
from app.core.uow import unit_of_work
from app.errors import AppError

FLUSH_SECONDS: Final = 10
# The last use of a key is kept to within this.
NOTED_EVERY: Final = timedelta(minutes=1)

# In one order for every process, so that two that write at once wait for each other and no more.
ADD_CALLS: Final = """
INSERT INTO integration_uses (id, integration_id, day, operation, count, refused_count, is_deprecated)
SELECT n.id, n.integration_id, n.day, n.operation, n.count, n.refused_count, n.is_deprecated
FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::text[], $5::int[], $6::int[], $7::bool[])
  AS n (id, integration_id, day, operation, count, refused_count, is_deprecated)
JOIN integrations i ON i.id = n.integration_id
ORDER BY n.integration_id, n.day, n.operation
ON CONFLICT (integration_id, day, operation) DO UPDATE SET
  count = integration_uses.count + excluded.count,
  refused_count = integration_uses.refused_count + excluded.refused_count,
  is_deprecated = excluded.is_deprecated
"""
NOTE_KEYS: Final = """
INSERT INTO api_key_uses (id, api_key_id, used_at, used_from)
SELECT n.id, n.api_key_id, n.used_at, n.used_from
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[]) AS n (id, api_key_id, used_at, used_from)
JOIN api_keys k ON k.id = n.api_key_id
ORDER BY n.api_key_id
ON CONFLICT (api_key_id) DO UPDATE SET used_at = excluded.used_at, used_from = excluded.used_from
WHERE excluded.used_at > api_key_uses.used_at
"""

AWAY: Final = (AppError, OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)

log = structlog.get_logger("usage")


@dataclass(frozen=True)
class Called:
    """Which operation, by whom, on which day."""

    integration: UUID
    day: date
    operation: str


@dataclass
class Count:
    calls: int = 0
    refused: int = 0
    is_deprecated: bool = False


@dataclass
class Usage:
    _calls: dict[Called, Count] = field(default_factory=dict)
    _keys: dict[UUID, tuple[datetime, str]] = field(default_factory=dict)
    _noted: dict[UUID, datetime] = field(default_factory=dict)

    def called(self, what: Called, *, is_refused: bool, is_deprecated: bool) -> None:
        count = self._calls.setdefault(what, Count())
        count.calls += 1
        count.refused += is_refused
        count.is_deprecated = is_deprecated

    def key_used(self, key: UUID, now: datetime, place: str) -> None:
        if (noted := self._noted.get(key)) is None or not noted <= now < noted + NOTED_EVERY:
            self._noted[key] = now
            self._keys[key] = (now, place)

    async def flush(self, db: Database) -> None:
        """Writes down what was counted; when the database is away, it is kept for the next time."""
        calls, self._calls = self._calls, {}
        keys, self._keys = self._keys, {}
        if not calls and not keys:
            return
        try:
            await _write(db, calls, keys)
        except AWAY as error:
            log.warning("usage is kept for later", error=type(error).__name__)
            self._take_back(calls)
            self._keys = keys | self._keys

    def _take_back(self, calls: Mapping[Called, Count]) -> None:
        for what, lost in calls.items():
            count = self._calls.setdefault(what, Count(is_deprecated=lost.is_deprecated))
            count.calls += lost.calls
            count.refused += lost.refused

    @asynccontextmanager
    async def kept(self, db: Database) -> AsyncIterator[None]:
        """Written down every few seconds while the process works, and once more at its end."""
        keeping = asyncio.create_task(self._keep(db))
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])
            await self.flush(db)

    async def _keep(self, db: Database) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self.flush(db)


async def _write(db: Database, calls: Mapping[Called, Count], keys: Mapping[UUID, tuple[datetime, str]]) -> None:
    async with unit_of_work(db, Context(job("usage"), "count_usage")) as uow:
        counted = [
            (uuid7(), what.integration, what.day, what.operation, count.calls, count.refused, count.is_deprecated)
            for what, count in calls.items()
        ]
        used = [(uuid7(), key, at, place) for key, (at, place) in keys.items()]
        for text, rows in ((ADD_CALLS, counted), (NOTE_KEYS, used)):
            if rows:
                await uow.transaction.raw.execute(text, *map(list, zip(*rows, strict=True)))
