"""Sends the letters that are due. Losing a wake-up costs at most one sweep: the rows are in PostgreSQL."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

import structlog
from aiosmtplib import SMTPResponseException
from jinja2 import TemplateError

from app.adapters.mail import Envelope, UndeliverableError
from app.core.actors import job
from app.core.journal import Context
from app.core.uow import UnitOfWork, unit_of_work
from app.services import messages
from app.vocabulary import MessageStatus

log = structlog.get_logger("messages")


async def send_messages(ctx: dict[Any, Any]) -> int:
    """Claims and commits, sends, then records: no letter is on its way inside an open transaction."""
    sent = 0
    while claims := await _claimed(ctx):
        sent += sum(await asyncio.gather(*(_send(ctx, claim) for claim in claims)))
    return sent


async def _send(ctx: dict[Any, Any], claim: messages.Claim) -> bool:
    try:
        async with _work(ctx) as uow:
            envelope = await messages.prepare(uow, claim, ctx["settings"])
        return envelope is not None and await _deliver(ctx, claim, envelope)
    except (UndeliverableError, TemplateError) as error:
        log.warning("not deliverable", message=str(claim.id), error=_told(error))
        async with _work(ctx) as uow:
            await messages.finish(uow, claim, MessageStatus.FAILED, _told(error))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one letter must not hold up the others
        log.warning("not sent, trying again later", message=str(claim.id), error=_told(error))
        async with _work(ctx) as uow:
            await messages.put_off(uow, claim, _told(error))
    return False


async def _deliver(ctx: dict[Any, Any], claim: messages.Claim, envelope: Envelope) -> bool:
    await ctx["mail"].send(envelope)
    log.info("sent", message=str(claim.id), attempts=claim.attempts)
    async with _work(ctx) as uow:
        return await messages.finish(uow, claim, MessageStatus.SENT)


def _told(error: Exception) -> str:
    """The kind of the error and the server's code: its words repeat addresses."""
    if isinstance(error, UndeliverableError):
        return str(error)
    code = f" {error.code}" if isinstance(error, SMTPResponseException) else ""
    return f"{type(error).__name__}{code}"


def _work(ctx: dict[Any, Any]) -> AbstractAsyncContextManager[UnitOfWork]:
    return unit_of_work(ctx["db"], Context(job(messages.JOB), messages.JOB), now=ctx["clock"]())


async def _claimed(ctx: dict[Any, Any]) -> list[messages.Claim]:
    async with _work(ctx) as uow:
        return await messages.claim(uow)
