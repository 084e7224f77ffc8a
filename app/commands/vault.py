"""The keys of the vault: are they all there, how many people does each hold, and rotation while everybody works."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from app.commands.attached import attached
from app.commands.work import database, run, unit
from app.core import rotation, vault
from app.core.actors import command
from app.core.db import Database
from app.core.journal import Context
from app.core.rotation import VERB, Census
from app.core.uow import UnitOfWork, unit_of_work
from app.settings import Settings
from app.trouble import told

PEOPLE_AT_ONCE: Final = {False: 200, True: 20}
PAUSE_SECONDS: Final = 0.1


def require_keys(settings: Settings) -> None:
    """Trouble, in one sentence, when a key that sealed data needs is missing or wrong."""
    run(_prepare(settings))


async def _prepare(settings: Settings) -> None:
    async with unit(settings, "start_up") as uow:
        await vault.prepare(uow)


def check() -> None:
    with attached() as found:
        counted, newest = run(_count(found.settings))
    for line in counted_lines(counted, newest):
        say(line)


async def _count(settings: Settings) -> tuple[Census, str]:
    async with unit(settings, "check_vault") as uow:
        await vault.prepare(uow)
        return await rotation.census(uow), uow.keys.newest.id


def counted_lines(counted: Census, newest: str) -> list[str]:
    by_key = {newest: 0} | counted.by_key
    lines = [told(uk=f"{name}: осіб {count}", en=f"{name}: {count} people") for name, count in by_key.items()]
    lines[0] += told(uk=" (цим ключем запечатують нове)", en=" (new data is sealed with this key)")
    return [*lines, told(uk=f"стерто: осіб {counted.erased}", en=f"erased: {counted.erased} people")]


def rotate(*, data: bool) -> None:
    """Everything sealed with the newest key; with `data`, under people's keys that no older key has ever held."""
    with attached() as found:
        run(_rotate(found.settings, data=data))
    say(told(uk="Готово: усе запечатано найновішим ключем.", en="Done: everything is sealed with the newest key."))


async def _rotate(settings: Settings, *, data: bool) -> None:
    async with database(settings) as db:
        async with _working(db) as uow:
            await vault.prepare(uow)
        await rotated(db, data=data)


async def rotated(db: Database, *, data: bool) -> None:
    async with _working(db) as uow:
        await rotation.rewrap_secrets(uow)
    while True:
        async with _working(db) as uow:
            done = await rotation.rotate(uow, PEOPLE_AT_ONCE[data], data=data)
            remaining = await rotation.left(uow, data=data)
        if not remaining:
            break
        say(told(uk=f"Залишилося осіб: {remaining}", en=f"People left: {remaining}"))
        # Whoever is left is being worked with at this moment.
        await asyncio.sleep(0 if done else PAUSE_SECONDS)
    async with _working(db) as uow:
        await rotation.retire(uow)
        await uow.note(VERB, "vault", facts={"newest": uow.keys.newest.id, "with_data": data})


@asynccontextmanager
async def _working(db: Database) -> AsyncIterator[UnitOfWork]:
    async with unit_of_work(db, Context(command(VERB), VERB)) as uow:
        yield uow


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - it speaks to a terminal
