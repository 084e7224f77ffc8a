"""Plans what people will be told of. The rules that come with the program are there before anything is planned."""

from collections import Counter
from contextlib import AbstractAsyncContextManager
from typing import Any

import structlog

from app.core.actors import job
from app.core.journal import Context
from app.core.uow import UnitOfWork, unit_of_work
from app.services import reminder_planning, reminder_rules

log = structlog.get_logger("reminders")


async def plan_reminders(ctx: dict[Any, Any]) -> dict[str, int]:
    """What was planned, changed and taken back; nothing while another worker is at it."""
    async with _work(ctx) as uow:
        if seeded := await reminder_rules.seed(uow):
            log.info("rules written", count=seeded)
    async with _work(ctx) as uow:
        done: Counter[str] = await reminder_planning.plan(uow) or Counter()
    if +done:
        log.info("planned", **+done)
    return dict(+done)


def _work(ctx: dict[Any, Any]) -> AbstractAsyncContextManager[UnitOfWork]:
    name = reminder_planning.JOB
    return unit_of_work(ctx["db"], Context(job(name), name), now=ctx["clock"]())
