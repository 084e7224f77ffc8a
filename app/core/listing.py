"""Lists: declared filters and sorts, keyset pages, cursors bound to the question and to the asker.

A resource declares two small tables (`filters`, `sorts`) and a query model; everything else is here.
Page 1000 costs what page 1 costs, and an unknown parameter is refused by name.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Generic, TypeVar
from uuid import UUID

import orjson
import sqlalchemy as sa
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError
from sqlalchemy.dialects import postgresql as pg

from app.core.actors import Reach
from app.core.reading import View, kept
from app.core.sealing import derived
from app.core.visibility import shown_on, visible
from app.errors import AppError, FieldError, say
from app.rules import as_of
from app.rules.opaque import bytes64, text64
from app.vocabulary import FieldClass

ReadT = TypeVar("ReadT", bound=BaseModel)
Filter = Callable[[str], sa.ColumnElement[bool]]

DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 200


class Archived(StrEnum):
    """Which records a list shows: those in use, those in the archive, or both."""

    LIVE = "live"
    ARCHIVED = "archived"
    ALL = "all"


class PageQuery(BaseModel):
    """What every list understands. A parameter that is not declared is refused, never ignored."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="How many records a page holds.")] = DEFAULT_LIMIT
    cursor: Annotated[
        str | None,
        Field(
            max_length=1000,
            description="`next_cursor` of the page before, with the same filters and sort.",
        ),
    ] = None
    archived: Annotated[Archived, Field(description="Records in use, in the archive, or both.")] = Archived.LIVE

    @field_validator("*", mode="before")
    @classmethod
    def _can_be_printed(cls, value: Any) -> Any:
        """What the database could not even compare."""
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and any(ord(letter) < 32 or 0xD800 <= ord(letter) <= 0xDFFF for letter in text):
                raise PydanticCustomError("control_characters", "refused")
        return value


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return as_of.moment(value)
    except as_of.BadMoment as error:
        raise PydanticCustomError("as_of_form", "refused") from error


AsOf = Annotated[
    datetime,
    BeforeValidator(_moment),
    Field(
        description="The state of that moment; a day means its end in Kyiv. What you may see is decided by today.",
        examples=["2026-03-31"],
    ),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}([Tt].+)?$", "maxLength": 40}),
]


class PastQuery(PageQuery):
    """A list that can also be asked about the past."""

    as_of: AsOf | None = None


class Page(BaseModel, Generic[ReadT]):
    """`next_cursor` is absent on the last page, and only there."""

    items: Annotated[list[ReadT], Field(max_length=MAX_LIMIT)]
    next_cursor: Annotated[str | None, Field(max_length=1000)]


def equals(column: Any) -> Filter:
    return lambda name: column == sa.bindparam(name, type_=column.type)


@dataclass(frozen=True)
class OneOf:
    """Repeating the parameter means any of the values; a single value keeps the order of an index."""

    column: Any

    def __call__(self, name: str) -> sa.ColumnElement[bool]:
        found: sa.ColumnElement[bool] = self.column == sa.any_(sa.bindparam(name, type_=pg.ARRAY(sa.Text())))
        return found

    def single(self, name: str) -> sa.ColumnElement[bool]:
        found: sa.ColumnElement[bool] = self.column == sa.bindparam(name, type_=sa.Text())
        return found


def one_of(column: Any) -> Filter:
    return OneOf(column)


def has_any(column: Any) -> Filter:
    """The list in the column shares a member with the values given."""
    return lambda name: column.op("&&")(sa.bindparam(name, type_=pg.ARRAY(sa.Text())))


def at_least(column: Any) -> Filter:
    return lambda name: column >= sa.bindparam(name, type_=column.type)


def at_most(column: Any) -> Filter:
    return lambda name: column <= sa.bindparam(name, type_=column.type)


