from uuid import UUID

import pytest

from app.models import Organization
from app.vocabulary import Role
from tests.conftest import AsHromada
from tests.support import actors, factories, stories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio


def parties(*organizations: Organization) -> list[dict[str, str]]:
    return [{"organization_id": str(organization.id)} for organization in organizations]


@pytest.fixture
async def sumska(world: World) -> Organization:
    return await factories.hromada(world)


@pytest.fixture
async def kalmar(world: World) -> Organization:
    return await factories.foreign_municipality(world, name_uk="Кальмар", name_en="Kalmar", country="SE")


async def opened(client: Client, *organizations: Organization, **given: object) -> dict:
    return await client.made("/v1/partnerships", {"parties": parties(*organizations), **given})


async def test_a_partnership_begins_as_an_informal_contact(
    world: World, as_coordinator: Client, sumska: Organization, kalmar: Organization
) -> None:
    found = await opened(as_coordinator, sumska, kalmar, pathway="forum")

    shown = {name: found[name] for name in ("number", "track", "stage", "status", "country", "title_uk", "started_on")}
    assert shown == {
        "number": f"PAR-{world.clock.today.year}-0001",
        "track": "informal",
        "stage": "contact",
        "status": "active",
        "country": "SE",
        "title_uk": f"{sumska.name_uk} — Кальмар",
        "started_on": world.clock.today.isoformat(),
    }
    assert [party["name_en"] for party in found["parties"]] == [sumska.name_en, "Kalmar"]
    assert found["coordinator_name"] is not None


async def test_three_sides_with_a_business(
    world: World, as_coordinator: Client, sumska: Organization, kalmar: Organization
) -> None:
    firm = await factories.organization(world, kind="company", name_en="Volvo Bussar", country="SE")

    found = await as_coordinator.made(
        "/v1/partnerships",
        {"parties": [*parties(sumska, kalmar), {"organization_id": str(firm.id), "role": "business"}]},
    )

    assert [party["role"] for party in found["parties"]] == ["partner", "partner", "business"]


async def test_an_organization_of_an_aggressor_state_is_refused(
    world: World, as_coordinator: Client, sumska: Organization
) -> None:
    kursk = await factories.foreign_municipality(world, name_en="Kursk", country="RU")

    answer = await as_coordinator.post("/v1/partnerships", json={"parties": parties(sumska, kursk)})

    assert (answer.status_code, answer.json()["errors"]) == (
        422,
        [
            {
                "pointer": "/parties/1/organization_id",
                "code": "party_of_aggressor",
                "detail": "Cooperation with bodies of an aggressor state is prohibited: Russia.",
            }
        ],
    )


async def test_two_hromadas_alone_are_no_international_partnership(
    world: World, as_coordinator: Client, sumska: Organization
) -> None:
    lvivska = await factories.hromada(world)

    answer = await as_coordinator.post("/v1/partnerships", json={"parties": parties(sumska, lvivska)})

    assert [error["code"] for error in answer.json()["errors"]] == ["foreign_party_missing"]


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"started_on": "2100-01-01"}, "/started_on", "not_in_future"),
        ({"next_step_on": "2026-12-01"}, "", "together"),
        ({"title_uk": "   "}, "/title_uk", "blank"),
        ({"stage": "contract"}, "/stage", "extra_forbidden"),
        ({"coordinator_id": "01900000-0000-7000-8000-000000000009"}, "/coordinator_id", "unknown_reference"),
        ({"purposes": ["recovery", "recovery"]}, "/purposes", "repeated"),
        ({"id": "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"}, "/id", "uuid_version"),
    ],
)
async def test_what_is_wrong_is_named(
    as_coordinator: Client,
    sumska: Organization,
    kalmar: Organization,
    given: dict[str, object],
    pointer: str,
    code: str,
) -> None:
    answer = await as_coordinator.post("/v1/partnerships", json={"parties": parties(sumska, kalmar), **given})

    assert (answer.status_code, [(e["pointer"], e["code"]) for e in answer.json()["errors"]]) == (
        422,
        [(pointer, code)],
    )


