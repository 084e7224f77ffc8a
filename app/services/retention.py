"""What has been kept for long enough: counted for whoever asks, and removed by the night's work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from app.core.uow import UnitOfWork
from app.rules.identity import CLASSES
from app.rules.retention import Fate, Retention, rule
from app.vocabulary import FieldClass, ParticularKind, RetentionClass

# Short statements: nobody waits for the locks of a night's work.
BATCH: Final = 5000

DAY: Final = "($1::timestamptz AT TIME ZONE 'Europe/Kyiv')::date"
# Whoever never had a position has not left one.
FORMER: Final = f"""
SELECT person_id FROM affiliations GROUP BY person_id
HAVING bool_and(ended_on IS NOT NULL) AND max(ended_on) < {DAY}
"""  # noqa: S608 - a constant of ours
HEALTH: Final = ", ".join(f"'{kind}'" for kind in ParticularKind if CLASSES[kind] is FieldClass.HEALTH)


@dataclass(frozen=True)
class Purge:
    """The rows of a table whose time is over; `$1` is the moment before which it is. `first` goes before them."""

    table: str
    over: str
    key: str = "id"
    first: str = ""

    @property
    def count(self) -> str:
        return f"SELECT count(*) FROM {self.table} WHERE {self.over}"  # noqa: S608 - names and conditions of ours

    @property
    def delete(self) -> str:
        return f"""
WITH over AS (SELECT {self.key} AS key FROM {self.table} WHERE {self.over} LIMIT $2) {self.first}
DELETE FROM {self.table} WHERE {self.key} IN (SELECT key FROM over)
"""  # noqa: S608 - names and conditions of ours


TOKENS: Final = ", tokens AS (DELETE FROM refresh_tokens WHERE session_id IN (SELECT key FROM over))"

# One line for each table that is emptied.
PURGES: Final[Mapping[RetentionClass, tuple[Purge, ...]]] = {
    RetentionClass.ANSWERS: (Purge("idempotency_keys", "created_at < $1"),),
    RetentionClass.SESSIONS: (Purge("sessions", "least(ended_at, expires_at) < $1", first=TOKENS),),
    RetentionClass.LETTERS: (Purge("messages", "status <> 'due' AND posted_at < $1"),),
    RetentionClass.INVITATIONS: (
        Purge("invitations", "sent_at < $1 AND activity_id IN (SELECT id FROM activities WHERE starts_at < $1)"),
    ),
    RetentionClass.REMINDERS: (Purge("planned_reminders", "state <> 'planned' AND due_at < $1 AND planned_at < $1"),),
    # How far the mailbox was read stands in the last of them.
    RetentionClass.RECEIVED_MAILS: (
        Purge("received_mails", "received_at < $1 AND id <> (SELECT id FROM received_mails ORDER BY id DESC LIMIT 1)"),
    ),
    RetentionClass.LINKS: (Purge("account_links", "expires_at < $1"),),
    RetentionClass.THROTTLES: (Purge("throttles", "last_failed_at < $1 AND free_at < $1", key="key_hash"),),
    RetentionClass.OPENID_ATTEMPTS: (Purge("openid_attempts", "created_at < $1"),),
    RetentionClass.DELIVERIES: (Purge("webhook_deliveries", "status <> 'due' AND queued_at < $1"),),
    RetentionClass.EXPORTS: (Purge("journal_exports", "status IN ('expired', 'failed') AND asked_at < $1"),),
    RetentionClass.OPERATIONS: (Purge("operations", "finished_at < $1"),),
    RetentionClass.CHALLENGES: (Purge("factor_challenges", "expires_at < $1"),),
    RetentionClass.USAGE: (Purge("integration_uses", f"day < {DAY}"),),
    RetentionClass.IDENTITY_DOCUMENTS: (Purge("identity_documents", f"expires_on < {DAY}"),),
    RetentionClass.FORMER_IDENTITY: (
        Purge("identity_documents", f"person_id IN ({FORMER})"),
        Purge("particulars", f"person_id IN ({FORMER})"),
    ),
    RetentionClass.HEALTH_PARTICULARS: (Purge("particulars", f"kind IN ({HEALTH}) AND updated_at < $1"),),
    RetentionClass.FORMER_CONTACTS: (Purge("people", f"erased_at IS NULL AND id IN ({FORMER})"),),
}
PROPOSED: Final = f"SELECT id FROM people WHERE erased_at IS NULL AND id IN ({FORMER}) ORDER BY id LIMIT $2"  # noqa: S608 - conditions of ours
RUNS: Final = """
SELECT to_char(at AT TIME ZONE 'Europe/Kyiv', 'YYYY-MM-DD HH24:MI') AS at, after ->> 'kept' AS kept,
       (after ->> 'count')::int AS count, (after ->> 'days')::int AS days
FROM journal WHERE subject = 'retention' AND operation = 'note' ORDER BY id DESC LIMIT $1
"""


@dataclass(frozen=True)
class Outlook:
    """What would go tonight, or what a person should look at."""

    rule: Retention
    count: int


def rules(on: date, fate: Fate) -> list[Retention]:
    found = (rule(kept, on) for kept in RetentionClass)
    return [each for each in found if each is not None and each.fate is fate]


async def outlook(uow: UnitOfWork) -> list[Outlook]:
    """Nothing is touched."""
    known = [each for fate in (Fate.PURGE, Fate.PROPOSE) for each in rules(uow.today, fate)]
    return [Outlook(each, await _count(uow, each)) for each in known]


async def _count(uow: UnitOfWork, each: Retention) -> int:
    before = uow.now - each.duration
    counts = [await uow.transaction.raw.fetchval(purge.count, before) for purge in PURGES[each.kept]]
    return sum(counts)


async def batch(uow: UnitOfWork, purge: Purge, before: datetime) -> int:
    done: str = await uow.transaction.raw.execute(purge.delete, before, BATCH)
    return int(done.rpartition(" ")[2])


async def remember(uow: UnitOfWork, each: Retention, count: int) -> None:
    """One note for a class: what went, and by which rule."""
    facts = {"kept": each.kept.value, "count": count, "days": each.days, "confirmed": each.confirmed}
    await uow.note("purged", "retention", facts=facts)


async def proposed(uow: UnitOfWork, limit: int) -> list[UUID]:
    """People whom somebody should look at: nothing of them goes by itself."""
    found = next((each for each in rules(uow.today, Fate.PROPOSE)), None)
    if found is None:
        return []
    rows = await uow.transaction.raw.fetch(PROPOSED, uow.now - found.duration, limit)
    return [row["id"] for row in rows]


async def runs(uow: UnitOfWork, limit: int) -> list[Any]:
    """What the nights before have removed, the newest first."""
    return list(await uow.transaction.raw.fetch(RUNS, limit))
