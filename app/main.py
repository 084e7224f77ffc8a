"""create_app(): the only place where routers, errors, middleware and resources meet."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter
from starlette.types import Receive, Scope, Send

from app.adapters.openid_terms import Outside
from app.adapters.queue import QueueBell
from app.adapters.shared_limits import ValkeyCount
from app.core import logging, openapi, problems, vault
from app.core.actors import Actor
from app.core.db import Database, Target
from app.core.http import utc_now
from app.core.journal import Context
from app.core.keys import ensure_key, load_keyring
from app.core.listing import Cursors
from app.core.middleware import BodyLimit, Metrics, RequestContext, SecurityHeaders, cross_origin
from app.core.passwords import Passwords
from app.core.runtime import Bell, Runtime, Silence
from app.core.sealing import Ring, master
from app.core.uow import unit_of_work
from app.errors import AppError
from app.routers import (
    access,
    account_life,
    account_pages,
    activities,
    agreements,
    api_keys,
    browser_sessions,
    calendar_feeds,
    calendars,
    campaigns,
    changes,
    checkpoints,
    consents,
    coverage,
    delegations,
    docs,
    documents,
    factors,
    files,
    handovers,
    health,
    identity,
    integrations,
    invitations,
    journal,
    letter_templates,
    letters,
    notifications,
    openid,
    openid_pages,
    operations,
    organizations,
    partnerships,
    people,
    personal_data,
    personal_reminders,
    projects,
    reference,
    reminder_rules,
    reminders,
    sessions,
    signing_keys,
    tasks,
    timelines,
    unsubscribe_pages,
    uploads,
    users,
    webhook_events,
    webhooks,
)
from app.settings import Settings, load

# Those with a prefix of their own come first: each that has none looks at all of its routes for every request.
ROUTERS = (
    partnerships, coverage, timelines, agreements, organizations, people, identity, consents, personal_data,
    changes, projects, delegations, activities, tasks, documents, uploads, files, reminders, reminder_rules,
    letters, letter_templates, campaigns, handovers, personal_reminders, notifications, unsubscribe_pages,
    calendar_feeds, calendars, invitations,
    users, integrations, webhooks, operations, checkpoints, journal,
    sessions, browser_sessions, signing_keys, factors, account_life, account_pages, access, reference,
    api_keys, openid, openid_pages,
    health,
)  # fmt: skip

Opener = Callable[[Settings, Callable[[], datetime]], Any]


def target(settings: Settings) -> Target:
    database, http = settings.database, settings.http
    return Target(database.app_dsn, database.pool_size, http.max_queue, Ring.of(settings))


@asynccontextmanager
async def opened(settings: Settings, clock: Callable[[], datetime]) -> AsyncIterator[Runtime]:
    """Everything one process needs, from the settings; closed at the end."""
    secret = master(settings)
    db = Database(target(settings))
    await db.open()
    passwords, bell, count = Passwords(), _bell(settings), _shared_count(settings)
    try:
        starting = Context(actor=Actor(kind="system", name="start-up"), verb="start_up")
        async with unit_of_work(db, starting, now=clock()) as uow:
            await vault.prepare(uow)
            await ensure_key(uow, secret)
            keyring = await load_keyring(uow.transaction.raw, secret, uow.now)
            if keyring is None:
                raise AppError("not_ready")
        runtime = Runtime(settings, db, Cursors(secret), passwords, keyring, bell=bell, shared_count=count)
        async with runtime.usage.kept(db):
            yield runtime
    finally:
        await bell.close()
        if count:
            await count.close()
        passwords.close()
        await db.close()


def _shared_count(settings: Settings) -> ValkeyCount | None:
    return ValkeyCount(settings.redis.dsn) if settings.redis.url and settings.limits.is_on else None


def _bell(settings: Settings) -> Bell:
    return QueueBell(settings.redis.dsn) if settings.redis.url else Silence()


def create_app(settings: Settings | None = None, *, opener: Opener = opened) -> FastAPI:
    """The application; `opener` gives it what it holds open (tests hand in their own)."""
    chosen = settings or load()
    registry = CollectorRegistry()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opener(chosen, app.state.clock) as runtime:
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
        webhooks=webhook_events.router,
    )
    _equip(app, chosen, registry)
    for router in ROUTERS:
        app.include_router(router.router)
    docs.install(app)
    openapi.install(app)
    problems.install(app)
    _surround(app, chosen, registry)
    return app


def _equip(app: FastAPI, settings: Settings, registry: CollectorRegistry) -> None:
    """What every request finds, also before anything is opened."""
    app.state.clock = utc_now
    app.state.openid = _outside(settings)
    app.state.registry = registry
    app.state.gauges = health.Gauges(registry)
    app.state.refusals = Counter(
        "pobratym_rate_limited", "Requests refused because a quota was used up.", ("lane",), registry=registry
    )


def _outside(settings: Settings) -> Outside | None:
    if not settings.openid.issuer:
        return None
    from app.adapters.openid import Provider  # noqa: PLC0415 - a seventh of the start, and few have a provider

    return Provider(settings.openid)


def _surround(app: FastAPI, settings: Settings, registry: CollectorRegistry) -> None:
    """Outside of everything, so that even the answer of last resort has its id and its headers."""
    logging.configure(level=settings.log.level.upper(), format=settings.log.format)

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        await problems.response(AppError("body_too_large"))(scope, receive, send)

    def limit(scope: Scope) -> int:
        is_file = scope["path"] == uploads.PATH and scope["method"] == "POST"
        return settings.files.max_bytes if is_file else settings.http.max_body_bytes

    inner = BodyLimit(app.build_middleware_stack(), limit, refuse)
    app.middleware_stack = RequestContext(Metrics(SecurityHeaders(cross_origin(inner, settings.http)), registry))
