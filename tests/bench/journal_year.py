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
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
from alembic import command as alembic
from rich.console import Console
from rich.table import Table

from app.adapters.embedded_postgres import DATABASE, SUPERUSER
from app.core import changes, history, migrate
from app.core.actors import Reach
from app.core.actors import command as by_command
from app.core.db import TIMEOUTS
from app.core.row_security import telling
from app.services import journal_reading, journal_search
from app.services.journal_search import Question
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


# Every one of the cities has a row of its own, and three partnerships; the first in twenty-five lies in one oblast.
RECORDS: Final = """
SET session_replication_role = replica;
INSERT INTO organizations (id, kind, name_en, country, oblast_code)
SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n * 10 + 4), 12, '0'))::uuid, 'hromada', 'City ' || n, 'UA',
       CASE WHEN n % 25 = 0 THEN 'here' ELSE 'there' END
FROM generate_series(0, 1499) n;
INSERT INTO partnerships
  (id, number, title_uk, track, stage, status, started_on, stage_entered_at, verification)
SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n * 10 + n % 4), 12, '0'))::uuid, 'PRT-' || n, '', '', '', '',
       now()::date, now(), ''
FROM generate_series(0, 4499) n;
INSERT INTO partnership_parties (id, position, joined_on, partnership_id, organization_id, role)
SELECT gen_random_uuid(), 0, now()::date, ('00000000-0000-7000-8000-' || lpad(to_hex(n * 10 + n % 4), 12, '0'))::uuid,
       ('00000000-0000-7000-8000-' || lpad(to_hex(n / 3 * 10 + 4), 12, '0'))::uuid, ''
FROM generate_series(0, 4499) n;
INSERT INTO journal_leaves (position, journal_id, hash, mark)
SELECT row_number() OVER (ORDER BY id) - 1, id, sha256(id::text::bytea), '' FROM journal;
"""
READY: Final = "VACUUM ANALYZE journal; VACUUM ANALYZE journal_leaves; ANALYZE"


async def filled(dsn: str, count: int) -> None:
    connection = await asyncpg.connect(dsn, command_timeout=1800)
    await connection.execute(MONTHS)
    for first in range(0, count, CHUNK):
        await connection.execute(FILL, BUSY, count, first, min(first + CHUNK, count) - 1)
    await connection.execute(RECORDS)
    for statement in READY.split("; "):
        await connection.execute(statement)
    await connection.close()


class Waiting:
    """Asks as the program does, within the time-outs of the program."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def rows(self, text: str, arguments: list[Any]) -> list[Any]:
        found: list[Any] = await self._connection.fetch(text, *arguments)
        return found


Ask = Callable[[Waiting, int], Awaitable[Any]]


def listed(asked: Callable[[int], Question]) -> Ask:
    return lambda waiting, n: journal_search.find(waiting, asked(n), 50, None, journal_reading.SHAPE)


def stated(asked: Callable[[int], tuple[str, list[Any]]]) -> Ask:
    return lambda waiting, n: waiting.rows(*asked(n))


def record(n: int) -> UUID:
    return UUID(f"00000000-0000-7000-8000-{n % 50_000:012x}")


def partnership(n: int) -> UUID:
    return record(n * 970 + n % 4)


def city(n: int) -> UUID:
    return record(n * 7 % 1500 * 10 + 4)


def actor(n: int) -> UUID:
    return UUID(f"00000000-0000-7000-9000-{n % 300:012x}")


def questions(now: datetime) -> dict[str, Ask]:
    today = now.date()
    oblast = Reach(oblasts=frozenset({"here"}), today=today)

    def week(n: int) -> dict[str, datetime]:
        return {"since": now - timedelta(days=5 * n + 7), "until": now - timedelta(days=5 * n)}

    return {
        "history of a record": stated(lambda n: (history.FIND, ["partnerships", partnership(n), history.NEWEST, 51])),
        "history of the busiest record": stated(lambda _: (history.FIND, ["delegations", BUSY, history.NEWEST, 51])),
        "journal, newest": listed(lambda _: Question({})),
        "journal of a week": listed(lambda n: Question(week(n))),
        "of an actor": listed(lambda n: Question({"actor_id": actor(n)})),
        "of an actor in a week": listed(lambda n: Question({"actor_id": actor(n)} | week(n))),
        "of jobs": listed(lambda _: Question({"actor_kind": "job"})),
        "of integrations, of which there is none": listed(lambda _: Question({"actor_kind": "integration"})),
        "of a record": listed(lambda n: Question({"subject": "partnerships", "subject_id": partnership(n)})),
        "of a resource": listed(lambda _: Question({"subject": "users"})),
        "by verb": listed(lambda _: Question({"verb": "move_delegations"})),
        "by a verb that nobody used": listed(lambda _: Question({"verb": "erase_person"})),
        "by operation": listed(lambda _: Question({"operation": "note"})),
        "what was refused": listed(lambda _: Question({"outcome": "denied"})),
        "of an organization": listed(lambda n: Question({"organization_id": city(n)})),
        "for an auditor of an organization": listed(
            lambda n: Question({}, Reach(organizations=frozenset({city(n)}), today=today))
        ),
        "for an auditor of an oblast": listed(lambda _: Question({}, oblast)),
        "feed, a page": stated(
            lambda n: (changes.first(200), [0, str(n * 10_000), "", changes.NOBODY, ["partnerships", "agreements"]])
        ),
    }


async def measured(dsn: str) -> dict[str, list[float]]:
    connection = await asyncpg.connect(dsn, server_settings=TIMEOUTS)
    now, found = datetime.now(UTC), dict[str, list[float]]()
    for name, ask in questions(now).items():
        for number in range(ROUNDS):
            async with connection.transaction(readonly=True):
                await connection.execute(telling(by_command("bench"), now.date()))
                began = time.perf_counter()
                await ask(Waiting(connection), number)
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
            asyncio.run(filled(postgres.url(SUPERUSER, DATABASE), count))
            console = Console()
            console.print(f"{count:,} entries in {time.perf_counter() - began:.0f} s, ready")
            # The first time a connection hears a question, its plan is made.
            table = Table("question", "first ms", "p50 ms", "p95 ms", "worst ms")
            for question, times in asyncio.run(measured(urls.app)).items():
                first, *later = times
                figures = first, statistics.median(later), statistics.quantiles(later, n=20)[-1], max(later)
                table.add_row(question, *(f"{each:.1f}" for each in figures))
            console.print(table)


if __name__ == "__main__":
    main()
