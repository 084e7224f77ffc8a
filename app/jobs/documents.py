"""Scans files that wait for it, and tidies away what no record names."""

from contextlib import AbstractAsyncContextManager
from typing import Any

import structlog

from app.adapters.storage import storage
from app.adapters.virus_scan import ScannerAwayError, scanner
from app.core.actors import job
from app.core.journal import Context
from app.core.uow import UnitOfWork, unit_of_work
from app.errors import AppError
from app.services import file_care

log = structlog.get_logger("documents")


async def scan_files(ctx: dict[Any, Any]) -> int:
    """A scanner or a storage that is away is asked again with the next sweep; until then nobody gets the file."""
    asked, store, done = scanner(ctx["settings"]), storage(ctx["settings"]), 0
    if asked is None:
        return 0
    async with _work(ctx, "scan_files") as uow:
        waiting = await file_care.pending(uow)
    for stored_as in waiting:
        try:
            status = await file_care.scan(asked, store, stored_as)
        except (ScannerAwayError, AppError, OSError) as error:
            log.warning("not scanned, trying again later", error=type(error).__name__)
            break
        if status is None:
            continue
        async with _work(ctx, "scan_files") as uow:
            await file_care.record(uow, stored_as, status)
        done += 1
    return done


async def tidy_files(ctx: dict[Any, Any]) -> int:
    """The rows go first: a file without a row is found again the next night, a row without a file would be a lie."""
    store = storage(ctx["settings"])
    async with _work(ctx, "tidy_files") as uow:
        gone = await file_care.forgotten(uow, store)
    for name in gone:
        await store.remove(name)
    return len(gone)


def _work(ctx: dict[Any, Any], name: str) -> AbstractAsyncContextManager[UnitOfWork]:
    return unit_of_work(ctx["db"], Context(job(name), name), now=ctx["clock"]())
