"""Wakes on time and runs what is due; what is due stands in PostgreSQL."""

import asyncio
import contextlib
import json
import logging
from datetime import UTC
from typing import Any, Final

from arq import cron
from arq.connections import RedisSettings
from arq.worker import Worker
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisUnreachable
from redis.exceptions import TimeoutError as RedisTimeout

from app.settings import Settings

REDIS_PAUSE_SECONDS: Final = 2
FUNCTIONS: Final[list[Any]] = []

log = logging.getLogger(__name__)


class JobFailed(Exception):  # noqa: N818 - the name of an event, read in logs
    pass


async def sweep(ctx: dict[Any, Any]) -> None:
    """The heartbeat: whatever a lost wake-up left lying is found within a minute."""
    del ctx
    log.debug("sweep")


# A kept result would block the next run under the same id.
TIMETABLE: Final = [cron(sweep, second=0, keep_result=0)]


def redis_settings(dsn: str) -> RedisSettings:
    settings = RedisSettings.from_dsn(dsn)
    settings.retry = Retry(ExponentialBackoff(cap=1, base=0.05), retries=10)
    settings.retry_on_error = [RedisUnreachable, RedisTimeout, OSError]
    return settings


def to_bytes(job: dict[str, Any]) -> bytes:
    """JSON, for a pickle from Redis would be code of whoever wrote it."""
    return json.dumps(job, default=_plain).encode()


def from_bytes(data: bytes) -> dict[str, Any]:
    job: dict[str, Any] = json.loads(data)
    failure = job.get("r")
    if isinstance(failure, dict) and "failure" in failure:
        job["r"] = _exception(failure["failure"], failure["message"])
    return job


def _plain(value: object) -> object:
    if isinstance(value, BaseException):
        return {"failure": type(value).__name__, "message": str(value)}
    return str(value)


def _exception(name: str, message: str) -> BaseException:
    # Aborting a job looks for exactly this one.
    return asyncio.CancelledError() if name == "CancelledError" else JobFailed(f"{name}: {message}")


def run(settings: Settings) -> None:
    logging.basicConfig(level=settings.log.level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    """A Redis that is away for longer than the client's own patience is waited for."""
    while True:
        worker = _worker(settings)
        try:
            await worker.async_run()
        except (RedisUnreachable, RedisTimeout, OSError) as error:
            log.warning("Redis does not answer, trying again: %s", error)
            await asyncio.sleep(REDIS_PAUSE_SECONDS)
        finally:
            with contextlib.suppress(RedisUnreachable, RedisTimeout, OSError):
                await worker.close()


def _worker(settings: Settings) -> Worker:
    return Worker(
        functions=FUNCTIONS,
        cron_jobs=TIMETABLE,
        redis_settings=redis_settings(settings.redis.dsn),
        job_serializer=to_bytes,
        job_deserializer=from_bytes,
        timezone=UTC,
        health_check_interval=30,
    )
