"""The reading path: statements composed once, JSON made set-wise by PostgreSQL, bytes out.

A `View` says how a read model is filled: its fields are columns of the table by name, unless an expression
or a group of child rows is named for them. Page first, relations grouped once, never a query per row.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.dialects.postgresql import asyncpg as dialect
from sqlmodel import SQLModel

from app.core.actors import CLOSER, EVERYTHING, Reach
from app.core.visibility import shown_on
from app.vocabulary import FieldClass

MOMENT: Final = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
DIALECT: Final = dialect.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its dialects untyped

Join = tuple[Any, Any]

REDACTED: Final = "_redacted"


def as_json(expression: Any) -> Any:
    """Moments and amounts in their one fixed form; everything else as PostgreSQL writes it."""
    stored = getattr(expression.type, "impl", expression.type)
    if isinstance(stored, sa.DateTime):
        # Written as literals: a parameter would make every shape of a statement carry them.
        return sa.func.to_char(sa.func.timezone(constant("UTC"), expression), constant(MOMENT))
    if isinstance(stored, sa.Numeric):
        return sa.cast(expression, sa.Text)
    return expression


@dataclass(frozen=True)
class Children:
    """Child rows of a page, grouped by parent in one pass."""

    model: type[SQLModel]
    read: type[BaseModel]
    parent: Any
    order: Sequence[Any]
    joins: Sequence[Join] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    where: Any = None

    def grouped(self, name: str, page: Any) -> sa.CTE:
        columns = _columns(self.read, self.fields, self.model)
        pairs = [part for name_value in columns.items() for part in _pair(*name_value)]
        rows = sa.func.json_agg(_ordered(sa.func.json_build_object(*pairs), self.order))
        source: Any = sa.join(page, self.model, self.parent == page.c.id)
        for target, on in self.joins:
            source = source.outerjoin(target, on)
        grouped = sa.select(page.c.id, rows.label("rows")).select_from(source).group_by(page.c.id)
        return grouped.where(self.where).cte(name) if self.where is not None else grouped.cte(name)


def classified(read: type[BaseModel], wanted: FieldClass | None = None) -> frozenset[str]:
    """The fields of a read model that are of this class, or of any class closer than public."""
    return frozenset(
        name
        for name, field in read.model_fields.items()
        for mark in field.metadata
        if isinstance(mark, FieldClass) and (wanted is None or mark is wanted)
    )


def redacted(record: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """The same without what is hidden, which is named: for the few answers that PostgreSQL does not shape."""
    shown = {name: value for name, value in record.items() if name not in hidden}
    return shown | {REDACTED: sorted(hidden)}


def _shaped(columns: Mapping[str, Any], hidden: frozenset[str], around: Sequence[Any]) -> Any:
    shown = {name: value for name, value in columns.items() if name not in hidden}
    if REDACTED in columns:
        names = ",".join(f'"{name}"' for name in columns if name in hidden)
        shown[REDACTED] = sa.literal_column(f"'[{names}]'::json")
    return sa.select(*(value.label(name) for name, value in shown.items())).correlate(*around)


def _first(shapes: Sequence[tuple[Any, Any]]) -> Any:
    """The first shape whose condition holds; the last one always does."""
    *others, (_, last) = shapes
    return sa.case(*others, else_=last) if others else last


def _pair(name: str, value: Any) -> tuple[Any, Any]:
    return constant(name), value


def _ordered(expression: Any, order: Sequence[Any]) -> Any:
    return sa.dialects.postgresql.aggregate_order_by(expression, *order)


def _columns(read: type[BaseModel], fields: Mapping[str, Any], source: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, declared in read.model_fields.items():
        if declared.alias == REDACTED:
            found[REDACTED] = fields.get(name)
            continue
        expression = fields[name] if name in fields else getattr(source, name)
        found[name] = as_json(expression)
    return found


# What the database derives for sorting.
SORTED: Final = frozenset({"register_place", "sort_name"})


def kept(model: type[SQLModel]) -> list[Any]:
    """The columns that a read model can show; what the database derives for searching stays behind."""
    columns = model.__table__.c  # type: ignore[attr-defined]  # every table has one
    return [column for column in columns if column.computed is None or column.key in SORTED]


@dataclass(frozen=True, eq=False)
class View:
    """How one read model is filled from one table."""

    model: type[SQLModel]
    read: type[BaseModel]
    joins: Callable[[Any], Sequence[Join]] = lambda _: ()
    fields: Callable[[Any], Mapping[str, Any]] = lambda _: {}
    children: Mapping[str, Children] = field(default_factory=dict)

    def statement(self, page: Any, reach: Reach = EVERYTHING) -> Any:
        """One text of JSON for each row of `page`, with what the reach shows of it; callers add order and columns."""
        groups = {name: child.grouped(f"{name}_of_page", page) for name, child in self.children.items()}
        given = dict(self.fields(page.c))
        for name, group in groups.items():
            given[name] = sa.func.coalesce(group.c.rows, sa.literal_column("'[]'::json"))
        joins = [*self.joins(page.c), *((group, group.c.id == page.c.id) for group in groups.values())]
        source: Any = page
        for target, on in joins:
            source = source.outerjoin(target, on)
        columns = _columns(self.read, given, page.c)
        around = [page, *(target for target, _ in joins)]
        shapes = []
        for place, (condition, hidden) in enumerate(self._shapes(page, reach)):
            source = source.join(_shaped(columns, hidden, around).lateral(f"shape_{place}"), sa.true())
            shapes.append((condition, sa.func.row_to_json(sa.literal_column(f"shape_{place}"))))
        return sa.select(sa.cast(_first(shapes), sa.Text)).select_from(source)

    def _shapes(self, page: Any, reach: Reach) -> Iterator[tuple[Any, frozenset[str]]]:
        """From the fullest shape to the barest: on which rows, and without which fields."""
        hidden: frozenset[str] = frozenset()
        for wanted in reversed(CLOSER):
            if names := classified(self.read, wanted):
                condition = shown_on(self.model, reach, wanted, page.c.id)
                if condition is not sa.false():
                    yield condition, hidden
                if condition is sa.true():
                    return
                hidden |= names
        yield sa.true(), hidden


@dataclass(frozen=True)
class Prepared:
    """The text of a statement and the names of its parameters, in order."""

    text: str
    names: tuple[str, ...]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        return [values[name] for name in self.names]


def prepare(statement: Any) -> Prepared:
    """Every value of the statement must be a named parameter: a literal bound by accident fails here."""
    compiled = statement.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    fixed = {name: value for name, value in compiled.params.items() if value is not None}
    if fixed:
        message = f"literal values in a prepared statement: {fixed}"
        raise ValueError(message)
    return Prepared(str(compiled), tuple(compiled.positiontup or ()))


def constant(text: str) -> Any:
    """A literal written into the statement: for taxonomy codes, never for what a client sends."""
    return sa.literal_column("'" + text.replace("'", "''") + "'")


class Statements:
    """Prepared once for each shape of a question; the number of shapes is bounded by what resources declare."""

    def __init__(self, limit: int = 2000) -> None:
        self._known: dict[Hashable, Prepared] = {}
        self._limit = limit

    def get(self, shape: Hashable, build: Callable[[], Any]) -> Prepared:
        found = self._known.get(shape)
        if found is None:
            if len(self._known) >= self._limit:
                self._known.clear()
            found = self._known[shape] = prepare(build())
        return found


STATEMENTS: Final = Statements()
