"""The queue that wakes the worker: how to reach it, what travels on it, and the bell at the API's end."""

import asyncio
import json
from typing import Any, Final

import structlog
from arq.connections import ArqRedis, RedisSettings, create_pool
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisUnreachable
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeout

PATIENCE_SECONDS: Final = 1.0

log = structlog.get_logger("queue")


class JobFailed(Exception):  # noqa: N818 - the name of an event, read in logs
    pass


def redis_settings(dsn: str, *, retries: int = 10) -> RedisSettings:
    settings = RedisSettings.from_dsn(dsn)
    settings.retry = Retry(ExponentialBackoff(cap=1, base=0.05), retries=retries)
    settings.retry_on_error = [RedisUnreachable, RedisTimeout, OSError]
    settings.conn_retries = 0 if retries == 0 else settings.conn_retries
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


class QueueBell:
    """Rings by enqueueing. A queue that is away costs the request nothing but a line in the log."""

    def __init__(self, dsn: str) -> None:
        self._settings = redis_settings(dsn, retries=0)
        self._pool: ArqRedis | None = None

    async def ring(self, job: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                if self._pool is None:
                    self._pool = await create_pool(self._settings, job_serializer=to_bytes, job_deserializer=from_bytes)
                # One waiting wake-up of a kind is enough: it will see everything that is due.
                await self._pool.enqueue_job(job, _job_id=f"wake:{job}")
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("the worker could not be woken", job=job, error=type(error).__name__)

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.aclose()
