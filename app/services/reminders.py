"""Reminders: planned from the rules, claimed under a lease, delivered once, read by their person."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from sqlmodel import col, select
from uuid_utils.compat import uuid7

from app.core import context
from app.core.uow import Reader, UnitOfWork
from app.core.wording import words
from app.errors import Sentence, not_found
from app.models import Reminder
from app.rules import reminders as rules
from app.schemas.reminders import ReminderPage, ReminderRead
from app.vocabulary import ReminderRule, ReminderStatus

LEASE: Final = timedelta(seconds=60)
BATCH: Final = 100

# The coordinator; without one, whoever manages a party's hromada.
AUDIENCE: Final = """
coalesce(
  (SELECT array_agg(u.id) FROM users u WHERE u.id = p.coordinator_id AND u.is_active),
  (SELECT array_agg(DISTINCT g.user_id) FROM partnership_parties pp
     JOIN grants g ON g.organization_id = pp.organization_id AND g.role = 'hromada_manager'
      AND g.valid_from <= $1 AND (g.valid_to IS NULL OR g.valid_to > $1)
     JOIN users u ON u.id = g.user_id AND u.is_active
   WHERE pp.partnership_id = p.id AND pp.left_on IS NULL),
  '{}'
)
"""

EXPIRING: Final = f"""
SELECT a.id, a.number, a.title_uk, a.expires_on AS anchor, {AUDIENCE} AS audience
FROM agreements a JOIN partnerships p ON p.id = a.partnership_id
WHERE a.archived_at IS NULL AND p.archived_at IS NULL AND a.status IN ('signed', 'registered', 'in_force')
  AND a.expires_on BETWEEN $1 AND $1 + 200
"""  # noqa: S608 - the only thing formatted in is a constant of ours

STANDING_STILL: Final = f"""
SELECT p.id, p.number, p.title_uk, x.anchor, {AUDIENCE} AS audience
FROM partnerships p CROSS JOIN LATERAL (
  SELECT greatest(p.started_on, p.last_contact_on, (p.stage_entered_at AT TIME ZONE 'Europe/Kyiv')::date) AS anchor
) x
WHERE p.archived_at IS NULL AND p.status = 'active' AND x.anchor BETWEEN $1 - 500 AND $1 - 300
"""  # noqa: S608 - the only thing formatted in is a constant of ours

SOURCES: Final = (
    (ReminderRule.AGREEMENT_EXPIRES, "agreements", EXPIRING),
    (ReminderRule.PARTNERSHIP_STANDS_STILL, "partnerships", STANDING_STILL),
)

PLAN: Final = """
INSERT INTO reminders (id, rule, subject, subject_id, user_id, occurs_on, due_at, status, facts)
SELECT x.id, x.rule, x.subject, x.subject_id, x.user_id, x.occurs_on, x.due_at, 'due', x.facts
FROM json_to_recordset($1::json) AS x(id uuid, rule text, subject text, subject_id uuid, user_id uuid,
                                      occurs_on date, due_at timestamptz, facts jsonb)
ON CONFLICT (rule, subject_id, occurs_on, user_id) DO NOTHING
"""

CLAIM: Final = """
UPDATE reminders SET lease_until = clock_timestamp() + $2, fence = fence + 1, attempts = attempts + 1
WHERE id IN (
  SELECT id FROM reminders
  WHERE status = 'due' AND due_at <= $1 AND (lease_until IS NULL OR lease_until < clock_timestamp())
  ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
RETURNING id, fence, user_id
"""

# Whoever lost the lease meanwhile finds another fence here, and records nothing.
FINISH: Final = """
UPDATE reminders SET status = 'sent', delivered_at = $3, lease_until = NULL
WHERE id = $1 AND fence = $2 AND status = 'due'
"""

MINE: Final = """
SELECT row_to_json(r)::text FROM reminders r
WHERE r.user_id = $1 AND r.status <> 'due' AND ($2::uuid IS NULL OR r.id < $2) ORDER BY r.id DESC LIMIT $3
"""


@dataclass(frozen=True)
class Claim:
    id: UUID
    fence: int
    user_id: UUID


async def plan(uow: UnitOfWork) -> int:
    """Writes the rows that are due today; planning twice cannot make two."""
    rows = []
    for rule, table, source in SOURCES:
        for row in await uow.rows(source, [uow.today]):
            subject = rules.Subject(rule, table, row[0], row[1], row[2], row[3], tuple(row[4]))
            rows += [_row(found) for found in rules.occurrences(subject, uow.today)]
    done: str = (
        await uow.transaction.raw.execute(PLAN, orjson.dumps(rows, default=str).decode()) if rows else "INSERT 0 0"
    )
    return int(done.rpartition(" ")[2])


def _row(found: rules.Occurrence) -> dict[str, Any]:
    subject = found.subject
    return {
        "id": uuid7(),
        "rule": subject.rule,
        "subject": subject.table,
        "subject_id": subject.id,
        "user_id": found.user_id,
        "occurs_on": found.occurs_on,
        "due_at": found.due_at,
        "facts": {
            "number": subject.number,
            "title": subject.title,
            "on": subject.anchor.isoformat(),
            "is_late": found.is_late,
        },
    }


async def claim(uow: UnitOfWork) -> list[Claim]:
    """Some of what is due, leased to this worker; a worker that dies gives them back by silence."""
    rows = await uow.transaction.raw.fetch(CLAIM, uow.now, LEASE, BATCH)
    return [Claim(*row) for row in rows]


async def record_delivery(uow: UnitOfWork, claim: Claim) -> bool:
    """True when this worker still held the lease."""
    done: str = await uow.transaction.raw.execute(FINISH, claim.id, claim.fence, uow.now)
    return done == "UPDATE 1"


async def mine(reader: Reader, limit: int, before: UUID | None) -> ReminderPage:
    rows = await reader.rows(MINE, [reader.actor.id, before, limit + 1])
    found = [orjson.loads(row[0]) for row in rows]
    language = context.language.get()
    items = [_read(row, language) for row in found[:limit]]
    return ReminderPage(items=items, next_cursor=str(items[-1].id) if len(found) > limit else None)


def _read(row: dict[str, Any], language: str) -> ReminderRead:
    facts = row["facts"] | {"on": date.fromisoformat(row["facts"]["on"])}
    return ReminderRead(
        id=UUID(row["id"]),
        rule=ReminderRule(row["rule"]),
        status=ReminderStatus(row["status"]),
        subject=row["subject"],
        subject_id=UUID(row["subject_id"]),
        text=words(Sentence(row["rule"], facts), language),
        occurs_on=date.fromisoformat(row["occurs_on"]),
        is_late=facts["is_late"],
        due_at=datetime.fromisoformat(row["due_at"]),
        delivered_at=datetime.fromisoformat(row["delivered_at"]) if row["delivered_at"] else None,
    )


async def done(uow: UnitOfWork, id: UUID) -> Reminder:
    """Somebody else's reminder looks absent."""
    query = select(Reminder).where(col(Reminder.id) == id, col(Reminder.user_id) == uow.actor.id).with_for_update()
    reminder = (await uow.session.scalars(query)).one_or_none()
    if reminder is None:
        raise not_found()
    reminder.status = ReminderStatus.DONE
    reminder.read_at = reminder.read_at or uow.now
    await uow.flush()
    return reminder


def read(reminder: Reminder) -> ReminderRead:
    row = reminder.model_dump(mode="json")
    return _read(row, context.language.get())
