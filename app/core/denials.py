"""Refusals to somebody who is known stand in the journal, too: who tried what, on which record, and was told no.

The request's own transaction is gone by then, so each has one of its own. One of a kind in a minute is enough: nobody
fills the journal by asking again and again.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import structlog
from fastapi import Request

from app.core import context
from app.core.actors import Actor
from app.core.journal import Context, Note
from app.core.runtime import Runtime
from app.core.uow import unit_of_work
from app.errors import AppError
from app.vocabulary import JournalOutcome

VERB: Final = "denied"
STATUS: Final = 403

log = structlog.get_logger("denials")


async def remember(request: Request, refusal: AppError) -> None:
    """Whatever goes wrong here, the refusal is what the client hears."""
    actor: Actor | None = request.scope.get("state", {}).get("asker")
    if refusal.status != STATUS or actor is None:
        return
    running: Runtime = request.app.state.runtime
    now: datetime = request.app.state.clock()
    if not running.recent.is_first((actor.id, _name(request)), now):
        return
    try:
        about = Context(actor=actor, verb=VERB, request_id=context.request_id.get())
        async with unit_of_work(running.db, about, now=now) as uow:
            await uow.remember(_note(request, refusal))
    except (AppError, OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        log.warning("a refusal was not recorded", operation=_name(request), error=type(error).__name__)


def _name(request: Request) -> str:
    name: str = request.scope["route"].name
    return name


def _note(request: Request, refusal: AppError) -> Note:
    resource = request.url.path.strip("/").split("/")[1:2]
    facts = {"operation": _name(request), "code": refusal.code}
    subject = resource[0].replace("-", "_") if resource else "api"
    return Note(VERB, subject, _id(request), facts, outcome=JournalOutcome.DENIED)


def _id(request: Request) -> UUID | None:
    given = request.path_params.get("id")
    try:
        return UUID(str(given)) if given is not None else None
    except ValueError:
        return None
