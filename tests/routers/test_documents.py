"""Files on records: how they come, who gets them, and what is refused."""

import asyncio
import hashlib
from datetime import timedelta
from typing import Any, Final

import pytest

from app.adapters.storage import storage
from app.core.actors import job
from app.core.journal import Context
from app.core.uow import unit_of_work
from app.jobs.documents import scan_files, tidy_files
from app.models import Organization, Partnership
from app.settings import Files
from tests.conftest import AsHromada
from tests.support import factories
from tests.support.clamd import Clamd
from tests.support.client import Client
from tests.support.mail import Postman
from tests.support.world import World

pytestmark = pytest.mark.anyio

PDF: Final = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n"
WHY: Final = {"reason": "Не той файл"}


async def uploaded(client: Client, content: bytes = PDF, name: str = "Протокол зустрічі.pdf", **params: str) -> Any:
    answer = await client.post(
        "/v1/uploads",
        params={"file_name": name} | params,
        content=content,
        headers={"content-type": "application/octet-stream"},
    )
    return answer.json() | {"status": answer.status_code}


async def filed(client: Client, partnership: Partnership, content: bytes = PDF, **given: Any) -> Any:
    upload = await uploaded(client, content)
    body = {"upload_id": upload["id"], "subject": "partnerships", "subject_id": str(partnership.id)}
    return await client.made("/v1/documents", body | {"title": "Протокол", "kind": "minutes"} | given)


async def done(world: World, statement: str, *arguments: Any) -> None:
    async with world.work() as uow:
        await uow.transaction.raw.execute(statement, *arguments)


@pytest.fixture
async def hromada(world: World) -> Organization:
    return await factories.hromada(world)


@pytest.fixture
async def partnership(world: World, hromada: Organization) -> Partnership:
    return await factories.partnership(world, hromada.id)


@pytest.fixture
async def as_manager(hromada: Organization, as_hromada_manager: AsHromada) -> Client:
    """Of the hromada whose partnership it is."""
    return await as_hromada_manager(hromada.id)


async def test_a_file_comes_back_as_it_was_sent(as_administrator: Client, partnership: Partnership) -> None:
    document = await filed(as_administrator, partnership)
    [version] = document["versions"]

    answer = await as_administrator.get(f"/v1/documents/{document['id']}/content")

    assert version["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert (version["size"], version["media_type"], version["scan"]) == (len(PDF), "application/pdf", "not_scanned")
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%D0%9F")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


async def test_a_new_version_stands_beside_the_old_one(as_administrator: Client, partnership: Partnership) -> None:
    document = await filed(as_administrator, partnership)
    second = await uploaded(as_administrator, PDF + b"2")
    path = f"/v1/documents/{document['id']}/versions"

    body = {"upload_id": second["id"], "note": "Виправлено дату"}
    now = (await as_administrator.post(path, json=body, version=document["version"])).json()
    same = await uploaded(as_administrator, PDF + b"2")
    again = await as_administrator.post(path, json={"upload_id": same["id"]}, version=now["version"])
    first = await as_administrator.get(f"/v1/documents/{document['id']}/content", params={"version": "1"})
    newest = await as_administrator.get(f"/v1/documents/{document['id']}/content")

    assert [each["number"] for each in now["versions"]] == [2, 1]
    assert (again.status_code, again.json()["objections"]) == (409, ["same_as_newest_version"])
    assert (first.content, newest.content) == (PDF, PDF + b"2")


@pytest.mark.parametrize(
    ("name", "content", "pointer", "code"),
    [
        ("звіт", PDF, "query:file_name", "file_has_no_extension"),
        ("page.html", b"<html>", "query:file_name", "file_type_not_taken"),
        ("drawing.svg", b"<svg/>", "query:file_name", "file_type_not_taken"),
        ("tool.exe", b"MZ\x90", "query:file_name", "file_type_not_taken"),
        ("report.docm", b"PK\x03\x04", "query:file_name", "file_type_not_taken"),
        ("report.pdf", b"MZ\x90\x00\x03", "query:file_name", "file_is_something_else"),
        ("report.pdf", b"<html><script>", "query:file_name", "file_is_something_else"),
        ("notes.txt", b"<!DOCTYPE html><p>", "query:file_name", "file_is_something_else"),
        ("photo.png", b"\xff\xd8\xff\xe0", "query:file_name", "file_is_something_else"),
        ("report.pdf", b"", "query:file_name", "file_is_empty"),
    ],
)
async def test_what_is_not_taken_is_named_with_the_way_out(
    as_administrator: Client, name: str, content: bytes, pointer: str, code: str
) -> None:
    found = await uploaded(as_administrator, content, name)

    assert (found["status"], found["errors"][0]["pointer"], found["errors"][0]["code"]) == (422, pointer, code)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/Угода.pdf", "Угода.pdf"),
        ("C:\\Users\\Оля\\Угода.pdf", "Угода.pdf"),
        ("Угода\u202efdp.pdf", "Угодаfdp.pdf"),
        ('a<b>:"c|?*.pdf', "a_b___c___.pdf"),
        ("  Лист   про  наміри.pdf ", "Лист про наміри.pdf"),
        ("я" * 250 + ".pdf", "я" * 196 + ".pdf"),
    ],
)
async def test_a_name_is_kept_as_people_wrote_it_and_leads_nowhere(
    as_administrator: Client, given: str, kept: str
) -> None:
    assert (await uploaded(as_administrator, name=given))["file_name"] == kept


