"""Carries out long operations, step by step: each step is a transaction of its own, and short."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import structlog

from app.core.actors import job
from app.core.journal import Context
from app.core.uow import UnitOfWork, unit_of_work
from app.errors import AppError
from app.services import campaigns, operations, webhook_replays
from app.services.operations import JOB, Claim, Step
from app.settings import Settings
from app.vocabulary import OperationKind

STEPS: Final[Mapping[OperationKind, Step]] = {
    OperationKind.WEBHOOK_REPLAY: webhook_replays.step,
}
# Those that keep files need to know where.
WITH_FILES: Final[Mapping[OperationKind, Callable[[Settings], Step]]] = {
    OperationKind.CAMPAIGN_SENDING: campaigns.step_of,
}
# One does not keep the others waiting for longer, and a run ends before the queue loses patience with it.
TURN_SECONDS: Final = 5
RUN_SECONDS: Final = 60

log = structlog.get_logger("operations")


async def run_operations(ctx: dict[Any, Any]) -> int:
    """How many turns were had. One run at a time in a process; another one that is woken finds nothing to do."""
    turn: asyncio.Lock = ctx.setdefault("operations", asyncio.Lock())
    if turn.locked():
        return 0
    async with turn:
        end, turns = _now() + RUN_SECONDS, 0
        while _now() < end and (claim := await _claimed(ctx)):
            await _turn(ctx, claim)
            turns += 1
    return turns


async def _turn(ctx: dict[Any, Any], claim: Claim) -> None:
    end, is_more = _now() + TURN_SECONDS, True
    step = STEPS.get(claim.kind) or WITH_FILES[claim.kind](ctx["settings"])
    try:
        while is_more and _now() < end:
            async with _work(ctx) as uow:
                is_more = await operations.step(uow, claim, step)
    except AppError as refusal:
        await _refused(ctx, claim, refusal)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one must not hold up the others
        log.warning("a step failed, trying again later", operation=str(claim.id), error=type(error).__name__)
        async with _work(ctx) as uow:
            await operations.put_off(uow, claim, is_broken=True)
    else:
        async with _work(ctx) as uow:
            await operations.put_off(uow, claim, is_broken=False)


async def _refused(ctx: dict[Any, Any], claim: Claim, refusal: AppError) -> None:
    """By a rule, which it will be again; or by a moment in which there is too much to do."""
    async with _work(ctx) as uow:
        if refusal.status < 500:
            await operations.fail(uow, claim, refusal)
        else:
            await operations.put_off(uow, claim, is_broken=True)


async def _claimed(ctx: dict[Any, Any]) -> Claim | None:
    async with _work(ctx) as uow:
        return await operations.claim(uow)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _work(ctx: dict[Any, Any]) -> AbstractAsyncContextManager[UnitOfWork]:
    return unit_of_work(ctx["db"], Context(job(JOB), JOB), now=ctx["clock"]())
