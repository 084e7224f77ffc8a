"""The past, replayed from the journal: the statements of today over views of the same names.

The views stand in two schemas, `as_of` for the whole past and `as_of_some` for that of a few records; whichever stands
first in the search path answers. What a reader may see of the past is decided by their rights of today.
"""

import contextlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import SQLModel, col

from app.core.actors import EVERYTHING, Reach
from app.core.reading import STATEMENTS, View
from app.core.row_security import telling
from app.core.uow import Reader, UnitOfWork, one_statement
from app.core.visibility import Condition, shown_on, visible
from app.errors import AppError, FieldError
from app.rules import as_of as rules

# Texts of their own: a connection keeps its plans by text, and a plan for today would be made anew with every change.
MARK: Final = "/* as of */ "

FIRST: Final = "SELECT at FROM journal WHERE kept = 'records' ORDER BY id LIMIT 1"
MENTIONED: Final = """
SELECT DISTINCT e.value::uuid FROM journal j CROSS JOIN LATERAL jsonb_each_text(j.after) e
WHERE j.kept = 'records' AND j.subject = $1 AND j.subject_id = ANY ($2) AND j.operation <> 'note'
  AND e.key ~ '_id$' AND e.value ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
"""


def path(moment: datetime | None, some: list[UUID] | None = None, before: int | None = None) -> str:
    """The statements that lead a transaction into the past: up to a moment, or to just before an entry."""
    settings = {
        "as_of": moment.isoformat() if moment else "infinity",
        "as_of_entry": str(before or ""),
        "as_of_ids": "{" + ",".join(map(str, some or ())) + "}",
    }
    told = ", ".join(f"set_config('pobratym.{name}', '{value}', true)" for name, value in settings.items())
    # The whole past is sorted once; a few records never need so much.
    schema, work_mem = ("as_of", "64MB") if some is None else ("as_of_some", "4MB")
    return f"SET LOCAL search_path = {schema}, public; SET LOCAL work_mem = '{work_mem}'; SELECT {told}"


@dataclass
class Past(Reader):
    """Reads as a reader does, what was at that moment; of `some` records only, when they are named."""

    moment: datetime
    model: type[SQLModel]
    within: Reach
    some: list[UUID] | None = None
    told: str = field(init=False)

    def __post_init__(self) -> None:
        self.told = f"{path(self.moment, self.some)}; {telling(self.actor, self.today)}"

    def reach(self, model: type[SQLModel]) -> Reach:
        return self.within if model is self.model else Reach()

    async def rows(self, text: str, arguments: list[Any]) -> list[Any]:
        """The whole past of a table is a long look: few may take it at once, so that the present never waits for it."""
        turn = self.db.past if self.some is None else contextlib.nullcontext()
        async with turn, self.db.reading(self.told) as connection:
            found: list[Any] = await connection.fetch(MARK + text, *arguments)
            return found


async def past(reader: Reader, model: type[SQLModel], moment: datetime, ids: list[UUID] | None = None) -> Past:
    """The past of a table, or of these records of it; 422 when nothing is known about that moment."""
    first = await reader.rows(FIRST, [])
    if found := rules.objection(moment, reader.now, first[0][0] if first else None):
        raise AppError("invalid", errors=[FieldError("query:as_of", found)])
    within = await _rights(reader, model, ids)
    some = None if ids is None else await mentioned(reader, model, ids)
    return Past(
        actor=reader.actor,
        permission=reader.permission,
        now=reader.now,
        db=reader.db,
        moment=moment,
        model=model,
        within=within,
        some=some,
    )


async def narrowed(whole: Past, reader: Reader, ids: list[UUID]) -> Past:
    """The same past, of these records and of what they mention."""
    return replace(whole, some=await mentioned(reader, whole.model, ids))


async def mentioned(asker: Reader | UnitOfWork, model: type[SQLModel], ids: list[UUID]) -> list[UUID]:
    """These records, and those that they name or ever named: whatever their answers may show."""
    rows = await asker.rows(MENTIONED, [str(model.__tablename__), ids])
    return [*ids, *(row[0] for row in rows)]


async def _rights(reader: Reader, model: type[SQLModel], ids: list[UUID] | None) -> Reach:
    """The rows that exist for the reader today, and those on which the closer classes are shown."""
    reach = reader.reach(model)
    id_column = col(model.id)  # type: ignore[attr-defined]  # every table has one
    own = await _rows(reader, model, reach, visible(model, reach), ids)
    classes = [
        (wanted, await _rows(reader, model, reach, shown_on(model, reach, wanted, id_column), ids, wanted))
        for wanted, _ in reach.classes
    ]
    return Reach(everything=own.everything, today=reach.today, rows=own.rows, classes=tuple(classes))


async def _rows(
    reader: Reader, model: type[SQLModel], reach: Reach, condition: Condition, ids: list[UUID] | None, kind: str = ""
) -> Reach:
    if condition is sa.true() or condition is sa.false():
        return Reach(everything=condition is sa.true(), today=reach.today)
    id_column = col(model.id)  # type: ignore[attr-defined]  # every table has one
    query = sa.select(id_column).where(condition)
    if ids is not None:
        query = query.where(id_column == sa.any_(sa.bindparam("ids", type_=pg.ARRAY(sa.Uuid()))))
    prepared = STATEMENTS.get(("rights", model, reach.shape, kind, ids is None), lambda: query)
    rows = await reader.rows(prepared.text, prepared.arguments({"ids": ids} | reach.parameters()))
    return Reach(rows=frozenset(row[0] for row in rows), today=reach.today)


async def around_entry(uow: UnitOfWork, view: View, id: UUID, entry: int) -> tuple[str, str]:
    """The whole record as it is, and as it was just before an entry; the unit of work stays in the present."""
    prepared = STATEMENTS.get(("one", view.read, EVERYTHING.shape), lambda: one_statement(view, EVERYTHING))
    [now] = await uow.rows(prepared.text, prepared.arguments({"id": id}))
    some = await mentioned(uow, view.model, [id])
    raw = uow.transaction.raw
    await raw.execute(f"SAVEPOINT past; {path(None, some, entry)}")
    [then] = await raw.fetch(MARK + prepared.text, *prepared.arguments({"id": id}))
    await raw.execute("ROLLBACK TO SAVEPOINT past; RELEASE SAVEPOINT past")
    return now[0], then[0]
