"""What is known about a person is written down sealed; nobody who writes is shown what others wrote."""

from typing import Any, Final
from uuid import UUID

from app.core import crud, vault
from app.core.http import require_version
from app.core.sealing import Key
from app.core.uow import UnitOfWork
from app.errors import FieldError, Sentence, invalid, not_found
from app.models import IdentityDocument, Particular, Person
from app.rules import identity as rules
from app.schemas.base import Shape
from app.schemas.identity import DocumentFields, ParticularGiven
from app.services import sealed_rows
from app.vocabulary import ParticularKind

PLAIN: Final = ("kind", "country", "issued_on", "expires_on")


async def add_document(uow: UnitOfWork, id: UUID, body: DocumentFields) -> None:
    await _live(uow, id)
    number = _checked(uow, body)
    key = await vault.ensure_key(uow, id)
    values = _plain(body) | {"created_at": uow.now, "updated_at": uow.now}
    document = IdentityDocument(person_id=id, number_sealed="", **values)
    await _seal_number(uow, key, document, number)
    _seal_issuer(key, document, body.issuer)
    uow.add(document)
    await uow.flush()


async def edit_document(uow: UnitOfWork, id: UUID, document_id: UUID, body: Shape, version: int) -> None:
    require_version(await _live(uow, id), version)
    # The key comes first: it holds off a rotation while the row is read.
    key = await vault.find_key(uow, id)
    if key is None:
        raise not_found()
    document = await sealed_rows.document(uow, id, document_id)
    current: dict[str, Any] = _plain(document) | {"issuer": None} | sealed_rows.parts(key, document)
    whole = crud.merged(DocumentFields, current, body)
    number = _checked(uow, whole)
    crud.apply(document, _plain(whole))
    if number != current["number"]:
        await _seal_number(uow, key, document, number)
    if whole.issuer != current["issuer"]:
        _seal_issuer(key, document, whole.issuer)
    if document in uow.session.dirty:
        document.updated_at = uow.now
    await uow.flush()


async def remove_document(uow: UnitOfWork, id: UUID, document_id: UUID, version: int, reason: str) -> None:
    require_version(await uow.get(Person, id, lock=True), version)
    document = await sealed_rows.document(uow, id, document_id)
    await uow.because(reason)
    await uow.session.delete(document)
    await uow.flush()


async def keep_particular(uow: UnitOfWork, id: UUID, kind: ParticularKind, body: ParticularGiven, version: int) -> None:
    """The one fact of this kind; a former one is replaced."""
    require_version(await _live(uow, id), version)
    try:
        value = rules.particular(kind, body.value, uow.today)
    except rules.BadFactError as error:
        raise invalid(FieldError("/value", error.sentence)) from None
    key = await vault.ensure_key(uow, id)
    row = await sealed_rows.find_particular(uow, id, kind)
    if row is None:
        row = Particular(person_id=id, kind=kind, value_sealed="", created_at=uow.now, updated_at=uow.now)
    elif sealed_rows.clear(key, row, "value_sealed") == value:
        return
    row.value_sealed, row.updated_at = sealed_rows.sealed(key, row, "value_sealed", value), uow.now
    uow.add(row)
    await uow.flush()


async def remove_particular(uow: UnitOfWork, id: UUID, kind: ParticularKind, version: int, reason: str) -> None:
    require_version(await uow.get(Person, id, lock=True), version)
    row = await sealed_rows.particular(uow, id, kind)
    await uow.because(reason)
    await uow.session.delete(row)
    await uow.flush()


async def _live(uow: UnitOfWork, id: UUID) -> Person:
    person = await uow.get(Person, id, lock=True)
    crud.require_live(person)
    return person


def _plain(document: Any) -> dict[str, Any]:
    """What of a document is kept as it is."""
    return {name: getattr(document, name) for name in PLAIN}


def _checked(uow: UnitOfWork, body: DocumentFields) -> str:
    """The number in its one form, when everything about the document can be true."""
    wrong: list[tuple[str, Sentence]] = list(rules.date_objections(body.issued_on, body.expires_on, uow.today))
    number = ""
    try:
        number = rules.document_number(body.kind, body.country, body.number)
    except rules.BadFactError as error:
        wrong.insert(0, ("number", error.sentence))
    if wrong:
        raise invalid(*(FieldError(f"/{name}", sentence) for name, sentence in wrong))
    return number


async def _seal_number(uow: UnitOfWork, key: Key, document: IdentityDocument, number: str) -> None:
    document.number_sealed = sealed_rows.sealed(key, document, "number_sealed", number)
    document.number_index = await vault.blind(uow, rules.index_form(number))


def _seal_issuer(key: Key, document: IdentityDocument, issuer: str | None) -> None:
    document.issuer_sealed = None if issuer is None else sealed_rows.sealed(key, document, "issuer_sealed", issuer)
