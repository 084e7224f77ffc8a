from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from app.core.http import (
    IfMatch,
    Moment,
    ResourceRouter,
    StrictRoute,
    fresh,
    listed,
    may,
    problems,
    read_as_of,
    reading,
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
from app.schemas.history import HistoryEntry, HistoryQuery, UndoAsked
from app.schemas.partnerships import (
    Found,
    PartnershipCard,
    PartnershipCreate,
    PartnershipPatch,
    PartnershipQuery,
    PartnershipRead,
    SearchQuery,
    StageChange,
    StageLog,
    StatusChange,
    TrackChange,
    Transitions,
)
from app.services import partnership_reading, partnerships, undo
from app.views.partnerships import LISTING, VIEW

router = ResourceRouter(prefix="/v1/partnerships", tags=["partnerships"], route_class=StrictRoute)

PartnershipReader = Annotated[Reader, reading(Permission.PARTNERSHIPS_READ)]
Looker = Annotated[UnitOfWork, may(Permission.PARTNERSHIPS_READ)]
Writer = Annotated[UnitOfWork, may(Permission.PARTNERSHIPS_WRITE)]
DryRun = Annotated[bool, Query(description="Checks and answers as the real thing would; nothing is kept.")]
VERB = problems(404, 409, 412, 413, 415, 428)


@router.get("", response_model=Page[PartnershipCard], responses=problems())
async def list_partnerships(
    request: Request, reader: PartnershipReader, query: Annotated[PartnershipQuery, asked(PartnershipQuery)]
) -> Response:
    return await listed(request, reader, LISTING, query)


@router.get("/search", response_model=Found, responses=problems())
async def search_partnerships(reader: PartnershipReader, query: Annotated[SearchQuery, asked(SearchQuery)]) -> Response:
    """The best matches of the words in titles, numbers and descriptions."""
    return fresh(await partnership_reading.search(reader, query.q, query.limit))


@router.post("", status_code=201, response_model=PartnershipRead, responses=problems(409, 413, 415))
async def create_partnership(uow: Writer, body: PartnershipCreate) -> Response:
    """Opens a partnership: an informal contact between two or more organizations."""
    partnership = await partnerships.create(uow, body)
    return await written(uow, VIEW, partnership.id, at=router.prefix)


@router.post("/batch-get", response_model=Batch[PartnershipRead], responses=problems(413, 415))
async def batch_get_partnerships(reader: PartnershipReader, body: BatchGet) -> Response:
    return await several(reader, VIEW, body.ids)


@router.get("/{id}", response_model=PartnershipRead, responses=problems(404))
async def get_partnership(request: Request, reader: PartnershipReader, id: UUID, as_of: Moment = None) -> Response:
    return await read_as_of(request, reader, VIEW, id, as_of)


@router.patch("/{id}", response_model=PartnershipRead, responses=VERB)
async def edit_partnership(uow: Writer, id: UUID, version: IfMatch, body: PartnershipPatch) -> Response:
    """Merge patch (RFC 7396). Parties are replaced as a list; one that left keeps its row with `left_on`."""
    await partnerships.edit(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.get("/{id}/transitions", response_model=Transitions, responses=problems(404))
async def list_partnership_transitions(uow: Looker, id: UUID) -> Response:
    """For every stage: whether it can be entered now and, if not, what is missing, who provides it and where."""
    found = await partnership_reading.transitions(uow, id)
    return fresh(found.model_dump_json().encode())


@router.post("/{id}/stage", response_model=PartnershipRead, responses=VERB)
async def move_partnership(
    uow: Writer, id: UUID, version: IfMatch, body: StageChange, dry_run: DryRun = False
) -> Response:
    """Moves to another stage. Forward moves may skip; a step back and a return from the end need a reason."""
    if dry_run:
        uow.rehearse()
    await partnerships.move(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/track", response_model=PartnershipRead, responses=VERB)
async def change_partnership_track(
    uow: Writer, id: UUID, version: IfMatch, body: TrackChange, dry_run: DryRun = False
) -> Response:
    """Back to the informal track, after the documents have ended."""
    if dry_run:
        uow.rehearse()
    await partnerships.change_track(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/status", response_model=PartnershipRead, responses=VERB)
async def change_partnership_status(
    uow: Writer, id: UUID, version: IfMatch, body: StatusChange, dry_run: DryRun = False
) -> Response:
    """Into rest, to the end, or back to life."""
    if dry_run:
        uow.rehearse()
    await partnerships.change_status(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/archive", response_model=PartnershipRead, responses=VERB)
async def archive_partnership(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await partnerships.archive(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/restore", response_model=PartnershipRead, responses=VERB)
async def restore_partnership(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await partnerships.restore(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.get("/{id}/stages", response_model=StageLog, responses=problems(404))
async def get_partnership_stage_log(reader: PartnershipReader, id: UUID) -> Response:
    """Every stay in a stage, oldest first: from, to, by whom, why, by which document, entered and left."""
    return fresh(await partnership_reading.stage_log(reader, id))


@router.post("/{id}/undo", response_model=PartnershipRead, responses=VERB)
async def undo_partnership(uow: Writer, id: UUID, version: IfMatch, body: UndoAsked) -> Response:
    """Takes back one's own last edit, while nothing else has been done to the record; a second time brings it back."""
    await undo.undo(uow, undo.PARTNERSHIP, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.get("/{id}/history", response_model=Page[HistoryEntry], responses=problems(404))
async def list_partnership_history(
    request: Request, reader: PartnershipReader, id: UUID, query: Annotated[HistoryQuery, asked(HistoryQuery)]
) -> Response:
    """Who changed what, when and why; newest first."""
    return await told(request, reader, VIEW, id, query.limit, query.cursor)
