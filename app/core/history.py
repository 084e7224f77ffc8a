"""The history of a record, read from the journal, for those to whom its internal fields are shown."""

from typing import Final
from uuid import UUID

from app.core.listing import Cursors
from app.core.reading import MOMENT, View
from app.core.uow import Reader, require_visible
from app.errors import AppError, say

NEWEST: Final = 2**63 - 1

# The values beside an entry `j`, as far as the reader may see them and they have not been erased.
HELD: Final = """LEFT JOIN LATERAL (
  SELECT jsonb_object_agg(p.field, p.before) AS before, jsonb_object_agg(p.field, p.after) AS after
  FROM journal_personal p WHERE p.journal_id = j.id
) held ON true"""

FIND: Final = f"""
SELECT row_to_json(x)::text, j.id
FROM journal j LEFT JOIN users u ON u.id = j.actor_id {HELD} CROSS JOIN LATERAL (
  SELECT j.id::text AS id, to_char(j.at AT TIME ZONE 'UTC', '{MOMENT}') AS at, j.actor_kind, j.actor_id,
         coalesce(nullif(j.actor_name, ''), u.name, '') AS actor_name, j.verb,
         journal_reason(j.reason, held.after) AS reason, j.operation, j.row_table AS part, j.row_id AS part_id,
         journal_opened(j.before, held.before) AS before, journal_opened(j.after, held.after) AS after
) x
WHERE j.subject = $1 AND j.subject_id = $2 AND j.id < $3 AND j.operation <> 'touch'
ORDER BY j.id DESC LIMIT $4
"""  # noqa: S608 - the only thing formatted in is a constant of ours


async def page(reader: Reader, cursors: Cursors, view: View, id: UUID, limit: int, cursor: str | None) -> bytes:
    """One page of entries, newest first; 404 when the record does not exist for the reader, 403 when it is others'."""
    if not await require_visible(reader, view.model, id):
        raise AppError("forbidden", say("history_of_others"))
    subject = str(view.model.__tablename__)
    bound_to = f"history:{subject}:{id}".encode()
    before = cursors.decode(cursor, bound_to)[0] if cursor else NEWEST
    rows = await reader.rows(FIND, [subject, id, before, limit + 1])
    kept = rows[:limit]
    items = b'{"items":[' + ",".join([row[0] for row in kept]).encode()
    if len(rows) <= limit:
        return items + b'],"next_cursor":null}'
    return items + b'],"next_cursor":"' + cursors.encode([kept[-1][1]], bound_to).encode() + b'"}'
