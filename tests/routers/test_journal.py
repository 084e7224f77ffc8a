"""The journal for auditors: what is in it, who sees what of it, and the file that proves itself."""

import hashlib
from pathlib import Path
from typing import Any, Final

import pytest
from httpx2 import Response

from app.core.seal_keys import SealKeys
from app.jobs import journal_files, seals
from app.rules import journal_files as rules
from app.schemas.accounts import GrantGiven
from app.services import journal_exports
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
    account = (await as_administrator.seen("/v1/users"))["items"][-1]
    place = f"/v1/users/{account['id']}/grants"
    held = await as_administrator.made(place, {"role": "analyst", "scope": "association"})
    await as_administrator.post(f"{place}/{held['grants'][-1]['id']}/revoke", json={"reason": "Відпустка скінчилася"})
    await as_auditor.post("/v1/journal/exports", json={"purpose": "Щорічна перевірка"})

    everything = {(entry["verb"], entry["outcome"]) for entry in await told(as_auditor, limit=200)}

    denied = await told(as_auditor, outcome="denied")
    assert refused.status_code == 403
    assert {
        ("denied", "denied"),
        ("sign_in", "done"),
        ("sign_in_failed", "failed"),
        ("create_person", "done"),
        ("reveal_identity", "done"),
        ("personal_data_exported", "done"),
        ("grant_role", "done"),
        ("revoke_grant", "done"),
        ("create_journal_export", "done"),
    } <= everything
    assert [(entry["after"], entry["subject"], entry["subject_id"]) for entry in denied] == [
        ({"operation": "edit_organization", "code": "forbidden"}, "organizations", str(sumska.id))
    ]


async def test_a_refusal_is_written_once_a_minute(world: World, as_analyst: Client, as_auditor: Client) -> None:
    for _ in range(5):
        await as_analyst.get("/v1/people")
    world.clock.advance(minutes=1)
    await as_analyst.get("/v1/people")

    assert len(await told(as_auditor, verb="denied")) == 2


async def test_a_key_from_another_network_is_refused_by_name(world: World, as_auditor: Client) -> None:
    integration = await factories.integration(world, allowed_networks=["203.0.113.0/24"])
    system = world.client(await factories.api_key(world, integration.id))

    answer = await system.get("/v1/organizations")

    (entry,) = await told(as_auditor, outcome="denied")
    assert answer.json()["code"] == "network_not_allowed"
    assert (entry["actor_kind"], entry["actor_id"], entry["verb_label"]) == (
        "integration",
        str(integration.id),
        "Access was refused.",
    )
    assert entry["after"] == {"operation": "list_organizations", "code": "network_not_allowed"}


async def test_what_lies_far_back_is_found(world: World, as_administrator: Client, as_auditor: Client) -> None:
    me = await as_administrator.seen("/v1/me")
    sumska = await factories.hromada(world)
    early = await as_administrator.made("/v1/organizations", {"kind": "ngo", "name_uk": "Друзі Псла", "country": "UA"})
    manager = await actors.at(world, Role.AUDITOR, sumska.id)
    await world.rows("SELECT count(nextval('journal_id_seq')) FROM generate_series(1, 600000)")
    late = await as_administrator.made(
        "/v1/organizations", {"kind": "ngo", "name_uk": "Друзі Ворскли", "country": "UA"}
    )
    asked = [
        {"subject": "organizations", "subject_id": early["id"]},
        {"actor_id": me["id"], "subject": "organizations", "limit": 1},
        {"verb": "create_organization"},
        {"organization_id": early["id"]},
    ]

    found = [{entry["subject_id"] for entry in await told(as_auditor, **each)} for each in asked]
    own = {entry["subject_id"] for entry in await told(manager, subject="organizations")}
    rare = {"operation": "insert", "subject": "organizations"}
    first = await as_auditor.seen("/v1/journal", params=rare)
    second = await as_auditor.seen("/v1/journal", params=rare | {"cursor": first["next_cursor"]})

    assert found == [{early["id"]}, {late["id"]}, {early["id"], late["id"]}, {early["id"]}]
    assert own == {str(sumska.id)}
    assert [entry["subject_id"] for entry in first["items"]] == [late["id"]]
    assert [entry["subject_id"] for entry in second["items"]][:2] == [early["id"], str(sumska.id)]


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

    seen: list[dict[str, Any]] = []
    cursor = ""
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