async def test_the_memorandum_is_refused_with_what_is_missing(
    as_coordinator: Client, sumska: Organization, kalmar: Organization
) -> None:
    partnership = await opened(as_coordinator, sumska, kalmar)

    answer = await as_coordinator.post(
        f"/v1/partnerships/{partnership['id']}/stage", json={"to": "memorandum"}, version=1
    )

    assert (answer.status_code, answer.json()["detail"], answer.json()["objections"]) == (
        409,
        "The stage “memorandum” needs a signed document: memorandum.",
        ["signed_document_needed"],
    )


async def test_the_refusal_speaks_the_language_of_the_reader(
    as_coordinator: Client, sumska: Organization, kalmar: Organization
) -> None:
    partnership = await opened(as_coordinator, sumska, kalmar)
    as_coordinator.language = "uk"

    answer = await as_coordinator.post(
        f"/v1/partnerships/{partnership['id']}/stage", json={"to": "memorandum"}, version=1
    )

    assert answer.json()["detail"] == "Для етапу «меморандум» потрібен підписаний документ: меморандум."


async def test_the_preflight_tells_every_stage(
    as_coordinator: Client, sumska: Organization, kalmar: Organization
) -> None:
    partnership = await opened(as_coordinator, sumska, kalmar)

    found = await as_coordinator.seen(f"/v1/partnerships/{partnership['id']}/transitions")

    assert [(t["stage"], t["allowed"], [lack["code"] for lack in t["missing"]]) for t in found["transitions"]] == [
        ("contact", False, []),
        ("letter_of_intent", False, ["signed_document_needed"]),
        ("memorandum", False, ["signed_document_needed"]),
        ("contract", False, ["signed_document_needed"]),
        ("joint_project", False, ["project_without_contract_needed"]),
        ("delegation_exchange", False, ["delegation_needed"]),
    ]


async def test_the_stays_of_the_stage_log_add_up_to_the_age(
    world: World, as_coordinator: Client, sumska: Organization, kalmar: Organization
) -> None:
    partnership = await opened(as_coordinator, sumska, kalmar)
    path = f"/v1/partnerships/{partnership['id']}"
    world.clock.advance(days=40)
    later = await actors.everywhere(world, Role.COORDINATOR)
    await later.post(f"{path}/status", json={"to": "dormant"}, version=1)
    world.clock.advance(days=2)
    latest = await actors.everywhere(world, Role.COORDINATOR)
    await latest.post(f"{path}/status", json={"to": "ended", "reason": "Рада вирішила"}, version=2)
    world.clock.advance(minutes=1)

    log = await latest.seen(f"{path}/stages")

    day = 24 * 3600
    assert (log["age_seconds"], [(e["status"], e["reason"], e["seconds"]) for e in log["entries"]]) == (
        42 * day + 60,
        [("active", None, 40 * day), ("dormant", None, 2 * day), ("ended", "Рада вирішила", 60)],
    )


async def test_a_rehearsal_changes_nothing(as_coordinator: Client, sumska: Organization, kalmar: Organization) -> None:
    partnership = await opened(as_coordinator, sumska, kalmar)
    path = f"/v1/partnerships/{partnership['id']}"

    answer = await as_coordinator.post(f"{path}/status", json={"to": "dormant"}, version=1, params={"dry_run": "true"})

    assert (answer.status_code, answer.json()["status"]) == (200, "dormant")
    assert await as_coordinator.seen(path) == partnership


async def test_a_member_of_another_hromada_finds_nothing(
    world: World, as_coordinator: Client, as_hromada_member: AsHromada, sumska: Organization, kalmar: Organization
) -> None:
    partnership = await opened(as_coordinator, sumska, kalmar)
    stranger = await as_hromada_member((await factories.hromada(world)).id)
    own = await as_hromada_member(sumska.id)

    assert (await own.get(f"/v1/partnerships/{partnership['id']}")).status_code == 200
    hidden = await stranger.get(f"/v1/partnerships/{partnership['id']}")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "not_found")
    assert (await stranger.seen("/v1/partnerships"))["items"] == []
    assert (await stranger.seen("/v1/partnerships/search?q=Кальмар"))["items"] == []


