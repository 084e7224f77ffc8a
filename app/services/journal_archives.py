"""Months of the journal whose time is over leave the database for a file; their leaves stay, so every proof holds."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from uuid_utils.compat import uuid7

from app.core.changes import Asked
from app.core.seal_keys import SealKeys
from app.errors import refused, say
from app.rules import journal_files
from app.rules.retention import rule
from app.services import seals
from app.services.journal_writing import Made, Writing
from app.vocabulary import JournalClass, RetentionClass

NAME: Final = re.compile(r"(?P<kept>records|access|machine)_(?P<year>\d{4})_(?P<month>\d\d)")

KEPT: Final = {
    JournalClass.RECORDS: RetentionClass.JOURNAL_RECORDS,
    JournalClass.ACCESS: RetentionClass.JOURNAL_ACCESS,
    JournalClass.MACHINE: RetentionClass.JOURNAL_MACHINE,
}

PARTS: Final = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'journal_parts' AND c.relkind = 'r' AND c.relispartition ORDER BY c.relname
"""
# What stands in a part is known only to the part: the names are ours, and match NAME.
EXTENT: Final = """
SELECT min(j.id), max(j.id), count(*), count(*) - count(l.position)
FROM journal_parts.{part} j LEFT JOIN journal_leaves l ON l.journal_id = j.id
"""
ENTRIES: Final = """
SELECT j.id FROM journal_parts.{part} j JOIN journal_leaves l ON l.journal_id = j.id ORDER BY l.position
"""
COUNT: Final = "SELECT count(*) FROM journal_parts.{part}"
RECORD: Final = """
INSERT INTO journal_archives
  (id, part, kept, first_id, last_id, entry_count, sha256, checkpoint_size, file, archived_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
PERSONAL: Final = "DELETE FROM journal_personal WHERE journal_id IN (SELECT id FROM journal_parts.{part})"
DETACH: Final = "ALTER TABLE journal_parts.{kept} DETACH PARTITION journal_parts.{part}"
DROP: Final = "DROP TABLE journal_parts.{part}"


@dataclass(frozen=True)
class Part:
    name: str
    kept: JournalClass
    ends_on: date

    @property
    def file(self) -> str:
        return f"journal-archive/{self.name}.ndjson"


@dataclass(frozen=True)
class Written:
    """Which entries went where; nothing when the part is empty."""

    first_id: int
    last_id: int
    count: int
    file: Made


def part(name: str) -> Part | None:
    found = NAME.fullmatch(name)
    if found is None:
        return None
    month = date(int(found["year"]), int(found["month"]), 28) + timedelta(days=4)
    return Part(name, JournalClass(found["kept"]), month.replace(day=1))


def is_over(found: Part, today: date) -> bool:
    """All of its entries have been kept for as long as their class asks."""
    retention = rule(KEPT[found.kept], today)
    return retention is not None and found.ends_on + retention.duration <= today


async def due(asker: Asked, today: date) -> list[Part]:
    known = (part(row[0]) for row in await asker.rows(PARTS, []))
    return [each for each in known if each is not None and is_over(each, today)]


async def write(asker: Asked, found: Part, keys: SealKeys, path: Path) -> Written | None:
    """409 while something in it is not sealed: what leaves must be proved by what stays. None when it is empty."""
    [(first, last, count, unsealed)] = await asker.rows(EXTENT.format(part=found.name), [])
    if unsealed:
        raise refused(say("archive_not_sealed", part=found.name, count=unsealed))
    checkpoint = await seals.newest_checkpoint(asker)
    if not count or checkpoint is None:
        return None
    ids = [id for (id,) in await asker.rows(ENTRIES.format(part=found.name), [])]
    with path.open("wb") as file:
        writing = Writing(file, checkpoint, whole=False, part=found.name)
        await writing.add(asker, ids)
        made = writing.end(keys.signer)
    return Written(first, last, count, made)


def check(path: Path, keys: SealKeys, written: Written) -> None:
    """As anybody could read it who has the public key: nothing goes before that has been seen."""
    with path.open("rb") as lines:
        found = journal_files.check(lines, keys.signer.key)
        lines.seek(0)
        sha256 = hashlib.file_digest(lines, "sha256").hexdigest()
    if (found.count, found.checkpoint.size, sha256) != (written.count, written.file.size, written.file.sha256):
        raise refused(say("archive_not_whole", count=found.count, expected=written.count))


async def remove(connection: Any, found: Part, written: Written | None, now: datetime) -> None:
    """Within a transaction of the owner that knows who acts. Nothing goes that came in while the file was written."""
    await connection.execute(DETACH.format(kept=found.kept.value, part=found.name))
    count, there = written.count if written else 0, await connection.fetchval(COUNT.format(part=found.name))
    if there != count:
        raise refused(say("archive_not_whole", count=count, expected=there))
    if written is not None:
        file = [count, written.file.sha256, written.file.size, found.file, now]
        ends = [written.first_id, written.last_id]
        await connection.execute(RECORD, uuid7(), found.name, found.kept.value, *ends, *file)
        await connection.execute(PERSONAL.format(part=found.name))
    await connection.execute(DROP.format(part=found.name))
