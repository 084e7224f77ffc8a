"""Months of the journal whose time is over leave the database for a file; their leaves stay, so every proof holds."""

import hashlib
import re
from collections.abc import Sequence
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
from app.vocabulary import JournalClass, RetentionClass

BATCH: Final = 500
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
NEXT: Final = """
SELECT l.position, j.id FROM journal_parts.{part} j JOIN journal_leaves l ON l.journal_id = j.id
WHERE l.position > $1 ORDER BY l.position LIMIT $2
"""
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
    """What a file holds; nothing when the part is empty."""

    first_id: int
    last_id: int
    count: int
    sha256: str
    size: int


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
    digest, position = hashlib.sha256(), -1
    with path.open("wb") as file:
        lines: Sequence[bytes] = [journal_files.header(checkpoint.note, whole=False, part=found.name)]
        while lines:
            for line in lines:
                digest.update(line)
                file.write(line)
            next_ = await asker.rows(NEXT.format(part=found.name), [position, BATCH])
            lines = await seals.sealed_lines(asker, [id for _, id in next_], checkpoint.size) if next_ else []
            position = next_[-1][0] if next_ else position
        file.write(journal_files.footer(count, digest.hexdigest(), keys.signer))
    return Written(first, last, count, digest.hexdigest(), checkpoint.size)


def check(path: Path, keys: SealKeys, written: Written) -> None:
    """As anybody could read it who has the public key: nothing goes before that has been seen."""
    with path.open("rb") as lines:
        found = journal_files.check(lines, keys.signer.key)
    if (found.count, found.checkpoint.size) != (written.count, written.size):
        raise refused(say("archive_not_whole", count=found.count, expected=written.count))


async def remove(connection: Any, found: Part, written: Written | None, now: datetime) -> None:
    """Within a transaction of the owner that knows who acts."""
    if written is not None:
        facts = [written.first_id, written.last_id, written.count, written.sha256, written.size, found.file, now]
        await connection.execute(RECORD, uuid7(), found.name, found.kept.value, *facts)
        await connection.execute(PERSONAL.format(part=found.name))
    await connection.execute(DETACH.format(kept=found.kept.value, part=found.name))
    await connection.execute(DROP.format(part=found.name))
