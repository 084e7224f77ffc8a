"""Plans what is due and delivers it. Losing a wake-up costs at most one sweep: the rows are in PostgreSQL."""

from contextlib import AbstractAsyncContextManager
from typing import Any

import structlog

from app.core.actors import job
from app.core.journal import Context
from app.core.uow import UnitOfWork, unit_of_work
from app.services import reminders

log = structlog.get_logger("reminders")


async def plan_reminders(ctx: dict[Any, Any]) -> int:
    async with _work(ctx, "plan_reminders") as uow:
        planned = await reminders.plan(uow)
    if planned:
        log.info("planned", count=planned)
    return planned


async def send_reminders(ctx: dict[Any, Any]) -> int:
    """Claims and commits, delivers, then records: no delivery happens inside an open transaction."""
    sent = 0
    while claims := await _claimed(ctx):
        for claim in claims:
            log.info("delivered", reminder=str(claim.id), user=str(claim.user_id), fence=claim.fence)
            async with _work(ctx, "send_reminders") as uow:
                sent += await reminders.record_delivery(uow, claim)
    return sent


def _work(ctx: dict[Any, Any], name: str) -> AbstractAsyncContextManager[UnitOfWork]:
    return unit_of_work(ctx["db"], Context(job(name), name), now=ctx["clock"]())


async def _claimed(ctx: dict[Any, Any]) -> list[reminders.Claim]:
    async with _work(ctx, "send_reminders") as uow:
        return await reminders.claim(uow)
