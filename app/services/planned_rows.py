"""The rows of what is planned: what is there, what is missing, and what no longer follows."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from uuid_utils.compat import uuid7

from app.core.uow import UnitOfWork
from app.rules.reminders import When
from app.rules.wall_time import EDITION
from app.services.reminder_audiences import FALLBACK
from app.vocabulary import DatedThing, ReminderState, ReminderTopic

Key = tuple[UUID, UUID, datetime, str, UUID]

# Of the records of a source the days that count.
Anchors = dict[tuple[UUID, UUID], set[datetime]]

EXISTING: Final = """
SELECT id, source_id, subject_id, anchor, step, user_id, state, state_because, due_at, tzdata, facts::text AS facts,
       shifted_because::text AS shifted
FROM planned_reminders
WHERE source_id = ANY ($1::uuid[]) AND (state = 'planned' OR subject_id = ANY ($2::uuid[]))
"""
COLUMNS: Final = """id uuid, source_id uuid, rule_id uuid, personal_id uuid, topic text, thing text, subject text,
  subject_id uuid, user_id uuid, anchor timestamp, step text, due_local timestamp, due_zone text, due_at timestamptz,
  tzdata text, is_late boolean, shifted_because jsonb, facts jsonb, planned_at timestamptz"""
NAMES: Final = ", ".join(each.split()[0] for each in COLUMNS.replace("\n", " ").split(","))
INSERT: Final = f"""
INSERT INTO planned_reminders ({NAMES}, state)
SELECT {NAMES}, 'planned' FROM jsonb_to_recordset($1::jsonb) AS x({COLUMNS})
ON CONFLICT (source_id, subject_id, anchor, step, user_id) DO NOTHING
"""  # noqa: S608 - constants of ours
# What waits is brought up to date; what was taken back and is wanted again waits again.
UPDATE: Final = f"""
UPDATE planned_reminders p SET due_local = x.due_local, due_zone = x.due_zone, due_at = x.due_at, tzdata = x.tzdata,
  shifted_because = x.shifted_because, facts = x.facts, is_late = x.is_late, topic = x.topic, state = 'planned',
  state_because = NULL, attempts = CASE WHEN p.state = 'planned' THEN p.attempts ELSE 0 END
