"""The unit of work: one actor, one transaction, one clock. Services receive it and nothing else."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col, select

from app.core import journal
from app.core.actors import EVERYTHING, OURSELVES, Actor, Reach
from app.core.db import Database, Transaction
from app.core.reading import STATEMENTS, View, kept
from app.core.row_security import is_guarded, telling
from app.core.sealing import Ring
from app.core.visibility import READING, own, shown_on, visible
from app.core.writing import insertion
from app.errors import AppError, not_found, say
from app.rules.permissions import Permission
from app.vocabulary import FieldClass, JournalOutcome

ModelT = TypeVar("ModelT", bound=SQLModel)

KYIV = ZoneInfo("Europe/Kyiv")


def legal_day(now: datetime) -> date:
    """The calendar day in Kyiv, by which grants, deadlines and documents are dated."""
    return now.astimezone(KYIV).date()


@dataclass
class Asker:
    """Who asks and with which permission: enough to know what exists for them."""

    actor: Actor
    permission: Permission | None
    now: datetime

    @property
    def today(self) -> date:
        return legal_day(self.now)

    @property
    def standing(self) -> dict[str, Any]:
        """What a statement may want to know besides the reach: who reads, and when."""
        return {"today": self.today, "now": self.now, "reader_id": self.actor.id}

    def reach(self, model: type[SQLModel]) -> Reach:
        """The rows of this table that the actor may read."""
        return self.actor.reach(READING[model], self.today)


@dataclass
class Reader(Asker):
    """Reading without a transaction, except where the database itself guards the rows."""

    db: Database

    async def rows(self, text: str, arguments: list[Any]) -> list[Any]:
        if is_guarded(text):
            return await self._guarded_rows(text, arguments)
        async with self.db.reading() as connection:
            found: list[Any] = await connection.fetch(text, *arguments)
            return found

    async def _guarded_rows(self, text: str, arguments: list[Any]) -> list[Any]:
        """The database is told who asks, for this one statement."""
        async with self.db.reading(telling(self.actor, self.today)) as connection:
            found: list[Any] = await connection.fetch(text, *arguments)
            return found


@dataclass
class UnitOfWork(Asker):
    transaction: Transaction
    context: journal.Context
    keys: Ring
    idempotency: Any = None
    is_rehearsal: bool = False
    bells: list[str] = field(default_factory=list)
    inserted: dict[UUID, tuple[str, int]] = field(default_factory=dict)

    @property
    def session(self) -> AsyncSession:
        return self.transaction.session

    async def rows(self, text: str, arguments: list[Any]) -> list[Any]:
        """What the reading path sees inside this transaction, unflushed changes included."""
        await self.flush()
        found: list[Any] = await self.transaction.raw.fetch(text, *arguments)
        return found

    def select(self, model: type[ModelT]) -> sa.Select[tuple[ModelT]]:
        """Begins every query of a service: the rows that exist for this actor."""
        reach = self.reach(model)
        return cast("sa.Select[tuple[ModelT]]", select(model).where(visible(model, reach)).params(**reach.parameters()))

    async def all(self, query: sa.Select[tuple[ModelT]]) -> list[ModelT]:
        found: list[ModelT] = list((await self.session.scalars(query)).all())  # type: ignore[arg-type]  # one entity a row
        return found

    async def get(self, model: type[ModelT], id: UUID, *, lock: bool = False) -> ModelT:
        """404 for what is absent and for what is hidden; 403 for what is visible but out of the permission's reach."""
        may = self._may_touch(model)
        query = self.select(model).where(col(model.id) == id).add_columns(may.label("may"))  # type: ignore[attr-defined]  # every table has one
        if lock:
            query = query.with_for_update(key_share=True, of=model.__table__)  # type: ignore[attr-defined]  # SQLModel types no tables
        found = (await self.session.execute(query.params(**self.own_reach().parameters()))).one_or_none()
        if found is None:
            raise not_found()
        row, allowed = found
        if not allowed:
            raise AppError("forbidden", say("outside_your_reach"))
        return cast("ModelT", row)

    def own_reach(self) -> Reach:
        """What the permission of this unit extends to; jobs and commands act for the whole association."""
        if self.actor.kind in OURSELVES:
            return EVERYTHING
        return self.actor.reach(self.permission, self.today) if self.permission else Reach()

    def _may_touch(self, model: type[SQLModel]) -> sa.ColumnElement[bool]:
        if self.permission is None or self.permission == READING[model]:
            return sa.true()
        return own(model, self.own_reach())

    async def children(self, model: type[ModelT], parent: Any, parent_id: UUID, *order: Any) -> list[ModelT]:
        """The child rows of an aggregate that was loaded through `get`."""
        query = select(model).where(parent == parent_id).order_by(*order)
        return list((await self.session.scalars(query)).all())

    def add(self, *rows: SQLModel) -> None:
        self.session.add_all(rows)

    async def insert(self, view: View, row: SQLModel, values: Mapping[str, Any]) -> None:
        """Writes a new row in one round trip, with its record as it will be answered until something is added to it."""
        found = insertion(view, tuple(values))
        text, version = await self.transaction.raw.fetchrow(found.text, *found.arguments(values))
        self.inserted[row.id] = text, version  # type: ignore[attr-defined]  # every table has one

    async def flush(self) -> None:
        if self.transaction.is_pending:
            self.inserted.clear()
            await self.transaction.flush()

    async def because(self, reason: str | None) -> None:
        """The reason that the journal records with every change from here on."""
        if reason:
            await self.transaction.raw.execute("SELECT set_config('pobratym.reason', $1, true)", reason)

    async def note(
        self,
        verb: str,
        subject: str,
        subject_id: UUID | None = None,
        facts: Mapping[str, Any] | None = None,
        reason: str | None = None,
    ) -> None:
        """What must be remembered though it changes no row: a sign-in, an export, a reveal."""
        outcome = journal.OUTCOMES.get(verb, JournalOutcome.DONE)
        await self.remember(journal.Note(verb, subject, subject_id, facts, reason, outcome))

    async def remember(self, note: journal.Note) -> None:
        """The same, also for what was refused or failed."""
        arguments = journal.note_arguments(self.context, note)
        await self.session.flush()
        is_personal = bool(note.facts and note.facts.get(journal.ADDRESS))
        statement = journal.NOTE_WITH_ADDRESS if is_personal else journal.NOTE
        await self.transaction.raw.execute(statement, *arguments)

    def rehearse(self) -> None:
        """Everything is checked and answered, nothing is kept."""
        self.is_rehearsal = True

    def ring(self, job: str) -> None:
        """Wakes the worker after the commit; the due row is already in the database."""
        self.bells.append(job)


