import asyncpg
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from app.core.http import runtime
from app.core.problems import Problem
from app.errors import AppError

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
    """For Prometheus; meant for the inner network."""
    return Response(generate_latest(request.app.state.registry), media_type=CONTENT_TYPE_LATEST)
