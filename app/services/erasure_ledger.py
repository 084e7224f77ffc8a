"""The ledger of erasures outside of the database: written out, kept elsewhere, and replayed after a restore."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from pydantic import AwareDatetime, ValidationError
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from app.core.uow import UnitOfWork
from app.errors import refused, say
from app.models import Erasure, Person
from app.schemas.base import Reason, Reference, Shape
from app.services import erasures
from app.vocabulary import ErasureGround

KNOWN: Final = ("subject", "subject_id")


class Entry(Shape):
    """One line of the file: it names nobody."""

    id: UUID
    subject: Reference
    subject_id: UUID
    at: AwareDatetime
    ground: ErasureGround
    reason: Reason
    by_id: UUID | None


async def lines(uow: UnitOfWork) -> list[str]:
    """Oldest first, one JSON object a line."""
    rows = (await uow.session.scalars(select(Erasure).order_by(col(Erasure.at), col(Erasure.id)))).all()
    return [Entry.model_validate(row.model_dump()).model_dump_json() for row in rows]


def read(text: Iterable[str]) -> list[Entry]:
    found = []
    for number, line in enumerate(text, 1):
        if not line.strip():
            continue
        try:
            found.append(Entry.model_validate_json(line))
        except ValidationError as error:
            raise refused(say("ledger_line_unreadable", line=number)) from error
    return found


async def replay(uow: UnitOfWork, entry: Entry) -> bool:
    """What was decided then holds now: nobody is asked again. False when the restored data knows no such person."""
    values = entry.model_dump()
    await uow.session.execute(insert(Erasure).values(**values).on_conflict_do_nothing(index_elements=KNOWN))
    person = await uow.session.get(Person, entry.subject_id, with_for_update=True)
    if person is None:
        return False
    went = await erasures.remove(uow, person.id, person.user_id, entry.at)
    if went:
        facts = {"erased": {what.value: count for what, count in went.items()}}
        await uow.note("erasure_replayed", "people", person.id, facts)
    return True
