"""What is sealed about a person, in clear: one fact to one reader for one purpose, or all of it for the person."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.core import vault
from app.core.uow import UnitOfWork
from app.core.visibility import own
from app.errors import not_found
from app.models import IdentityDocument, Particular, Person
from app.rules.identity import CLASSES, index_form
from app.schemas.identity import NumberSought, PeopleFound, PersonFound, RevealAsked, Revealed
from app.services import sealed_rows
from app.vocabulary import DocumentKind, FieldClass, ParticularKind

MOST_FOUND: Final = 20

# The journal keeps what concerns these facts apart from the history of the person, which more people may read.
SUBJECT: Final = "identity"


@dataclass(frozen=True)
class Fact:
    """One thing that is held about a person: of a document its `number` and `issuer`, otherwise its `value`."""

    kind: DocumentKind | ParticularKind
    id: UUID
    values: dict[str, str] = field(repr=False)
    country: str | None = None
    issued_on: date | None = None
    expires_on: date | None = None

    @property
    def field_class(self) -> FieldClass:
        return CLASSES[self.kind]


async def opened(uow: UnitOfWork, person_id: UUID) -> list[Fact]:
    """Everything sealed about a person; nothing when there is nothing, 410 when it is erased."""
    key = await vault.find_key(uow, person_id)
    if key is None:
        return []
    of_person = col(IdentityDocument.person_id)
    documents = await uow.children(IdentityDocument, of_person, person_id, col(IdentityDocument.id))
    rows = await uow.children(Particular, col(Particular.person_id), person_id, col(Particular.id))
    return [
        *(Fact(one.kind, one.id, sealed_rows.parts(key, one), *_plain(one)) for one in documents),
        *(Fact(one.kind, one.id, {"value": sealed_rows.clear(key, one, "value_sealed") or ""}) for one in rows),
    ]


def _plain(document: IdentityDocument) -> tuple[str, date | None, date | None]:
    return document.country, document.issued_on, document.expires_on


async def reveal(uow: UnitOfWork, id: UUID, body: RevealAsked) -> Revealed:
    """The journal has everything about it but the value."""
    await uow.get(Person, id)
    # The key comes first: it holds off a rotation while the row is read.
    key = await vault.find_key(uow, id)
    if key is None:
        raise not_found()
    row, part = await _asked(uow, id, body)
    value = sealed_rows.clear(key, row, f"{part}_sealed")
    if value is None:
        raise not_found()
    facts = {"kind": row.kind, "part": part, "row_id": str(row.id)}
    await uow.note("reveal_identity", SUBJECT, id, facts, body.purpose)
    return Revealed(value=value, field_class=CLASSES[row.kind])


async def _asked(uow: UnitOfWork, id: UUID, body: RevealAsked) -> tuple[sealed_rows.SealedRow, str]:
    if body.particular is not None:
        return await sealed_rows.particular(uow, id, body.particular), "value"
    if body.document_id is None:
        raise not_found()
    return await sealed_rows.document(uow, id, body.document_id), str(body.part)


async def find(uow: UnitOfWork, body: NumberSought) -> PeopleFound:
    """Whose document has this number, within reach; to find somebody is to look at them, and is journaled so."""
    wanted = await vault.blind(uow, index_form(body.number))
    reach = uow.own_reach()
    matching = sa.select(IdentityDocument, Person).join(Person, col(Person.id) == col(IdentityDocument.person_id))
    query = matching.where(col(IdentityDocument.number_index) == wanted, own(Person, reach)).limit(MOST_FOUND)
    rows = (await uow.session.execute(query.params(**reach.parameters()))).all()
    for document, person in rows:
        facts = {"kind": document.kind, "row_id": str(document.id)}
        await uow.note("find_by_document", SUBJECT, person.id, facts, body.purpose)
    if not rows:
        await uow.note("find_by_document", SUBJECT, reason=body.purpose)
    return PeopleFound(items=[_found(document, person) for document, person in rows])


def _found(document: IdentityDocument, person: Person) -> PersonFound:
    names = {name: getattr(person, name) for name in PersonFound.model_fields if name.endswith(("_uk", "_latin"))}
    return PersonFound(id=person.id, document_id=document.id, document_kind=document.kind, **names)
