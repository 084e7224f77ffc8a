"""What a test stands on: the database, the clock and a way to work without a request."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from fastapi import FastAPI

from app.adapters import register
from app.core.actors import Actor, command
from app.core.db import Database
from app.core.journal import Context
from app.core.passwords import Passwords
from app.core.row_security import telling
from app.core.uow import UnitOfWork, legal_day, unit_of_work
from app.rules.codifier import Hromada
from app.rules.permissions import Permission
from tests.support.client import Client, Contract

# A Monday, noon in Kyiv.
START: Final = datetime(2026, 11, 23, 10, tzinfo=UTC)
FIRST: Final = ("UA59080270000073662", "UA46060250000025047", "UA59060110000049734")


class Clock:
    """The one clock of the program; it stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    @property
    def today(self) -> date:
        return legal_day(self.now)

    def advance(self, **duration: float) -> None:
        """`clock.advance(days=3)`."""
        self.now += timedelta(**duration)


def hromadas() -> Iterator[Hromada]:
    """Of the register: Sumska, Lvivska, Romenska (Sumy oblast again), then all the others."""
    known = {each.code: each for each in register.shipped().hromadas}
    yield from (known.pop(code) for code in FIRST)
    yield from known.values()


@dataclass
class World:
    app: FastAPI
    db: Database
    clock: Clock
    passwords: Passwords
    contract: Contract
    hromadas: Iterator[Hromada] = field(default_factory=hromadas)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 1_000_000)))

    @asynccontextmanager
    async def work(self, actor: Actor | None = None, permission: Permission | None = None) -> AsyncIterator[UnitOfWork]:
        """A unit of work that commits at the end, as a command would do it."""
        async with unit_of_work(self.db, Context(actor or command("tests"), "make"), permission, self.clock()) as uow:
            yield uow

    async def rows(self, text: str, *arguments: Any) -> list[Any]:
        """What is really stored."""
        async with self.db.reading(telling(command("tests"), self.clock.today)) as connection:
            found: list[Any] = await connection.fetch(text, *arguments)
            return found

    def client(self, token: str | None = None) -> Client:
        return Client(self.app, self.contract, token)
