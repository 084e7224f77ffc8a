"""Rows that are only added: the statement is composed once for a table and runs on the raw connection."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from app.core.reading import DIALECT, View, kept, prepare


@dataclass(frozen=True)
class Insertion:
    text: str
    names: tuple[str, ...]
    spoken: Mapping[str, Callable[[Any], Any]]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """In the forms that PostgreSQL is told them: a taxonomy as its code, a document as its text."""
        spoken = self.spoken
        return [spoken[name](values[name]) if name in spoken else values[name] for name in self.names]


@lru_cache(maxsize=500)
def insertion(view: View, names: tuple[str, ...]) -> Insertion:
    """The new row and its record as JSON, in one round trip; it has no child rows yet."""
    table = view.model.__table__  # type: ignore[attr-defined]  # every table has one
    marks = {name: sa.bindparam(name, type_=table.c[name].type) for name in names}
    # A bare table, for the model's own would add the defaults that belong to the ORM.
    bare = sa.table(table.name, *(sa.column(column.name, column.type) for column in table.c))
    page = sa.insert(bare).values(marks).returning(*(bare.c[column.name] for column in kept(view.model))).cte("page")
    compiled = prepare(view.statement(page).add_columns(page.c.version))
    processors = {name: table.c[name].type.dialect_impl(DIALECT).bind_processor(DIALECT) for name in names}
    spoken = {name: processor for name, processor in processors.items() if processor is not None}
    return Insertion(compiled.text, compiled.names, spoken)
