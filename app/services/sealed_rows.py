"""Rows with sealed parts: found below their person, opened and sealed in the place where they lie."""

from uuid import UUID

from sqlmodel import col

from app.core import sealing
from app.core.sealing import Key, Place
from app.core.uow import UnitOfWork
from app.errors import not_found
from app.models import IdentityDocument, Particular
from app.vocabulary import ParticularKind

SealedRow = IdentityDocument | Particular


async def document(uow: UnitOfWork, person_id: UUID, id: UUID) -> IdentityDocument:
    found = await uow.session.get(IdentityDocument, id)
    if found is None or found.person_id != person_id:
        raise not_found()
    return found


async def particular(uow: UnitOfWork, person_id: UUID, kind: ParticularKind) -> Particular:
    found = await find_particular(uow, person_id, kind)
    if found is None:
        raise not_found()
    return found


async def find_particular(uow: UnitOfWork, person_id: UUID, kind: ParticularKind) -> Particular | None:
    rows = await uow.children(Particular, col(Particular.person_id), person_id)
    return next((row for row in rows if row.kind is kind), None)


def sealed(key: Key, row: SealedRow, column: str, text: str) -> str:
    return sealing.seal(key, _place(row, column), text.encode())


def clear(key: Key, row: SealedRow, column: str) -> str | None:
    text = getattr(row, column)
    return None if text is None else sealing.unseal(key, _place(row, column), text).decode()


def parts(key: Key, row: IdentityDocument) -> dict[str, str]:
    """The sealed parts of a document that there are, in clear."""
    found = {part: clear(key, row, f"{part}_sealed") for part in ("number", "issuer")}
    return {part: text for part, text in found.items() if text is not None}


def _place(row: SealedRow, column: str) -> Place:
    return Place(str(row.__tablename__), column, row.id)
