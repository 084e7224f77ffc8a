"""The journal written out for an auditor: asked for with a purpose, made by the worker, fetched for some days."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from app.core.actors import EVERYTHING
from app.core.changes import Asked
from app.core.reading import prepare
from app.core.seal_keys import SealKeys
from app.core.uow import Reader, UnitOfWork
from app.errors import AppError, not_found, refused, say
from app.models import JournalExport, JournalLeaf
from app.rules import journal_files
from app.schemas.journal import JournalExportCreate, JournalExportRead, JournalFilters
from app.services import journal_reading, seals
from app.vocabulary import ExportStatus

JOB: Final = "export_journal"
KEPT: Final = timedelta(days=7)
LEASE: Final = timedelta(minutes=10)
BATCH: Final = 500
MOST_SHOWN: Final = 200
# Nothing is sealed in the first minute of a new journal, and a worker may die more than once.
TRIES: Final = 10

CLAIM: Final = """
UPDATE journal_exports SET lease_until = clock_timestamp() + $1, fence = fence + 1, attempts = attempts + 1
WHERE id = (
  SELECT id FROM journal_exports WHERE status = 'due' AND (lease_until IS NULL OR lease_until < clock_timestamp())
  ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, fence, attempts, purpose, filters::text
"""
FINISH: Final = """
UPDATE journal_exports SET status = $3, made_at = $4, expires_at = $5, entry_count = $6, byte_count = $7, sha256 = $8,
  checkpoint_size = $9, lease_until = NULL
WHERE id = $1 AND fence = $2 AND status = 'due'
"""
LATER: Final = """
UPDATE journal_exports SET lease_until = clock_timestamp() + $3 WHERE id = $1 AND fence = $2 AND status = 'due'
"""
OVER: Final = """
UPDATE journal_exports SET status = 'expired' WHERE status = 'done' AND expires_at <= $1 RETURNING id
"""

LEAVES: Final = JournalLeaf.__table__  # type: ignore[attr-defined]  # SQLModel types no tables


@dataclass(frozen=True)
class Claim:
    id: UUID
    fence: int
    attempts: int
    purpose: str
    filters: str

    @property
    def asked(self) -> JournalFilters:
        return JournalFilters.model_validate_json(self.filters)


@dataclass(frozen=True)
class Made:
    count: int
    bytes: int
    sha256: str
    size: int


async def create(uow: UnitOfWork, body: JournalExportCreate) -> JournalExport:
    """The purpose stands in the journal with it. Whoever looks at a part only reads that part in the list."""
    if not journal_reading.reach_of(uow).everything:
        raise AppError("forbidden", say("export_of_the_whole"))
    assert uow.actor.id is not None  # noqa: S101 - the gate lets nobody in without one
    asked = body.model_dump(mode="json", exclude={"purpose"}, exclude_none=True)
    export = JournalExport(asked_by=uow.actor.id, asked_at=uow.now, purpose=body.purpose, filters=asked)
    await uow.because(body.purpose)
    uow.add(export)
    await uow.flush()
    uow.ring(JOB)
    return export


async def own(uow: UnitOfWork) -> list[JournalExportRead]:
    """Newest first."""
    mine = select(JournalExport).where(col(JournalExport.asked_by) == uow.actor.id)
    found = await uow.session.scalars(mine.order_by(col(JournalExport.id).desc()).limit(MOST_SHOWN))
    return [shown(each) for each in found]


async def one(uow: UnitOfWork, id: UUID) -> JournalExport:
    """404 for those of others: a file was made for who asked for it, with their purpose."""
    found = await uow.session.get(JournalExport, id)
    if found is None or found.asked_by != uow.actor.id:
        raise not_found()
    return found


async def fetched(uow: UnitOfWork, id: UUID) -> str:
    """The name of its file. That it was fetched stands in the journal."""
    found = await one(uow, id)
    if found.status is not ExportStatus.DONE or found.expires_at is None or found.expires_at <= uow.now:
        raise refused(say("export_not_ready"))
    await uow.note("fetch_journal_export", "journal_exports", id, {"entries": found.entry_count}, found.purpose)
    return journal_reading.mine(id)


def shown(export: JournalExport) -> JournalExportRead:
    return JournalExportRead.model_validate(export, from_attributes=True)


async def claim(uow: UnitOfWork) -> Claim | None:
    rows = await uow.rows(CLAIM, [LEASE])
    return Claim(*rows[0]) if rows else None


async def write(reader: Reader, claim: Claim, keys: SealKeys, file: BinaryIO) -> Made | None:
    """Every sealed entry that was asked for, with its proof; None while nothing is sealed."""
    checkpoint = await seals.newest_checkpoint(reader)
    if checkpoint is None:
        return None
    asked = journal_reading.given(claim.asked)
    digest, count, written = hashlib.sha256(), 0, 0
    facts = {"purpose": claim.purpose, "filters": claim.asked.model_dump(mode="json", exclude_none=True)}
    position = -1
    lines = [journal_files.header(checkpoint.note, whole=not asked, **facts)]
    while lines:
        for line in lines:
            digest.update(line)
            written += file.write(line)
        found = await _next(reader, asked, position, checkpoint.size)
        lines = await seals.sealed_lines(reader, [id for _, id in found], checkpoint.size) if found else []
        position, count = found[-1][0] if found else position, count + len(lines)
    written += file.write(journal_files.footer(count, digest.hexdigest(), keys.signer))
    return Made(count, written, digest.hexdigest(), checkpoint.size)


async def _next(asker: Asked, asked: Mapping[str, Any], after: int, size: int) -> list[Any]:
    """Positions and ids, in the order in which they were sealed."""
    table = journal_reading.TABLE
    query = sa.select(LEAVES.c.position, table.c.id).join(table, table.c.id == LEAVES.c.journal_id)
    query = query.where(*(journal_reading.conditions(asked, EVERYTHING) if asked else ()))
    query = query.where(LEAVES.c.position > sa.bindparam("after"), LEAVES.c.position < sa.bindparam("size"))
    prepared = prepare(query.order_by(LEAVES.c.position).limit(sa.bindparam("batch", type_=sa.BigInteger())))
    values = journal_reading.values(asked, EVERYTHING) | {"after": after, "size": size, "batch": BATCH}
    return list(await asker.rows(prepared.text, prepared.arguments(values)))


async def finish(uow: UnitOfWork, claim: Claim, made: Made) -> None:
    done = [made.count, made.bytes, made.sha256, made.size]
    await uow.transaction.raw.execute(
        FINISH, claim.id, claim.fence, ExportStatus.DONE.value, uow.now, uow.now + KEPT, *done
    )


async def put_off(uow: UnitOfWork, claim: Claim) -> None:
    """Tried again in a while, and not for ever."""
    if claim.attempts < TRIES:
        await uow.transaction.raw.execute(LATER, claim.id, claim.fence, timedelta(seconds=20))
        return
    nothing = [None] * 4
    await uow.transaction.raw.execute(FINISH, claim.id, claim.fence, ExportStatus.FAILED.value, uow.now, None, *nothing)


async def expired(uow: UnitOfWork) -> list[str]:
    """The files whose time is over."""
    return [journal_reading.mine(row[0]) for row in await uow.rows(OVER, [uow.now])]
