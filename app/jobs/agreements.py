"""Terms of agreements end by the calendar, not by anybody remembering."""

from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import structlog

from app.core.actors import job
from app.core.journal import Context
from app.core.uow import UnitOfWork, unit_of_work
from app.errors import AppError
from app.services import agreements

log = structlog.get_logger("agreements")


async def end_terms(ctx: dict[Any, Any]) -> int:
    """One unit of work each, so that one document cannot hold up the others."""
    async with _work(ctx) as uow:
        ids = await agreements.past_term(uow)
    ended = sum([await _end(ctx, id) for id in ids])
    if ended:
        log.info("terms ended or prolonged", count=ended)
    return ended


async def _end(ctx: dict[Any, Any], id: UUID) -> bool:
    """Somebody may have ended it by hand since it was listed."""
    try:
        async with _work(ctx) as uow:
            await agreements.end_of_term(uow, id)
    except AppError as refusal:
        because = [sentence.code for sentence in refusal.sentences]
        log.warning("a term was not ended", agreement=str(id), code=refusal.code, because=because)
        return False
    return True


def _work(ctx: dict[Any, Any]) -> AbstractAsyncContextManager[UnitOfWork]:
    return unit_of_work(ctx["db"], Context(job("end_terms"), "end_terms"), now=ctx["clock"]())
