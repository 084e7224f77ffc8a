"""Tells the webhooks what happened. Losing a wake-up costs a second: journal and cursor are in PostgreSQL."""

from typing import Any, Final

import structlog

from app.core.actors import job
from app.core.journal import Context
from app.core.uow import unit_of_work
from app.services import dispatch

ACTOR: Final = Context(job("dispatch_events"), "dispatch_events")

log = structlog.get_logger("events")


async def dispatch_events(ctx: dict[Any, Any]) -> int:
    """A transaction for each batch, until the horizon is reached."""
    queued = 0
    step = dispatch.Step(is_more=True)
    while step.is_more:
        async with unit_of_work(ctx["db"], ACTOR, now=ctx["clock"]()) as uow:
            step = await dispatch.dispatch(uow)
        queued += step.queued
    if queued:
        log.info("queued", count=queued)
    return queued
