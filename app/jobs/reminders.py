"""Tells people what is due. Losing a wake-up costs at most one sweep: the rows are in PostgreSQL."""

import asyncio
from collections import Counter
from contextlib import AbstractAsyncContextManager
from typing import Any, Final
from uuid import UUID

import structlog

from app.core.actors import job
from app.core.journal import Context
from app.core.uow import UnitOfWork, unit_of_work
from app.services import digests, reminder_health, telling
from app.services.telling import Claim
from app.vocabulary import ReminderState

# As many at once as leave room for whoever else writes.
AT_ONCE: Final = 4

log = structlog.get_logger("reminders")


async def tell_reminders(ctx: dict[Any, Any]) -> dict[str, int]:
    """What became of what was due: planned reminders first, then letters, then what came of the letters before."""
    done: Counter[str] = Counter()
    while claims := await _claimed(ctx):
        done.update(each.value for each in await _together(ctx, claims) if each is not None)
    posted = sum([await _post(ctx, user_id) for user_id in await _people(ctx)])
    async with _work(ctx) as uow:
        await digests.settle(uow)
        await reminder_health.beat(uow, telling.JOB)
    if done:
        log.info("told", **done)
    return dict(done) | ({"letters": posted} if posted else {})


async def _together(ctx: dict[Any, Any], claims: list[Claim]) -> list[ReminderState | None]:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(claim: Claim) -> ReminderState | None:
        async with room:
            return await _tell(ctx, claim)

    return list(await asyncio.gather(*map(one, claims)))


async def _tell(ctx: dict[Any, Any], claim: Claim) -> ReminderState | None:
    try:
        async with _work(ctx) as uow:
            return await telling.tell(uow, claim)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one reminder must not hold up the others
        log.warning("not told, trying again later", reminder=str(claim.id), error=type(error).__name__)
        async with _work(ctx) as uow:
            later = await telling.put_off(uow, claim, type(error).__name__)
        return None if later else ReminderState.DEAD


async def _post(ctx: dict[Any, Any], user_id: UUID) -> int:
    try:
        async with _work(ctx) as uow:
            return await digests.post(uow, user_id, ctx["settings"])
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one person's letters must not hold up the others
        log.warning("letters not written, trying again later", user=str(user_id), error=type(error).__name__)
        async with _work(ctx) as uow:
            await digests.put_off(uow, user_id, type(error).__name__)
        return 0


def _work(ctx: dict[Any, Any]) -> AbstractAsyncContextManager[UnitOfWork]:
    return unit_of_work(ctx["db"], Context(job(telling.JOB), telling.JOB), now=ctx["clock"]())


async def _claimed(ctx: dict[Any, Any]) -> list[Claim]:
    async with _work(ctx) as uow:
        return await telling.claim(uow)


async def _people(ctx: dict[Any, Any]) -> list[UUID]:
    async with _work(ctx) as uow:
        return await digests.people(uow)
