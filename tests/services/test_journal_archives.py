"""Months of the journal whose time is over: moved to a file that proves itself, and never before they are sealed."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest

from app.commands import journal_archive
from app.core.actors import job
from app.core.seal_keys import SealKeys
from app.core.uow import Reader
from app.errors import AppError
from app.jobs import seals
from app.rules import journal_files
from app.services import journal_archives, verification
from app.vocabulary import JournalClass
from tests.support import factories
from tests.support.horizon import settled
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.two_connections]

OLD_PART: Final = """
CREATE TABLE journal_parts.machine_2020_01 PARTITION OF journal_parts.machine
FOR VALUES FROM ('2020-01-01Z') TO ('2020-02-01Z')
"""
OLD_ENTRY: Final = """
INSERT INTO journal (kept, xid, at, actor_kind, actor_name, verb, subject, row_table, operation)
VALUES ('machine', pg_current_xact_id(), '2020-01-15T10:00:00Z', 'job', 'purge', 'purged', 'retention', 'retention',
        'note')
"""


@pytest.fixture
async def owner(real_world: World) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(real_world.app.state.runtime.settings.database.owner_dsn)
    await connection.execute(OLD_PART)
    for _ in range(3):
        await connection.execute(OLD_ENTRY)
    yield connection
    await connection.close()


def test_a_part_says_what_it_is_and_when_it_ends() -> None:
    assert journal_archives.part("machine_2025_12") == journal_archives.Part(
        "machine_2025_12", JournalClass.MACHINE, date(2026, 1, 1)
    )
    assert journal_archives.part("machine_default") is None


async def test_a_month_that_is_over_becomes_a_file_and_every_proof_still_holds(
    real_world: World, owner: Any, tmp_path: Path
) -> None:
    runtime = real_world.app.state.runtime
    settings = runtime.settings.model_copy(update={"state": tmp_path})
    keys = SealKeys.of(settings)
    reader = Reader(job("test"), None, datetime.now(UTC), real_world.db)
    with pytest.raises(AppError) as early:
        await journal_archive.moved(settings, dry_run=False)
    assert [sentence.code for sentence in early.value.sentences] == ["archive_not_sealed"]
    assert await journal_archive.moved(settings, dry_run=True) == ["machine_2020_01: its time is over"]

    await factories.organization(real_world)
    await settled(real_world)
    await seals.seal_journal({"db": real_world.db, "clock": real_world.clock, "settings": settings})
    before = await verification.verify(reader, keys)
    moved = await journal_archive.moved(settings, dry_run=False)
    after = await verification.verify(reader, keys)

    file = tmp_path / "files" / "journal-archive" / "machine_2020_01.ndjson"
    with file.open("rb") as lines:
        found = journal_files.check(lines, keys.signer.key)
    left = await owner.fetchval("SELECT count(*) FROM journal WHERE at < '2021-01-01Z'")
    assert moved == ["machine_2020_01: 3 entries in journal-archive/machine_2020_01.ndjson"]
    assert (before.absent, after.absent, before.size, left) == (0, 3, after.size, 0)
    assert (found.count, found.checkpoint.size, found.is_whole) == (3, after.size, False)
    recorded = await real_world.rows("SELECT part, entry_count, sha256 FROM journal_archives")
    assert [tuple(row) for row in recorded] == [("machine_2020_01", 3, hashlib.sha256(file.read_bytes()).hexdigest())]


async def test_nothing_goes_that_came_in_while_the_file_was_written(
    real_world: World, owner: Any, tmp_path: Path
) -> None:
    settings = real_world.app.state.runtime.settings.model_copy(update={"state": tmp_path})
    found = journal_archives.part("machine_2020_01")
    assert found is not None
    await settled(real_world)
    await seals.seal_journal({"db": real_world.db, "clock": real_world.clock, "settings": settings})
    reader = journal_archive.Owner(owner)
    written = await journal_archives.write(reader, found, SealKeys.of(settings), tmp_path / "part.ndjson")
    await owner.execute(OLD_ENTRY)

    with pytest.raises(AppError) as refusal:
        async with owner.transaction():
            await journal_archives.remove(owner, found, written, real_world.clock.now)

    left = await owner.fetchval("SELECT count(*) FROM journal WHERE at < '2021-01-01Z'")
    assert ([sentence.code for sentence in refusal.value.sentences], left) == (["archive_not_whole"], 4)
