"""The journal for auditors: what is in it, who sees what of it, and the file that proves itself."""

from pathlib import Path
from typing import Any, Final

import pytest
from httpx2 import Response

from app.core.seal_keys import SealKeys
from app.jobs import journal_files, seals
from app.rules import journal_files as rules
from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.conftest import AsHromada
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.horizon import settled
from tests.support.world import World

pytestmark = pytest.mark.anyio

EVERYWHERE: Final = GrantGiven(role=Role.AUDITOR, scope=ScopeKind.ASSOCIATION)


@pytest.fixture
async def as_auditor(world: World) -> Client:
    return await actors.signed_in(world, EVERYWHERE)


async def told(client: Client, **asked: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.seen("/v1/journal", params=asked))["items"]
    return items


async def test_what_was_done_failed_and_was_refused_is_all_there(
    world: World, as_administrator: Client, as_auditor: Client, as_hromada_member: AsHromada
) -> None:
    sumska = await factories.hromada(world)
    member = await as_hromada_member(sumska.id)
    refused = await member.patch(f"/v1/organizations/{sumska.id}", json={"website": "https://a.ua"}, version=1)
    await world.client().post("/v1/sessions", json={"email": "nobody@example.org", "password": "a guess in vain"})
    person = await as_administrator.made("/v1/people", {"family_name_uk": "Коваль", "given_name_uk": "Олена"})
    passport = {"kind": "foreign_passport", "country": "UA", "number": "FE123456"}
    held = await as_administrator.made(f"/v1/people/{person['id']}/documents", passport)
    body = {"document_id": held["documents"][0]["id"], "purpose": "Віза до Польщі"}
    await as_administrator.post(f"/v1/people/{person['id']}/reveal", json=body)
    await as_administrator.post(f"/v1/people/{person['id']}/personal-data-export", json={"purpose": "Запит особи"})

    everything = {(entry["verb"], entry["outcome"]) for entry in await told(as_auditor, limit=200)}

    denied = await told(as_auditor, outcome="denied")
    assert refused.status_code == 403
    assert {
        ("denied", "denied"),
        ("sign_in", "done"),
        ("sign_in_failed", "failed"),
        ("create_person", "done"),
        ("make", "done"),
    } <= everything
    assert {verb for verb, _ in everything} >= {"reveal_identity", "personal_data_exported"}
    assert [(entry["after"], entry["subject"], entry["subject_id"]) for entry in denied] == [
        ({"operation": "edit_organization", "code": "forbidden"}, "organizations", str(sumska.id))
    ]


async def test_a_refusal_is_written_once_a_minute(world: World, as_analyst: Client, as_auditor: Client) -> None:
    for _ in range(5):
        await as_analyst.get("/v1/people")
    world.clock.advance(minutes=1)
    await as_analyst.get("/v1/people")

    assert len(await told(as_auditor, verb="denied")) == 2


async def test_filters_find_what_they_name_and_nothing_else(
    world: World, as_coordinator: Client, as_auditor: Client
) -> None:
    me = await as_coordinator.seen("/v1/me")
    mine = await as_coordinator.made("/v1/organizations", {"kind": "ngo", "name_uk": "Друзі Псла", "country": "UA"})
    await factories.organization(world)
    about = {"subject": "organizations", "subject_id": mine["id"]}

    by_record = await told(as_auditor, **about)
    by_actor = await told(as_auditor, actor_id=me["id"], operation="insert", subject="organizations")
    at = by_record[0]["at"]

    assert [entry["id"] for entry in by_record] == [entry["id"] for entry in by_actor]
    assert (by_record[0]["verb"], by_record[0]["actor_name"]) == ("create_organization", me["name"])
    assert await told(as_auditor, **about, until=at) == []
    assert [entry["id"] for entry in await told(as_auditor, **about, since=at)] == [by_record[0]["id"]]
    assert await told(as_auditor, **about, actor_kind="integration") == []
    entry = await as_auditor.seen(f"/v1/journal/entries/{by_record[0]['id']}")
    assert entry == by_record[0]


async def test_entries_of_an_organization_are_those_about_its_records(world: World, as_auditor: Client) -> None:
    sumska, lvivska = await factories.hromada(world), await factories.hromada(world)
    ours, theirs = await factories.partnership(world, sumska.id), await factories.partnership(world, lvivska.id)

    found = await told(as_auditor, organization_id=str(sumska.id), subject="partnerships", limit=200)

    assert {entry["subject_id"] for entry in found} == {str(ours.id)}
    assert str(theirs.id) not in str(found)


