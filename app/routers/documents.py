from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from app.core.http import (
    IfMatch,
    ResourceRouter,
    StrictRoute,
    fresh,
    listed,
    may,
    problems,
    read,
    reading,
    runtime,
    several,
    told,
    written,
)
from app.core.listing import Page
from app.core.queries import asked
from app.core.uow import Reader, UnitOfWork
from app.routers import files
from app.rules.permissions import Permission
from app.schemas.base import Why
from app.schemas.batches import Batch, BatchGet
from app.schemas.documents import (
    DocumentCreate,
    DocumentPatch,
    DocumentQuery,
    DocumentRead,
    LinkAsked,
    LinkRead,
    Quota,
    VersionCreate,
)
from app.schemas.history import HistoryEntry, HistoryQuery
from app.services import document_links, documents
from app.views.documents import LISTING, VIEW

router = ResourceRouter(prefix="/v1/documents", tags=["documents"], route_class=StrictRoute)

DocumentReader = Annotated[Reader, reading(Permission.DOCUMENTS_READ)]
Opener = Annotated[UnitOfWork, may(Permission.DOCUMENTS_READ)]
Writer = Annotated[UnitOfWork, may(Permission.DOCUMENTS_WRITE)]
Number = Annotated[int | None, Query(ge=1, le=1_000_000, description="Which version; left out, the newest.")]


@router.get("", response_model=Page[DocumentRead], responses=problems())
async def list_documents(
    request: Request, reader: DocumentReader, query: Annotated[DocumentQuery, asked(DocumentQuery)]
) -> Response:
    """Files of the records that you may see; `subject` with `subject_id` are those of one record."""
    return await listed(request, reader, LISTING, query)


@router.post("", status_code=201, response_model=DocumentRead, responses=problems(404, 409, 413, 415))
async def create_document(request: Request, uow: Writer, body: DocumentCreate) -> Response:
    """Puts an uploaded file on a record. Who may see the record may see it, as far as its class is shown to them."""
    document = await documents.create(uow, body, runtime(request).settings.files.quota_bytes)
    return await written(uow, VIEW, document.id, at=router.prefix)


@router.post("/batch-get", response_model=Batch[DocumentRead], responses=problems(413, 415))
async def batch_get_documents(reader: DocumentReader, body: BatchGet) -> Response:
    return await several(reader, VIEW, body.ids)


@router.get("/quota", response_model=Quota, responses=problems(404))
async def get_document_quota(request: Request, reader: DocumentReader, organization_id: UUID | None = None) -> Response:
    """How much of its storage an organization of yours has used; without one, the storage your next file fills."""
    most = runtime(request).settings.files.quota_bytes
    return fresh((await documents.quota(reader, organization_id, most)).model_dump_json().encode())


@router.get("/{id}", response_model=DocumentRead, responses=problems(404))
async def get_document(request: Request, reader: DocumentReader, id: UUID) -> Response:
    return await read(request, reader, VIEW, id)


@router.patch("/{id}", response_model=DocumentRead, responses=problems(404, 409, 412, 413, 415, 428))
async def change_document(uow: Writer, id: UUID, version: IfMatch, body: DocumentPatch) -> Response:
    """Merge patch (RFC 7396): absent fields stay, null clears."""
    await documents.edit(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/versions", response_model=DocumentRead, responses=problems(404, 409, 412, 413, 415, 428))
async def create_document_version(
    request: Request, uow: Writer, id: UUID, version: IfMatch, body: VersionCreate
) -> Response:
    """A new content. The earlier ones stay as they are."""
    await documents.add_version(uow, id, body, version, runtime(request).settings.files.quota_bytes)
    return await written(uow, VIEW, id)


@router.get("/{id}/content", response_class=files.File, responses=problems(404, 409))
async def get_document_content(request: Request, reader: DocumentReader, id: UUID, version: Number = None) -> Response:
    """The file itself."""
    return await files.sent(request, await documents.content(reader, id, version))


@router.post("/{id}/links", response_model=LinkRead, responses=problems(404, 409, 413, 415))
async def create_document_link(request: Request, uow: Opener, id: UUID, body: LinkAsked) -> Response:
    """An address that opens the file for some minutes in whatever program, with the rights you have at that moment."""
    found = await documents.content(uow, id, body.version)
    settings = runtime(request).settings
    link = document_links.made(settings, uow, id, found.number)
    await uow.note("create_document_link", "documents", id)
    url = f"{settings.http.address}{files.PATH}/{document_links.token(settings, link)}"
    return fresh(LinkRead(url=url, expires_at=link.expires_at).model_dump_json().encode())


@router.post("/{id}/archive", response_model=DocumentRead, responses=problems(404, 409, 412, 413, 415, 428))
async def archive_document(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await documents.archive(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/restore", response_model=DocumentRead, responses=problems(404, 409, 412, 413, 415, 428))
async def restore_document(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await documents.restore(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.get("/{id}/history", response_model=Page[HistoryEntry], responses=problems(404))
async def list_document_history(
    request: Request, reader: DocumentReader, id: UUID, query: Annotated[HistoryQuery, asked(HistoryQuery)]
) -> Response:
    """Who changed what, when and why; newest first."""
    return await told(request, reader, VIEW, id, query.limit, query.cursor)
