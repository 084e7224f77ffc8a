"""How entries are looked for among millions, newest first: whatever is asked, a page costs a bounded amount of work.

First near the end, where most of what is asked for lies; then along an index, further back. What no index leads to is
looked for in a stretch of the journal, and whoever asked goes on from there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from app.core.actors import EVERYTHING, Reach
from app.core.changes import Asked
from app.core.reading import STATEMENTS, Prepared, constant
from app.core.visibility import READING, own, renamed
from app.models import JournalEntry
from app.vocabulary import JournalOperation, JournalOutcome

TABLE: Final = JournalEntry.__table__  # type: ignore[attr-defined]  # SQLModel types no tables
OF_ORGANIZATION: Final = "asked_"
MOST: Final = 201

EQUAL: Final = ("actor_id", "actor_kind", "subject", "subject_id", "verb", "operation", "outcome")

# How many ids are looked at in one go: those of some hours, of a week, of a month, of years with five million entries.
HOURS: Final = 5_000
WEEK: Final = 100_000
MONTH: Final = 400_000
YEARS: Final = 20_000_000
ALWAYS: Final = 2**62

RECORDS: Final = "records"
NEWEST: Final = "SELECT coalesce(max(id), 0) FROM journal"
OLDEST: Final = f"SELECT coalesce(min(id), {ALWAYS}) FROM journal WHERE at >= $1"  # noqa: S608 - a number of ours

# The kind of records, and the query of their ids.
Records = list[tuple[str, Any]]


@dataclass(frozen=True)
class Question:
    """What is asked for, and within which reach; every filter given holds."""

    filters: Mapping[str, Any]
    reach: Reach = EVERYTHING

    @property
    def is_about_refusals(self) -> bool:
        return bool(self.filters.get("outcome", JournalOutcome.DONE) != JournalOutcome.DONE)

    @property
    def shape(self) -> tuple[Any, ...]:
        return ("journal", tuple(sorted(self.filters)), self.is_about_refusals, self.reach.shape)

    @property
    def values(self) -> dict[str, Any]:
        found = {name: value for name, value in self.filters.items() if name != "organization_id"}
        found |= self.reach.parameters()
        return found | (self._organization.parameters(OF_ORGANIZATION) if "organization_id" in self.filters else {})

    def conditions(self, besides: tuple[str, ...] = ()) -> list[Any]:
        """Over the parameters that `values` gives; a partial reach sees only what is about records within it."""
        found = [TABLE.c[name] == _given(name) for name in EQUAL if name in self.filters and name not in besides]
        found.append(TABLE.c.operation != sa.literal_column(f"'{JournalOperation.TOUCH}'"))
        if self.is_about_refusals:
            found.append(
                TABLE.c.outcome != sa.literal_column(f"'{JournalOutcome.DONE}'")
            )  # as the partial index has it
        if "since" in self.filters:
            found.append(TABLE.c.at >= sa.bindparam("since", type_=TABLE.c.at.type))
        if "until" in self.filters:
            found.append(TABLE.c.at < sa.bindparam("until", type_=TABLE.c.at.type))
        return found + [_is_among(records) for records in self.records]

    @property
    def records(self) -> list[Records]:
        """Those of the organization that is asked for, and those within the asker's reach."""
        found = [_records(self._organization, OF_ORGANIZATION)] if "organization_id" in self.filters else []
        return found if self.reach.everything else [*found, _records(self.reach)]

    @property
    def _organization(self) -> Reach:
        return Reach(organizations=frozenset({self.filters["organization_id"]}), today=self.reach.today)

    @property
    def steps(self) -> tuple["Step", ...]:
        """Of a record or an actor there are never too many; of a verb there may be."""
        if {"subject", "subject_id"} <= self.filters.keys():
            return (Step(("subject", "subject_id"), ALWAYS),)
        if self.records:
            return Step((), HOURS), Step((), WEEK), Step((RECORDS,), ALWAYS)
        if "actor_id" in self.filters:
            return (Step(("actor_id",), ALWAYS),)
        if self.is_about_refusals:
            return (Step(("outcome",), ALWAYS),)
        if "verb" in self.filters:
            return Step(("verb",), WEEK), Step(("verb",), YEARS)
        return Step((), HOURS), Step((), WEEK), Step((), MONTH)


