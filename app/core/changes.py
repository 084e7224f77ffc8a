"""The journal as a sequence of changes: what one transaction did to one record, in an order that misses nothing.

Only what lies below the horizon is read: every transaction there has ended, so whoever reads on from a place never
finds that something was put in before it. (`id > last` and `at > last` miss what commits late.)
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

import orjson

# A restored database counts transactions anew, so the epoch comes first.
BELOW_HORIZON: Final = "(j.epoch, j.xid) < (journal_epoch(), pg_snapshot_xmin(pg_current_snapshot()))"

NEXT: Final = """
SELECT j.epoch, j.xid, j.subject, j.subject_id FROM journal j
WHERE (j.epoch, j.xid, j.subject, j.subject_id) > ($1, $2::text::xid8, $3, $4)
  AND j.subject = ANY ($5) AND j.operation <> 'note'
GROUP BY j.epoch, j.xid, j.subject, j.subject_id ORDER BY j.epoch, j.xid, j.subject, j.subject_id
"""

TELL: Final = """
SELECT j.epoch, j.xid::text, j.subject, j.subject_id,
       max(j.row_version) FILTER (WHERE j.row_table = j.subject) AS version, min(j.at) AS at,
       min(j.actor_kind) AS actor_kind, (array_agg(j.actor_id))[1] AS actor_id, min(j.verb) AS verb,
       jsonb_agg(jsonb_build_array(j.row_table, j.operation, j.row_id,
         (SELECT jsonb_agg(key) FROM jsonb_object_keys(coalesce(j.after, j.before)) key),
         jsonb_build_array(j.before -> 'organization_id', j.after -> 'organization_id'),
         jsonb_build_array(j.before -> 'partnership_id', j.after -> 'partnership_id'),
         CASE WHEN j.after ? 'archived_at' THEN j.after ->> 'archived_at' IS NOT NULL END,
         j.after ->> 'status') ORDER BY j.id)::text AS parts
FROM page JOIN journal j USING (epoch, xid, subject, subject_id)
WHERE j.operation <> 'note'
GROUP BY j.epoch, j.xid, j.subject, j.subject_id
ORDER BY j.epoch, j.xid, j.subject, j.subject_id
"""

HORIZON: Final = "SELECT journal_epoch(), pg_snapshot_xmin(pg_current_snapshot())::text"

NOBODY: Final = UUID(int=0)


class Place(NamedTuple):
    """Where in the journal somebody has come to: all before it, and the change at it, they have seen."""

    epoch: int
    xid: int
    subject: str = ""
    subject_id: UUID = NOBODY


@dataclass(frozen=True)
class Part:
    """One row of the record or of its parts: insert, update, delete, or touch when only the version rose.

    `organizations` and `partnerships` are those that the change ties the row to, or unties it from.
    """

    table: str
    operation: str
    row_id: UUID | None
    fields: tuple[str, ...]
    organizations: frozenset[UUID] = frozenset()
    partnerships: frozenset[UUID] = frozenset()
    is_archived: bool | None = None
    status: str | None = None


@dataclass(frozen=True)
class Change:
    """What one transaction did to one record. `version` is the record's afterwards."""

    place: Place
    version: int | None
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    verb: str
    parts: tuple[Part, ...]

    @property
    def subject(self) -> str:
        return self.place.subject

    @property
    def subject_id(self) -> UUID:
        return self.place.subject_id


class Asked(Protocol):
    async def rows(self, text: str, arguments: list[Any]) -> Sequence[Any]: ...


async def horizon(asker: Asked) -> Place:
    """The place of whoever has seen everything that has ended by now."""
    ((epoch, xid),) = await asker.rows(HORIZON, [])
    return Place(epoch, int(xid))


async def after(asker: Asked, place: Place, subjects: Collection[str], limit: int) -> list[Change]:
    """The next changes of records of these kinds, oldest first; fewer than `limit` when the horizon is reached."""
    arguments = [place.epoch, str(place.xid), place.subject, place.subject_id, sorted(subjects)]
    return [_change(row) for row in await asker.rows(first(limit), arguments)]


def first(limit: int) -> str:
    """In the order of the index and no further than needed.

    The limit is written out and the horizon stays outside: of an unknown limit the planner thinks that it is a tenth
    of the journal, of the horizon that nothing is below it, and either way it sorts. What is above comes last.
    """
    page = f"SELECT * FROM next j WHERE {BELOW_HORIZON}"  # noqa: S608 - a constant of ours
    return f"WITH next AS ({NEXT} LIMIT {int(limit)}), page AS MATERIALIZED ({page}) {TELL}"


def _change(row: Any) -> Change:
    parts = [
        Part(table, operation, row_id and UUID(row_id), tuple(fields or ()), _ids(of), _ids(within), *states)
        for table, operation, row_id, fields, of, within, *states in orjson.loads(row["parts"])
    ]
    return Change(
        place=Place(row["epoch"], int(row["xid"]), row["subject"], UUID(str(row["subject_id"]))),
        version=row["version"],
        at=row["at"],
        actor_kind=row["actor_kind"],
        actor_id=row["actor_id"],
        verb=row["verb"],
        parts=tuple(parts),
    )


def _ids(found: list[str | None]) -> frozenset[UUID]:
    return frozenset(UUID(each) for each in found if each)
