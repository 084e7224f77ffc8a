from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

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
    told,
    written,
)
from app.core.listing import Page
from app.core.queries import asked
from app.core.uow import Reader, UnitOfWork, require_visible
from app.models import LetterTemplate
from app.rules.permissions import Permission
from app.schemas.base import Why
from app.schemas.history import HistoryEntry, HistoryQuery
from app.schemas.letters import (
    LetterPreview,
    TemplateAbout,
    TemplateCreate,
    TemplatePatch,
    TemplateQuery,
    TemplateRead,
)
from app.services import letter_templates
from app.views.letters import TEMPLATE_VIEW, TEMPLATES

router = ResourceRouter(prefix="/v1/letter-templates", tags=["letters"], route_class=StrictRoute)

LetterReader = Annotated[Reader, reading(Permission.LETTERS_READ)]
Writer = Annotated[UnitOfWork, may(Permission.LETTERS_WRITE)]
VERB = problems(404, 409, 412, 413, 415, 428)


@router.get("", response_model=Page[TemplateRead], responses=problems())
async def list_letter_templates(
    request: Request, reader: LetterReader, query: Annotated[TemplateQuery, asked(TemplateQuery)]
) -> Response:
    """Texts for letters: one's own, and those that are everybody's."""
    return await listed(request, reader, TEMPLATES, query)


@router.post("", status_code=201, response_model=TemplateRead, responses=problems(404, 409, 413, 415))
async def create_letter_template(uow: Writer, body: TemplateCreate) -> Response:
    """A text with placeholders; what it asks for is checked now, not when a letter leaves."""
    made = await letter_templates.create(uow, body)
    return await written(uow, TEMPLATE_VIEW, made.id, at=router.prefix)


@router.get("/{id}", response_model=TemplateRead, responses=problems(404))
async def get_letter_template(request: Request, reader: LetterReader, id: UUID) -> Response:
    return await read(request, reader, TEMPLATE_VIEW, id)


@router.patch("/{id}", response_model=TemplateRead, responses=VERB)
async def edit_letter_template(uow: Writer, id: UUID, version: IfMatch, body: TemplatePatch) -> Response:
    """Merge patch (RFC 7396): absent fields stay, null clears."""
    await letter_templates.edit(uow, id, body, version)
    return await written(uow, TEMPLATE_VIEW, id)


@router.post("/{id}/preview", response_model=LetterPreview, responses=problems(404, 413, 415))
async def preview_letter_template(uow: Writer, id: UUID, body: TemplateAbout) -> Response:
    """How a letter made of it would read, with what would still be missing. Nothing is kept."""
    uow.rehearse()
    await require_visible(uow, LetterTemplate, id)
    return await answered(uow, fresh((await letter_templates.preview(uow, id, body)).model_dump_json().encode()))


@router.post("/{id}/archive", response_model=TemplateRead, responses=VERB)
async def archive_letter_template(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await letter_templates.archive(uow, id, version, body.reason)
    return await written(uow, TEMPLATE_VIEW, id)


@router.post("/{id}/restore", response_model=TemplateRead, responses=VERB)
async def restore_letter_template(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await letter_templates.restore(uow, id, version, body.reason)
    return await written(uow, TEMPLATE_VIEW, id)


@router.get("/{id}/history", response_model=Page[HistoryEntry], responses=problems(404))
async def list_letter_template_history(
    request: Request, reader: LetterReader, id: UUID, query: Annotated[HistoryQuery, asked(HistoryQuery)]
) -> Response:
    """Who changed what, when and why; newest first."""
    return await told(request, reader, TEMPLATE_VIEW, id, query.limit, query.cursor)
