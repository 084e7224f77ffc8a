"""The journal for auditors: by time, actor, record, verb, outcome and organization, newest first."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import orjson
import sqlalchemy as sa

from app.core import context
from app.core.actors import Reach
from app.core.listing import Cursors
from app.core.reading import MOMENT, STATEMENTS
from app.core.uow import Reader, UnitOfWork
from app.core.visibility import READING, own, renamed
from app.errors import not_found
from app.models import JournalEntry
from app.rules.permissions import Permission
from app.schemas.journal import JournalFilters
from app.vocabulary import JournalOperation, JournalOutcome

TABLE: Final = JournalEntry.__table__  # type: ignore[attr-defined]  # SQLModel types no tables
NEWEST: Final = 2**63 - 1
OF_ORGANIZATION: Final = "asked_"
MOST: Final = 200

EQUAL: Final = ("actor_id", "actor_kind", "subject", "subject_id", "verb", "operation", "outcome")

# The indexes before the id. What is asked to be equal may stand before it in the order without changing it; so the
# planner takes that index, also for a verb of which there are three in five million entries.
INDEXED: Final = (("subject", "subject_id"), ("actor_id",), ("verb",), ("outcome",))

# What concerns a person is a commitment; that there was something is all that is said here.
MASKED: Final = """(SELECT jsonb_object_agg(f.key, CASE
  WHEN jsonb_typeof(f.value) = 'object' AND f.value ? 'sha256' THEN '{{"personal": true}}' ELSE f.value END)
 FROM jsonb_each(j.{}) f)"""

SHAPE: Final = f"""
SELECT row_to_json(x)::text, j.id
FROM page j LEFT JOIN users u ON u.id = j.actor_id LEFT JOIN journal_leaves l ON l.journal_id = j.id
CROSS JOIN LATERAL (
  SELECT j.id::text AS id, l.position, to_char(j.at AT TIME ZONE 'UTC', '{MOMENT}') AS at, j.actor_kind, j.actor_id,
         coalesce(nullif(j.actor_name, ''), u.name, '') AS actor_name, j.on_behalf_of, j.session_id, j.request_id,
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


def conditions(filters: Mapping[str, Any], reach: Reach) -> list[Any]:
    """Over the parameters that `values` gives; a partial reach sees only what is about records within it."""
    found = [TABLE.c[name] == sa.bindparam(name, type_=TABLE.c[name].type) for name in EQUAL if name in filters]
    found.append(TABLE.c.operation != sa.literal_column(f"'{JournalOperation.TOUCH}'"))
    if _is_refusal(filters):
        found.append(TABLE.c.outcome != sa.literal_column(f"'{JournalOutcome.DONE}'"))  # as the partial index says it
    if "since" in filters:
        found.append(TABLE.c.at >= sa.bindparam("since", type_=TABLE.c.at.type))
    if "until" in filters:
        found.append(TABLE.c.at < sa.bindparam("until", type_=TABLE.c.at.type))
    if "organization_id" in filters:
        found.append(renamed(_about(Reach(organizations=frozenset({filters["organization_id"]}))), OF_ORGANIZATION))
    if not reach.everything:
        found.append(_about(reach))
    return found


def _is_refusal(filters: Mapping[str, Any]) -> bool:
    return filters.get("outcome", JournalOutcome.DONE) != JournalOutcome.DONE


def _about(reach: Reach) -> Any:
    """Entries about records within a reach."""
    return sa.or_(
        *(
            sa.and_(
                TABLE.c.subject == sa.literal_column(f"'{model.__tablename__}'"),
                TABLE.c.subject_id.in_(sa.select(model.id).where(own(model, reach))),  # type: ignore[attr-defined]  # every table has one
            )
            for model in READING
        )
    )


def values(filters: Mapping[str, Any], reach: Reach) -> dict[str, Any]:
    found = {name: value for name, value in filters.items() if name != "organization_id"} | reach.parameters()
    if "organization_id" in filters:
        asked = Reach(organizations=frozenset({filters["organization_id"]}), today=reach.today)
        found |= asked.parameters(OF_ORGANIZATION)
    return found


def question(filters: Mapping[str, Any], reach: Reach) -> Any:
    """The rows of a page, over the parameters of `values` and `before_id`, `page_size`."""
    rows = sa.select(TABLE).where(*conditions(filters, reach), TABLE.c.id < sa.bindparam("before_id"))
    # A plan that is made once knows only what is written: an unknown limit would be taken for a tenth of the journal.
    first = rows.order_by(*_order(filters)).limit(sa.literal_column(str(MOST + 1))).subquery("first")
    return sa.select(first).limit(sa.bindparam("page_size", type_=sa.BigInteger()))


def _order(filters: Mapping[str, Any]) -> list[Any]:
    found = next((names for names in INDEXED if all(name in filters for name in names)), ())
    is_of_use = found != ("outcome",) or _is_refusal(filters)
    return [TABLE.c[name].desc() for name in (*(found if is_of_use else ()), "id")]


def whole(rows: str) -> str:
    """The statement that answers with JSON."""
    return f"WITH page AS ({rows}) {SHAPE}"


async def page(reader: Reader, cursors: Cursors, filters: JournalFilters, limit: int, cursor: str | None) -> bytes:
    """A cursor is good for the same question of the same asker."""
    asked, reach = given(filters), reach_of(reader)
    bound_to = orjson.dumps(["journal", asked, reach.shape, *map(str, sorted(reach.organizations))], default=str)
    before = cursors.decode(cursor, bound_to)[0] if cursor else NEWEST
    rows = await _rows(reader, asked, reach, {"before_id": before, "page_size": limit + 1})
    items = b'{"items":[' + b",".join(_labelled(row[0]) for row in rows[:limit])
    if len(rows) <= limit:
        return items + b'],"next_cursor":null}'
    return items + b'],"next_cursor":"' + cursors.encode([rows[limit - 1][1]], bound_to).encode() + b'"}'


async def one(reader: Reader, id: int) -> bytes:
    """404 for what is not there and for what is about records of others."""
    rows = await _rows(reader, {}, reach_of(reader), {"before_id": id + 1, "page_size": 1})
    if not rows or rows[0][1] != id:
        raise not_found()
    return _labelled(rows[0][0])


async def _rows(reader: Reader, asked: Mapping[str, Any], reach: Reach, bounds: Mapping[str, Any]) -> list[Any]:
    shape = ("journal", tuple(sorted(asked)), _is_refusal(asked), reach.shape)
    prepared = STATEMENTS.get(shape, lambda: question(asked, reach))
    return await reader.rows(whole(prepared.text), prepared.arguments({**values(asked, reach), **bounds}))


def _labelled(text: str) -> bytes:
    found = orjson.loads(text)
    language = context.language.get()
    found["outcome_label"] = JournalOutcome(found["outcome"]).label(language)
    found["operation_label"] = JournalOperation(found["operation"]).label(language)
    return orjson.dumps(found)


def mine(id: UUID) -> str:
    """Where the file of an export is kept."""
    return f"journal-exports/{id}.ndjson"
