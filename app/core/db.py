"""The two roads to PostgreSQL: raw connections for reading, ORM transactions for writing, one fair gate before both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from app.core.sealing import Ring
from app.errors import AppError

TIMEOUTS = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "jit": "off",
    # Our statements are few and made for one plan each; planning them for every value costs more than running them.
    "plan_cache_mode": "force_generic_plan",
    "timezone": "UTC",
    "application_name": "pobratym",
}


@dataclass(frozen=True)
class Target:
    """Where the database is, how many may enter at once, how many may wait, and what opens the sealed parts."""

    dsn: str
    pool_size: int = 10
    max_queue: int = 200
    keys: Ring = field(default_factory=Ring, repr=False)


class Gate:
    """First come, first served, as many at once as there are connections, and a queue with an end.

    asyncpg's own pool lets newcomers overtake those who wait: without this, p99 is seconds at 64 clients.
    """

    def __init__(self, permits: int, max_queue: int) -> None:
        self._free = asyncio.Semaphore(permits)
        self._waiting = 0
        self.max_queue = max_queue

    async def __aenter__(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        if self._waiting >= self.max_queue:
            raise AppError("overloaded", headers={"Retry-After": "1"})
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1

    async def __aexit__(self, *_: object) -> None:
        self._free.release()


@dataclass(eq=False)
class Line:
    """One connection to PostgreSQL, with SQLAlchemy's view of it for those who write."""

    raw: asyncpg.Connection
    dressed: AsyncConnection

    @property
    def is_clean(self) -> bool:
        return not self.raw.is_closed() and not self.raw.is_in_transaction()

    async def close(self) -> None:
        """Cuts the line: nothing is sent, so a server that hung up cannot fail it."""
        self.raw.terminate()
        await self.dressed.close()


class Database:
    """Opened once per process."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.gate = Gate(target.pool_size, target.max_queue)
        # Writers wait for each other's rows; a part of the lines is always left to readers.
        self.writers = Gate(max(1, target.pool_size * 3 // 5), target.max_queue)
        # Whoever looks at the whole past of a table does so for a second: two at once, and a short queue.
        self.past = Gate(2, 20)
        self._idle: list[Line] = []
        self._fresh: ContextVar[asyncpg.Connection] = ContextVar("fresh")
        self._engine: AsyncEngine | None = None

    async def open(self) -> None:
        async def undressed() -> asyncpg.Connection:
            return self._fresh.get()

        # The unit of work opens and ends its transactions itself, in one round trip with the journal's context.
        self._engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=undressed,
            poolclass=NullPool,
            pool_reset_on_return=None,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
        )
        self._idle.append(await self._connected())

    async def _connected(self) -> Line:
        assert self._engine is not None  # noqa: S101 - a programming error, not a request's
        raw = await asyncpg.connect(
            self.target.dsn, server_settings=TIMEOUTS, command_timeout=10, statement_cache_size=500
        )
        self._fresh.set(raw)
        return Line(raw, await self._engine.connect())

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()
        if self._engine:
            await self._engine.dispose()

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[Line]:
        """The gate lets in no more than there are lines, so a list is all the pool that is needed."""
        async with self.gate:
            line = self._idle.pop() if self._idle else await self._connected()
            if not line.is_clean:
                await line.close()
                line = await self._connected()
            try:
                yield line
            except (asyncio.CancelledError, TimeoutError, OSError, asyncpg.InterfaceError, asyncpg.InternalClientError):
                line.raw.terminate()  # an answer may still be on its way to whoever left
                raise
            finally:
                if line.raw.is_closed():
                    await line.close()
                else:
                    self._idle.append(line)

    @asynccontextmanager
    async def reading(self, context: str | None = None) -> AsyncIterator[asyncpg.Connection]:
        """A raw connection without a transaction, unless the database must be told who asks."""
        async with self._line() as line:
            if context is None:
                yield line.raw
                return
            await line.raw.execute(f"BEGIN READ ONLY; {context}")
            try:
                yield line.raw
            finally:
                if not line.raw.is_closed():
                    await line.raw.execute("ROLLBACK")

    @asynccontextmanager
    async def transaction(self, context: str) -> AsyncIterator["Transaction"]:
        """BEGIN and the journal's context in one round trip; the caller decides between commit and rollback."""
        async with self.writers, self._line() as line:
            session = AsyncSession(bind=line.dressed, expire_on_commit=False, autoflush=False)
            transaction = Transaction(line.raw, session, "BEGIN", "COMMIT", "ROLLBACK")
            await transaction.begin(context)
            try:
                yield transaction
            finally:
                await transaction.rollback()
                if session.in_transaction():
                    await session.close()


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

    @property
    def is_pending(self) -> bool:
        """SQLAlchemy would ask a greenlet even when there is nothing to write."""
        return bool(self.session.new or self.session.dirty or self.session.deleted)

    async def flush(self) -> None:
        if self.is_pending:
            await self.session.flush()

    async def commit(self) -> None:
        await self.flush()
        self.is_open = False
        await self.raw.execute(self.closing)

    async def rollback(self) -> None:
        """Nothing happens after a commit; otherwise everything of this transaction is undone."""
        if self.is_open and not self.raw.is_closed():
            self.is_open = False
            await self.raw.execute(self.undoing)
        self.session.expunge_all()
