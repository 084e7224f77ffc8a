from typing import Annotated
from uuid import UUID

from fastapi import Path, Request, Response
from fastapi.responses import StreamingResponse

from app.adapters.storage import begun, storage
from app.core.http import (
    KEPT_NOWHERE,
    ResourceRouter,
    StrictRoute,
    answered,
    fresh,
    may,
    problems,
    reading,
    runtime,
)
from app.core.listing import Page
from app.core.queries import asked
from app.core.uow import Reader, UnitOfWork
from app.rules.permissions import Permission
from app.schemas.journal import (
    JournalEntryRead,
    JournalExportCreate,
    JournalExportPage,
    JournalExportRead,
    JournalQuery,
)
from app.services import journal_exports, journal_reading


class JournalFile(StreamingResponse):
    media_type = "application/x-ndjson"


router = ResourceRouter(prefix="/v1/journal", tags=["journal"], route_class=StrictRoute)

Auditor = Annotated[Reader, reading(Permission.JOURNAL_READ)]
Looker = Annotated[UnitOfWork, may(Permission.JOURNAL_READ)]
Exporter = Annotated[UnitOfWork, may(Permission.JOURNAL_READ, proof=True)]


@router.get("", response_model=Page[JournalEntryRead], responses=problems())
async def list_journal(
    request: Request, reader: Auditor, query: Annotated[JournalQuery, asked(JournalQuery)]
) -> Response:
    """Everything that was done, and what was refused; newest first. Who may look at a part sees what is about it.

    What is rare is looked for stretch by stretch: a page may hold fewer entries than asked for, or none, and still have
    a `next_cursor`. The end is where there is none.
    """
    cursors = runtime(request).cursors
    return fresh(await journal_reading.page(reader, cursors, query, query.limit, query.cursor))


@router.get("/entries/{id}", response_model=JournalEntryRead, responses=problems(404))
async def get_journal_entry(reader: Auditor, id: Annotated[int, Path(ge=1, lt=2**62)]) -> Response:
    """One entry."""
    return fresh(await journal_reading.one(reader, id))


@router.post("/exports", status_code=202, response_model=JournalExportRead, responses=problems(409, 413, 415))
async def create_journal_export(uow: Exporter, body: JournalExportCreate) -> Response:
    """Asks for a file of entries with their proofs. The worker makes it; it is there for seven days."""
    made = journal_exports.shown(await journal_exports.create(uow, body))
    headers = {"Location": f"{router.prefix}/exports/{made.id}", "Retry-After": "5"}
    return await answered(uow, fresh(made.model_dump_json().encode(), 202, **headers))


@router.get("/exports", response_model=JournalExportPage, responses=problems())
async def list_journal_exports(uow: Looker) -> Response:
    """What you have asked for, newest first; administrators see what everybody has."""
    return fresh(JournalExportPage(items=await journal_exports.several(uow)).model_dump_json().encode())


@router.get("/exports/{id}", response_model=JournalExportRead, responses=problems(404))
async def get_journal_export(uow: Looker, id: UUID) -> Response:
    """How far it has come."""
    return fresh(journal_exports.shown(await journal_exports.one(uow, id)).model_dump_json().encode())


@router.get("/exports/{id}/file", response_class=JournalFile, responses=problems(404, 409))
async def get_journal_export_file(request: Request, uow: Exporter, id: UUID) -> Response:
    """The file: NDJSON, signed, to be checked with `./pobratym journal verify-file`. Fetching it is recorded."""
    name = await journal_exports.fetched(uow, id)
    disposition = {"Content-Disposition": f'attachment; filename="journal-{id}.ndjson"'}
    stream = await begun(storage(runtime(request).settings), name)
    return JournalFile(stream, headers=KEPT_NOWHERE | disposition)
