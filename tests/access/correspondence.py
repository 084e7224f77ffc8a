"""What the two sides said and promised, and the files they keep: of each partnership one of everything."""

from uuid import UUID

from app.adapters.storage import storage
from app.schemas.activities import ActivityCreate, ActivityRead
from app.schemas.campaigns import CampaignCreate, CampaignRead
from app.schemas.documents import DocumentRead
from app.schemas.letters import LetterCreate, LetterRead, TemplateCreate, TemplateRead
from app.schemas.tasks import TaskCreate, TaskRead
from app.services import activities, campaigns, documents, letter_templates, letters, tasks
from app.vocabulary import FieldClass, FileKind, Language
from tests.access.canaries import Canaries, words
from tests.access.people import Made, Record, record, told
from tests.access.places import Bond
from tests.support.world import World


async def bond(world: World, canaries: Canaries, between: Bond, partnership: UUID, organization: UUID) -> Made:
    return {
        "activities": await _activity(world, canaries, between, partnership),
        "tasks": await _task(world, canaries, between, partnership),
        "files": await _file(world, canaries, between, partnership),
    } | await _letters(world, canaries, between, partnership, organization)


async def _letters(world: World, canaries: Canaries, between: Bond, partnership: UUID, organization: UUID) -> Made:
    """Of the first side: a letter about the partnership, a text of its own, and a campaign."""
    word = words(canaries, "letters", between, LetterRead)
    body = LetterCreate(
        organization_id=organization,
        partnership_id=partnership,
        correspondent_name=word("correspondent_name"),
        addressee_name=word("addressee_name"),
        addressee_position=word("addressee_position"),
        language="uk",
        subject=word("subject"),
        body=word("body"),
        their_number=word("their_number"),
        signatory_name=word("signatory_name"),
        signatory_position=word("signatory_position"),
    )
    text = words(canaries, "templates", between, TemplateRead)
    template = TemplateCreate(
        organization_id=organization,
        code=f"canary_{between.name.casefold()}",
        language="uk",
        name=text("name"),
        subject=text("subject"),
        body=text("body"),
        signatory_name=text("signatory_name"),
        signatory_position=text("signatory_position"),
    )
    title = words(canaries, "campaigns", between, CampaignRead)("title")
    async with world.work() as uow:
        await uow.because(told(canaries, "letters", between))
        made = {"letters": record((await letters.create(uow, body)).id)}
    async with world.work() as uow:
        await uow.because(told(canaries, "templates", between))
        made["templates"] = record((await letter_templates.create(uow, template)).id)
    async with world.work() as uow:
        await uow.because(told(canaries, "campaigns", between))
        campaign = CampaignCreate(organization_id=organization, title=title)
        made["campaigns"] = record((await campaigns.create(uow, campaign)).id)
    return made


async def _activity(world: World, canaries: Canaries, between: Bond, partnership: UUID) -> Record:
    word = words(canaries, "activities", between, ActivityRead)
    body = ActivityCreate(
        kind="meeting",
        title=word("title"),
        summary=word("summary"),
        starts_local="2026-12-03T10:00",
        place=word("place"),
        partnership_ids=[partnership],
        participants=[{"side": "theirs", "name": word("participants"), "email": f"{word('participants')}@example.org"}],
    )
    async with world.work() as uow:
        await uow.because(told(canaries, "activities", between))
        return record((await activities.create(uow, body)).id)


async def _task(world: World, canaries: Canaries, between: Bond, partnership: UUID) -> Record:
    word = words(canaries, "tasks", between, TaskRead)
    body = TaskCreate(
        kind="promise",
        side="theirs",
        title=word("title"),
        details=word("details"),
        counterpart_name=word("counterpart_name"),
        subject="partnerships",
        subject_id=partnership,
        due_on="2026-12-10",
        items=[{"title": word("items"), "is_done": True}],
    )
    async with world.work() as uow:
        await uow.because(told(canaries, "tasks", between))
        return record((await tasks.create(uow, body)).id)


async def _file(world: World, canaries: Canaries, between: Bond, partnership: UUID) -> Record:
    word = words(canaries, "files", between, DocumentRead)
    wanted = documents.DocumentToKeep(
        subject="partnerships",
        subject_id=partnership,
        title=word("title"),
        kind=FileKind.MINUTES,
        language=Language.UK,
        sensitivity=FieldClass.INTERNAL,
        organization_id=None,
        file_name=f"{word('versions')}.txt",
        content=word("versions").encode(),
    )
    async with world.work() as uow:
        await uow.because(told(canaries, "files", between))
        return record((await documents.keep(uow, storage(world.app.state.runtime.settings), wanted)).id)
