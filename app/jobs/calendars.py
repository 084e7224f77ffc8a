"""Tells guests of meetings what has changed, and reads what their calendars answer."""

from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import structlog

from app.adapters.inbox import Arrived, UnreachableError
from app.core.actors import job
from app.core.journal import Context
from app.core.uow import UnitOfWork, unit_of_work
from app.services import inbox, invitations

INBOX: Final = "read_inbox"
# Of one run; the next one goes on.
MOST: Final = 50

log = structlog.get_logger("calendars")


async def tell_invitations(ctx: dict[Any, Any]) -> int:
    """One meeting, one transaction."""
    async with _work(ctx, invitations.JOB) as uow:
        changed = await invitations.changed(uow)
    told = 0
    for id in changed:
        async with _work(ctx, invitations.JOB) as uow:
            told += await invitations.follow(uow, ctx["settings"], id)
    return told


async def read_inbox(ctx: dict[Any, Any]) -> int:
    """How many mails were dealt with. The mailbox is asked outside of any transaction, and left as it is."""
    if (mailbox := ctx["inbox"]) is None:
        return 0
    async with _work(ctx, INBOX) as uow:
        place = await inbox.place(uow)
    try:
        arrived = await mailbox.after(*place, MOST)
    except UnreachableError as error:
        log.warning("the mailbox cannot be read, trying again later", error=str(error))
        return 0
    for each in arrived:
        await _deal(ctx, each)
    return len(arrived)


async def _deal(ctx: dict[Any, Any], arrived: Arrived) -> None:
    try:
        async with _work(ctx, INBOX) as uow:
            outcome = await inbox.deal(uow, ctx["settings"], arrived)
        if outcome is not None:
            log.info("mail", uid=arrived.uid, kind=outcome.kind, outcome=outcome.code)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one mail must not hold up the others
        log.warning("mail could not be dealt with", uid=arrived.uid, error=type(error).__name__)
        async with _work(ctx, INBOX) as uow:
            await inbox.give_up(uow, arrived, error)


def _work(ctx: dict[Any, Any], verb: str) -> AbstractAsyncContextManager[UnitOfWork]:
    return unit_of_work(ctx["db"], Context(job(verb), verb), now=ctx["clock"]())
