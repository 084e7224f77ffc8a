"""A year of the Association's life in the journal, five million entries, and how long one waits for a piece of it.

    .venv/bin/python -m tests.bench.journal_year [entries]

In a throw-away database of its own. The entries belong to an epoch of long ago, so that all of them lie below the
horizon. One record of the many is busier than any will ever be: it has five thousand entries.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
from alembic import command as alembic
from rich.console import Console
from rich.table import Table

from app.adapters.embedded_postgres import OWNER
from app.core import changes, history, migrate
from app.core.actors import EVERYTHING
from app.core.actors import command as by_command
from app.core.db import TIMEOUTS
from app.core.reading import prepare
from app.core.row_security import telling
from app.services import journal_reading
from tests.bench.cluster import TunedPostgres

BUSY: Final = UUID("00000000-0000-7000-8000-0000000000ff")
ROUNDS: Final = 60
YEAR: Final = timedelta(days=365)

MONTHS: Final = """
DO $$
DECLARE starts date;
BEGIN
  FOR ago IN 1..12 LOOP
    starts := (date_trunc('month', now()) - make_interval(months => ago))::date;
    EXECUTE format('CREATE TABLE IF NOT EXISTS journal_parts.%I PARTITION OF journal_parts.records FOR VALUES FROM (%L)
                    TO (%L)', 'records_' || to_char(starts, 'YYYY_MM'), starts, (starts + interval '1 month')::date);
    EXECUTE format('CREATE TABLE IF NOT EXISTS journal_parts.%I PARTITION OF journal_parts.access FOR VALUES FROM (%L)
                    TO (%L)', 'access_' || to_char(starts, 'YYYY_MM'), starts, (starts + interval '1 month')::date);
    EXECUTE format('CREATE TABLE IF NOT EXISTS journal_parts.%I PARTITION OF journal_parts.machine FOR VALUES FROM (%L)
                    TO (%L)', 'machine_' || to_char(starts, 'YYYY_MM'), starts, (starts + interval '1 month')::date);
  END LOOP;
END $$
"""
# Of twenty entries eight are about partnerships, and every second transaction writes two rows.
FILL: Final = """
INSERT INTO journal (kept, epoch, xid, at, actor_kind, actor_id, actor_name, verb, subject, subject_id, row_table,
                     row_id, row_version, operation, before, after, outcome)
SELECT CASE WHEN n % 20 = 18 THEN 'access' WHEN n % 20 = 19 THEN 'machine' ELSE 'records' END, 0,
       ((n / 2)::text)::xid8, now() - interval '360 days' + (n * 360.0 / $2) * interval '1 day',
       CASE WHEN n % 20 = 19 THEN 'job' ELSE 'user' END, one.actor, '',
       (ARRAY['edit_' || one.subject, 'move_' || one.subject, 'create_' || one.subject])[1 + n % 3],
       one.subject, CASE WHEN n % 1000 = 7 THEN $1::uuid ELSE one.id END, one.subject, one.id, (n % 40)::int + 1,
       CASE WHEN n % 3 = 2 THEN 'insert' WHEN n % 20 = 18 THEN 'note' ELSE 'update' END,
       jsonb_build_object('next_step', 'Надіслати проєкт меморандуму, ' || n, 'last_contact_on', '2026-03-01'),
       jsonb_build_object('next_step', 'Зателефонувати до ґміни, ' || n, 'last_contact_on', '2026-03-02'), 'done'
FROM generate_series($3::bigint, $4::bigint) n CROSS JOIN LATERAL (
  SELECT (ARRAY['partnerships', 'partnerships', 'partnerships', 'partnerships', 'organizations', 'agreements',
                'projects', 'delegations', 'people', 'users'])[1 + n % 10] AS subject,
         ('00000000-0000-7000-8000-' || lpad(to_hex(n % 50000), 12, '0'))::uuid AS id,
         ('00000000-0000-7000-9000-' || lpad(to_hex(n % 300), 12, '0'))::uuid AS actor
) one
"""
CHUNK: Final = 500_000


async def filled(dsn: str, count: int) -> None:
    connection = await asyncpg.connect(dsn, command_timeout=1800)
    await connection.execute(MONTHS)
    for first in range(0, count, CHUNK):
        await connection.execute(FILL, BUSY, count, first, min(first + CHUNK, count) - 1)
    await connection.execute("ANALYZE journal")
    await connection.close()


def listing(**filters: Any) -> tuple[str, list[Any]]:
    prepared = prepare(journal_reading.question(filters, EVERYTHING))
    values = {**journal_reading.values(filters, EVERYTHING), "before_id": history.NEWEST, "page_size": 51}
    return journal_reading.whole(prepared.text), prepared.arguments(values)


def questions(now: datetime) -> dict[str, Callable[[int], tuple[str, list[Any]]]]:
    def id(n: int) -> UUID:
        return UUID(f"00000000-0000-7000-8000-{(n * 977) % 50000:012x}")

    def actor(n: int) -> UUID:
        return UUID(f"00000000-0000-7000-9000-{n % 300:012x}")

    return {
        "history of a record": lambda n: (history.FIND, ["partnerships", id(n), history.NEWEST, 51]),
        "history of the busiest record": lambda _: (history.FIND, ["delegations", BUSY, history.NEWEST, 51]),
        "journal, newest": lambda _: listing(),
        "journal of an actor": lambda n: listing(actor_id=actor(n)),
        "journal of a record": lambda n: listing(subject="partnerships", subject_id=id(n)),
        "journal by verb": lambda _: listing(verb="move_delegations"),
        "journal of a week": lambda n: listing(since=now - timedelta(days=n + 7), until=now - timedelta(days=n)),
        "what was refused": lambda _: listing(outcome="denied"),
        "feed, a page": lambda n: (
            changes.first(200),
            [0, str(n * 10_000), "", changes.NOBODY, ["partnerships", "agreements"]],
        ),
    }


async def measured(dsn: str) -> dict[str, list[float]]:
    connection = await asyncpg.connect(dsn, server_settings=TIMEOUTS | {"statement_timeout": "60s"})
    now, found = datetime.now(UTC), dict[str, list[float]]()
    for name, question in questions(now).items():
        for number in range(ROUNDS):
            text, arguments = question(number)
            async with connection.transaction(readonly=True):
                await connection.execute(telling(by_command("bench"), now.date()))
                began = time.perf_counter()
                await connection.fetch(text, *arguments)
                found.setdefault(name, []).append((time.perf_counter() - began) * 1000)
    await connection.close()
    return found


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
    with tempfile.TemporaryDirectory(prefix="pobratym-year-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with TunedPostgres(folder) as postgres:
            urls = postgres.urls()
            alembic.upgrade(migrate.configuration(urls.owner), "head")
            began = time.perf_counter()
            asyncio.run(filled(urls.owner, count))
            console = Console()
            console.print(f"{count:,} entries in {time.perf_counter() - began:.0f} s, as {OWNER}")
            table = Table("question", "p50 ms", "p95 ms", "worst ms")
            for question, times in asyncio.run(measured(urls.app)).items():
                p95 = statistics.quantiles(times, n=20)[-1]
                table.add_row(question, f"{statistics.median(times):.1f}", f"{p95:.1f}", f"{max(times):.1f}")
            console.print(table)


if __name__ == "__main__":
    main()
