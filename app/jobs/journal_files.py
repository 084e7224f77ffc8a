"""Writes the files of the journal that were asked for, removes the old ones, and makes the parts of coming months."""

import tempfile
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Any, Final

import structlog

from app.adapters.storage import storage
from app.core.actors import job
from app.core.journal import Context
from app.core.seal_keys import SealKeys
from app.core.uow import Reader, UnitOfWork, unit_of_work
from app.services import journal_exports, journal_reading
from app.services.journal_exports import JOB, Claim

MONTHS_AHEAD: Final = 3
# Five million entries take a quarter of an hour; the lease is renewed on the way.
LONGEST: Final = 7200

log = structlog.get_logger("journal")


async def export_journal(ctx: dict[Any, Any]) -> int:
    """Claims and commits, writes, then records: a file that takes minutes holds no transaction open."""
    made = 0
    while claim := await _claimed(ctx):
        made += await _export(ctx, claim)
    return made


async def _export(ctx: dict[Any, Any], claim: Claim) -> bool:
    reader = Reader(actor=job(JOB), permission=None, now=ctx["clock"](), db=ctx["db"])
    with tempfile.TemporaryDirectory(prefix="pobratym-export-") as folder:
        path = Path(folder) / "journal.ndjson"
        with path.open("wb") as file:
            keys, keep = SealKeys.of(ctx["settings"]), partial(_keep, ctx, claim)
            made = await journal_exports.write(reader, claim, keys, file, keep)
        if made is not None:
            await storage(ctx["settings"]).take(journal_reading.mine(claim.id), path)
    async with _work(ctx, JOB) as uow:
        if made is None:
            await journal_exports.put_off(uow, claim)
        else:
            await journal_exports.finish(uow, claim, made)
    log.info("exported", export=str(claim.id), entries=made.count if made else None)
    return made is not None


async def tend_journal(ctx: dict[Any, Any]) -> dict[str, int]:
    """The parts of the next months stand ready, and files whose time is over are gone."""
    async with _work(ctx, "tend_journal") as uow:
        [(parts,)] = await uow.rows("SELECT journal_prepare($1)", [MONTHS_AHEAD])
    async with _work(ctx, "tend_journal") as uow:
        over = await journal_exports.expired(uow)
        for name in over:
            await storage(ctx["settings"]).remove(name)
    tended = {"parts": parts, "files": len(over)}
    log.info("journal tended", **tended)
    return tended


async def _claimed(ctx: dict[Any, Any]) -> Claim | None:
    async with _work(ctx, JOB) as uow:
        return await journal_exports.claim(uow)


async def _keep(ctx: dict[Any, Any], claim: Claim) -> bool:
    async with _work(ctx, JOB) as uow:
        return await journal_exports.keep(uow, claim)


def _work(ctx: dict[Any, Any], name: str) -> AbstractAsyncContextManager[UnitOfWork]:
    return unit_of_work(ctx["db"], Context(job(name), name), now=ctx["clock"]())