async def test_a_file_that_was_damaged_on_its_way_is_refused(as_administrator: Client) -> None:
    well = await uploaded(as_administrator, sha256=hashlib.sha256(PDF).hexdigest())
    damaged = await uploaded(as_administrator, sha256="0" * 64)

    assert (well["status"], damaged["status"], damaged["errors"][0]["code"]) == (201, 422, "checksum_differs")


async def test_nobody_is_shown_what_hangs_on_a_record_they_cannot_see(
    world: World, as_administrator: Client, as_hromada_member: AsHromada, partnership: Partnership
) -> None:
    document = await filed(as_administrator, partnership)
    stranger = await as_hromada_member((await factories.hromada(world)).id)
    paths = ("", "/content", "/history")

    seen = [(await stranger.get(f"/v1/documents/{document['id']}{path}")).status_code for path in paths]
    listed = (await stranger.get("/v1/documents")).json()["items"]

    assert (seen, listed) == ([404] * 3, [])


async def test_a_file_with_personal_data_is_absent_for_who_is_not_shown_such(
    as_administrator: Client, as_analyst: Client, partnership: Partnership
) -> None:
    held = await filed(as_administrator, partnership, sensitivity="personal")
    plain = await filed(as_administrator, partnership, sensitivity="internal")

    answers = [await as_analyst.get(f"/v1/documents/{each['id']}/content") for each in (held, plain)]
    listed = (await as_analyst.get("/v1/documents")).json()["items"]

    assert [each.status_code for each in answers] == [404, 200]
    assert [each["id"] for each in listed] == [plain["id"]]


@pytest.mark.parametrize("sensitivity", ["identity", "health", "minor"])
async def test_what_belongs_on_the_card_of_a_person_is_no_file(
    as_administrator: Client, partnership: Partnership, sensitivity: str
) -> None:
    upload = await uploaded(as_administrator)
    body = {"upload_id": upload["id"], "subject": "partnerships", "subject_id": str(partnership.id), "title": "Паспорт"}

    answer = await as_administrator.post("/v1/documents", json=body | {"sensitivity": sensitivity})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "class_not_for_files")


