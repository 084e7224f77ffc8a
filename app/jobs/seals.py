"""Seals the journal and publishes its checkpoints; at night it looks whether the journal is still what was sealed."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Final

import structlog

from app.adapters.storage import storage
from app.core.actors import job
from app.core.journal import Context, Note
from app.core.seal_keys import SealKeys
from app.core.uow import Reader, UnitOfWork, unit_of_work
from app.rules.tampering import Wrong
from app.services import published, seals, verification
from app.settings import Settings
from app.vocabulary import JournalOutcome

# A long backlog is worked off over several minutes, so that the worker has time for others.
BATCHES: Final = 100
ENTRIES_A_NIGHT: Final = 2_000_000
LONGEST_NIGHT: Final = 3600

log = structlog.get_logger("seals")


async def seal_journal(ctx: dict[Any, Any]) -> int:
    """A transaction for each batch: whenever this is killed, the next run goes on after the last one."""
    async with _work(ctx, "seal_journal") as uow:
        await uow.rows("SELECT journal_renew_epoch()", [])
    keys = SealKeys.of(ctx["settings"])
    count, batches, found = 0, 0, seals.Sealed(is_more=True)
    while found.is_more and batches < BATCHES:
        async with _work(ctx, "seal_journal") as uow:
            found = await seals.seal(uow, keys)
        count, batches = count + found.count, batches + 1
    if count:
        log.info("sealed", count=count)
    await publish_checkpoints(ctx)
    return count


async def publish_checkpoints(ctx: dict[Any, Any]) -> int:
    """Files under names that never change: publishing one again does no harm."""
    store, count = storage(ctx["settings"]), 0
    while due := await _unpublished(ctx):
        for name, signed in due:
            await store.put(name, signed.note.encode())
        async with _work(ctx, "publish_checkpoints") as uow:
            await seals.publish(uow, due[-1][1].size)
        count += len(due)
    return count


async def tell_witness(ctx: dict[Any, Any]) -> bool:
    """Asked every hour, told once a day: a worker that was away at one hour is there at another."""
    witness = ctx["settings"].journal.witness
    if witness is None:
        return False
    async with _work(ctx, "tell_witness") as uow:
        return await seals.tell(uow, witness)


async def verify_journal(ctx: dict[Any, Any]) -> str | None:
    """Each night goes on where the last one came to, and begins anew at the end; the report is an entry itself.

    Answers with the code of what is wrong. Then the next night looks at the same place again.
    """
    async with _work(ctx, "verify_journal") as uow:
        start = await seals.verified_size(uow)
    found = await _looked(ctx, start)
    async with _work(ctx, "verify_journal") as uow:
        await uow.remember(found.note)
        await seals.remember_verified(uow, found.next_start)
    if found.wrong:
        log.error("the journal is not what was sealed", **found.facts)
    else:
        log.info("the journal is what was sealed", **found.facts)
    return found.wrong


@dataclass(frozen=True)
class Looked:
    """What a night's look has found; `next_start` is where the next one begins."""

    facts: dict[str, Any]
    next_start: int
    wrong: str | None = None

    @property
    def note(self) -> Note:
        outcome = JournalOutcome.FAILED if self.wrong else JournalOutcome.DONE
        return Note("verify_journal", "journal", facts=self.facts, outcome=outcome)


async def _looked(ctx: dict[Any, Any], start: int) -> Looked:
    settings: Settings = ctx["settings"]
    reader, keys = Reader(job("verify_journal"), None, ctx["clock"](), ctx["db"]), SealKeys.of(settings)
    try:
        report = await verification.verify(reader, keys, start, ENTRIES_A_NIGHT)
        count = await published.compare(reader, keys, storage(settings))
    except Wrong as wrong:
        return Looked({"from": start, "found": wrong.sentence.code, **wrong.sentence.facts}, start, wrong.sentence.code)
    facts = {"from": start, "to": report.size, "checkpoints": report.checkpoints, "published": count}
    return Looked(facts, 0 if report.is_complete else report.size)


async def _unpublished(ctx: dict[Any, Any]) -> list[tuple[str, seals.Signed]]:
    async with _work(ctx, "publish_checkpoints") as uow:
        return await seals.unpublished(uow)


def _work(ctx: dict[Any, Any], name: str) -> AbstractAsyncContextManager[UnitOfWork]:
    return unit_of_work(ctx["db"], Context(job(name), name), now=ctx["clock"]())
