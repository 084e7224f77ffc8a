"""Files on records when they are kept in S3, and what everybody hears while it is away."""

from datetime import timedelta
from typing import Any, Final

import pytest

from app.adapters.storage import storage
from app.core.seal_keys import SealKeys
from app.errors import AppError
from app.jobs import journal_files, seals
from app.jobs.documents import scan_files, tidy_files
from app.models import Partnership
from app.rules import journal_files as rules
from app.schemas.accounts import GrantGiven
from app.services import uploads
from app.settings import Files, Settings
from app.vocabulary import Role, ScopeKind
from tests.support import actors, factories
from tests.support.clamd import Clamd
from tests.support.client import Client
from tests.support.horizon import settled
from tests.support.mail import Postman, free_port
from tests.support.s3 import S3Server, kept_at
from tests.support.world import World

pytestmark = pytest.mark.anyio

PDF: Final = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n"
AUDITOR: Final = GrantGiven(role=Role.AUDITOR, scope=ScopeKind.ASSOCIATION)


@pytest.fixture
async def partnership(world: World) -> Partnership:
    return await factories.partnership(world)


@pytest.fixture
def settings(world: World, s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of a program that keeps its files in a bucket."""
    found: Settings = world.app.state.runtime.settings
    monkeypatch.setattr(found, "files", s3.bucket())
    return found


def gone(settings: Settings, **given: Any) -> None:
    settings.files = kept_at(f"http://127.0.0.1:{free_port()}").model_copy(update=given)


async def uploaded(client: Client, content: bytes = PDF) -> Any:
    headers = {"content-type": "application/octet-stream"}
    return await client.post("/v1/uploads", params={"file_name": "Протокол.pdf"}, content=content, headers=headers)


async def filed(client: Client, partnership: Partnership, content: bytes = PDF) -> Any:
    upload = (await uploaded(client, content)).json()
    body = {"upload_id": upload["id"], "subject": "partnerships", "subject_id": str(partnership.id)}
    return await client.made("/v1/documents", body | {"title": "Протокол", "kind": "minutes"})


async def linked(client: Client, document: Any, settings: Settings) -> str:
    link = (await client.post(f"/v1/documents/{document['id']}/links", json={})).json()
    return str(link["url"].removeprefix(settings.http.address))


async def test_a_file_comes_back_by_its_link_and_a_new_version_stands_beside_it(
    world: World, settings: Settings, as_administrator: Client, nobody: Client, partnership: Partnership
) -> None:
    large = PDF + b"x" * 12_000_000
    document = await filed(as_administrator, partnership)
    old = await linked(as_administrator, document, settings)
    second = (await uploaded(as_administrator, large)).json()

    path = f"/v1/documents/{document['id']}"
    now = await as_administrator.post(f"{path}/versions", json={"upload_id": second["id"]}, version=document["version"])
    opened = [await nobody.get(each) for each in (old, await linked(as_administrator, document, settings))]
    first = await as_administrator.get(f"{path}/content", params={"version": "1"})
    newest = await as_administrator.get(f"{path}/content")

    assert [each["number"] for each in now.json()["versions"]] == [2, 1]
    assert [each.content for each in opened] == [PDF, large]
    assert (first.content, newest.content) == (PDF, large)
    rows = await world.rows("SELECT stored_as FROM document_versions WHERE document_id = $1", document["id"])
    assert sorted(row[0] for row in rows) == await storage(settings).names(uploads.folder(world.clock.today))
    assert list(settings.state.glob("upload-*")) == []


async def test_a_damaged_file_never_arrives_whole_and_a_lost_one_is_told(
    world: World, settings: Settings, as_administrator: Client, partnership: Partnership
) -> None:
    document = await filed(as_administrator, partnership)
    store, path = storage(settings), f"/v1/documents/{document['id']}/content"
    [name] = await store.names(uploads.folder(world.clock.today))

    await store.put(name, PDF[:-3] + b"!!!")
    damaged = await as_administrator.get(path)
    await store.remove(name)
    lost = await as_administrator.get(path)

    assert len(damaged.content) < int(damaged.headers["content-length"])
    assert (lost.status_code, lost.json()["detail"].split(".")[0]) == (
        409,
        "The file is damaged or missing in the storage",
    )


async def test_a_storage_that_is_away_is_told_and_nothing_is_lost_by_it(
    world: World, settings: Settings, as_administrator: Client, nobody: Client, partnership: Partnership
) -> None:
    document, there = await filed(as_administrator, partnership), settings.files
    link = await linked(as_administrator, document, settings)
    gone(settings)

    answers = [
        await uploaded(as_administrator),
        await as_administrator.get(f"/v1/documents/{document['id']}/content"),
        await nobody.get(link),
    ]
    settings.files = there
    again = await nobody.get(link)

    assert [(each.status_code, each.json()["code"], each.json()["retryable"]) for each in answers] == [
        (503, "storage_unavailable", True)
    ] * 3
    assert {each.headers["retry-after"] for each in answers} == {"30"}
    assert (again.status_code, again.content) == (200, PDF)
    assert list(settings.state.glob("upload-*")) == []
    assert (await world.rows("SELECT count(*) FROM uploads"))[0][0] == 0


async def test_what_waits_for_the_scanner_waits_for_the_storage_too(
    world: World, settings: Settings, as_administrator: Client, partnership: Partnership, postman: Postman
) -> None:
    async with Clamd().listening() as clamd:
        settings.files = settings.files.model_copy(update={"clamd": clamd.address})
        there: Files = settings.files
        document = await filed(as_administrator, partnership)
        gone(settings, clamd=clamd.address)
        not_yet = await scan_files(postman.ctx())
        settings.files = there
        scanned = await scan_files(postman.ctx())

    answer = await as_administrator.get(f"/v1/documents/{document['id']}/content")
    assert (not_yet, scanned, answer.status_code) == (0, 1, 200)


async def test_what_no_record_names_is_tidied_away(
    world: World, settings: Settings, as_administrator: Client, partnership: Partnership, postman: Postman
) -> None:
    await filed(as_administrator, partnership)
    store, folder = storage(settings), uploads.folder(world.clock.today)
    [kept] = await store.names(folder)
    await uploaded(as_administrator)
    await store.put(f"{folder}/orphan", b"of a commit that never came")
    world.clock.now += timedelta(days=2)

    count = await tidy_files(postman.ctx())

    assert (count >= 2, await store.names(folder)) == (True, [kept])


@pytest.mark.two_connections
async def test_the_journal_keeps_its_files_there_and_is_not_called_forged_while_nobody_can_look(
    real_world: World, s3: S3Server
) -> None:
    world, auditor = real_world, await actors.signed_in(real_world, AUDITOR)
    settings = world.app.state.runtime.settings.model_copy(update={"files": s3.bucket()})
    there, world.app.state.runtime.settings = settings.files, settings
    ctx = {"db": world.db, "clock": world.clock, "settings": settings}
    await settled(world)
    asked = await auditor.post("/v1/journal/exports", json={"purpose": "Річна перевірка"})
    path = f"{asked.headers['location']}/file"
    await seals.seal_journal(ctx)
    made, found = await journal_files.export_journal(ctx), await seals.verify_journal(ctx)

    gone(settings)
    unread = await auditor.get(path)
    with pytest.raises(AppError) as away:
        await seals.verify_journal(ctx)
    settings.files = there
    read = await auditor.get(path)

    assert (made, found, len(await storage(settings).names("checkpoints"))) == (1, None, 1)
    assert (unread.status_code, unread.json()["code"], away.value.code) == (503, *["storage_unavailable"] * 2)
    assert rules.check(read.content.splitlines(keepends=True), SealKeys.of(settings).signer.key).is_whole
    fetched = "SELECT count(*) FROM journal WHERE verb = 'fetch_journal_export' AND outcome = 'done'"
    assert (await world.rows(fetched))[0][0] == 1
