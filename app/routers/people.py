from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.core.http import (
    IfMatch,
    ResourceRouter,
    StrictRoute,
    listed,
    may,
    problems,
    read,
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
from app.schemas.people import (
    AffiliationCreate,
    AffiliationEnd,
    AffiliationPatch,
    PersonCreate,
    PersonPatch,
    PersonQuery,
    PersonRead,
)
from app.services import people, undo
from app.views.people import LISTING, VIEW

router = ResourceRouter(prefix="/v1/people", tags=["people"], route_class=StrictRoute)

PersonReader = Annotated[Reader, reading(Permission.PEOPLE_READ)]
Writer = Annotated[UnitOfWork, may(Permission.PEOPLE_WRITE)]


@router.get("", response_model=Page[PersonRead], responses=problems())
async def list_people(
    request: Request, reader: PersonReader, query: Annotated[PersonQuery, asked(PersonQuery)]
) -> Response:
    """People; `q` finds a part of a name in either alphabet."""
    return await listed(request, reader, LISTING, query)


@router.post("", status_code=201, response_model=PersonRead, responses=problems(409, 413, 415))
async def create_person(uow: Writer, body: PersonCreate) -> Response:
    """An affiliation with an organization of one's own is needed, unless one acts for the whole association."""
    person = await people.create(uow, body)
    return await written(uow, VIEW, person.id, at=router.prefix)


@router.post("/batch-get", response_model=Batch[PersonRead], responses=problems(413, 415))
async def batch_get_people(reader: PersonReader, body: BatchGet) -> Response:
    return await several(reader, VIEW, body.ids)


@router.get("/{id}", response_model=PersonRead, responses=problems(404))
async def get_person(request: Request, reader: PersonReader, id: UUID) -> Response:
    return await read(request, reader, VIEW, id)


@router.patch("/{id}", response_model=PersonRead, responses=problems(404, 409, 412, 413, 415, 428))
async def edit_person(uow: Writer, id: UUID, version: IfMatch, body: PersonPatch) -> Response:
    """Merge patch (RFC 7396): absent fields stay, null clears, lists are replaced whole."""
    await people.edit(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/affiliations", status_code=201, response_model=PersonRead, responses=problems(404, 409, 413, 415))
async def add_affiliation(uow: Writer, id: UUID, body: AffiliationCreate) -> Response:
    """Another organization, or a new position after the former one has ended."""
    await people.affiliate(uow, id, body)
    return await written(uow, VIEW, id, at=router.prefix)


@router.patch(
    "/{id}/affiliations/{affiliation_id}",
    response_model=PersonRead,
    responses=problems(404, 409, 412, 413, 415, 428),
)
async def edit_affiliation(
    uow: Writer, id: UUID, affiliation_id: UUID, version: IfMatch, body: AffiliationPatch
) -> Response:
    """Merge patch (RFC 7396) of one affiliation; the ETag is the person's."""
    await people.edit_affiliation(uow, id, affiliation_id, body, version)
    return await written(uow, VIEW, id)


@router.post(
    "/{id}/affiliations/{affiliation_id}/end", response_model=PersonRead, responses=problems(404, 409, 413, 415)
)
async def end_affiliation(uow: Writer, id: UUID, affiliation_id: UUID, body: AffiliationEnd) -> Response:
    """The person leaves; the affiliation stays as history."""
    await people.end_affiliation(uow, id, affiliation_id, body)
    return await written(uow, VIEW, id)


@router.post("/{id}/archive", response_model=PersonRead, responses=problems(404, 409, 412, 413, 415, 428))
async def archive_person(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await people.archive(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/restore", response_model=PersonRead, responses=problems(404, 409, 412, 413, 415, 428))
async def restore_person(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await people.restore(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/undo", response_model=PersonRead, responses=problems(404, 409, 412, 413, 415, 428))
async def undo_person(uow: Writer, id: UUID, version: IfMatch, body: UndoAsked) -> Response:
    """Takes back one's own last edit, while nothing else has been done to the record; a second time brings it back."""
    await undo.undo(uow, undo.PERSON, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.get("/{id}/history", response_model=Page[HistoryEntry], responses=problems(404))
async def list_person_history(
    request: Request, reader: PersonReader, id: UUID, query: Annotated[HistoryQuery, asked(HistoryQuery)]
) -> Response:
    """Who changed what, when and why; newest first."""
    return await told(request, reader, VIEW, id, query.limit, query.cursor)
