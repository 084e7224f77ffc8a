from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.core.http import IfMatch, ResourceRouter, StrictRoute, fresh, may, problems, read, reading, written
from app.core.uow import Reader, UnitOfWork
from app.rules.permissions import Permission
from app.schemas.base import Why
from app.schemas.identity import (
    DocumentCreate,
    DocumentPatch,
    IdentityRead,
    NumberSought,
    ParticularGiven,
    PeopleFound,
    RevealAsked,
    Revealed,
)
from app.services import identity, identity_writing
from app.views.identity import VIEW
from app.vocabulary import ParticularKind

router = ResourceRouter(prefix="/v1/people", tags=["identity"], route_class=StrictRoute)

IdentityReader = Annotated[Reader, reading(Permission.IDENTITY_READ)]
Writer = Annotated[UnitOfWork, may(Permission.IDENTITY_WRITE)]
Revealer = Annotated[UnitOfWork, may(Permission.IDENTITY_REVEAL, proof=True)]


@router.get("/{id}/identity", response_model=IdentityRead, responses=problems(404))
async def get_identity(request: Request, reader: IdentityReader, id: UUID) -> Response:
    """Which documents and particulars are held, without their values: those are revealed one at a time."""
    reach = reader.actor.reach(Permission.IDENTITY_READ, reader.today)
    return await read(request, reader, VIEW, id, within=reach)


@router.post(
    "/{id}/documents", status_code=201, response_model=IdentityRead, responses=problems(404, 409, 410, 413, 415)
)
async def add_document(uow: Writer, id: UUID, body: DocumentCreate) -> Response:
    """The number is sealed with a key of this person and not shown again, except by `reveal`."""
    await identity_writing.add_document(uow, id, body)
    return await written(uow, VIEW, id, at=router.prefix)


@router.patch(
    "/{id}/documents/{document_id}",
    response_model=IdentityRead,
    responses=problems(404, 409, 410, 412, 413, 415, 428),
)
async def edit_document(uow: Writer, id: UUID, document_id: UUID, version: IfMatch, body: DocumentPatch) -> Response:
    """Merge patch (RFC 7396) of one document; the ETag is the person's."""
    await identity_writing.edit_document(uow, id, document_id, body, version)
    return await written(uow, VIEW, id)


@router.post(
    "/{id}/documents/{document_id}/remove",
    response_model=IdentityRead,
    responses=problems(404, 409, 412, 413, 415, 428),
)
async def remove_document(uow: Writer, id: UUID, document_id: UUID, version: IfMatch, body: Why) -> Response:
    """For a document that is not needed any more, or was written down by mistake."""
    await identity_writing.remove_document(uow, id, document_id, version, body.reason)
    return await written(uow, VIEW, id)


@router.put(
    "/{id}/particulars/{kind}",
    response_model=IdentityRead,
    responses=problems(404, 409, 410, 412, 413, 415, 428),
)
async def keep_particular(
    uow: Writer, id: UUID, kind: ParticularKind, version: IfMatch, body: ParticularGiven
) -> Response:
    """One fact of each kind is kept: it is sealed, and replaces a former one."""
    await identity_writing.keep_particular(uow, id, kind, body, version)
    return await written(uow, VIEW, id)


@router.post(
    "/{id}/particulars/{kind}/remove",
    response_model=IdentityRead,
    responses=problems(404, 409, 412, 413, 415, 428),
)
async def remove_particular(uow: Writer, id: UUID, kind: ParticularKind, version: IfMatch, body: Why) -> Response:
    await identity_writing.remove_particular(uow, id, kind, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/reveal", response_model=Revealed, responses=problems(404, 409, 410, 413, 415))
async def reveal_identity(uow: Revealer, id: UUID, body: RevealAsked) -> Response:
    """One value for one purpose; who asked, what for and what for which fact stays in the journal.

    Every call is a look of its own: nothing is kept for an `Idempotency-Key`.
    """
    return fresh((await identity.reveal(uow, id, body)).model_dump_json().encode())


@router.post("/find-by-document", response_model=PeopleFound, responses=problems(409, 413, 415))
async def find_by_document(uow: Revealer, body: NumberSought) -> Response:
    """Whose document has this number, among the people within your reach; each find stays in the journal."""
    return fresh((await identity.find(uow, body)).model_dump_json().encode())
