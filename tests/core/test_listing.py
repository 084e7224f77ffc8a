from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.listing import Cursors
from app.errors import AppError
from app.vocabulary import Role
from tests.support import factories
from tests.support.actors import everywhere
from tests.support.client import Client
from tests.support.world import World

CURSORS = Cursors(b"a secret")
VALUES = st.lists(st.one_of(st.text(), st.integers(-(2**53), 2**53), st.none()), max_size=4)


@given(values=VALUES, bound_to=st.binary())
def test_a_cursor_brings_back_what_it_was_given(values: list[Any], bound_to: bytes) -> None:
    assert CURSORS.decode(CURSORS.encode(values, bound_to), bound_to) == values


@given(values=VALUES, bound_to=st.binary(), other=st.binary())
def test_a_cursor_is_worth_nothing_elsewhere(values: list[Any], bound_to: bytes, other: bytes) -> None:
    cursor = CURSORS.encode(values, bound_to)
    strangers = [Cursors(b"another secret")] + ([CURSORS] if other != bound_to else [])

    for stranger in strangers:
        with pytest.raises(AppError, match="invalid_cursor"):
            stranger.decode(cursor, other)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_cursors(text: str) -> None:
    with pytest.raises(AppError, match="invalid_cursor"):
        CURSORS.decode(text, b"")


@pytest.mark.anyio
@pytest.mark.parametrize("sort", ["name", "-name", "updated_at", "-updated_at"])
async def test_pages_joined_are_the_whole_list(world: World, as_analyst: Client, sort: str) -> None:
    for name in ("Ґ", "Г", "Б", "А", "А", "А", "Я"):
        await factories.organization(world, name_uk=name)
    whole = await as_analyst.seen("/v1/organizations", params={"sort": sort})
    seen, cursor = [], None
    while True:
        page = await as_analyst.seen(
            "/v1/organizations", params={"sort": sort, "limit": 2} | ({"cursor": cursor} if cursor else {})
        )
        seen += page["items"]
        if (cursor := page["next_cursor"]) is None:
            break

    assert seen == whole["items"]
    assert len(seen) == 7


@pytest.mark.anyio
async def test_percent_and_underscore_are_letters_like_any_other(world: World, as_analyst: Client) -> None:
    sure = await factories.organization(world, name_uk="100% Суми")
    await factories.organization(world, name_uk="1000 Суми")
    found = {
        text: [item["id"] for item in (await as_analyst.seen("/v1/organizations", params={"q": text}))["items"]]
        for text in ("100%", "%", "_", "\\")
    }

    assert found == {"100%": [str(sure.id)], "%": [str(sure.id)], "_": [], "\\": []}


@pytest.mark.anyio
async def test_a_cursor_of_a_wider_reach_is_refused_to_a_narrower_one(world: World, as_administrator: Client) -> None:
    sumska = await factories.hromada(world)
    for _ in range(2):
        await factories.partnership(world, sumska.id)
    cursor = (await as_administrator.seen("/v1/partnerships", params={"limit": 1}))["next_cursor"]
    from_elsewhere = await everywhere(world, Role.ANALYST)

    same_reach = await from_elsewhere.get("/v1/partnerships", params={"limit": 1, "cursor": cursor})

    assert same_reach.status_code == 200
