import hmac

import asyncpg
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from app.core import traffic
from app.core.http import runtime
from app.core.problems import Problem
from app.errors import AppError, not_found
from app.rules import networks

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: str = Field(max_length=20)


@router.get("/livez")
async def get_liveness() -> Health:
    """The process answers."""
    return Health(status="ok")


@router.get("/readyz", responses={503: {"model": Problem}})
async def get_readiness(request: Request) -> Health:
    """The process can do its work: the database answers."""
    try:
        async with runtime(request).db.reading() as connection:
            await connection.fetchval("SELECT 1")
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise AppError("not_ready", headers={"Retry-After": "2"}) from error
    return Health(status="ok")


@router.get("/metrics", response_class=Response, include_in_schema=False)
async def get_metrics(request: Request) -> Response:
    """For Prometheus: with the token of the settings, or without one from this very machine."""
    if not _may_measure(request):
        raise not_found()
    return Response(generate_latest(request.app.state.registry), media_type=CONTENT_TYPE_LATEST)


def _may_measure(request: Request) -> bool:
    token = runtime(request).settings.http.metrics_token
    if token is None:
        return networks.is_here(traffic.address(request))
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token.get_secret_value()}".encode())