def contains(column: Any) -> Filter:
    """The folded text holds the folded words: case, diacritics and apostrophes do not matter."""
    return lambda name: column.like(sa.func.search_pattern(sa.bindparam(name, type_=sa.Text())))


def related(own: Any, key: Any, condition: Filter) -> Filter:
    """A row related through another table meets the condition."""
    return lambda name: own.in_(sa.select(key).where(condition(name)))


@dataclass(frozen=True)
class Sort:
    """A public name for an ordering; the id in the same direction makes it total."""

    column: Any
    kind: type

    def value(self, text: Any) -> Any:
        return self.kind.fromisoformat(text) if self.kind in {datetime, date} else self.kind(text)


@dataclass(frozen=True)
class Listing:
    """`classes` names the filters over fields of a closer class: they find only rows on which the field is shown."""

    view: View
    query: type[PageQuery]
    filters: Mapping[str, Filter]
    sorts: Mapping[str, Sort]
    default_sort: str
    classes: Mapping[str, FieldClass] = field(default_factory=dict)

    def asked(self, query: PageQuery) -> dict[str, Any]:
        """The filters that were really given; a list of one where one is enough becomes that one."""
        given = {name: value for name in self.filters if (value := getattr(query, name)) is not None}
        return {name: value[0] if self._is_single(name, value) else value for name, value in given.items()}

    def _is_single(self, name: str, value: Any) -> bool:
        return isinstance(self.filters[name], OneOf) and isinstance(value, list) and len(value) == 1

    def _condition(self, name: str, value: Any, reach: Reach) -> sa.ColumnElement[bool]:
        found = self.filters[name]
        is_single = isinstance(found, OneOf) and not isinstance(value, list)
        condition = found.single(name) if is_single else found(name)  # type: ignore[attr-defined]  # a OneOf then
        if name not in self.classes:
            return condition
        id_column = self.view.model.id  # type: ignore[attr-defined]  # every table has one
        return sa.and_(condition, shown_on(self.view.model, reach, self.classes[name], id_column))

    def require_shown(self, query: PageQuery, reach: Reach) -> None:
        """A field that is shown to somebody nowhere cannot be guessed at by filtering either."""
        for name in self.asked(query):
            if name in self.classes and not reach.seeing(self.classes[name]):
                raise AppError("forbidden", errors=[FieldError(f"query:{name}", say("filter_not_shown"))])

    def sort(self, query: PageQuery) -> tuple[str, bool]:
        sort: str = str(getattr(query, "sort", None) or self.default_sort)
        return sort.removeprefix("-"), sort.startswith("-")

    def shape(self, query: PageQuery, reach: Reach) -> tuple[Any, ...]:
        given = tuple((name, isinstance(value, list)) for name, value in self.asked(query).items())
        return (self.view.read, given, self.sort(query), query.cursor is not None, query.archived, reach.shape)

    def statement(self, query: PageQuery, reach: Reach) -> Any:
        """One row of JSON text for each record of the page, and one more when there is a next page."""
        page, keys, order = self._page(query, reach, kept(self.view.model))
        return self.view.statement(page, reach).add_columns(*keys).order_by(*order)

    def places(self, query: PageQuery, reach: Reach) -> Any:
        """What the records of the page are sorted by, and their ids: for whoever fills them in another way."""
        _, keys, order = self._page(query, reach, self._keys(query))
        return sa.select(*keys).order_by(*order)

    def _keys(self, query: PageQuery) -> list[Any]:
        return [self.sorts[self.sort(query)[0]].column, self.view.model.id]  # type: ignore[attr-defined]  # every table has one

    def _page(self, query: PageQuery, reach: Reach, columns: list[Any]) -> tuple[Any, list[Any], list[Any]]:
        """These columns of the page, its keys, and the order of the keys."""
        model, keys, (_, is_descending) = self.view.model, self._keys(query), self.sort(query)
        rows = sa.select(*columns).where(visible(model, reach), *self._archive(query))
        rows = rows.where(*(self._condition(name, value, reach) for name, value in self.asked(query).items()))
        if query.cursor is not None:
            value = sa.bindparam("after_value", type_=keys[0].type)
            after = sa.tuple_(value, sa.bindparam("after_id", type_=sa.Uuid()))
            rows = rows.where(sa.tuple_(*keys) < after if is_descending else sa.tuple_(*keys) > after)
        rows = rows.order_by(*(key.desc() if is_descending else key for key in keys))
        # A plan that is made once knows only what is written: an unknown limit would be taken for a tenth of the table.
        first = rows.limit(sa.literal_column(str(MAX_LIMIT + 1))).subquery("first")
        some = sa.select(first).limit(sa.bindparam("page_size", type_=sa.BigInteger()))
        page = some.cte("page").prefix_with("MATERIALIZED")
        found = [page.c[key.name] for key in keys]
        return page, found, [key.desc() if is_descending else key for key in found]

    def _archive(self, query: PageQuery) -> list[sa.ColumnElement[bool]]:
        archived_at = getattr(self.view.model, "archived_at", None)
        if archived_at is None or query.archived is Archived.ALL:
            return []
        return [archived_at.is_(None) if query.archived is Archived.LIVE else archived_at.is_not(None)]


