"""What the machinery no longer needs goes away at night; records of the business are never touched here."""

from datetime import timedelta
from typing import Any, Final

import structlog

from app.core.actors import job
from app.core.journal import Context
from app.core.uow import unit_of_work

# A client gives up repeating a request within a day; the second day is for clocks and weekends of phones.
ANSWERS_KEPT: Final = timedelta(hours=48)
# Long enough to look into a sign-in that somebody did not recognise; the journal keeps the fact itself.
SESSIONS_KEPT: Final = timedelta(days=90)
# Short statements: nobody waits for the locks of a night's work.
BATCH: Final = 5000

ANSWERS: Final = """
DELETE FROM idempotency_keys WHERE id IN (SELECT id FROM idempotency_keys WHERE created_at < $1 LIMIT $2)
"""
SESSIONS: Final = """
WITH over AS (SELECT id FROM sessions WHERE least(ended_at, expires_at) < $1 LIMIT $2),
tokens AS (DELETE FROM refresh_tokens WHERE session_id IN (SELECT id FROM over))
DELETE FROM sessions WHERE id IN (SELECT id FROM over)
"""

log = structlog.get_logger("retention")


async def purge(ctx: dict[Any, Any]) -> dict[str, int]:
    """Given answers, and sessions that are over with their refresh tokens."""
    gone = {
        "answers": await _emptied(ctx, ANSWERS, ANSWERS_KEPT),
        "sessions": await _emptied(ctx, SESSIONS, SESSIONS_KEPT),
    }
    log.info("purged", **gone)
    return gone


async def _emptied(ctx: dict[Any, Any], text: str, kept: timedelta) -> int:
    total, last = 0, BATCH
    while last == BATCH:
        async with unit_of_work(ctx["db"], Context(job("purge"), "purge"), now=ctx["clock"]()) as uow:
            done: str = await uow.transaction.raw.execute(text, uow.now - kept, BATCH)
        last = int(done.rpartition(" ")[2])
        total += last
    return total
