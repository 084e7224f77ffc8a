"""The journal for auditors: by time, actor, record, verb, outcome and organization, newest first."""

from typing import Any, Final
from uuid import UUID

import orjson

from app.core import context
from app.core.actors import Reach
from app.core.history import verb_label
from app.core.listing import Cursors
from app.core.reading import MOMENT
from app.core.uow import Reader, UnitOfWork
from app.errors import not_found
from app.rules.permissions import Permission
from app.schemas.journal import JournalFilters
from app.services import journal_search
from app.services.journal_search import Question
from app.vocabulary import JournalOperation, JournalOutcome

# What concerns a person is a commitment; that there was something is all that is said here.
MASKED: Final = """(SELECT jsonb_object_agg(f.key, CASE
  WHEN jsonb_typeof(f.value) = 'object' AND f.value ? 'sha256' THEN '{{"personal": true}}' ELSE f.value END)
 FROM jsonb_each(j.{}) f)"""

SHAPE: Final = f"""
SELECT row_to_json(x)::text, j.id
FROM page j CROSS JOIN LATERAL (
  SELECT j.id::text AS id, (SELECT l.position FROM journal_leaves l WHERE l.journal_id = j.id) AS position,
         to_char(j.at AT TIME ZONE 'UTC', '{MOMENT}') AS at, j.actor_kind, j.actor_id,
         coalesce(nullif(j.actor_name, ''), (SELECT u.name FROM users u WHERE u.id = j.actor_id), '') AS actor_name,
         j.on_behalf_of, j.session_id, j.request_id,
         j.verb, journal_reason(j.reason, NULL) AS reason, j.outcome, j.subject, j.subject_id, j.operation,
         j.row_table AS part, j.row_id AS part_id, j.row_version AS version,
         {MASKED.format("before")} AS before, {MASKED.format("after")} AS after
) x
ORDER BY j.id DESC
"""  # noqa: S608 - the only things formatted in are constants of ours


def given(filters: JournalFilters) -> dict[str, Any]:
    """Only the filters, whatever else was asked with them."""
    found = {name: getattr(filters, name) for name in JournalFilters.model_fields}
    return {name: value for name, value in found.items() if value is not None}


def reach_of(asker: Reader | UnitOfWork) -> Reach:
    return asker.actor.reach(Permission.JOURNAL_READ, asker.today)


async def page(reader: Reader, cursors: Cursors, filters: JournalFilters, limit: int, cursor: str | None) -> bytes:
    """A cursor is good for the same question of the same asker."""
    question = Question(given(filters), reach_of(reader))
    reach = question.reach
    bound_to = orjson.dumps(
        ["journal", question.filters, reach.shape, *map(str, sorted(reach.organizations))], default=str
    )
    before = cursors.decode(cursor, bound_to)[0] if cursor else None
    found = await journal_search.find(reader, question, limit, before, SHAPE)
    items = b'{"items":[' + b",".join(_labelled(text) for text, _ in found.rows)
    if found.further is None:
        return items + b'],"next_cursor":null}'
    return items + b'],"next_cursor":"' + cursors.encode([found.further], bound_to).encode() + b'"}'


async def one(reader: Reader, id: int) -> bytes:
    """404 for what is not there and for what is about records of others."""
    rows = await journal_search.between(reader, Question({}, reach_of(reader)), id, id + 1, SHAPE)
    if not rows:
        raise not_found()
    return _labelled(rows[0][0])


def _labelled(text: str) -> bytes:
    found = orjson.loads(text)
    language = context.language.get()
    found["verb_label"] = verb_label(found["verb"], language)
    found["outcome_label"] = JournalOutcome(found["outcome"]).label(language)
    found["operation_label"] = JournalOperation(found["operation"]).label(language)
    return orjson.dumps(found)


def mine(id: UUID) -> str:
    """Where the file of an export is kept."""
    return f"journal-exports/{id}.ndjson"