async def test_an_upload_is_its_makers_and_is_used_once(
    world: World, as_administrator: Client, as_coordinator: Client, partnership: Partnership
) -> None:
    upload = await uploaded(as_administrator)
    body = {"upload_id": upload["id"], "subject": "partnerships", "subject_id": str(partnership.id), "title": "Лист"}

    foreign = await as_coordinator.post("/v1/documents", json=body)
    first = await as_administrator.post("/v1/documents", json=body)
    second = await as_administrator.post("/v1/documents", json=body)

    assert [each.status_code for each in (foreign, first, second)] == [422, 201, 422]
    assert second.json()["errors"][0]["code"] == "upload_is_gone"


async def test_a_link_opens_one_file_for_minutes_and_only_while_its_maker_may_see_it(
    world: World, as_administrator: Client, nobody: Client, partnership: Partnership
) -> None:
    document = await filed(as_administrator, partnership)
    holder = (await as_administrator.seen("/v1/me"))["id"]
    link = (await as_administrator.post(f"/v1/documents/{document['id']}/links", json={})).json()
    path = link["url"].removeprefix(world.app.state.runtime.settings.http.address)

    opened = await nobody.get(path)
    altered = await nobody.get(path[:-1] + ("A" if path[-1] != "A" else "B"))
    await done(world, "UPDATE users SET is_active = false WHERE id = $1", holder)
    without_account = await nobody.get(path)
    await done(world, "UPDATE users SET is_active = true WHERE id = $1", holder)
    again = await nobody.get(path)
    world.clock.now += timedelta(minutes=16)
    late = await nobody.get(path)

    assert (opened.status_code, opened.content) == (200, PDF)
    assert [each.status_code for each in (altered, without_account, again, late)] == [410, 410, 200, 410]


async def test_a_link_shows_nothing_once_the_record_is_out_of_sight(
    world: World, as_administrator: Client, as_manager: Client, nobody: Client, partnership: Partnership
) -> None:
    document = await filed(as_administrator, partnership)
    holder = (await as_manager.seen("/v1/me"))["id"]
    link = (await as_manager.post(f"/v1/documents/{document['id']}/links", json={})).json()
    path = link["url"].removeprefix(world.app.state.runtime.settings.http.address)

    before = await nobody.get(path)
    await done(world, "UPDATE grants SET valid_to = valid_from WHERE user_id = $1", holder)
    after = await nobody.get(path)

    assert (before.status_code, after.status_code) == (200, 404)


async def test_the_bytes_are_never_whole_in_memory_and_too_many_are_refused(
    world: World, as_administrator: Client
) -> None:
    world.app.state.runtime.settings.files.max_bytes = 1_000_000

    async def endless() -> Any:
        yield b"%PDF-1.7\n"
        while True:
            yield b"x" * 65536

    answer = await as_administrator.post(
        "/v1/uploads",
        params={"file_name": "a.pdf"},
        content=endless(),
        headers={"content-type": "application/octet-stream"},
    )

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert list(world.app.state.runtime.settings.state.glob("upload-*")) == []


async def test_the_quota_is_told_and_held(
    world: World, as_manager: Client, partnership: Partnership, hromada: Organization
) -> None:
    world.app.state.runtime.settings.files.quota_bytes = 2 * len(PDF)
    for number in (1, 2):
        await filed(as_manager, partnership, PDF[:-1] + str(number).encode())
    upload = await uploaded(as_manager)

    body = {"upload_id": upload["id"], "subject": "partnerships", "subject_id": str(partnership.id), "title": "Третій"}
    answer = await as_manager.post("/v1/documents", json=body)
    quota = (await as_manager.get("/v1/documents/quota")).json()

    assert (answer.status_code, answer.json()["detail"].split(":")[0]) == (409, "The organization’s storage is full")
    assert quota == {"organization_id": str(hromada.id), "used": 2 * len(PDF), "most": 2 * len(PDF)}