@pytest.mark.parametrize("scope", [ScopeKind.ORGANIZATION, ScopeKind.OBLAST])
async def test_an_auditor_of_a_part_sees_what_is_about_its_records(world: World, scope: ScopeKind) -> None:
    sumska, lvivska = await factories.hromada(world), await factories.hromada(world)
    is_one = scope is ScopeKind.ORGANIZATION
    where = {"organization_id": sumska.id} if is_one else {"oblast_code": sumska.oblast_code}
    auditor = await actors.signed_in(world, GrantGiven(role=Role.AUDITOR, scope=scope, **where))

    seen = {entry["subject_id"] for entry in await told(auditor, limit=200)}
    asked = await told(auditor, organization_id=str(lvivska.id))

    hidden = await world.rows("SELECT id FROM journal WHERE subject_id = $1", lvivska.id)
    answer = await auditor.get(f"/v1/journal/entries/{hidden[0][0]}")
    export = await auditor.post("/v1/journal/exports", json={"purpose": "Перевірка"})
    assert str(sumska.id) in seen
    assert str(lvivska.id) not in seen
    assert asked == []
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
    administrator = await actors.everywhere(world, Role.ADMINISTRATOR)
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
    files = [await auditor.get(f"{each.headers['location']}/file") for each in (whole, part)]
    found = [rules.check(_lines(file), key) for file in files]
    shown = await auditor.seen(part.headers["location"])
    hidden = await other.get(part.headers["location"])
    of_others = (await administrator.seen("/v1/journal/exports"))["items"]
    fetched = await told(auditor, verb="fetch_journal_export")
    world.clock.advance(days=8)
    await journal_files.tend_journal(ctx)
    client = await actors.signed_in(world, EVERYWHERE)
    assert (whole.status_code, early.status_code, made) == (202, 409, 2)
    assert (found[0].is_whole, found[1].is_whole, found[1].count) == (True, False, shown["entry_count"])
    assert (shown["status"], shown["checkpoint_size"], len(fetched)) == ("done", found[0].count, 2)
    assert (shown["sha256"], shown["byte_count"]) == (
        hashlib.sha256(files[1].content).hexdigest(),
        len(files[1].content),
    )
    assert {each["id"] for each in of_others} == {whole.json()["id"], part.json()["id"]}
    assert (hidden.status_code, (await client.seen("/v1/journal/exports"))["items"]) == (404, [])
    assert await journal_exports_left(tmp_path) == []


async def test_an_export_that_nobody_can_make_is_given_up(world: World, as_auditor: Client) -> None:
    asked = await as_auditor.post("/v1/journal/exports", json={"purpose": "Щорічна перевірка"})
    ctx = {"db": world.db, "clock": world.clock, "settings": world.app.state.runtime.settings}
    states = []

    for attempts in (9, 10):
        async with world.work() as uow:
            await uow.transaction.raw.execute(
                "UPDATE journal_exports SET attempts = $1, lease_until = '2026-01-01Z'", attempts
            )
        await journal_files.export_journal(ctx)
        states.append((await as_auditor.seen(asked.headers["location"]))["status"])

    assert states == ["due", "failed"]


async def test_who_has_lost_an_export_writes_no_further(world: World, as_auditor: Client) -> None:
    await as_auditor.post("/v1/journal/exports", json={"purpose": "Щорічна перевірка"})
    async with world.work() as uow:
        claim = await journal_exports.claim(uow)
        assert claim is not None
        kept = [await journal_exports.keep(uow, claim)]
        await uow.transaction.raw.execute("UPDATE journal_exports SET fence = fence + 1")
        kept.append(await journal_exports.keep(uow, claim))

    assert kept == [True, False]


async def journal_exports_left(folder: Path) -> list[str]:
    return [path.name for path in (folder / "files" / "journal-exports").glob("*")]


def _lines(answer: Response) -> list[bytes]:
    assert answer.status_code == 200
    return answer.content.splitlines(keepends=True)
