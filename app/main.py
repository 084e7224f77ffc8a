"""create_app(): the only place where routers, errors, middleware and resources meet."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.types import Receive, Scope, Send

from app.adapters.queue import QueueBell
from app.core import logging, openapi, problems
from app.core.actors import Actor
from app.core.db import Database, Target
from app.core.http import utc_now
from app.core.journal import Context
from app.core.keys import ensure_key, load_keyring
from app.core.listing import Cursors
from app.core.middleware import BodyLimit, Metrics, RequestContext, SecurityHeaders
from app.core.passwords import Passwords
from app.core.runtime import Bell, Runtime, Silence
from app.core.uow import unit_of_work
from app.errors import AppError
from app.routers import (
    agreements,
    coverage,
    delegations,
    docs,
    health,
    organizations,
    partnerships,
    people,
    projects,
    reference,
    reminders,
    sessions,
    users,
)
from app.settings import Settings, load

ROUTERS = (
    sessions, users, organizations, people, partnerships, agreements,
    coverage, projects, delegations, reminders, reference,
    health,
)  # fmt: skip

Opener = Callable[[Settings], Any]


def target(settings: Settings) -> Target:
    return Target(settings.database.app_dsn, settings.database.pool_size, settings.http.max_queue)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Runtime]:
    """Everything one process needs, from the settings; closed at the end."""
    if settings.secret is None:
        raise AppError("not_ready")
    secret = settings.secret.get_secret_value().encode()
    db = Database(target(settings))
    await db.open()
    passwords, bell = Passwords(), _bell(settings)
    try:
        starting = Context(actor=Actor(kind="system", name="start-up"), verb="start_up")
        async with unit_of_work(db, starting) as uow:
            await ensure_key(uow, secret)
            keyring = await load_keyring(uow, secret)
        yield Runtime(settings, db, Cursors(secret), passwords, keyring, bell=bell)
    finally:
        await bell.close()
        passwords.close()
        await db.close()


def _bell(settings: Settings) -> Bell:
    return QueueBell(settings.redis.dsn) if settings.redis.url else Silence()


def create_app(settings: Settings | None = None, *, opener: Opener = opened) -> FastAPI:
    """The application; `opener` gives it what it holds open (tests hand in their own)."""
    chosen = settings or load()
    registry = CollectorRegistry()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opener(chosen) as runtime:
            app.state.runtime = runtime
            gc.collect()
            gc.freeze()  # what lives as long as the process need not be walked through while somebody waits
            yield

    app = FastAPI(
        title="Pobratym",
        version="0.1.0",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        separate_input_output_schemas=False,
        redirect_slashes=False,
        strict_content_type=False,
    )
    app.state.clock = utc_now
    app.state.registry = registry
    for router in ROUTERS:
        app.include_router(router.router)
    docs.install(app)
    openapi.install(app)
    problems.install(app)
    _surround(app, chosen, registry)
    return app


def _surround(app: FastAPI, settings: Settings, registry: CollectorRegistry) -> None:
    """Outside of everything, so that even the answer of last resort has its id and its headers."""
    logging.configure(level=settings.log.level.upper(), format=settings.log.format)

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        await problems.response(AppError("body_too_large"))(scope, receive, send)

    inner = BodyLimit(app.build_middleware_stack(), lambda _: settings.http.max_body_bytes, refuse)
    app.middleware_stack = RequestContext(Metrics(SecurityHeaders(inner), registry))
