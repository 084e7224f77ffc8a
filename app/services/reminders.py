"""Reminders: planned from the rules, claimed under a lease, delivered once, read by their person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlmodel import SQLModel, col, select
from uuid_utils.compat import uuid7

from app.core import context
from app.core.actors import Reach
from app.core.reading import STATEMENTS, constant
from app.core.uow import Reader, UnitOfWork, require_visible
from app.core.visibility import visible
from app.core.wording import words
from app.errors import Sentence, not_found
from app.models import Agreement, Partnership, Reminder
from app.rules import agreements
from app.rules import reminders as rules
from app.schemas.reminders import ReminderPage, ReminderRead
from app.vocabulary import PartnershipStatus, ReminderRule, ReminderStatus, Role

LEASE: Final = timedelta(seconds=60)
BATCH: Final = 100

# Of each source: today, the role of those who manage, the live statuses, the first and the last anchor.
# The coordinator who may still see the partnership; without one, whoever manages a party's hromada.
AUDIENCE: Final = """
coalesce(
  (SELECT array_agg(u.id) FROM users u WHERE u.id = p.coordinator_id AND u.is_active AND EXISTS (
     SELECT FROM grants g WHERE g.user_id = u.id
      AND g.valid_from <= $1::date AND (g.valid_to IS NULL OR g.valid_to > $1::date)
      AND (g.scope = 'association' OR EXISTS (
        SELECT FROM partnership_parties pp JOIN organizations o ON o.id = pp.organization_id
        WHERE pp.partnership_id = p.id AND (pp.left_on IS NULL OR pp.left_on >= $1::date)
          AND (o.id = g.organization_id OR o.oblast_code = g.oblast_code))))),
  (SELECT array_agg(DISTINCT g.user_id) FROM partnership_parties pp
     JOIN grants g ON g.organization_id = pp.organization_id AND g.role = $2
      AND g.valid_from <= $1::date AND (g.valid_to IS NULL OR g.valid_to > $1::date)
     JOIN users u ON u.id = g.user_id AND u.is_active
   WHERE pp.partnership_id = p.id AND (pp.left_on IS NULL OR pp.left_on >= $1::date)),
  '{}'
)
"""

EXPIRING: Final = f"""
SELECT a.id, a.number, a.title_uk, a.expires_on AS anchor, {AUDIENCE} AS audience
FROM agreements a JOIN partnerships p ON p.id = a.partnership_id
WHERE a.archived_at IS NULL AND p.archived_at IS NULL AND a.status = ANY($3::text[])
  AND a.expires_on BETWEEN $4 AND $5
"""  # noqa: S608 - the only thing formatted in is a constant of ours

STANDING_STILL: Final = f"""
SELECT p.id, p.number, p.title_uk, x.anchor, {AUDIENCE} AS audience
FROM partnerships p CROSS JOIN LATERAL (
  SELECT greatest(p.started_on, p.last_contact_on, (p.stage_entered_at AT TIME ZONE 'Europe/Kyiv')::date) AS anchor
) x
WHERE p.archived_at IS NULL AND p.status = ANY($3::text[]) AND x.anchor BETWEEN $4 AND $5
"""  # noqa: S608 - the only thing formatted in is a constant of ours


class Source(NamedTuple):
    rule: ReminderRule
    subject: type[SQLModel]
    text: str
    live: tuple[str, ...]


SOURCES: Final = (
    Source(ReminderRule.AGREEMENT_EXPIRES, Agreement, EXPIRING, tuple(sorted(agreements.LIVE))),
    Source(ReminderRule.PARTNERSHIP_STANDS_STILL, Partnership, STANDING_STILL, (PartnershipStatus.ACTIVE,)),
)
SUBJECTS: Final = {str(source.subject.__tablename__): source.subject for source in SOURCES}

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


@dataclass(frozen=True)
class Claim:
    id: UUID
    fence: int
    user_id: UUID


async def plan(uow: UnitOfWork) -> int:
    """Writes the rows that are due today; planning twice cannot make two."""
    rows = []
    for source in SOURCES:
        asked = [uow.today, Role.HROMADA_MANAGER, source.live, *rules.window(source.rule, uow.today)]
        table = str(source.subject.__tablename__)
        for row in await uow.rows(source.text, asked):
            subject = rules.Subject(source.rule, table, row[0], row[1], row[2], row[3], tuple(row[4]))
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
    """Of what I may still see: a reminder names its record."""
    reaches = {subject: reader.reach(subject) for subject in SUBJECTS.values()}
    shape = ("reminders", *(bool(reach) and reach.shape for reach in reaches.values()), before is not None)
    prepared = STATEMENTS.get(shape, lambda: _mine(reaches, is_first=before is None))
    # Who reads the one reads the other, and equally far.
    values = next(iter(reaches.values())).parameters() | {"user_id": reader.actor.id, "page_size": limit + 1}
    rows = await reader.rows(prepared.text, prepared.arguments(values | {"before": before}))
    found = [orjson.loads(row[0]) for row in rows]
    language = context.language.get()
    items = [_read(row, language) for row in found[:limit]]
    return ReminderPage(items=items, next_cursor=str(items[-1].id) if len(found) > limit else None)


def _mine(reaches: Mapping[type[SQLModel], Reach], *, is_first: bool) -> Any:
    id, about = col(Reminder.id), col(Reminder.subject_id)
    seen = [
        sa.and_(
            col(Reminder.subject) == constant(name),
            about.in_(select(col(model.id)).where(visible(model, reaches[model]))),  # type: ignore[attr-defined]  # every table has one
        )
        for name, model in SUBJECTS.items()
    ]
    mine = col(Reminder.user_id) == sa.bindparam("user_id", type_=sa.Uuid())
    rows = sa.select(sa.cast(sa.func.row_to_json(sa.literal_column("reminders")), sa.Text)).select_from(Reminder)
    rows = rows.where(mine, col(Reminder.status) != constant(ReminderStatus.DUE), sa.or_(*seen))
    if not is_first:
        rows = rows.where(id < sa.bindparam("before", type_=sa.Uuid()))
    return rows.order_by(id.desc()).limit(sa.bindparam("page_size", type_=sa.BigInteger()))


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
    """Somebody else's reminder looks absent, and so does one about a record that I no longer see."""
    query = select(Reminder).where(col(Reminder.id) == id, col(Reminder.user_id) == uow.actor.id).with_for_update()
    reminder = (await uow.session.scalars(query)).one_or_none()
    if reminder is None:
        raise not_found()
    await require_visible(uow, SUBJECTS[reminder.subject], reminder.subject_id)
    reminder.status = ReminderStatus.DONE
    reminder.read_at = reminder.read_at or uow.now
    await uow.flush()
    return reminder


def read(reminder: Reminder) -> ReminderRead:
    row = reminder.model_dump(mode="json")
    return _read(row, context.language.get())
