import asyncio
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import asyncpg
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from pydantic import BaseModel, Field

from app.core import traffic
from app.core.actors import Actor
from app.core.http import clock, runtime
from app.core.problems import Problem
from app.core.uow import Reader
from app.errors import AppError, not_found
from app.rules import networks
from app.services import reminder_health, seal_reading
from app.services.reminder_health import Waiting
from app.services.seal_reading import Progress

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: str = Field(max_length=20)


class Sealing(BaseModel):
    """How old the oldest entry of the journal is that is not sealed yet."""

    lag_seconds: float = Field(ge=0)
    is_late: bool


class Telling(BaseModel):
    """How long the oldest reminder waits that somebody should have been told of."""

    lag_seconds: float = Field(ge=0)
    is_late: bool


class Readiness(Health):
    sealing: Sealing | None = Field(description="Null when the database was too busy to tell.")
    reminders: Telling | None = Field(description="Null when the database was too busy to tell.")


@dataclass(frozen=True)
class State:
    """How the work goes on that nobody waits for."""

    sealing: Progress
    reminders: Waiting


# Whoever asks how we are must not make it worse.
PATIENCE_SECONDS: Final = 1
AWAY: Final = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


@router.get("/livez")
async def get_liveness() -> Health:
    """The process answers."""
    return Health(status="ok")


@router.get("/readyz", responses={503: {"model": Problem}})
async def get_readiness(request: Request) -> Readiness:
    """The process can do its work: the database answers. Sealing and reminders that are late refuse nobody."""
    try:
        async with runtime(request).db.reading() as connection:
            await connection.fetchval("SELECT 1")
    except AWAY as error:
        raise AppError("not_ready", headers={"Retry-After": "2"}) from error
    found, settings = await _state(request), runtime(request).settings
    if found is None:
        return Readiness(status="ok", sealing=None, reminders=None)
    return Readiness(
        status="ok",
        sealing=Sealing(**_lag(found.sealing.lag, settings.journal.late_minutes)),
        reminders=Telling(**_lag(found.reminders.lag, settings.reminders.late_minutes)),
    )


def _lag(lag: timedelta, late_minutes: int) -> dict[str, Any]:
    return {"lag_seconds": round(lag.total_seconds(), 3), "is_late": lag > timedelta(minutes=late_minutes)}


async def _state(request: Request) -> State | None:
    """None while the database does not answer in time."""
    reader = Reader(Actor(kind="system", name="health"), None, clock(request), runtime(request).db)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return State(await seal_reading.progress(reader), await reminder_health.waiting(reader, reader.now))
    except (*AWAY, AppError):
        return None


@router.get("/metrics", response_class=Response, include_in_schema=False)
async def get_metrics(request: Request) -> Response:
    """For Prometheus: with the token of the settings, or without one from this very machine."""
    if not _may_measure(request):
        raise not_found()
    if found := await _state(request):
        request.app.state.gauges.show(found)
    return Response(generate_latest(request.app.state.registry), media_type=CONTENT_TYPE_LATEST)


class Gauges:
    """How the sealing and the telling go on, as it was when somebody last asked."""

    def __init__(self, registry: CollectorRegistry) -> None:
        about_lag = "Age of the oldest entry of the journal that is not sealed."
        self._lag = Gauge("pobratym_journal_sealing_lag_seconds", about_lag, registry=registry)
        self._size = Gauge("pobratym_journal_sealed_entries", "Entries under the newest checkpoint.", registry=registry)
        about_wait = "How long the oldest reminder waits that somebody should have been told of."
        self._wait = Gauge("pobratym_reminders_lag_seconds", about_wait, registry=registry)
        self._stuck = Gauge("pobratym_reminders_stuck", "What nobody could be told of.", registry=registry)

    def show(self, found: State) -> None:
        self._lag.set(found.sealing.lag.total_seconds())
        self._size.set(found.sealing.size)
        self._wait.set(found.reminders.lag.total_seconds())
        self._stuck.set(found.reminders.stuck)


def _may_measure(request: Request) -> bool:
    token = runtime(request).settings.http.metrics_token
    if token is None:
        return networks.is_here(traffic.address(request))
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token.get_secret_value()}".encode())
