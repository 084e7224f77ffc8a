"""Signing keys are renewed in time, and those whose last token has ended are retired."""

from datetime import timedelta
from typing import Any

import structlog

from app.core import keys
from app.core.actors import job
from app.core.journal import Context
from app.core.uow import unit_of_work
from app.settings import Settings

log = structlog.get_logger("keys")


async def tend_keys(ctx: dict[Any, Any]) -> dict[str, int]:
    settings: Settings = ctx["settings"]
    lives, secret = settings.tokens, settings.secret
    if secret is None:
        return {"renewed": 0, "retired": 0}
    age, ahead = timedelta(days=lives.key_days), timedelta(minutes=lives.key_ahead_minutes)
    async with unit_of_work(ctx["db"], Context(job("tend_keys"), "tend_keys"), now=ctx["clock"]()) as uow:
        renewed = await keys.rotate_aged(uow, secret.get_secret_value().encode(), age=age, ahead=ahead)
        retired = await keys.retire_old(uow, timedelta(minutes=lives.access_minutes))
    tended = {"renewed": int(renewed), "retired": retired}
    log.info("keys tended", **tended)
    return tended
