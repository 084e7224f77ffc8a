"""Months of the journal whose time is over become files. As the owner of the tables: the application could not."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg

from app.adapters.storage import Storage, storage
from app.commands.attached import attached
from app.commands.work import run
from app.core.actors import command
from app.core.http import utc_now
from app.core.journal import Context
from app.core.seal_keys import SealKeys
from app.core.uow import legal_day
from app.services import journal_archives
from app.services.journal_archives import Part
from app.settings import Settings
from app.trouble import told

VERB = "archive_journal"
# Whoever writes would wait behind us while we wait: rather we give up, and somebody tries again.
PATIENCE = {"lock_timeout": "2s"}


class Owner:
    """Reads as the owner of the tables, which sees every part."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def rows(self, text: str, arguments: list[Any]) -> Sequence[Any]:
        found: Sequence[Any] = await self.connection.fetch(text, *arguments)
        return found


def archive(*, dry_run: bool) -> None:
    with attached() as found:
        lines = run(moved(found.settings, dry_run=dry_run))
    for line in lines or [told(uk="Немає частин, строк яких минув.", en="There is no part whose time is over.")]:
        print(line, flush=True)  # noqa: T201 - it speaks to a terminal


async def moved(settings: Settings, *, dry_run: bool) -> list[str]:
    connection = await asyncpg.connect(settings.database.owner_dsn, server_settings=PATIENCE)
    try:
        due = await journal_archives.due(Owner(connection), legal_day(utc_now()))
        if dry_run:
            return [told(uk=f"{each.name}: строк минув", en=f"{each.name}: its time is over") for each in due]
        return [await _moved(settings, connection, each) for each in due]
    finally:
        await connection.close()


async def _read_back(store: Storage, name: str, path: Path) -> None:
    with path.open("wb") as file:
        async for piece in store.stream(name):
            file.write(piece)


async def _moved(settings: Settings, connection: Any, part: Part) -> str:
    """Written, read back from where it is kept, and only then removed; stopped half-way, the part is still there."""
    keys, owner = SealKeys.of(settings), Owner(connection)
    with tempfile.TemporaryDirectory(prefix="pobratym-archive-") as folder:
        path = Path(folder) / "part.ndjson"
        written = await journal_archives.write(owner, part, keys, path)
        if written is not None:
            store = storage(settings)
            await store.take(part.file, path)
            await _read_back(store, part.file, path)
            journal_archives.check(path, keys, written)
    now = utc_now()
    async with connection.transaction():
        await connection.execute(Context(command(VERB), VERB).sql(legal_day(now)))
        await journal_archives.remove(connection, part, written, now)
    count = written.count if written else 0
    return told(uk=f"{part.name}: {count} записів у {part.file}", en=f"{part.name}: {count} entries in {part.file}")
