from typing import Any

import pytest

from app.services import projects
from tests.conftest import AsHromada
from tests.support import factories, stories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

SOLAR = {"title_uk": "Сонячна школа", "kind": "hard"}


def linked(*partnerships: Any, **given: Any) -> dict[str, Any]:
    return SOLAR | {"partnership_ids": [str(partnership.id) for partnership in partnerships]} | given


async def test_a_project_of_a_partnership_gets_its_number(world: World, as_coordinator: Client) -> None:
    sumska, gmina = await factories.hromada(world), await factories.foreign_municipality(world)
    partnership = await factories.partnership(world, sumska.id, gmina.id)
    parties = [{"organization_id": str(gmina.id), "role": "lead"}, {"organization_id": str(sumska.id)}]

    made = await as_coordinator.made("/v1/projects", linked(partnership, parties=parties))

    assert (made["number"], made["status"]) == ("PRJ-2026-0001", "pipeline")
    assert [(party["organization_id"], party["role"]) for party in made["parties"]] == [
        (str(gmina.id), "lead"),
        (str(sumska.id), "partner"),
    ]
    assert made["partnership_ids"] == [str(partnership.id)]
    assert await as_coordinator.seen(f"/v1/projects/{made['id']}") == made


async def test_parties_that_stay_keep_their_rows_when_the_order_changes(world: World, as_coordinator: Client) -> None:
    sumska, gmina = await factories.hromada(world), await factories.foreign_municipality(world)
    one, two = {"organization_id": str(sumska.id), "role": "lead"}, {"organization_id": str(gmina.id)}
    made = await as_coordinator.made("/v1/projects", SOLAR | {"parties": [one, two]})

    turned = await as_coordinator.patch(f"/v1/projects/{made['id']}", json={"parties": [two, one]}, version=1)
    same = await as_coordinator.patch(f"/v1/projects/{made['id']}", json={"parties": [two, one]}, version=2)

    assert [party["organization_id"] for party in turned.json()["parties"]] == [str(gmina.id), str(sumska.id)]
    assert (turned.json()["version"], same.json()["version"]) == (2, 2)
    history = await as_coordinator.seen(f"/v1/projects/{made['id']}/history")
    edits = [entry["operation"] for entry in stories.rows(history) if entry["verb"] == "edit_project"]
    assert edits == ["update", "update"]


async def test_an_organization_of_an_aggressor_state_is_no_party(world: World, as_coordinator: Client) -> None:
    belgorod = await factories.foreign_municipality(world, country="RU")

    answer = await as_coordinator.post(
        "/v1/projects", json=SOLAR | {"parties": [{"organization_id": str(belgorod.id)}]}
    )

    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("/parties/0/organization_id", "party_of_aggressor")
    ]


async def test_a_contract_belongs_to_a_linked_partnership(world: World, as_coordinator: Client) -> None:
    own, other = await factories.partnership(world), await factories.partnership(world)
    contract = await factories.agreement(world, other.id, kind="contract")

    answer = await as_coordinator.post("/v1/projects", json=linked(own, agreement_id=str(contract.id)))
    made = await as_coordinator.made("/v1/projects", linked(own, other, agreement_id=str(contract.id)))

    assert [error["code"] for error in answer.json()["errors"]] == ["agreement_of_linked_partnership"]
    assert made["agreement_id"] == str(contract.id)


async def test_an_unsigned_contract_makes_no_contracted_project(world: World, as_coordinator: Client) -> None:
    partnership = await factories.partnership(world)
    contract = await factories.agreement(world, partnership.id, kind="contract")
    made = await as_coordinator.made("/v1/projects", linked(partnership, agreement_id=str(contract.id)))
    place = f"/v1/projects/{made['id']}/status"

    contracted = await as_coordinator.post(place, json={"to": "contracted"}, version=1)
    cancelled = await as_coordinator.post(place, json={"to": "cancelled"}, version=1)
    begun = await as_coordinator.post(place, json={"to": "implementing"}, version=1)

    assert (contracted.status_code, contracted.json()["objections"]) == (409, ["project_contract_needed"])
    assert (cancelled.status_code, cancelled.json()["objections"]) == (409, ["project_reason_needed"])
    assert (begun.status_code, begun.json()["status"]) == (200, "implementing")


async def test_a_partnership_counts_its_living_projects(world: World, as_coordinator: Client) -> None:
    partnership = await factories.partnership(world)
    contract = await factories.agreement(world, partnership.id, kind="contract")
    await as_coordinator.made("/v1/projects", linked(partnership, agreement_id=str(contract.id)))
    await as_coordinator.made("/v1/projects", linked(partnership))
    cancelled = await as_coordinator.made("/v1/projects", linked(partnership))
    archived = await as_coordinator.made("/v1/projects", linked(partnership))
    reason = {"reason": "Немає коштів"}
    place = f"/v1/projects/{cancelled['id']}"
    await as_coordinator.post(f"{place}/status", json={"to": "cancelled"} | reason, version=1)
    await as_coordinator.post(f"/v1/projects/{archived['id']}/archive", json=reason, version=1)

    async with world.work() as uow:
        assert await projects.facts(uow, partnership.id) == (2, 1)


async def test_a_hidden_partnership_cannot_be_linked(world: World, as_hromada_manager: AsHromada) -> None:
    sumska, lvivska = await factories.hromada(world), await factories.hromada(world)
    own, hidden = await factories.partnership(world, sumska.id), await factories.partnership(world, lvivska.id)
    manager = await as_hromada_manager(sumska.id)
    made = await manager.made("/v1/projects", linked(own))

    created = await manager.post("/v1/projects", json=linked(own, hidden))
    body = {"partnership_ids": [str(own.id), str(hidden.id)]}
    edited = await manager.patch(f"/v1/projects/{made['id']}", json=body, version=1)

    assert [(answer.status_code, answer.json()["code"]) for answer in (created, edited)] == [(404, "not_found")] * 2


async def test_a_project_with_no_tie_to_its_maker_is_refused(world: World, as_hromada_manager: AsHromada) -> None:
    sumska, lvivska = await factories.hromada(world), await factories.hromada(world)
    manager = await as_hromada_manager(sumska.id)

    answer = await manager.post("/v1/projects", json=SOLAR | {"parties": [{"organization_id": str(lvivska.id)}]})

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "prj-2026-0002"}, ["PRJ-2026-0002"]),
        ({"q": "сонячна"}, ["PRJ-2026-0001"]),
        ({"kind": "soft"}, ["PRJ-2026-0002"]),
        ({"starts_from": "2026-02-01", "starts_to": "2026-03-01"}, ["PRJ-2026-0002"]),
        ({"status": "pipeline", "sort": "number"}, ["PRJ-2026-0001", "PRJ-2026-0002"]),
    ],
)
async def test_projects_are_found(as_coordinator: Client, query: dict[str, str], expected: list[str]) -> None:
    await as_coordinator.made("/v1/projects", SOLAR | {"starts_on": "2026-01-01"})
    await as_coordinator.made("/v1/projects", {"title_uk": "Табір", "kind": "soft", "starts_on": "2026-02-01"})

    page = await as_coordinator.seen("/v1/projects", params=query)

    assert [item["number"] for item in page["items"]] == expected
