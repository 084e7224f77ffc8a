"""What a letter names: it exists for whoever writes, and an answer belongs to the letter that it answers."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from app.core.uow import UnitOfWork
from app.errors import FieldError, invalid, say
from app.models import Letter, Organization, Partnership, Person
from app.schemas.letters import LetterFields
from app.vocabulary import LetterDirection, LetterStatus

# The directory of organizations is open to all.
NAMED: Final[Mapping[str, type[SQLModel]]] = {
    "correspondent_id": Organization,
    "partnership_id": Partnership,
    "addressee_id": Person,
}
WAITING: Final = frozenset({LetterStatus.SENT, LetterStatus.UNANSWERED})


async def require(uow: UnitOfWork, *bodies: Any, at: str = "") -> None:
    """Set-wise: one question for each kind of thing, however many letters name one. `at` holds a place for `{}`."""
    errors = []
    for field, model in NAMED.items():
        named = [(place, getattr(each, field)) for place, each in enumerate(bodies)]
        there = await _there(uow, model, {id for _, id in named if id is not None})
        errors += [
            FieldError(f"{at.format(place)}/{field}", say("unknown_reference"))
            for place, id in named
            if id is not None and id not in there
        ]
    if errors:
        raise invalid(*errors)


async def _there(uow: UnitOfWork, model: type[SQLModel], ids: Iterable[UUID]) -> set[UUID]:
    if not ids:
        return set()
    id_column: Any = col(model.id)  # type: ignore[attr-defined]  # every table has one
    query: sa.Select[Any] = select(model) if model is Organization else uow.select(model)
    found = await uow.session.scalars(query.where(id_column.in_(ids)))
    return {row.id for row in found.all()}


async def answered(uow: UnitOfWork, body: LetterFields, organization_id: UUID) -> Letter | None:
    """The letter that this one answers: of the same register, the other way, and with the same correspondent."""
    if body.answers_id is None:
        return None
    query = uow.select(Letter).where(col(Letter.id) == body.answers_id)
    found = await uow.all(query)
    if not found:
        raise _refused("unknown_reference")
    asked = found[0]
    if asked.organization_id != organization_id:
        raise _refused("letter_of_another")
    if asked.correspondent_id and body.correspondent_id and asked.correspondent_id != body.correspondent_id:
        raise _refused("letter_of_another_correspondent")
    if body.direction is LetterDirection.OUTGOING and asked.direction is not LetterDirection.INCOMING:
        raise _refused("letter_answers_what_came")
    return asked


def require_waiting(asked: Letter, answer: Letter) -> None:
    """A letter is answered once, and not before it was sent."""
    if asked.direction is not LetterDirection.OUTGOING or asked.status not in WAITING:
        raise _refused("letter_not_waiting")
    if asked.sent_on and answer.received_on and answer.received_on < asked.sent_on:
        raise invalid(FieldError("/received_on", say("letter_before", on=asked.sent_on)))


def _refused(code: str) -> Exception:
    return invalid(FieldError("/answers_id", say(code)))
