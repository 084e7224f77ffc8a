from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.adapters.storage import storage
from app.core.http import (
    IfMatch,
    ResourceRouter,
    StrictRoute,
    answered,
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
from app.rules.permissions import Permission
from app.schemas.base import Why
from app.schemas.batches import Batch, BatchGet
from app.schemas.history import HistoryEntry, HistoryQuery
from app.schemas.letters import (
    LetterCreate,
    LetterOutcomeGiven,
    LetterPatch,
    LetterPreview,
    LetterQuery,
    LetterRead,
    LetterSend,
)
from app.services import letters
from app.views.letters import LISTING, VIEW

router = ResourceRouter(prefix="/v1/letters", tags=["letters"], route_class=StrictRoute)

LetterReader = Annotated[Reader, reading(Permission.LETTERS_READ)]
Writer = Annotated[UnitOfWork, may(Permission.LETTERS_WRITE)]
VERB = problems(404, 409, 412, 413, 415, 428)


@router.get("", response_model=Page[LetterRead], responses=problems())
async def list_letters(
    request: Request, reader: LetterReader, query: Annotated[LetterQuery, asked(LetterQuery)]
) -> Response:
    """The registers: letters of ours and those that came; `status=sent` are those that wait for an answer."""
    return await listed(request, reader, LISTING, query)


@router.post("", status_code=201, response_model=LetterRead, responses=problems(404, 409, 413, 415))
async def create_letter(uow: Writer, body: LetterCreate) -> Response:
    """Of ours a draft, with its own text or that of a template; one that came has its number at once."""
    made = await letters.create(uow, body)
    return await written(uow, VIEW, made.id, at=router.prefix)


@router.get("/{id}", response_model=LetterRead, responses=problems(404))
async def get_letter(request: Request, reader: LetterReader, id: UUID) -> Response:
    return await read(request, reader, VIEW, id)


@router.patch("/{id}", response_model=LetterRead, responses=VERB)
async def edit_letter(uow: Writer, id: UUID, version: IfMatch, body: LetterPatch) -> Response:
    """Merge patch (RFC 7396): absent fields stay, null clears."""
    await letters.edit(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/archive", response_model=LetterRead, responses=VERB)
async def archive_letter(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await letters.archive(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/restore", response_model=LetterRead, responses=VERB)
async def restore_letter(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await letters.restore(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.get("/{id}/history", response_model=Page[HistoryEntry], responses=problems(404))
async def list_letter_history(
    request: Request, reader: LetterReader, id: UUID, query: Annotated[HistoryQuery, asked(HistoryQuery)]
) -> Response:
    """Who changed what, when and why; newest first."""
    return await told(request, reader, VIEW, id, query.limit, query.cursor)


@router.post("/batch-get", response_model=Batch[LetterRead], responses=problems(413, 415))
async def batch_get_letters(reader: LetterReader, body: BatchGet) -> Response:
    return await several(reader, VIEW, body.ids)


@router.post("/{id}/preview", response_model=LetterPreview, responses=problems(404))
async def preview_letter(uow: Writer, id: UUID) -> Response:
    """How it would read if it were registered now, with what is still missing."""
    uow.rehearse()
    return await answered(uow, fresh((await letters.preview(uow, id)).model_dump_json().encode()))


@router.post("/{id}/register", response_model=LetterRead, responses=VERB)
async def register_letter(request: Request, uow: Writer, id: UUID, version: IfMatch) -> Response:
    """Fills in what the text asks for, gives the next number of the register, and makes the PDF."""
    await letters.register(uow, storage(runtime(request).settings), id, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/send", response_model=LetterRead, responses=VERB)
async def send_letter(uow: Writer, id: UUID, version: IfMatch, body: LetterSend) -> Response:
    """It was sent. From here on an answer is waited for, if one is expected."""
    await letters.send(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/outcome", response_model=LetterRead, responses=VERB)
async def record_letter_outcome(uow: Writer, id: UUID, version: IfMatch, body: LetterOutcomeGiven) -> Response:
    """What was answered, or that nobody did."""
    await letters.record_outcome(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/close", response_model=LetterRead, responses=VERB)
async def close_letter(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    """Dealt with."""
    await letters.close(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/cancel", response_model=LetterRead, responses=VERB)
async def cancel_letter(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    """Not sent after all. Its number is not given again."""
    await letters.cancel(uow, id, version, body.reason)
    return await written(uow, VIEW, id)
