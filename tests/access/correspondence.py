"""What the two sides said and promised, and the files they keep: of each partnership one of everything."""

from uuid import UUID

from app.adapters.storage import storage
from app.schemas.activities import ActivityCreate, ActivityRead
from app.schemas.documents import DocumentRead
from app.schemas.tasks import TaskCreate, TaskRead
from app.services import activities, documents, tasks
from app.vocabulary import FieldClass, FileKind, Language
from tests.access.canaries import Canaries, words
from tests.access.people import Made, Record, record, told
from tests.access.places import Bond
from tests.support.world import World


async def bond(world: World, canaries: Canaries, between: Bond, partnership: UUID) -> Made:
    return {
        "activities": await _activity(world, canaries, between, partnership),
        "tasks": await _task(world, canaries, between, partnership),
        "files": await _file(world, canaries, between, partnership),
    }


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
