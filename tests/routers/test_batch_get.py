"""Many records in one call."""

from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from tests.conftest import AsHromada
from tests.support import factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_records_come_whole_and_in_the_order_asked(world: World, as_administrator: Client) -> None:
    first, second = await factories.partnership(world), await factories.partnership(world)
    absent = str(uuid7())
    ids = [str(second.id), absent, str(first.id)]
    answer = await as_administrator.post("/v1/partnerships/batch-get", json={"ids": ids})

    whole = [await as_administrator.seen(f"/v1/partnerships/{id}") for id in (second.id, first.id)]
    assert (answer.status_code, answer.json()) == (200, {"items": whole, "missing": [absent]})


async def test_what_is_hidden_is_missing_and_what_is_not_shown_is_left_out(world: World, as_guest: AsHromada) -> None:
    own, others = await factories.hromada(world), await factories.hromada(world)
    shared, hidden = await factories.partnership(world, own.id), await factories.partnership(world, others.id)
    guest = await as_guest(own.id)
    answer = await guest.post("/v1/partnerships/batch-get", json={"ids": [str(shared.id), str(hidden.id)]})

    assert answer.json() == {
        "items": [await guest.seen(f"/v1/partnerships/{shared.id}")],
        "missing": [str(hidden.id)],
    }
    assert "next_step" in answer.json()["items"][0]["_redacted"]


async def test_ids_are_one_to_two_hundred_and_each_once(as_administrator: Client) -> None:
    async def refused(ids: list[UUID]) -> tuple[int, list[str]]:
        answer = await as_administrator.post("/v1/users/batch-get", json={"ids": [str(id) for id in ids]})
        return answer.status_code, [error["pointer"] for error in answer.json()["errors"]]

    one = uuid7()
    assert await refused([]) == (422, ["/ids"])
    assert await refused([one, one]) == (422, ["/ids"])
    assert await refused([uuid7() for _ in range(201)]) == (422, ["/ids"])


async def test_a_page_of_records_costs_two_questions(world: World, as_administrator: Client, statements) -> None:  # type: ignore[no-untyped-def]  # a fixture
    made = [await factories.organization(world) for _ in range(5)]
    async with statements.counted() as sent:
        await as_administrator.post("/v1/organizations/batch-get", json={"ids": [str(each.id) for each in made]})

    assert len(sent) == 2