FROM jsonb_to_recordset($1::jsonb) AS x({COLUMNS})
WHERE p.id = x.id AND p.state IN ('planned', 'stopped', 'moved')
"""  # noqa: S608 - constants of ours
TAKE_BACK: Final = """
UPDATE planned_reminders p SET state = x.state, state_because = x.because, lease_until = NULL
FROM jsonb_to_recordset($1::jsonb) AS x(id uuid, state text, because text)
WHERE p.id = x.id AND p.state = 'planned'
"""
# Why something was taken back that may be wanted again; what somebody dealt with is not.
MAY_RETURN: Final = frozenset({"rule_off", "rule_changed", "no_longer_needed", "no_longer_in_audience", "anchor_moved"})


UNHEARD: Final = frozenset({"not_visible", "account_off"})


@dataclass(frozen=True)
class Wanted:
    """`is_wanted`: to be planned when it is not; otherwise it only still follows from its source."""

    source_id: UUID
    rule_id: UUID | None
    personal_id: UUID | None
    topic: ReminderTopic
    thing: DatedThing | None
    subject: str
    subject_id: UUID
    user_id: UUID
    anchor: datetime
    step: str
    when: When
    is_late: bool
    is_wanted: bool
    facts: Mapping[str, Any]

    @property
    def key(self) -> Key:
        return self.source_id, self.subject_id, self.anchor, self.step, self.user_id

    def row(self, id: UUID, now: datetime) -> dict[str, Any]:
        own = ("source_id", "rule_id", "personal_id", "topic", "thing", "subject", "subject_id", "user_id", "step")
        return {name: getattr(self, name) for name in own} | {
            "id": id,
            "anchor": self.anchor.isoformat(),
            "due_local": self.when.local.isoformat(),
            "due_zone": self.when.zone,
            "due_at": self.when.at,
            "tzdata": EDITION,
            "is_late": self.is_late,
            "shifted_because": self.when.shifted,
            "facts": dict(self.facts),
            "planned_at": now,
        }


@dataclass
class Known:
    """What is there by now of some sources."""

    rows: Mapping[Key, Any]

    def missing(self, wanted: Iterable[Wanted], now: datetime) -> list[Wanted]:
        """What is late is not told of once more because its day was changed meanwhile."""
        told = {(key[0], key[1], key[3], key[4]) for key, row in self.rows.items() if row["state"] == "told"}
        return [
            each
            for each in wanted
            if each.is_wanted
            and each.key not in self.rows
            and (each.when.at > now or (each.source_id, each.subject_id, each.step, each.user_id) not in told)
        ]

    def unheard(self, wanted: Iterable[Wanted]) -> list[Wanted]:
        """Whom nobody could tell any more when it was time: somebody else has to hear of it."""
        found = ((self.rows.get(each.key), each) for each in wanted if each.is_wanted)
        return [each for row, each in found if row is not None and row["state_because"] in UNHEARD]

    def changed(self, wanted: Iterable[Wanted]) -> list[tuple[UUID, Wanted]]:
        found = ((self.rows.get(each.key), each) for each in wanted)
        return [(row["id"], each) for row, each in found if row is not None and _differs(row, each)]

    def gone(self, wanted: Collection[Wanted]) -> list[tuple[UUID, ReminderState, str]]:
        """What waits and does not follow any more, with why."""
        keys = {each.key for each in wanted}
        steps = {key[:4] for key in keys}
        anchors: Anchors = {}
        for each in wanted:
            anchors.setdefault((each.source_id, each.subject_id), set()).add(each.anchor)
        return [
            (row["id"], *_because(key, steps, anchors))
            for key, row in self.rows.items()
            if row["state"] == ReminderState.PLANNED
            and key not in keys
            and not (key[:4] in steps and orjson.loads(row["facts"]).get("why") == FALLBACK)
        ]


def _because(key: Key, steps: set[Any], anchors: Anchors) -> tuple[ReminderState, str]:
    known = anchors.get(key[:2])
    if known is None:
        return ReminderState.STOPPED, "no_longer_needed"
    if len(known) > 1 and key[2] < min(known):
        return ReminderState.STOPPED, "overtaken"
    if key[2] not in known:
        return ReminderState.MOVED, "anchor_moved"
    return ReminderState.STOPPED, "no_longer_in_audience" if key[:4] in steps else "rule_changed"


def _differs(row: Any, wanted: Wanted) -> bool:
    if row["state"] == ReminderState.PLANNED:
        shifted = orjson.loads(row["shifted"]) if row["shifted"] else None
        told = row["due_at"], row["tzdata"], orjson.loads(row["facts"]), shifted
        return told != (wanted.when.at, EDITION, dict(wanted.facts), wanted.when.shifted)
    may_return = row["state"] in {ReminderState.STOPPED, ReminderState.MOVED} and row["state_because"] in MAY_RETURN
    return may_return and wanted.is_wanted


async def known(uow: UnitOfWork, source_ids: Sequence[UUID], subject_ids: Iterable[UUID]) -> Known:
    rows = await uow.rows(EXISTING, [list(source_ids), list(subject_ids)])
    names = ("source_id", "subject_id", "anchor", "step", "user_id")
    return Known({tuple(row[name] for name in names): row for row in rows})


async def waiting_for(uow: UnitOfWork, source_id: UUID) -> list[UUID]:
    """The records that something is planned for."""
    rows = await uow.rows(
        "SELECT DISTINCT subject_id FROM planned_reminders WHERE source_id = $1 AND state = 'planned'", [source_id]
    )
    return [row[0] for row in rows]


async def write(uow: UnitOfWork, there: Known, wanted: Collection[Wanted], new: Collection[Wanted]) -> Counter[str]:
    """Everything in three statements, however much it is."""
    changed, gone = there.changed(wanted), there.gone(wanted)
    now = uow.now
    await _each(uow, INSERT, [each.row(uuid7(), now) for each in new])
    await _each(uow, UPDATE, [each.row(id, now) for id, each in changed])
    await _each(uow, TAKE_BACK, [{"id": id, "state": state, "because": because} for id, state, because in gone])
    return Counter(planned=len(new), changed=len(changed), taken_back=len(gone))


async def _each(uow: UnitOfWork, statement: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await uow.transaction.raw.execute(statement, orjson.dumps(rows, default=str).decode())
