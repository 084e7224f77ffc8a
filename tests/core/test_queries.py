"""Query parameters are read in one pass, and mean one thing or are refused."""

import pytest

from tests.support.client import Client

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "query", ["limit=1&limit=2", "limit=1&limit=1", "sort=number&sort=-number", "country=PL&country=DE"]
)
async def test_what_means_one_thing_is_given_once(as_coordinator: Client, query: str) -> None:
    answer = await as_coordinator.get(f"/v1/partnerships?{query}")

    error = answer.json()["errors"][0]
    assert (answer.status_code, error["pointer"], error["code"]) == (
        422,
        f"query:{query.partition('=')[0]}",
        "given_twice",
    )


@pytest.mark.parametrize("query", ["stage=contact&stage=letter_of_intent", "stage=contact", "limit=2", ""])
async def test_what_means_several_may_be_repeated(as_coordinator: Client, query: str) -> None:
    assert (await as_coordinator.get(f"/v1/partnerships?{query}")).status_code == 200


@pytest.mark.parametrize(
    "query", ["limit=", "limit=%00", "title=%ff%fe", "title=a%00b", "stage=", "limit=1;x=2", "%5B%5D=1"]
)
async def test_strange_spellings_are_refused_and_never_fail(as_coordinator: Client, query: str) -> None:
    answer = await as_coordinator.get(f"/v1/partnerships?{query}")

    assert answer.status_code in {200, 422}
    assert answer.status_code == 422 or query.startswith("title=%ff")


async def test_a_plus_is_a_space_and_letters_are_utf8(as_coordinator: Client) -> None:
    answer = await as_coordinator.get("/v1/partnerships?title=%D0%97%D0%B0%D0%BC%D1%96%D1%81%D1%82%D1%8F+x")

    assert (answer.status_code, answer.json()["items"]) == (200, [])