async def test_a_damaged_file_never_arrives_whole(
    world: World, as_administrator: Client, partnership: Partnership
) -> None:
    document = await filed(as_administrator, partnership)
    [row] = await world.rows("SELECT stored_as FROM document_versions WHERE document_id = $1", document["id"])
    store = storage(world.app.state.runtime.settings)
    await store.put(row[0], PDF[:-3] + b"!!!")

    damaged = await as_administrator.get(f"/v1/documents/{document['id']}/content")
    await store.remove(row[0])
    lost = await as_administrator.get(f"/v1/documents/{document['id']}/content")

    assert len(damaged.content) < int(damaged.headers["content-length"])
    assert (lost.status_code, lost.json()["detail"].split(".")[0]) == (
        409,
        "The file is damaged or missing in the storage",
    )


async def test_nobody_gets_a_file_before_the_scanner_has_seen_it_nor_an_infected_one(
    world: World, as_administrator: Client, partnership: Partnership, postman: Postman
) -> None:
    settings = world.app.state.runtime.settings
    async with Clamd().listening() as clamd:
        settings.files = Files(clamd=clamd.address)
        clean = await filed(as_administrator, partnership)
        ill = await filed(as_administrator, partnership, PDF + b"EICAR")
        early = await as_administrator.get(f"/v1/documents/{clean['id']}/content")
        await _lost(world, await filed(as_administrator, partnership))
        ctx = postman.ctx(settings=postman.settings.model_copy(update={"files": settings.files}))
        clamd.is_away = True
        not_yet = await scan_files(ctx)
        clamd.is_away = False
        scanned = await scan_files(ctx)

    answers = [await as_administrator.get(f"/v1/documents/{each['id']}/content") for each in (clean, ill)]
    letter = await postman.only()

    assert (early.status_code, early.headers["retry-after"], not_yet, scanned) == (409, "60", 0, 2)
    assert [each.status_code for each in answers] == [200, 409]
    assert "вірус" in letter["Subject"]


async def _lost(world: World, document: dict[str, Any]) -> None:
    """The first that waits: a file that is not in the storage must not hold up those after it."""
    found = await world.rows("SELECT stored_as FROM document_versions WHERE document_id = $1", document["id"])
    await storage(world.app.state.runtime.settings).remove(found[0][0])
    async with world.work() as uow:
        first = "UPDATE document_versions SET uploaded_at = uploaded_at - interval '1 hour' WHERE document_id = $1"
        await uow.transaction.raw.execute(first, document["id"])


async def test_what_no_record_names_is_tidied_away(world: World, as_administrator: Client, postman: Postman) -> None:
    upload = await uploaded(as_administrator)
    [row] = await world.rows("SELECT stored_as FROM uploads WHERE id = $1", upload["id"])
    store = storage(world.app.state.runtime.settings)
    async with unit_of_work(world.db, Context(job("tidy_files"), "tidy_files"), now=world.clock.now) as uow:
        orphan = f"documents/{uow.today}/orphan"
    await store.put(orphan, b"of a commit that never came")
    kept = await tidy_files(postman.ctx())
    world.clock.now += timedelta(days=2)

    gone = await tidy_files(postman.ctx())

    assert (kept, gone >= 2, await store.get(orphan), await store.get(row[0])) == (0, True, None, None)


async def test_twenty_at_once_never_fill_more_than_the_quota(
    world: World, as_manager: Client, partnership: Partnership, hromada: Organization
) -> None:
    world.app.state.runtime.settings.files.quota_bytes = 5 * len(PDF)
    uploads = [await uploaded(as_manager) for _ in range(20)]
    bodies = [
        {"upload_id": each["id"], "subject": "partnerships", "subject_id": str(partnership.id), "title": "Файл"}
        for each in uploads
    ]

    answers = await asyncio.gather(*(as_manager.post("/v1/documents", json=body) for body in bodies))

    assert sorted(each.status_code for each in answers) == [201] * 5 + [409] * 15
