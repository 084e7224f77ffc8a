"""PostgreSQL for the tests: one private server per checkout, one database per worker, one transaction per test."""

import asyncio
import contextlib
import fcntl
import hashlib
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

import asyncpg
from alembic import command as alembic
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import StaticPool
from uuid_utils.compat import uuid7

from app.adapters import register
from app.adapters.embedded_postgres import OWNER, SUPERUSER, EmbeddedPostgres, Urls
from app.core import migrate
from app.core.actors import command
from app.core.db import TIMEOUTS, Database, Target, Transaction
from app.core.journal import Context
from app.rules.codes import Level
from app.settings import ROOT
from tests.support.counting import Statements

FOLDER: Final = ROOT / ".pobratym" / "tests"
# Whoever reads the journal in its order waits for every writer of the server, and here one writes as long as its test.
LASTING: Final = ROOT / ".pobratym" / "tests_lasting"
NUMBERS: Final = itertools.count(1)

# A transaction lasts as long as its test, and a test may wait for a slow machine.
PATIENT: Final = TIMEOUTS | {"idle_in_transaction_session_timeout": "0", "statement_timeout": "30s"}

ACTOR: Final = Context(command("tests"), "seed").sql(date(2026, 11, 23))
TERRITORY: Final = (
    "INSERT INTO territories (id, code, category, name_uk, name_en, oblast_code) VALUES ($1, $2, $3, $4, $5, $6)"
)
CATEGORIES: Final = {Level.OBLAST: "O", Level.SPECIAL_CITY: "K", Level.RAION: "P"}


class TestServer:
    """Shared by every worker and every run of this checkout; the last to leave stops it."""

    __test__ = False

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self.postgres = EmbeddedPostgres(folder, fast=True)

    @contextlib.contextmanager
    def running(self) -> Iterator["TestServer"]:
        with self.postgres:
            self._template = self._ready_template()
            yield self

    @contextlib.contextmanager
    def database(self) -> Iterator[Urls]:
        """A fresh one with every migration applied; it is gone afterwards."""
        name = f"test_{os.getpid()}_{next(NUMBERS)}"
        with self._alone():
            self._sql(f"CREATE DATABASE {name} TEMPLATE {self._template} OWNER {OWNER}")
        try:
            yield self.postgres.urls(name)
        finally:
            self._sql(f"DROP DATABASE {name} WITH (FORCE)")

    def _ready_template(self) -> str:
        """Made once for each state of the migrations; renamed only when it is complete."""
        name = f"template_{fingerprint(migrate.scripts())}"
        with self._alone():
            present = self._names()
            if name not in present:
                unfinished = f"unfinished_{os.getpid()}"
                self._sql(f"CREATE DATABASE {unfinished} OWNER {OWNER}")
                alembic.upgrade(migrate.configuration(self.postgres.url(OWNER, unfinished)), "head")
                asyncio.run(seed(self.postgres.url(OWNER, unfinished)))
                self._sql(f"ALTER DATABASE {unfinished} RENAME TO {name}")
            for other in present:
                if is_left_behind(other) or (other.startswith("template_") and other != name):
                    self._sql(f"DROP DATABASE IF EXISTS {other} WITH (FORCE)")
        return name

    def _names(self) -> list[str]:
        query = "SELECT datname FROM pg_database WHERE datname ~ '^(test|template|unfinished)_'"
        return [row["datname"] for row in self._sql(query)]

    def _sql(self, text: str) -> list[Any]:
        return asyncio.run(fetch(self.postgres.url(SUPERUSER, "postgres"), text))

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """A template cannot be copied twice at the same moment."""
        with (self.folder / "template.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def fingerprint(files: list[Path]) -> str:
    read = b"".join(file.read_bytes() for file in [*files, Path(__file__)])
    return hashlib.sha256(read).hexdigest()[:12]


def is_left_behind(name: str) -> bool:
    """The run that made it was killed."""
    kind, number, *_ = name.split("_")
    if kind == "template":
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


async def fetch(dsn: str, text: str) -> list[Any]:
    connection = await asyncpg.connect(dsn)
    try:
        return list(await connection.fetch(text))
    finally:
        await connection.close()


async def seed(dsn: str) -> None:
    """Oblasts and raions, without which no hromada can say where it lies."""
    oblasts = {each.code[:4]: each.code for each in register.shipped().territories if each.level is not Level.RAION}
    rows = [
        (uuid7(), each.code, CATEGORIES[each.level], each.name_uk, each.name_en, oblasts[each.code[:4]])
        for each in register.shipped().territories
    ]
    connection = await asyncpg.connect(dsn)
    async with connection.transaction():
        await connection.execute(ACTOR)
        await connection.executemany(TERRITORY, rows)
    await connection.close()


class JoinedDatabase(Database):
    """Every reading and every unit of work of a test shares one connection and one outer transaction."""

    def __init__(self, target: Target, statements: Statements) -> None:
        super().__init__(target)
        self.statements = statements
        self._turn = asyncio.Lock()
        self._raw: Any = None
        self._joined: AsyncEngine | None = None

    async def open(self) -> None:
        self._raw = await asyncpg.connect(self.target.dsn, server_settings=PATIENT, command_timeout=30)

        async def connect() -> Any:
            return self._raw

        self._joined = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=connect,
            poolclass=StaticPool,
            pool_reset_on_return=None,
            isolation_level="AUTOCOMMIT",
        )
        event.listen(self._joined.sync_engine, "before_cursor_execute", self.statements.from_orm)
        self._raw.add_query_logger(self.statements.from_raw)

    async def close(self) -> None:
        if self._joined:
            await self._joined.dispose()
        if not self._raw.is_closed():
            await self._raw.close()

    @asynccontextmanager
    async def test(self) -> AsyncIterator[None]:
        await self._raw.execute("BEGIN")
        try:
            yield
        finally:
            await self._raw.execute("ROLLBACK")

    @asynccontextmanager
    async def reading(self, context: str | None = None) -> AsyncIterator[asyncpg.Connection]:
        async with self._turn:
            if context is None:
                yield self._raw
                return
            await self._raw.execute(f"SAVEPOINT reading; {context}")
            try:
                yield self._raw
            finally:
                await self._raw.execute("ROLLBACK TO SAVEPOINT reading; RELEASE SAVEPOINT reading")

    @asynccontextmanager
    async def transaction(self, context: str) -> AsyncIterator[Transaction]:
        assert self._joined is not None
        undo = "ROLLBACK TO SAVEPOINT uow; RELEASE SAVEPOINT uow"
        async with (
            self._turn,
            self._joined.connect() as connection,
            AsyncSession(bind=connection, expire_on_commit=False, autoflush=False) as session,
        ):
            transaction = Transaction(self._raw, session, "SAVEPOINT uow", "RELEASE SAVEPOINT uow", undo)
            await transaction.begin(context)
            try:
                yield transaction
            finally:
                await transaction.rollback()
