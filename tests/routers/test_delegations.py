from typing import Any

import pytest

from app.services import delegations
from tests.conftest import AsHromada
from tests.support import factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

# The clock of the tests stands at 23 November 2026.
VISIT = {
    "title_uk": "Візит до Замостя",
    "kind": "study_visit",
    "direction": "outgoing",
    "starts_on": "2026-12-01",
    "ends_on": "2026-12-05",
}


def linked(*partnerships: Any, **given: Any) -> dict[str, Any]:
    return VISIT | {"partnership_ids": [str(partnership.id) for partnership in partnerships]} | given


async def moved(client: Client, delegation: dict[str, Any], *steps: str) -> dict[str, Any]:
    for to in steps:
        answer = await client.post(
            f"/v1/delegations/{delegation['id']}/status",
            json={"to": to, "reason": "За планом"},
            version=delegation["version"],
        )
        assert answer.status_code == 200, answer.text
        delegation = answer.json()
    return delegation


async def test_a_delegation_goes_from_draft_to_its_end(world: World, as_coordinator: Client) -> None:
    partnership = await factories.partnership(world)
    made = await as_coordinator.made("/v1/delegations", linked(partnership, countries=["PL"]))
    ready = await moved(as_coordinator, made, "planned", "inviting", "list_frozen", "ready")

    early = await as_coordinator.post(
        f"/v1/delegations/{made['id']}/status", json={"to": "in_progress"}, version=ready["version"]
    )
    today = await as_coordinator.patch(
        f"/v1/delegations/{made['id']}", json={"starts_on": "2026-11-23"}, version=ready["version"]
    )
    closed = await moved(as_coordinator, today.json(), "in_progress", "returned", "reported", "closed")

    assert (made["number"], made["status"]) == ("DEL-2026-0001", "draft")
    assert (early.status_code, early.json()["objections"]) == (409, ["delegation_not_begun"])
    assert closed["status"] == "closed"


async def test_a_plan_needs_a_country_that_is_no_aggressor(as_coordinator: Client) -> None:
    made = await as_coordinator.made("/v1/delegations", VISIT)

    planned = await as_coordinator.post(f"/v1/delegations/{made['id']}/status", json={"to": "planned"}, version=1)
    refused = await as_coordinator.patch(f"/v1/delegations/{made['id']}", json={"countries": ["PL", "RU"]}, version=1)

    assert (planned.status_code, planned.json()["objections"]) == (409, ["delegation_country_needed"])
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
        ("/countries/1", "party_of_aggressor")
    ]


async def test_the_end_is_never_before_the_start(as_coordinator: Client) -> None:
    made = await as_coordinator.made("/v1/delegations", VISIT)

    answer = await as_coordinator.patch(f"/v1/delegations/{made['id']}", json={"ends_on": "2026-11-30"}, version=1)

    assert [error["code"] for error in answer.json()["errors"]] == ["end_before_start"]


async def test_a_partnership_counts_its_living_delegations(world: World, as_coordinator: Client) -> None:
    partnership = await factories.partnership(world)
    made = [await as_coordinator.made("/v1/delegations", linked(partnership)) for _ in range(3)]
    await moved(as_coordinator, made[0], "cancelled")
    await as_coordinator.post(f"/v1/delegations/{made[1]['id']}/archive", json={"reason": "Двічі"}, version=1)

    async with world.work() as uow:
        assert await delegations.facts(uow, partnership.id) == 1


async def test_a_delegation_of_others_looks_absent(world: World, as_hromada_manager: AsHromada) -> None:
    sumska, lvivska = await factories.hromada(world), await factories.hromada(world)
    partnership = await factories.partnership(world, sumska.id)
    manager, other = await as_hromada_manager(sumska.id), await as_hromada_manager(lvivska.id)
    made = await manager.made("/v1/delegations", linked(partnership))

    read = await other.get(f"/v1/delegations/{made['id']}")
    created = await other.post("/v1/delegations", json=linked(partnership))

    assert [(answer.status_code, answer.json()["code"]) for answer in (read, created)] == [(404, "not_found")] * 2
    assert (await other.seen("/v1/delegations"))["items"] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"sort": "starts_on"}, ["DEL-2026-0002", "DEL-2026-0001"]),
        ({"sort": "-starts_on"}, ["DEL-2026-0001", "DEL-2026-0002"]),
        ({"country": "DE"}, ["DEL-2026-0002"]),
        ({"kind": "forum", "direction": "outgoing"}, ["DEL-2026-0002"]),
        ({"starts_from": "2026-12-01"}, ["DEL-2026-0001"]),
        ({"q": "замостя"}, ["DEL-2026-0001"]),
    ],
)
async def test_delegations_are_found(as_coordinator: Client, query: dict[str, str], expected: list[str]) -> None:
    await as_coordinator.made("/v1/delegations", VISIT | {"countries": ["PL"]})
    forum = {"title_uk": "Форум", "kind": "forum", "countries": ["DE"], "starts_on": "2026-11-25"}
    await as_coordinator.made("/v1/delegations", VISIT | forum)

    page = await as_coordinator.seen("/v1/delegations", params=query)

    assert [item["number"] for item in page["items"]] == expected
