"""Texts for letters: what they may ask for is checked when they are written, not when a letter leaves."""

from uuid import UUID

from sqlmodel import col, select

from app.core import crud
from app.core.http import require_version
from app.core.uow import UnitOfWork
from app.core.visibility import READING, visible
from app.errors import AppError, FieldError, invalid, not_found, say
from app.models import Letter, LetterTemplate, Organization
from app.rules import letters as rules
from app.schemas.base import Shape
from app.schemas.letters import LetterPreview, TemplateAbout, TemplateCreate, TemplateFields
from app.services import homes, letter_facts, letter_ties
from app.vocabulary import Language


async def usable(uow: UnitOfWork, id: UUID, language: Language, pointer: str) -> LetterTemplate:
    """One that exists for whoever writes, in the language of the letter."""
    reach = uow.actor.reach(READING[LetterTemplate], uow.today)
    query = select(LetterTemplate).where(col(LetterTemplate.id) == id, visible(LetterTemplate, reach))
    found = (await uow.session.scalars(query.params(**reach.parameters()))).one_or_none()
    if found is None or found.archived_at is not None:
        raise invalid(FieldError(pointer, say("unknown_reference")))
    if found.language is not language:
        facts = {"found": found.language, "wanted": language}
        raise invalid(FieldError(pointer, say("template_of_another_language", **facts)))
    return found


async def create(uow: UnitOfWork, body: TemplateCreate) -> LetterTemplate:
    """Without an organization it is everybody's, and only who reaches everything makes one of those."""
    await _require_sound(uow, body)
    template = LetterTemplate(**body.model_dump(exclude={"id"}))
    if body.id is not None:
        template.id = body.id
    uow.add(template)
    await uow.flush()
    return template


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int) -> LetterTemplate:
    template = await _locked(uow, id, version)
    crud.require_live(template)
    known = {name: getattr(template, name) for name in TemplateFields.model_fields}
    whole = crud.merged(TemplateFields, known, body)
    await _require_sound(uow, whole)
    crud.apply(template, whole.model_dump())
    await uow.flush()
    return template


async def preview(uow: UnitOfWork, id: UUID, about: TemplateAbout) -> LetterPreview:
    """How a letter made of it would read, and what would be missing."""
    template = await uow.session.get(LetterTemplate, id)
    if template is None:
        raise not_found()
    await letter_ties.require(uow, about)
    organization_id = await homes.home(uow, about.organization_id or template.organization_id, has_tie=False)
    if organization_id is None:
        raise invalid(FieldError("/organization_id", say("organization_needed")))
    values = about.model_dump(exclude={"organization_id"})
    letter = Letter(organization_id=organization_id, language=template.language, **values)
    known = await letter_facts.facts(uow, letter, "—", uow.today)
    subject, body = (rules.filled(text, known) for text in (template.subject, template.body))
    missing = list(dict.fromkeys((*subject.missing, *body.missing)))
    return LetterPreview(subject=subject.text, body=body.text, missing=missing)


async def archive(uow: UnitOfWork, id: UUID, version: int, reason: str) -> LetterTemplate:
    template = await _locked(uow, id, version)
    await crud.archive(uow, template, reason)
    return template


async def restore(uow: UnitOfWork, id: UUID, version: int, reason: str) -> LetterTemplate:
    template = await _locked(uow, id, version)
    await crud.restore(uow, template, reason)
    return template


async def _locked(uow: UnitOfWork, id: UUID, version: int) -> LetterTemplate:
    template = await uow.get(LetterTemplate, id, lock=True)
    require_version(template, version)
    return template


async def _require_sound(uow: UnitOfWork, body: TemplateFields) -> None:
    for field in ("subject", "body"):
        if found := rules.unknown(getattr(body, field)):
            raise invalid(FieldError(f"/{field}", rules.placeholder_sentence(found)))
    if body.organization_id is not None:
        await uow.get(Organization, body.organization_id)
    elif not uow.own_reach().everything:
        raise AppError("forbidden", say("organization_needed"))
