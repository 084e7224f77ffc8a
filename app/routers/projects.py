from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.core.http import (
    IfMatch,
    Moment,
    ResourceRouter,
    StrictRoute,
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
from app.schemas.projects import ProjectCreate, ProjectPatch, ProjectQuery, ProjectRead, ProjectStatusChange
from app.services import projects, undo
from app.views.projects import LISTING, VIEW

router = ResourceRouter(prefix="/v1/projects", tags=["projects"], route_class=StrictRoute)

ProjectReader = Annotated[Reader, reading(Permission.PROJECTS_READ)]
Writer = Annotated[UnitOfWork, may(Permission.PROJECTS_WRITE)]


@router.get("", response_model=Page[ProjectRead], responses=problems())
async def list_projects(
    request: Request, reader: ProjectReader, query: Annotated[ProjectQuery, asked(ProjectQuery)]
) -> Response:
    """Joint projects; `q` finds a part of a title or number."""
    return await listed(request, reader, LISTING, query)


@router.post("", status_code=201, response_model=ProjectRead, responses=problems(404, 409, 413, 415))
async def create_project(uow: Writer, body: ProjectCreate) -> Response:
    """Linked partnerships and the maker's own organizations decide for whom it exists."""
    project = await projects.create(uow, body)
    return await written(uow, VIEW, project.id, at=router.prefix)


@router.post("/batch-get", response_model=Batch[ProjectRead], responses=problems(413, 415))
async def batch_get_projects(reader: ProjectReader, body: BatchGet) -> Response:
    return await several(reader, VIEW, body.ids)


@router.get("/{id}", response_model=ProjectRead, responses=problems(404))
async def get_project(request: Request, reader: ProjectReader, id: UUID, as_of: Moment = None) -> Response:
    return await read_as_of(request, reader, VIEW, id, as_of)


@router.patch("/{id}", response_model=ProjectRead, responses=problems(404, 409, 412, 413, 415, 428))
async def edit_project(uow: Writer, id: UUID, version: IfMatch, body: ProjectPatch) -> Response:
    """Merge patch (RFC 7396): absent fields stay, null clears, lists are replaced whole."""
    await projects.edit(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/status", response_model=ProjectRead, responses=problems(404, 409, 412, 413, 415, 428))
async def change_project_status(uow: Writer, id: UUID, version: IfMatch, body: ProjectStatusChange) -> Response:
    """Forward as it goes; interruptions, steps back and early ends with a reason."""
    await projects.change_status(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/archive", response_model=ProjectRead, responses=problems(404, 409, 412, 413, 415, 428))
async def archive_project(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await projects.archive(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/restore", response_model=ProjectRead, responses=problems(404, 409, 412, 413, 415, 428))
async def restore_project(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await projects.restore(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/undo", response_model=ProjectRead, responses=problems(404, 409, 412, 413, 415, 428))
async def undo_project(uow: Writer, id: UUID, version: IfMatch, body: UndoAsked) -> Response:
    """Takes back one's own last edit, while nothing else has been done to the record; a second time brings it back."""
    await undo.undo(uow, undo.PROJECT, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.get("/{id}/history", response_model=Page[HistoryEntry], responses=problems(404))
async def list_project_history(
    request: Request, reader: ProjectReader, id: UUID, query: Annotated[HistoryQuery, asked(HistoryQuery)]
) -> Response:
    """Who changed what, when and why; newest first."""
    return await told(request, reader, VIEW, id, query.limit, query.cursor)