@dataclass(frozen=True)
class Step:
    """So many ids further back, along this index; without one, entry by entry."""

    along: tuple[str, ...]
    width: int

    def rows(self, question: Question) -> Any:
        """Newest first, over the parameters of the question and `low`, `high`, `page_size`."""
        found = _by_record(question) if self.along == (RECORDS,) else self._straight(question)
        # A plan is made once and knows only what is written: an unknown limit would be taken for a tenth of it all.
        first = found.limit(sa.literal_column(str(MOST))).subquery("first")
        return sa.select(first).limit(sa.bindparam("page_size", type_=sa.BigInteger()))

    def _straight(self, question: Question) -> Any:
        # As rows, not as equalities: of these the planner knows that they do not change the order, and then prefers
        # to read a whole part by id.
        columns = [TABLE.c[name] for name in (*self.along, "id")]
        low, high = ([*map(_given, self.along), _id(end)] for end in ("low", "high"))
        within = sa.tuple_(*columns) >= sa.tuple_(*low), sa.tuple_(*columns) < sa.tuple_(*high)
        found = sa.select(TABLE).where(*within, *question.conditions(self.along))
        return found.order_by(*(column.desc() for column in columns))


@dataclass(frozen=True)
class Found:
    """Some of what was asked for; `further` is where to go on, None at the end."""

    rows: list[Any]
    further: int | None


async def find(asker: Asked, question: Question, limit: int, before: int | None, shape: str) -> Found:
    """`shape` makes of the entries of `page` what is wanted; the id of each comes last in its row."""
    low, high = await _ends(asker, question, before)
    rows: list[Any] = []
    for step in question.steps:
        start = max(low, high - step.width)
        bounds = _bounds(start, high, limit + 1 - len(rows))
        rows += await _read(asker, question, step, bounds, shape)
        if len(rows) > limit:
            return Found(rows[:limit], rows[limit - 1][-1])
        high = start
        if high <= low:
            return Found(rows, None)
    return Found(rows, high)


async def between(asker: Asked, question: Question, low: int, high: int, shape: str) -> list[Any]:
    """All from `low` on and before `high`, when they are few."""
    return await _read(asker, question, Step((), high - low), _bounds(low, high, high - low), shape)


async def _ends(asker: Asked, question: Question, before: int | None) -> tuple[int, int]:
    """The ids between which all lies that was asked for, the latter not among them."""
    low, high = 0, before
    if "since" in question.filters:
        ((low,),) = await asker.rows(OLDEST, [question.filters["since"]])
    if high is None:
        until = question.filters.get("until")
        text, values = (f"{NEWEST} WHERE at < $1", [until]) if until else (NEWEST, [])
        ((last,),) = await asker.rows(text, values)
        high = last + 1
    return low, high


def _bounds(low: int, high: int, count: int) -> dict[str, int]:
    return {"low": low, "high": high, "page_size": count}


async def _read(asker: Asked, question: Question, step: Step, bounds: Mapping[str, int], shape: str) -> list[Any]:
    prepared: Prepared = STATEMENTS.get((*question.shape, step.along), lambda: step.rows(question))
    text = f"WITH page AS ({prepared.text}) {shape}"
    return list(await asker.rows(text, prepared.arguments({**question.values, **bounds})))


def _given(name: str) -> Any:
    return sa.bindparam(name, type_=TABLE.c[name].type)


def _id(name: str) -> Any:
    return sa.bindparam(name, type_=sa.BigInteger())


def _records(reach: Reach, prefix: str = "") -> Records:
    return [
        (str(model.__tablename__), sa.select(model.id).where(renamed(own(model, reach), prefix)))  # type: ignore[attr-defined]  # every table has one
        for model in READING
    ]


def _is_among(records: Records) -> Any:
    return sa.or_(*(sa.and_(TABLE.c.subject == constant(kind), TABLE.c.subject_id.in_(ids)) for kind, ids in records))


def _by_record(question: Question) -> Any:
    """The newest of each record, and of these the newest."""
    first, *_ = question.records
    each = sa.union_all(*(sa.select(constant(kind).label("kind"), *ids.subquery().c) for kind, ids in first))
    record = each.cte("record")
    of_record = TABLE.c.subject == record.c.kind, TABLE.c.subject_id == record.c.id
    within = TABLE.c.id >= _id("low"), TABLE.c.id < _id("high")
    newest = sa.select(TABLE).where(*of_record, *within, *question.conditions())
    entries = newest.order_by(TABLE.c.id.desc()).limit(sa.literal_column(str(MOST))).lateral("entries")
    return sa.select(entries).select_from(sa.join(record, entries, sa.true())).order_by(entries.c.id.desc())
