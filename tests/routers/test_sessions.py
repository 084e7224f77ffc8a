from typing import Any

import pytest

from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

REFUSED = ("wrong_credentials", "Wrong address or password")


async def signed_in(world: World, nobody: Client) -> dict[str, Any]:
    user = await factories.user(world)
    return await nobody.made("/v1/sessions", {"email": user.email, "password": factories.PASSWORD})


async def test_a_person_signs_in_and_is_known(world: World, nobody: Client) -> None:
    tokens = await signed_in(world, nobody)

    me = await world.client(tokens["access_token"]).seen("/v1/me")

    assert (me["session_id"], me["grants"], me["permissions"]) == (tokens["session_id"], [], [])
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 600)


async def test_what_is_wrong_is_never_said(world: World, nobody: Client) -> None:
    user = await factories.user(world)
    attempts = [(user.email, "not the password at all"), ("absent@example.org", factories.PASSWORD)]

    answers = [await nobody.post("/v1/sessions", json={"email": e, "password": p}) for e, p in attempts]

    assert [(each.status_code, each.json()["code"], each.json()["title"]) for each in answers] == [(401, *REFUSED)] * 2
    assert answers[0].json()["detail"] == answers[1].json()["detail"]
    assert answers[0].headers["cache-control"] == "no-store"


async def test_an_address_is_the_same_in_capital_letters(world: World, nobody: Client) -> None:
    user = await factories.user(world, email="olena@example.org")

    tokens = await nobody.made("/v1/sessions", {"email": f" {user.email.upper()} ", "password": factories.PASSWORD})

    assert (await world.client(tokens["access_token"]).seen("/v1/me"))["id"] == str(user.id)


async def test_an_access_token_lives_for_minutes(world: World, nobody: Client) -> None:
    client = world.client((await signed_in(world, nobody))["access_token"])
    world.clock.advance(minutes=9)
    before = await client.get("/v1/me")
    world.clock.advance(minutes=2)
    after = await client.get("/v1/me")

    assert (before.status_code, after.status_code, after.json()["code"]) == (200, 401, "unauthenticated")
    assert after.headers["www-authenticate"].startswith("Bearer")


async def test_a_refresh_token_works_once_and_its_reuse_ends_the_session(world: World, nobody: Client) -> None:
    first = await signed_in(world, nobody)
    body = {"refresh_token": first["refresh_token"]}

    second = await nobody.post("/v1/sessions/refresh", json=body)
    stolen = await nobody.post("/v1/sessions/refresh", json=body)
    ended = await world.client(second.json()["access_token"]).get("/v1/me")
    last = await nobody.post("/v1/sessions/refresh", json={"refresh_token": second.json()["refresh_token"]})

    assert second.json()["session_id"] == first["session_id"]
    assert [second.status_code, stolen.status_code, ended.status_code, last.status_code] == [200, 401, 401, 401]
    noted = "SELECT verb FROM journal WHERE operation = 'note' AND subject = 'users' ORDER BY id"
    assert [row[0] for row in await world.rows(noted)] == ["sign_in", "refresh_token_reused"]


async def test_a_session_ends_after_its_days(world: World, nobody: Client) -> None:
    tokens = await signed_in(world, nobody)
    world.clock.advance(days=31)

    answer = await nobody.post("/v1/sessions/refresh", json={"refresh_token": tokens["refresh_token"]})

    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")


async def test_signing_out_acts_at_once(world: World, nobody: Client) -> None:
    tokens = await signed_in(world, nobody)
    client = world.client(tokens["access_token"])
    await client.seen("/v1/me")

    ended = await client.delete(f"/v1/sessions/{tokens['session_id']}")

    assert (ended.status_code, (await client.get("/v1/me")).status_code) == (204, 401)


async def test_the_session_of_somebody_else_looks_absent(world: World, nobody: Client, as_stranger: Client) -> None:
    tokens = await signed_in(world, nobody)

    answer = await as_stranger.delete(f"/v1/sessions/{tokens['session_id']}")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    await world.client(tokens["access_token"]).seen("/v1/me")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Bearer x",
        "Bearer a.b.c",
        "bearer " + "x" * 5000,
        "Bearer null",
        "Token x",
    ],
)
async def test_nothing_but_a_token_of_ours_opens_the_door(nobody: Client, header: str) -> None:
    answer = await nobody.get("/v1/me", headers={"authorization": header})

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_a_grant_holds_on_its_days_only(world: World) -> None:
    today = world.clock.today
    grant = GrantGiven(
        role=Role.ANALYST,
        scope=ScopeKind.ASSOCIATION,
        valid_from=today.replace(day=24),
        valid_to=today.replace(day=25),
    )
    user = await factories.user(world, grant)
    found = []
    for _ in range(3):
        tokens = await world.client().made("/v1/sessions", {"email": user.email, "password": factories.PASSWORD})
        found.append((await world.client(tokens["access_token"]).get("/v1/organizations")).status_code)
        world.clock.advance(days=1)

    assert found == [403, 200, 403]


async def test_what_i_may_do_is_told_to_me(world: World) -> None:
    analyst = await actors.everywhere(world, Role.ANALYST)

    me = await analyst.seen("/v1/me")

    assert [(each["role"], each["scope"]) for each in me["grants"]] == [("analyst", "association")]
    assert "partnerships:read" in me["permissions"]
    assert [name for name in me["permissions"] if not name.endswith(":read")] == []
