"""Changes as somebody in particular may hear of them: thin entries, never a word about what does not exist for them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import col

from app.core.actors import CLOSER, Actor, Reach
from app.core.changes import Asked, Change
from app.core.reading import STATEMENTS, View, classified
from app.core.visibility import READING, shown_on, visible
from app.rules import changed_fields
from app.services import feed_scope
from app.views import (
    accounts,
    activities,
    agreements,
    delegations,
    documents,
    integrations,
    letters,
    organizations,
    partnerships,
    people,
    projects,
    tasks,
)
from app.vocabulary import ChangeOperation

MADE_BY_TRIGGERS: Final = frozenset({"id", "version", "created_at", "updated_at"})

VIEWS: Final[Mapping[str, View]] = {
    str(each.VIEW.model.__tablename__): each.VIEW
    for each in (
        organizations,
        people,
        partnerships,
        agreements,
        projects,
        delegations,
        activities,
        tasks,
        letters,
        documents,
        accounts,
        integrations,
    )
}


@dataclass(frozen=True)
class Entry:
    """That something happened to a record: not what. Whoever wants the data reads the record, with their own rights."""

    type: str
    id: UUID
    version: int | None
    operation: ChangeOperation
    fields: tuple[str, ...]
    at: datetime
    actor_kind: str


async def entries(asker: Asked, actor: Actor, today: date, changes: Sequence[Change]) -> list[Entry | None]:
    """One for each change, in the same order; None where there is nothing that this actor could know of."""
    seen: dict[tuple[str, UUID], frozenset[str]] = {}
    ids: dict[str, set[UUID]] = defaultdict(set)
    for change in changes:
        ids[change.subject].add(change.subject_id)
    for subject, wanted in ids.items():
        seen |= await _seen(asker, VIEWS[subject], actor, today, sorted(wanted))
    unseen = [change for change in changes if (change.subject, change.subject_id) not in seen]
    lost = await feed_scope.concerned(asker, actor, today, unseen)
    return [_entry(change, seen.get((change.subject, change.subject_id)), lost) for change in changes]


async def exists(asker: Asked, actor: Actor, today: date, subject: str, id: UUID) -> bool:
    """Whether the actor may read this record today."""
    return subject in VIEWS and bool(await _seen(asker, VIEWS[subject], actor, today, [id]))


def _entry(change: Change, shown: frozenset[str] | None, lost: set[Any]) -> Entry | None:
    own = [part for part in change.parts if part.table == change.subject]
    if not own:
        return None
    done = changed_fields.operation(change.subject, change.parts)
    if shown is None:
        if change.place not in lost:
            return None
        done = done if done is ChangeOperation.DELETED else ChangeOperation.GONE
    is_there = shown is not None
    return Entry(
        type=change.subject,
        id=change.subject_id,
        version=change.version if is_there else None,
        operation=done,
        fields=changed_fields.fields(change.subject, change.parts, shown or ()),
        at=change.at,
        actor_kind=change.actor_kind,
    )


async def _seen(
    asker: Asked, view: View, actor: Actor, today: date, ids: list[UUID]
) -> dict[tuple[str, UUID], frozenset[str]]:
    """Of these records those that exist for the actor, each with the fields that are shown."""
    reach = actor.reach(READING[view.model], today)
    if not reach:
        return {}
    prepared = STATEMENTS.get(("feed", view.read, reach.shape), lambda: _statement(view, reach))
    rows = await asker.rows(prepared.text, prepared.arguments({"ids": ids} | reach.parameters()))
    name = str(view.model.__tablename__)
    return {(name, UUID(str(id))): _fields(view, shown) for id, *shown in rows}


def _statement(view: View, reach: Reach) -> Any:
    id_column = col(view.model.id)  # type: ignore[attr-defined]  # every table has one
    shown = [shown_on(view.model, reach, wanted, id_column).label(f"{wanted}_shown") for wanted in CLOSER]
    wanted = sa.bindparam("ids", type_=pg.ARRAY(sa.Uuid()))
    return sa.select(id_column, *shown).where(id_column == sa.any_(wanted), visible(view.model, reach))


def _fields(view: View, shown: Sequence[bool]) -> frozenset[str]:
    hidden = [classified(view.read, wanted) for wanted, is_shown in zip(CLOSER, shown, strict=True) if not is_shown]
    return frozenset(view.read.model_fields).difference(MADE_BY_TRIGGERS, *hidden)
