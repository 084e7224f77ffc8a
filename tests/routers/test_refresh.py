"""Families of refresh tokens: each works once, and two who hold the same one both lose it."""

import asyncio
from typing import Any

import httpx2
import pytest

from tests.support import factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

NOTED = "SELECT verb FROM journal WHERE operation = 'note' AND subject = 'users' ORDER BY id"
REFUSED = (401, "session_ended")


async def signed_in(world: World) -> dict[str, Any]:
    user = await factories.user(world)
    return await world.client().made("/v1/sessions", {"email": user.email, "password": factories.PASSWORD})


async def refreshed(world: World, token: str, agent: str = "App/1") -> httpx2.Response:
    body = {"refresh_token": token}
    return await world.client().post("/v1/sessions/refresh", json=body, headers={"User-Agent": agent})


def outcome(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def test_a_spent_token_shown_later_ends_the_session_and_the_owner_is_told(world: World) -> None:
    first = await signed_in(world)
    second = await refreshed(world, first["refresh_token"])
    world.clock.advance(seconds=11)

    replayed = await refreshed(world, first["refresh_token"])
    me = await world.client(second.json()["access_token"]).get("/v1/me")
    last = await refreshed(world, second.json()["refresh_token"])

    assert second.json()["session_id"] == first["session_id"]
    assert [outcome(each) for each in (replayed, me, last)] == [REFUSED] * 3
    assert [row[0] for row in await world.rows(NOTED)] == ["sign_in", "refresh_token_reused"]
    assert [row[0] for row in await world.rows("SELECT kind FROM messages")] == ["refresh_token_reused"]


async def test_an_answer_that_was_lost_on_the_way_is_given_again(world: World) -> None:
    first = await signed_in(world)

    answers = [await refreshed(world, first["refresh_token"]) for _ in range(3)]

    assert [outcome(each) for each in answers] == [(200, "")] * 3
    assert len({each.json()["refresh_token"] for each in answers}) == 1
    assert (await refreshed(world, answers[0].json()["refresh_token"])).status_code == 200
    assert [row[0] for row in await world.rows(NOTED)] == ["sign_in", "refresh_repeated", "refresh_repeated"]
    assert [row[0] for row in await world.rows("SELECT count(*) FROM refresh_tokens")] == [3]


async def test_to_another_client_it_is_not_given_again(world: World) -> None:
    first = await signed_in(world)
    await refreshed(world, first["refresh_token"])

    assert outcome(await refreshed(world, first["refresh_token"], "curl/8")) == REFUSED


async def test_nor_when_the_successor_was_used(world: World) -> None:
    first = await signed_in(world)
    second = await refreshed(world, first["refresh_token"])
    third = await refreshed(world, second.json()["refresh_token"])

    assert outcome(await refreshed(world, first["refresh_token"])) == REFUSED
    assert outcome(await refreshed(world, third.json()["refresh_token"])) == REFUSED


async def test_a_refresh_token_is_kept_nowhere(world: World) -> None:
    token = (await signed_in(world))["refresh_token"]

    [[hash]] = await world.rows("SELECT encode(token_hash, 'hex') FROM refresh_tokens")

    assert (len(hash), len(token)) == (64, 43)


@pytest.mark.parametrize(("days", "expected"), [(13.9, (200, "")), (14, REFUSED)])
async def test_an_app_that_is_not_used_is_signed_out(world: World, days: float, expected: tuple[int, str]) -> None:
    tokens = await signed_in(world)
    world.clock.advance(days=days)

    assert outcome(await refreshed(world, tokens["refresh_token"])) == expected


async def test_a_session_ends_after_its_days_however_it_is_used(world: World) -> None:
    token, found = (await signed_in(world))["refresh_token"], []
    for _ in range(4):
        world.clock.advance(days=8)
        answer = await refreshed(world, token)
        found.append(answer.status_code)
        token = answer.json().get("refresh_token", token)

    assert found == [200, 200, 200, 401]


async def test_an_account_that_is_off_goes_no_further(world: World, as_administrator: Client) -> None:
    tokens = await signed_in(world)
    [[id]] = await world.rows("SELECT user_id FROM sessions WHERE id = $1", tokens["session_id"])
    await as_administrator.patch(f"/v1/users/{id}", json={"is_active": False}, version=1)

    assert outcome(await refreshed(world, tokens["refresh_token"])) == REFUSED


@pytest.mark.two_connections
async def test_fifty_at_once_have_one_successor(real_world: World) -> None:
    world = real_world
    first = await signed_in(world)

    answers = await asyncio.gather(*(refreshed(world, first["refresh_token"]) for _ in range(50)))

    assert [outcome(each) for each in answers] == [(200, "")] * 50
    [successor] = {each.json()["refresh_token"] for each in answers}
    assert [row[0] for row in await world.rows("SELECT count(*) FROM refresh_tokens")] == [2]
    third = await refreshed(world, successor)
    assert outcome(await refreshed(world, first["refresh_token"])) == REFUSED
    assert outcome(await refreshed(world, third.json()["refresh_token"])) == REFUSED
