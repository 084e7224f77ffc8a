"""Long operations as people see them: their own, what administrators see of all, and page by page."""

import pytest

from tests.conftest import AsHromada
from tests.support import factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

SINCE = {"since": "2026-11-01T00:00:00Z"}


async def begun(world: World, client: Client, organization: object = None) -> str:
    integration = await factories.integration(world, organization, "partnerships:read")
    webhook = await factories.webhook(world, integration.id)
    async with world.work() as uow:
        await uow.transaction.raw.execute("UPDATE webhooks SET status = 'active' WHERE id = $1", webhook.id)
    answer = await client.post(f"/v1/webhooks/{webhook.id}/replay", json=SINCE)
    assert (answer.status_code, answer.headers["retry-after"]) == (202, "2"), answer.text
    return str(answer.json()["id"])


async def test_what_others_began_looks_absent_and_an_administrator_sees_to_it(
    world: World, as_administrator: Client, as_hromada_manager: AsHromada, as_coordinator: Client
) -> None:
    hromada = await factories.hromada(world)
    manager = await as_hromada_manager(hromada.id)
    own = await begun(world, manager, hromada.id)
    place = f"/v1/operations/{own}"

    found = [await client.get(place) for client in (manager, as_coordinator, as_administrator)]
    foreign = await as_coordinator.post(f"{place}/cancel")
    lists = [[each["id"] for each in (await client.seen("/v1/operations"))["items"]] for client in (manager,)]
    others = (await as_coordinator.seen("/v1/operations"))["items"]
    cancelled = await as_administrator.post(f"{place}/cancel")

    assert [each.status_code for each in found] == [200, 404, 200]
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")
    assert (lists, others) == ([[own]], [])
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")


async def test_they_are_listed_newest_first_page_by_page_and_by_what_they_are(
    world: World, as_administrator: Client
) -> None:
    ids = [await begun(world, as_administrator) for _ in range(3)]
    await as_administrator.post(f"/v1/operations/{ids[0]}/cancel")

    first = await as_administrator.seen("/v1/operations", params={"limit": 2})
    rest = await as_administrator.seen("/v1/operations", params={"limit": 2, "cursor": first["next_cursor"]})
    over = await as_administrator.seen("/v1/operations", params={"status": "cancelled"})
    strange = await as_administrator.get("/v1/operations", params={"colour": "red"})

    assert [each["id"] for each in first["items"] + rest["items"]] == ids[::-1]
    assert (rest["next_cursor"], [each["id"] for each in over["items"]]) == (None, ids[:1])
    assert (strange.status_code, strange.json()["code"]) == (422, "invalid")


async def test_the_same_request_begins_one_operation(world: World, as_administrator: Client) -> None:
    integration = await factories.integration(world, None, "partnerships:read")
    webhook = await factories.webhook(world, integration.id)
    async with world.work() as uow:
        await uow.transaction.raw.execute("UPDATE webhooks SET status = 'active' WHERE id = $1", webhook.id)
    place = f"/v1/webhooks/{webhook.id}/replay"

    answers = [await as_administrator.post(place, json=SINCE, key="once") for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert [each.headers["location"] for each in answers] == [f"/v1/operations/{answers[0].json()['id']}"] * 2


async def test_that_one_was_cancelled_stands_in_the_journal(world: World, as_administrator: Client) -> None:
    id = await begun(world, as_administrator)
    await as_administrator.post(f"/v1/operations/{id}/cancel")

    rows = await world.rows("SELECT subject_id::text FROM journal WHERE verb = 'cancel_operation'")

    assert [row[0] for row in rows] == [id]
