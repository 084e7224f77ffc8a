"""Plans what is due and delivers it. Losing a wake-up costs at most one sweep: the rows are in PostgreSQL."""

from typing import Any

import structlog

from app.core.actors import job
from app.core.db import Database
from app.core.journal import Context
from app.core.uow import unit_of_work
from app.services import reminders

log = structlog.get_logger("reminders")


async def plan_reminders(ctx: dict[Any, Any]) -> int:
    async with unit_of_work(ctx["db"], Context(job("plan_reminders"), "plan_reminders")) as uow:
        planned = await reminders.plan(uow)
    if planned:
        log.info("planned", count=planned)
    return planned


async def send_reminders(ctx: dict[Any, Any]) -> int:
    """Claims and commits, delivers, then records: no delivery happens inside an open transaction."""
    sent = 0
    while claims := await _claimed(ctx["db"]):
        for claim in claims:
            log.info("delivered", reminder=str(claim.id), user=str(claim.user_id), fence=claim.fence)
            async with unit_of_work(ctx["db"], Context(job("send_reminders"), "send_reminders")) as uow:
                sent += await reminders.record_delivery(uow, claim)
    return sent


async def _claimed(db: Database) -> list[reminders.Claim]:
    async with unit_of_work(db, Context(job("send_reminders"), "send_reminders")) as uow:
        return await reminders.claim(uow)


async def sweep(ctx: dict[Any, Any]) -> None:
    """The heartbeat: whatever a lost wake-up left lying is found within a minute."""
    await plan_reminders(ctx)
    await send_reminders(ctx)