async def test_a_manager_opens_partnerships_of_the_own_hromada_only(
    world: World, as_hromada_manager: AsHromada, sumska: Organization, kalmar: Organization
) -> None:
    manager = await as_hromada_manager(sumska.id)
    lvivska = await factories.hromada(world)

    await opened(manager, sumska, kalmar)
    answer = await manager.post("/v1/partnerships", json={"parties": parties(lvivska, kalmar)})

    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "One of the parties must be an organization of yours.",
    )


async def test_a_party_that_left_stays_with_its_dates(
    world: World, as_coordinator: Client, sumska: Organization, kalmar: Organization
) -> None:
    kehl = await factories.foreign_municipality(world, name_en="Kehl", country="DE")
    partnership = await opened(as_coordinator, sumska, kalmar, kehl, started_on="2024-05-01")
    left = [*parties(sumska), {**parties(kalmar)[0], "left_on": "2026-01-31"}, *parties(kehl)]

    answer = await as_coordinator.patch(
        f"/v1/partnerships/{partnership['id']}", json={"parties": left}, version=partnership["version"]
    )

    assert [(party["name_en"], party["joined_on"], party["left_on"]) for party in answer.json()["parties"]] == [
        (sumska.name_en, "2024-05-01", None),
        ("Kalmar", "2024-05-01", "2026-01-31"),
        ("Kehl", "2024-05-01", None),
    ]


async def test_an_archived_partnership_leaves_the_list_and_is_not_edited(
    as_coordinator: Client, sumska: Organization, kalmar: Organization
) -> None:
    partnership = await opened(as_coordinator, sumska, kalmar)
    path = f"/v1/partnerships/{partnership['id']}"
    await as_coordinator.post(f"{path}/archive", json={"reason": "Введено двічі"}, version=1)

    listed = await as_coordinator.seen("/v1/partnerships")
    archive = await as_coordinator.seen("/v1/partnerships?archived=archived")
    edited = await as_coordinator.patch(path, json={"next_step": "Дзвінок"}, version=2)

    assert (listed["items"], [found["id"] for found in archive["items"]], edited.json()["code"]) == (
        [],
        [partnership["id"]],
        "archived",
    )


async def test_the_history_tells_who_did_what_and_why(
    as_coordinator: Client, sumska: Organization, kalmar: Organization
) -> None:
    partnership = await opened(as_coordinator, sumska, kalmar)
    path = f"/v1/partnerships/{partnership['id']}"
    await as_coordinator.post(f"{path}/status", json={"to": "ended", "reason": "Рада вирішила"}, version=1)

    history = await as_coordinator.seen(f"{path}/history")

    changes = [entry for entry in stories.rows(history) if entry["part"] == "partnerships"]
    assert [(e["verb"], e["reason"], e["operation"]) for e in changes] == [
        ("change_partnership_status", "Рада вирішила", "update"),
        ("create_partnership", None, "insert"),
    ]
    assert changes[0]["before"]["status"] == "active"
    assert changes[0]["after"]["status"] == "ended"
    assert {entry["actor_kind"] for entry in history["items"]} == {"user"}


async def test_search_finds_words_whatever_their_marks(
    as_coordinator: Client, sumska: Organization, kalmar: Organization
) -> None:
    wanted = await opened(as_coordinator, sumska, kalmar, title_uk="Співпраця з Łódź про тепло")
    await opened(as_coordinator, sumska, kalmar, title_uk="Інше")

    for words in ("lodz", "ТЕПЛО", wanted["number"]):
        found = await as_coordinator.seen(f"/v1/partnerships/search?q={words}")
        assert [item["id"] for item in found["items"]] == [wanted["id"]]


async def test_a_partnership_made_offline_keeps_its_id_and_is_made_once(
    as_coordinator: Client, sumska: Organization, kalmar: Organization
) -> None:
    body = {"id": "01930000-0000-7000-8000-000000000001", "parties": parties(sumska, kalmar)}

    first = await as_coordinator.post("/v1/partnerships", json=body)
    second = await as_coordinator.post("/v1/partnerships", json=body)

    assert (first.json()["id"], second.status_code, second.json()["errors"][0]["pointer"]) == (
        str(UUID(body["id"])),
        409,
        "/id",
    )
