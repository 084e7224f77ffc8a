"""Terms of agreements end by the calendar, not by anybody remembering."""

from contextlib import suppress
from typing import Any, Final

import structlog

from app.core.actors import job
from app.core.journal import Context
from app.core.uow import unit_of_work
from app.errors import AppError
from app.services import agreements

PAST_TERM: Final = """
SELECT id FROM agreements
WHERE archived_at IS NULL AND status IN ('signed', 'registered', 'in_force') AND expires_on < $1 ORDER BY id LIMIT 500
"""

log = structlog.get_logger("agreements")


async def end_terms(ctx: dict[Any, Any]) -> int:
    """One unit of work each, so that one document cannot hold up the others."""
    about = Context(job("end_terms"), "end_terms")
    async with unit_of_work(ctx["db"], about, now=ctx["clock"]()) as uow:
        ids = [row[0] for row in await uow.rows(PAST_TERM, [uow.today])]
    for id in ids:
        # Somebody may have ended it by hand since it was listed; the others still want their turn.
        with suppress(AppError):
            async with unit_of_work(ctx["db"], about, now=ctx["clock"]()) as uow:
                await agreements.end_of_term(uow, id)
    if ids:
        log.info("terms ended or prolonged", count=len(ids))
    return len(ids)