def one_statement(view: View, reach: Reach) -> Any:
    model = view.model
    id_column = col(model.id)  # type: ignore[attr-defined]  # every table has one
    page = sa.select(model).where(id_column == sa.bindparam("id", type_=sa.Uuid()), visible(model, reach))
    rows = page.cte("page")
    return view.statement(rows, reach).add_columns(rows.c.version)


async def records(asker: Reader | UnitOfWork, view: View, ids: list[UUID]) -> dict[UUID, str]:
    """Those of these records that exist for the asker, each as the text of its JSON."""
    reach = asker.reach(view.model)
    prepared = STATEMENTS.get(("several", view.read, reach.shape), lambda: _several_statement(view, reach))
    rows = await asker.rows(prepared.text, prepared.arguments({"ids": ids} | asker.standing | reach.parameters()))
    return {UUID(str(id)): text for text, id in rows}


def _several_statement(view: View, reach: Reach) -> Any:
    id_column = col(view.model.id)  # type: ignore[attr-defined]  # every table has one
    wanted = sa.bindparam("ids", type_=pg.ARRAY(sa.Uuid()))
    page = sa.select(*kept(view.model)).where(id_column == sa.any_(wanted), visible(view.model, reach))
    rows = page.cte("page").prefix_with("MATERIALIZED")
    return view.statement(rows, reach).add_columns(rows.c.id)


async def require_visible(
    asker: Reader | UnitOfWork, model: type[SQLModel], id: UUID, wanted: FieldClass = FieldClass.INTERNAL
) -> bool:
    """404 unless the row exists for the asker; then, whether its fields of this class are shown to them."""
    reach = asker.reach(model)
    prepared = STATEMENTS.get(("exists", model, wanted, reach.shape), lambda: _exists_statement(model, reach, wanted))
    rows = await asker.rows(prepared.text, prepared.arguments({"id": id} | reach.parameters()))
    if not rows:
        raise not_found()
    return bool(rows[0][0])


def _exists_statement(model: type[SQLModel], reach: Reach, wanted: FieldClass) -> Any:
    id_column = col(model.id)  # type: ignore[attr-defined]  # every table has one
    is_shown = shown_on(model, reach, wanted, id_column)
    return sa.select(is_shown).where(id_column == sa.bindparam("id", type_=sa.Uuid()), visible(model, reach))


@asynccontextmanager
async def unit_of_work(
    db: Database,
    context: journal.Context,
    permission: Permission | None = None,
    now: datetime | None = None,
) -> AsyncIterator[UnitOfWork]:
    """Commits when the block ends well and was no rehearsal; otherwise nothing happened."""
    moment = now or datetime.now(UTC)
    async with db.transaction(context.sql(legal_day(moment))) as transaction:
        uow = UnitOfWork(
            actor=context.actor,
            permission=permission,
            now=moment,
            transaction=transaction,
            context=context,
            keys=db.target.keys,
        )
        yield uow
        if uow.is_rehearsal:
            await uow.flush()
        else:
            await transaction.commit()
