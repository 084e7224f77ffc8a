"""The history of a record, told from the journal to those to whom its internal fields are shown.

What one unit of work did to the record is one entry, however many rows it wrote; a note stands alone.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

import orjson
from sqlmodel import SQLModel

from app.core import context, history_labels
from app.core.history_labels import Names
from app.core.listing import Cursors
from app.core.reading import MOMENT, View, classified
from app.core.uow import Reader, require_visible
from app.errors import AppError, say
from app.vocabulary import FieldClass, JournalOperation, JournalVerb
from app.vocabulary.journal_fields import field_label
from app.vocabulary.journal_parts import part_label

NEWEST: Final = 2**63 - 1

# As the database writes them: what is closed to the reader, and what stands in its place.
CLOSED: Final = '{"erased": true}'
HIDDEN: Final = '"•••"'

# The values beside an entry `j`, as far as the reader may see them and they have not been erased.
HELD: Final = """LEFT JOIN LATERAL (
  SELECT jsonb_object_agg(p.field, p.before) AS before, jsonb_object_agg(p.field, p.after) AS after
  FROM journal_personal p WHERE p.journal_id = j.id
) held ON true"""

# A unit of work has one transaction and one moment. Entries that only raise the version are counted, not told; who was
# refused is a matter of the auditor, not of the record.
FIND: Final = f"""
WITH page AS (
  SELECT epoch, xid, at, max(id) FILTER (WHERE operation <> 'touch') AS last,
         max(row_version) FILTER (WHERE row_table = $1) AS version
  FROM journal WHERE subject = $1 AND subject_id = $2 AND verb <> 'denied'
  GROUP BY epoch, xid, at HAVING max(id) FILTER (WHERE operation <> 'touch') < $3
  ORDER BY last DESC LIMIT $4
)
SELECT page.last, page.version, to_char(page.at AT TIME ZONE 'UTC', '{MOMENT}') AS at,
       min(j.actor_kind) AS actor_kind, min(j.actor_id::text) AS actor_id,
       min(coalesce(nullif(j.actor_name, ''), u.name, '')) AS actor_name, min(j.verb) AS verb,
       max(journal_reason(j.reason, held.after)) AS reason,
       jsonb_agg(jsonb_build_array(j.row_table, j.row_id, j.operation,
         journal_opened(j.before, CASE WHEN $5 THEN held.before END),
         journal_opened(j.after, CASE WHEN $5 THEN held.after END)) ORDER BY j.id)::text AS changes
FROM page JOIN journal j ON j.subject = $1 AND j.subject_id = $2
  AND (j.epoch, j.xid, j.at) = (page.epoch, page.xid, page.at) AND j.operation <> 'touch'
LEFT JOIN users u ON u.id = j.actor_id {HELD}
GROUP BY page.last, page.version, page.at ORDER BY page.last DESC
"""  # noqa: S608 - the only thing formatted in is a constant of ours

VERBS: Final[Mapping[str, JournalVerb]] = {each.value: each for each in JournalVerb}
OPERATIONS: Final[Mapping[str, JournalOperation]] = {each.value: each for each in JournalOperation}


async def page(reader: Reader, cursors: Cursors, view: View, id: UUID, limit: int, cursor: str | None) -> bytes:
    """One page of entries, newest first; 404 when the record does not exist for the reader, 403 when it is others'."""
    if not await require_visible(reader, view.model, id):
        raise AppError("forbidden", say("history_of_others"))
    subject = str(view.model.__tablename__)
    bound_to = f"history:{subject}:{id}".encode()
    before = cursors.decode(cursor, bound_to)[0] if cursor else NEWEST
    is_shown = await _names_are_shown(reader, view, id)
    rows = await reader.rows(FIND, [subject, id, before, limit + 1, is_shown])
    kept = rows[:limit]
    changes = [orjson.loads(row["changes"] if is_shown else row["changes"].replace(CLOSED, HIDDEN)) for row in kept]
    known = await history_labels.names(reader, _values(changes))
    language = context.language.get()
    items = [_entry(row, told, str(id), language, known) for row, told in zip(kept, changes, strict=True)]
    following = cursors.encode([kept[-1]["last"]], bound_to) if len(rows) > limit else None
    return orjson.dumps({"items": items, "next_cursor": following})


async def _names_are_shown(reader: Reader, view: View, id: UUID) -> bool:
    """Where the record keeps them from somebody, its history does so too."""
    wanted = FieldClass.PERSONAL
    return not classified(view.read, wanted) or await require_visible(reader, view.model, id, wanted)


def _values(pages: list[Any]) -> Iterator[tuple[str, str, Any]]:
    for changes in pages:
        for part, _, _, before, after in changes:
            for fields in (before, after):
                yield from ((part, name, value) for name, value in (fields or {}).items())


def verb_label(verb: str, language: str) -> str:
    """A verb without a label of its own is called by its name: an old entry must not stop a page."""
    return VERBS[verb].label(language) if verb in VERBS else verb


def _entry(row: Any, changes: list[Any], id: str, language: str, known: Names) -> dict[str, Any]:
    found = {name: row[name] for name in ("at", "actor_kind", "actor_id", "actor_name", "verb")}
    return {
        "id": str(row["last"]),
        **found,
        "verb_label": verb_label(row["verb"], language),
        "reason": row["reason"],
        "version": row["version"],
        "changes": [_change(change, id, language, known) for change in changes],
    }


def _change(change: list[Any], id: str, language: str, known: Names) -> dict[str, Any]:
    part, part_id, operation, before, after = change
    was, is_now = before or {}, after or {}
    told = [name for name in _ordered(part, was | is_now) if not _is_whose(name, was | is_now, part_id, id)]
    return {
        "part": part,
        "part_label": part_label(part, language),
        "part_id": part_id,
        "operation": operation,
        "operation_label": OPERATIONS[operation].label(language),
        "fields": [_field(part, name, was.get(name), is_now.get(name), language, known) for name in told],
    }


def _ordered(part: str, fields: Mapping[str, Any]) -> list[str]:
    """As the columns of the table stand; what a note says has no table."""
    table = SQLModel.metadata.tables.get(part)
    places = {column: place for place, column in enumerate(table.columns.keys())} if table is not None else {}
    return sorted(fields, key=lambda name: (places.get(name, len(places)), name))


def _is_whose(name: str, fields: Mapping[str, Any], part_id: str | None, id: str) -> bool:
    """The ids of the row itself and of the record that it is a part of tell nothing new."""
    return (name == "id" and fields[name] == part_id) or (name.endswith("_id") and fields[name] == id)


def _field(part: str, name: str, old: Any, new: Any, language: str, known: Names) -> dict[str, Any]:
    return {
        "name": name,
        "label": field_label(part, name, language),
        "old": old,
        "new": new,
        "old_label": history_labels.label(part, name, old, language, known),
        "new_label": history_labels.label(part, name, new, language, known),
    }
