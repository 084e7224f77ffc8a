"""What has been kept for long enough goes away at night, class by class, and the journal says what it was."""

from typing import Any, Final

import structlog

from app.core.actors import job
from app.core.journal import Context
from app.core.uow import legal_day, unit_of_work
from app.rules.retention import Fate, Retention
from app.services import retention

ACTOR: Final = Context(job("purge"), "purge")

log = structlog.get_logger("retention")


async def purge(ctx: dict[Any, Any]) -> dict[str, int]:
    """How many rows of each class went. What names people is proposed to a person, never removed here."""
    due = retention.rules(legal_day(ctx["clock"]()), Fate.PURGE)
    gone = {each.kept.value: await _emptied(ctx, each) for each in due}
    log.info("purged", **gone)
    return gone


async def _emptied(ctx: dict[Any, Any], rule: Retention) -> int:
    total = 0
    for table in retention.PURGES[rule.kept]:
        last = retention.BATCH
        while last == retention.BATCH:
            async with unit_of_work(ctx["db"], ACTOR, now=ctx["clock"]()) as uow:
                last = await retention.batch(uow, table, uow.now - rule.duration)
            total += last
    if total:
        async with unit_of_work(ctx["db"], ACTOR, now=ctx["clock"]()) as uow:
            await retention.remember(uow, rule, total)
    return total