async def test_pages_follow_each_other_without_a_gap(world: World, as_auditor: Client) -> None:
    for _ in range(3):
        await factories.organization(world)
    whole = await told(as_auditor, limit=200, until="2099-01-01T00:00:00Z")

    seen, cursor = [], ""
    while cursor is not None:
        asked = {"limit": 2, "until": "2099-01-01T00:00:00Z"} | ({"cursor": cursor} if cursor else {})
        page = await as_auditor.seen("/v1/journal", params=asked)
        seen, cursor = seen + page["items"], page["next_cursor"]

    foreign = await as_auditor.get("/v1/journal", params={"cursor": "x" * 20})
    assert seen[: len(whole)] == whole
    assert foreign.status_code == 400


async def test_no_personal_value_is_shown(world: World, as_administrator: Client, as_auditor: Client) -> None:
    body = {"family_name_uk": "Канарейченко", "given_name_uk": "Ярополк", "note": "Боїться висоти"}
    made = await as_administrator.made("/v1/people", body)

    answer = await as_auditor.get("/v1/journal", params={"subject_id": made["id"]})

    assert "Канарейченко" not in answer.text
    assert answer.json()["items"][0]["after"]["family_name_uk"] == {"personal": True}


async def test_an_auditor_of_an_oblast_sees_what_is_about_its_records(world: World) -> None:
    sumska, lvivska = await factories.hromada(world), await factories.hromada(world)
    grant = GrantGiven(role=Role.AUDITOR, scope=ScopeKind.ORGANIZATION, organization_id=sumska.id)
    auditor = await actors.signed_in(world, grant)

    seen = {entry["subject_id"] for entry in await told(auditor, limit=200)}

    hidden = await world.rows("SELECT id FROM journal WHERE subject_id = $1", lvivska.id)
    answer = await auditor.get(f"/v1/journal/entries/{hidden[0][0]}")
    export = await auditor.post("/v1/journal/exports", json={"purpose": "Перевірка"})
    assert str(sumska.id) in seen
    assert str(lvivska.id) not in seen
    assert (answer.status_code, export.status_code) == (404, 403)


@pytest.mark.parametrize(
    "asked", [{"verb": "DROP TABLE"}, {"since": "yesterday"}, {"outcome": "fine"}, {"subject_id": "1"}, {"limit": 0}]
)
async def test_what_makes_no_sense_is_refused_by_name(as_auditor: Client, asked: dict[str, Any]) -> None:
    answer = await as_auditor.get("/v1/journal", params=asked)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"query:{next(iter(asked))}")


async def test_only_who_may_read_the_journal_reads_it(as_coordinator: Client, as_analyst: Client) -> None:
    answers = [await client.get("/v1/journal") for client in (as_coordinator, as_analyst)]

    assert [answer.status_code for answer in answers] == [403, 403]


@pytest.mark.two_connections
async def test_an_export_proves_itself_without_us(real_world: World, tmp_path: Path) -> None:
    world = real_world
    auditor = await actors.signed_in(world, EVERYWHERE)
    other = await actors.signed_in(world, EVERYWHERE)
    settings = world.app.state.runtime.settings.model_copy(update={"state": tmp_path})
    world.app.state.runtime.settings = settings
    ctx = {"db": world.db, "clock": world.clock, "settings": settings}
    for _ in range(3):
        await factories.organization(world)
    await settled(world)
    whole = await auditor.post("/v1/journal/exports", json={"purpose": "Річна перевірка"})
    part = await auditor.post("/v1/journal/exports", json={"purpose": "Реєстр", "subject": "organizations"})
    early = await auditor.get(f"{part.headers['location']}/file")
    await seals.seal_journal(ctx)
    made = await journal_files.export_journal(ctx)

    key = SealKeys.of(settings).signer.key
    found = [rules.check(_lines(await auditor.get(f"{each.headers['location']}/file")), key) for each in (whole, part)]
    shown = await auditor.seen(part.headers["location"])
    hidden = await other.get(part.headers["location"])
    fetched = await told(auditor, verb="fetch_journal_export")
    world.clock.advance(days=8)
    await journal_files.tend_journal(ctx)
    client = await actors.signed_in(world, EVERYWHERE)
    assert (whole.status_code, early.status_code, made) == (202, 409, 2)
    assert (found[0].is_whole, found[1].is_whole, found[1].count) == (True, False, shown["entry_count"])
    assert (shown["status"], shown["checkpoint_size"], len(fetched)) == ("done", found[0].count, 2)
    assert (hidden.status_code, (await client.seen("/v1/journal/exports"))["items"]) == (404, [])
    assert await journal_exports_left(tmp_path) == []


async def journal_exports_left(folder: Path) -> list[str]:
    return [path.name for path in (folder / "files" / "journal-exports").glob("*")]


def _lines(answer: Response) -> list[bytes]:
    assert answer.status_code == 200
    return answer.content.splitlines(keepends=True)
