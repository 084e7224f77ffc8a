"""Sends events to their webhooks. Each attempt is a task of its own: as soon as one ends, the next one is claimed."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import structlog

from app.adapters.webhook_client import Receipt
from app.core.actors import job
from app.core.journal import Context
from app.core.uow import UnitOfWork, unit_of_work
from app.services import deliveries
from app.services.deliveries import Claim, Room
from app.services.webhooks import JOB

# Of one worker: on their way together, and to addresses that did not answer lately.
AT_ONCE: Final = 50
PROBES_AT_ONCE: Final = 10
LOOK_EVERY_SECONDS: Final = 1
# A run ends before the queue loses patience with it; the next one claims on while this one waits for its last answers.
LEADS_SECONDS: Final = 60

Task = asyncio.Task[bool]

log = structlog.get_logger("webhooks")


@dataclass
class Flights:
    """What of this worker is on its way, and whether a run is looking for more."""

    tasks: dict[Task, Claim] = field(default_factory=dict)
    is_led: bool = False

    @property
    def room(self) -> Room:
        probes = sum(claim.is_probe for claim in self.tasks.values())
        return Room(AT_ONCE - len(self.tasks), PROBES_AT_ONCE - probes)

    def begin(self, ctx: dict[Any, Any], claim: Claim) -> Task:
        task = asyncio.create_task(_deliver(ctx, claim))
        self.tasks[task] = claim
        task.add_done_callback(self.tasks.pop)
        return task


async def deliver_webhooks(ctx: dict[Any, Any]) -> int:
    """How many were delivered. One run leads at a time; another one that is woken finds nothing to do."""
    flights: Flights = ctx.setdefault("flights", Flights())
    if flights.is_led:
        return 0
    own: set[Task] = set()
    try:
        await _lead(ctx, flights, own)
        return sum(await asyncio.gather(*own))
    finally:
        for task in own:
            task.cancel()


async def _lead(ctx: dict[Any, Any], flights: Flights, own: set[Task]) -> None:
    flights.is_led = True
    try:
        async with _work(ctx) as uow:
            await deliveries.drop(uow)
        end = asyncio.get_running_loop().time() + LEADS_SECONDS
        while asyncio.get_running_loop().time() < end:
            own |= {flights.begin(ctx, claim) for claim in await _claimed(ctx, flights.room)}
            under_way = [task for task in own if not task.done()]
            if not under_way:
                return
            await asyncio.wait(under_way, timeout=LOOK_EVERY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        flights.is_led = False


async def _claimed(ctx: dict[Any, Any], room: Room) -> list[Claim]:
    if room.all <= 0:
        return []
    async with _work(ctx) as uow:
        return await deliveries.claim(uow, room)


async def _deliver(ctx: dict[Any, Any], claim: Claim) -> bool:
    try:
        receipt = await _sent(ctx, claim)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one must not hold up the others
        log.warning("not recorded, trying again later", delivery=str(claim.id), error=type(error).__name__)
        await _put_off(ctx, claim)
        return False
    log.info("sent", delivery=str(claim.id), status=receipt.status_code, failure=receipt.failure)
    return receipt.failure is None


async def _sent(ctx: dict[Any, Any], claim: Claim) -> Receipt:
    sent = deliveries.parcel(claim, ctx["db"].target.keys, ctx["clock"]())
    receipt: Receipt = await ctx["webhooks"].send(sent)
    give_up_after = timedelta(days=ctx["settings"].webhooks.disable_after_days)
    async with _work(ctx) as uow:
        await deliveries.record(uow, claim, sent, receipt, give_up_after)
    return receipt


async def _put_off(ctx: dict[Any, Any], claim: Claim) -> None:
    try:
        async with _work(ctx) as uow:
            await deliveries.put_off(uow, claim)
    except Exception as error:  # noqa: BLE001 - its lease runs out, and its tries are counted
        log.warning("not put off", delivery=str(claim.id), error=type(error).__name__)


def _work(ctx: dict[Any, Any]) -> AbstractAsyncContextManager[UnitOfWork]:
    return unit_of_work(ctx["db"], Context(job(JOB), JOB), now=ctx["clock"]())
