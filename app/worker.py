"""The worker: the list of jobs and the timetable. What is due stands in PostgreSQL; the queue wakes and executes."""

import asyncio
import contextlib
from datetime import UTC
from typing import Any, Final

import structlog
from arq import cron
from arq.worker import Worker, func
from redis.exceptions import ConnectionError as RedisUnreachable
from redis.exceptions import TimeoutError as RedisTimeout

from app.adapters.inbox import mailbox
from app.adapters.mail import post_office
from app.adapters.queue import from_bytes, redis_settings, to_bytes
from app.adapters.webhook_client import webhook_client
from app.core import logging
from app.core.clock import DatabaseClock
from app.core.db import Database, Target
from app.core.sealing import Ring
from app.jobs import (
    agreements,
    calendars,
    documents,
    events,
    journal_files,
    keys,
    messages,
    operations,
    reminder_planning,
    reminders,
    retention,
    seals,
    webhooks,
)
from app.settings import Settings

REDIS_PAUSE_SECONDS: Final = 2

# A kept result would block the next run under the same id.
FUNCTIONS: Final[list[Any]] = [
    func(reminder_planning.plan_reminders, keep_result=0),
    func(reminders.tell_reminders, keep_result=0),
    func(messages.send_messages, keep_result=0),
    func(webhooks.deliver_webhooks, keep_result=0),
    func(operations.run_operations, keep_result=0),
    func(documents.scan_files, keep_result=0),
    func(journal_files.export_journal, keep_result=0, timeout=journal_files.LONGEST),
]
TIMETABLE: Final = [
    # What is due is written down ahead by the hour, and whatever a lost wake-up left lying goes out within a minute.
    cron(reminder_planning.plan_reminders, second=5, run_at_startup=True, keep_result=0),
    cron(reminders.tell_reminders, second=set(range(0, 60, 3)), keep_result=0),
    cron(messages.send_messages, second=set(range(0, 60, 5)), keep_result=0),
    cron(events.dispatch_events, second=set(range(60)), keep_result=0),
    cron(webhooks.deliver_webhooks, second=set(range(0, 60, 2)), keep_result=0),
    cron(operations.run_operations, second=set(range(0, 60, 5)), keep_result=0),
    cron(seals.seal_journal, second=30, keep_result=0),
    cron(seals.tell_witness, minute=40, keep_result=0),
    cron(seals.verify_journal, hour=2, minute=10, timeout=seals.LONGEST_NIGHT, keep_result=0),
    cron(journal_files.export_journal, minute=set(range(60)), second=45, timeout=journal_files.LONGEST, keep_result=0),
    cron(journal_files.tend_journal, hour=1, minute=50, run_at_startup=True, keep_result=0),
    cron(documents.scan_files, second=15, keep_result=0),
    cron(documents.tidy_files, hour=1, minute=5, keep_result=0),
    cron(calendars.tell_invitations, second=20, keep_result=0),
    cron(calendars.read_inbox, second=40, keep_result=0),
    cron(agreements.end_terms, minute=5, keep_result=0),
    cron(keys.tend_keys, hour=1, minute=20, keep_result=0),
    cron(retention.purge, hour=1, minute=35, keep_result=0),
]

log = structlog.get_logger("worker")


def run(settings: Settings) -> None:
    logging.configure(level=settings.log.level.upper(), format=settings.log.format)
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    database, http = settings.database, settings.http
    db = Database(Target(database.app_dsn, database.pool_size, http.max_queue, Ring.of(settings)))
    await db.open()
    try:
        async with DatabaseClock(db).kept() as clock:
            await _serve(settings, db, clock)
    finally:
        await db.close()


async def _serve(settings: Settings, db: Database, clock: DatabaseClock) -> None:
    """A queue that is away for longer than the client's own patience is waited for."""
    while True:
        worker = _worker(settings, db, clock)
        try:
            await worker.async_run()
        except (RedisUnreachable, RedisTimeout, OSError) as error:
            log.warning("the queue does not answer, trying again", error=type(error).__name__)
            await asyncio.sleep(REDIS_PAUSE_SECONDS)
        finally:
            with contextlib.suppress(RedisUnreachable, RedisTimeout, OSError):
                await worker.close()


def _means(settings: Settings, db: Database, clock: DatabaseClock) -> dict[str, Any]:
    """What every job finds in its context. Each has a copy of its own, so what they share is made here."""
    return {
        "db": db,
        "clock": clock,
        "settings": settings,
        "mail": post_office(settings),
        "inbox": mailbox(settings),
        "webhooks": webhook_client(settings.webhooks),
        "flights": webhooks.Flights(),
        "operations": asyncio.Lock(),
    }


def _worker(settings: Settings, db: Database, clock: DatabaseClock) -> Worker:
    return Worker(
        functions=FUNCTIONS,
        cron_jobs=TIMETABLE,
        ctx=_means(settings, db, clock),
        redis_settings=redis_settings(settings.redis.dsn),
        job_serializer=to_bytes,
        job_deserializer=from_bytes,
        timezone=UTC,
        health_check_interval=30,
    )
