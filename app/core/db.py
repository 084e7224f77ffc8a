"""The two roads to PostgreSQL: raw connections for reading, ORM transactions for writing, one fair gate before both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from app.errors import AppError

TIMEOUTS = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "jit": "off",
    "timezone": "UTC",
    "application_name": "pobratym",
}


@dataclass(frozen=True)
class Target:
    """Where the database is, how many may enter at once and how many may wait."""

    dsn: str
    pool_size: int = 10
    max_queue: int = 200


class Gate:
    """First come, first served, as many at once as there are connections, and a queue with an end.

    asyncpg's own pool lets newcomers overtake those who wait: without this, p99 is seconds at 64 clients.
    """

    def __init__(self, permits: int, max_queue: int) -> None:
        self._free = asyncio.Semaphore(permits)
        self._waiting = 0
        self._max_queue = max_queue

    async def __aenter__(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        if self._waiting >= self._max_queue:
            raise AppError("overloaded", headers={"Retry-After": "1"})
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1

    async def __aexit__(self, *_: object) -> None:
        self._free.release()


async def _keep_as_is(_: asyncpg.Connection) -> None:
    """No request changes session state outside a transaction, so giving a connection back needs no round trip."""


class Database:
    """Opened once per process."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.gate = Gate(target.pool_size, target.max_queue)
        self._pool: asyncpg.Pool | None = None
        self._engine: AsyncEngine | None = None

    async def open(self) -> None:
        size = self.target.pool_size
        self._pool = await asyncpg.create_pool(
            self.target.dsn,
            min_size=1,
            max_size=size,
            statement_cache_size=500,
            server_settings=TIMEOUTS,
            command_timeout=10,
            reset=_keep_as_is,
        )

        async def connect() -> asyncpg.Connection:
            return await asyncpg.connect(self.target.dsn, server_settings=TIMEOUTS, command_timeout=10)

        # The unit of work opens and ends its transactions itself, in one round trip with the journal's context.
        self._engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=connect,
            poolclass=AsyncAdaptedQueuePool,
            pool_size=size,
            max_overflow=0,
            pool_reset_on_return=None,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
        )

    async def close(self) -> None:
        if self._pool:
            await self._pool.close()
        if self._engine:
            await self._engine.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[asyncpg.Connection]:
        """A raw connection without a transaction: each statement sees what is committed."""
        assert self._pool is not None  # noqa: S101 - a programming error, not a request's
        async with self.gate, self._pool.acquire() as connection:
            yield connection

    @asynccontextmanager
    async def transaction(self, context: str) -> AsyncIterator["Transaction"]:
        """BEGIN and the journal's context in one round trip; the caller decides between commit and rollback."""
        assert self._engine is not None  # noqa: S101 - a programming error, not a request's
        async with self.gate, self._engine.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            async with AsyncSession(bind=connection, expire_on_commit=False, autoflush=False) as session:
                transaction = Transaction(raw, session, "BEGIN", "COMMIT", "ROLLBACK")
                await transaction.begin(context)
                try:
                    yield transaction
                finally:
                    await transaction.rollback()


@dataclass
class Transaction:
    raw: asyncpg.Connection
    session: AsyncSession
    opening: str
    closing: str
    undoing: str
    is_open: bool = False

    async def begin(self, context: str) -> None:
        await self.raw.execute(f"{self.opening}; {context}")
        self.is_open = True

    async def commit(self) -> None:
        await self.session.flush()
        self.is_open = False
        await self.raw.execute(self.closing)

    async def rollback(self) -> None:
        """Nothing happens after a commit; otherwise everything of this transaction is undone."""
        if self.is_open and not self.raw.is_closed():
            self.is_open = False
            await self.raw.execute(self.undoing)
        self.session.expunge_all()
