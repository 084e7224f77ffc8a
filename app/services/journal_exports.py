"""The journal written out for an auditor: asked for with a purpose, made by the worker, fetched for some days."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from app.core.changes import Asked
from app.core.reading import STATEMENTS
from app.core.seal_keys import SealKeys
from app.core.uow import Reader, UnitOfWork
from app.errors import AppError, not_found, refused, say
from app.models import JournalExport, JournalLeaf
from app.schemas.journal import JournalExportCreate, JournalExportRead, JournalFilters
from app.services import journal_reading, seals
from app.services.journal_search import TABLE, Question
from app.services.journal_writing import Made, Writing
from app.vocabulary import ExportStatus, Role

JOB: Final = "export_journal"
KEPT: Final = timedelta(days=7)
LEASE: Final = timedelta(minutes=10)
SOON: Final = timedelta(seconds=20)
# So many positions are looked at in one go.
STRETCH: Final = 20_000
MOST_SHOWN: Final = 200
# Nothing is sealed in the first minute of a new journal, and a worker may die more than once.
TRIES: Final = 10

GIVE_UP: Final = """
UPDATE journal_exports SET status = 'failed', made_at = $2, lease_until = NULL
WHERE status = 'due' AND attempts >= $1 AND lease_until < clock_timestamp()
"""
CLAIM: Final = """
UPDATE journal_exports SET lease_until = clock_timestamp() + $1, fence = fence + 1, attempts = attempts + 1
WHERE id = (
  SELECT id FROM journal_exports WHERE status = 'due' AND (lease_until IS NULL OR lease_until < clock_timestamp())
  ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, fence, purpose, filters::text
"""
FINISH: Final = """
UPDATE journal_exports SET status = 'done', made_at = $3, expires_at = $4, entry_count = $5, byte_count = $6,
  sha256 = $7, checkpoint_size = $8, lease_until = NULL
WHERE id = $1 AND fence = $2 AND status = 'due'
"""
# With a short one it is tried again soon.
RENEW: Final = """
UPDATE journal_exports SET lease_until = clock_timestamp() + $3 WHERE id = $1 AND fence = $2 AND status = 'due'
"""
OVER: Final = """
UPDATE journal_exports SET status = 'expired' WHERE status = 'done' AND expires_at <= $1 RETURNING id
"""

Keep = Callable[[], Awaitable[bool]]

LEAVES: Final = JournalLeaf.__table__  # type: ignore[attr-defined]  # SQLModel types no tables


@dataclass(frozen=True)
class Claim:
    id: UUID
    fence: int
    purpose: str
    filters: str

    @property
    def asked(self) -> JournalFilters:
        return JournalFilters.model_validate_json(self.filters)


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


def _theirs(uow: UnitOfWork) -> Any:
    """A file was made for who asked for it, with their purpose; administrators see to all of them."""
    valid = (grant.role for grant in uow.actor.grants if grant.is_valid(uow.today))
    return sa.true() if Role.ADMINISTRATOR in valid else col(JournalExport.asked_by) == uow.actor.id


async def several(uow: UnitOfWork) -> list[JournalExportRead]:
    """Newest first."""
    newest = select(JournalExport).where(_theirs(uow)).order_by(col(JournalExport.id).desc())
    return [shown(each) for each in await uow.session.scalars(newest.limit(MOST_SHOWN))]


async def one(uow: UnitOfWork, id: UUID) -> JournalExport:
    """404 for those of others."""
    found = (await uow.session.scalars(select(JournalExport).where(col(JournalExport.id) == id, _theirs(uow)))).first()
    if found is None:
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
    """The oldest that is due. What could not be made again and again is not tried for ever."""
    await uow.transaction.raw.execute(GIVE_UP, TRIES, uow.now)
    rows = await uow.rows(CLAIM, [LEASE])
    return Claim(*rows[0]) if rows else None


async def write(reader: Reader, claim: Claim, keys: SealKeys, file: BinaryIO, keep: Keep) -> Made | None:
    """Every sealed entry that was asked for, with its proof.

    None while nothing is sealed, and when `keep` says that somebody else has it now.
    """
    checkpoint = await seals.newest_checkpoint(reader)
    if checkpoint is None:
        return None
    question = Question(journal_reading.given(claim.asked))
    facts = {"purpose": claim.purpose, "filters": claim.asked.model_dump(mode="json", exclude_none=True)}
    writing = Writing(file, checkpoint, whole=not question.filters, **facts)
    for start in range(0, checkpoint.size, STRETCH):
        if not await keep():
            return None
        await writing.add(reader, await _among(reader, question, start, min(start + STRETCH, checkpoint.size)))
    return writing.end(keys.signer)


async def _among(asker: Asked, question: Question, start: int, end: int) -> list[int]:
    """What was asked for among these positions. However rare it is, a statement is soon done."""
    prepared = STATEMENTS.get(("journal export", question.shape), lambda: _stretch(question))
    rows = await asker.rows(prepared.text, prepared.arguments(question.values | {"start": start, "end": end}))
    return [id for id, _ in rows]


def _stretch(question: Question) -> Any:
    within = LEAVES.c.position >= sa.bindparam("start"), LEAVES.c.position < sa.bindparam("end")
    leaf = sa.select(LEAVES.c.position, LEAVES.c.journal_id).where(*within).cte("leaf")
    # Neighbours in the tree are neighbours in the journal: one piece of its index is read, not every part for each.
    first, last = (sa.select(find(leaf.c.journal_id)).scalar_subquery() for find in (sa.func.min, sa.func.max))
    entries = sa.select(TABLE.c.id, leaf.c.position).join(leaf, leaf.c.journal_id == TABLE.c.id)
    # The whole journal is all of it, with what no list tells.
    asked = question.conditions() if question.filters else ()
    return entries.where(TABLE.c.id >= first, TABLE.c.id <= last, *asked).order_by(leaf.c.position)


async def keep(uow: UnitOfWork, claim: Claim) -> bool:
    """The lease begins anew, unless somebody else has it by now."""
    done: str = await uow.transaction.raw.execute(RENEW, claim.id, claim.fence, LEASE)
    return done == "UPDATE 1"


async def finish(uow: UnitOfWork, claim: Claim, made: Made) -> None:
    done = [made.count, made.bytes, made.sha256, made.size]
    await uow.transaction.raw.execute(FINISH, claim.id, claim.fence, uow.now, uow.now + KEPT, *done)


async def put_off(uow: UnitOfWork, claim: Claim) -> None:
    await uow.transaction.raw.execute(RENEW, claim.id, claim.fence, SOON)


async def expired(uow: UnitOfWork) -> list[str]:
    """The files whose time is over."""
    return [journal_reading.mine(row[0]) for row in await uow.rows(OVER, [uow.now])]