class Cursors:
    """Opaque, signed, and good only for the question and the reach they were given for."""

    def __init__(self, secret: bytes) -> None:
        self._key = derived(secret, b"pobratym: cursors")

    def _signature(self, payload: bytes, bound_to: bytes) -> bytes:
        return hmac.new(self._key, payload + b"\0" + bound_to, hashlib.sha256).digest()[:12]

    def encode(self, values: list[Any], bound_to: bytes) -> str:
        payload = orjson.dumps(values, default=str)  # asyncpg's ids are of its own type
        return text64(self._signature(payload, bound_to) + payload)

    def decode(self, cursor: str, bound_to: bytes) -> list[Any]:
        try:
            raw = bytes64(cursor)
        except ValueError as error:
            raise AppError("invalid_cursor") from error
        signature, payload = raw[:12], raw[12:]
        if not hmac.compare_digest(signature, self._signature(payload, bound_to)):
            raise AppError("invalid_cursor")
        values: list[Any] = orjson.loads(payload)
        return values


def binding(listing: Listing, query: PageQuery, reach: Reach) -> bytes:
    """What a cursor must not outlive: other filters, another sort, another reach."""
    parts = [
        listing.view.read.__name__,
        listing.asked(query),
        listing.sort(query),
        query.archived,
        getattr(query, "as_of", None),
        reach.everything,
        sorted(map(str, reach.organizations)),
        sorted(reach.oblasts),
    ]
    return orjson.dumps(parts, default=str)


def page_values(listing: Listing, query: PageQuery, reach: Reach, cursors: Cursors) -> dict[str, Any]:
    """The parameters of the statement; a foreign or altered cursor is refused, and a filter over what is hidden."""
    listing.require_shown(query, reach)
    values = listing.asked(query) | reach.parameters() | {"page_size": query.limit + 1}
    if query.cursor is not None:
        after, after_id = cursors.decode(query.cursor, binding(listing, query, reach))
        values["after_value"] = listing.sorts[listing.sort(query)[0]].value(after)
        values["after_id"] = UUID(after_id)
    return values


def page_body(rows: list[Any], listing: Listing, query: PageQuery, reach: Reach, cursors: Cursors) -> bytes:
    """The page as bytes, made by PostgreSQL and not touched again."""
    kept = rows[: query.limit]
    items = b'{"items":[' + ",".join([row[0] for row in kept]).encode()
    if len(rows) <= query.limit:
        return items + b'],"next_cursor":null}'
    _, after, after_id = kept[-1]
    cursor = cursors.encode([after, after_id], binding(listing, query, reach))
    return items + b'],"next_cursor":"' + cursor.encode() + b'"}'
