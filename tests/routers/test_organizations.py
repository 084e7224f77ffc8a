import pytest

from tests.conftest import AsHromada
from tests.support import factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_a_coordinator_records_a_polish_gmina(as_coordinator: Client) -> None:
    made = await as_coordinator.made(
        "/v1/organizations", {"kind": "foreign_municipality", "name_uk": "Гміна Замость", "country": "PL"}
    )

    assert (made["name_en"], made["version"]) == ("Hmina Zamost", 1)
    assert await as_coordinator.seen(f"/v1/organizations/{made['id']}") == made


async def test_a_member_of_a_hromada_changes_nothing(world: World, as_hromada_member: AsHromada) -> None:
    sumska = await factories.hromada(world)
    member = await as_hromada_member(sumska.id)

    answer = await member.patch(f"/v1/organizations/{sumska.id}", json={"website": "https://rada.sumy.ua"}, version=1)

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
