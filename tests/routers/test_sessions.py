from typing import Any

import pytest

from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.counting import Statements
from tests.support.world import World

pytestmark = pytest.mark.anyio

REFUSED = ("wrong_credentials", "Wrong address or password")


async def signed_in(world: World, nobody: Client) -> dict[str, Any]:
    user = await factories.user(world)
    return await nobody.made("/v1/sessions", {"email": user.email, "password": factories.PASSWORD})


async def sessions_of(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.seen("/v1/me/sessions"))["items"]
    return found


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


async def test_an_administrator_is_asked_again_after_half_a_day(world: World, as_administrator: Client) -> None:
    ends = [(each["expires_at"], each["is_this_one"]) for each in await sessions_of(as_administrator)]

    assert ends == [("2026-11-23T22:00:00.000000Z", True)]


async def test_who_becomes_an_administrator_has_shorter_sessions_from_then_on(
    world: World, as_administrator: Client
) -> None:
    user = await factories.user(world)
    tokens = await world.client().made("/v1/sessions", {"email": user.email, "password": factories.PASSWORD})
    grant = {"role": "administrator", "scope": "association"}
    await as_administrator.made(f"/v1/users/{user.id}/grants", grant)
    world.clock.advance(minutes=6)
    client = world.client(tokens["access_token"])
    await client.seen("/v1/me")

    assert [each["expires_at"] for each in await sessions_of(client)] == ["2026-11-23T22:00:00.000000Z"]


async def test_the_last_use_is_written_every_five_minutes_and_no_more(
    world: World, nobody: Client, statements: Statements
) -> None:
    client = world.client((await signed_in(world, nobody))["access_token"])
    await client.seen("/v1/me")
    sent = []
    for minutes in (0, 4, 1, 1, 2):
        world.clock.advance(minutes=minutes)
        async with statements.counted() as found:
            await client.seen("/v1/me")
        sent.append(len(found))

    assert sent == [2, 2, 3, 2, 2]
    assert [each["used_at"] for each in await sessions_of(client)] == ["2026-11-23T10:05:00.000000Z"]
    journalled = "SELECT operation FROM journal WHERE row_table = 'sessions'"
    assert [row[0] for row in await world.rows(journalled)] == ["insert"]


async def test_my_sessions_are_listed_with_what_they_are(world: World) -> None:
    user = await factories.user(world)
    body = {"email": user.email, "password": factories.PASSWORD}
    phone = await world.client().made(
        "/v1/sessions", body | {"device": "Телефон Олени"}, headers={"User-Agent": "App/1"}
    )
    world.clock.advance(minutes=1)
    here = await world.client().made("/v1/sessions", body, headers={"User-Agent": "App/1"})

    assert await sessions_of(world.client(here["access_token"])) == [
        {
            "id": tokens["session_id"],
            "kind": "token",
            "method": "password",
            "device": device,
            "user_agent": "App/1",
            "address": "127.0.0.0/24",
            "started_at": started_at,
            "used_at": started_at,
            "expires_at": started_at.replace("2026-11-23", "2026-12-07"),
            "is_this_one": is_this_one,
        }
        for tokens, device, started_at, is_this_one in (
            (here, None, "2026-11-23T10:01:00.000000Z", True),
            (phone, "Телефон Олени", "2026-11-23T10:00:00.000000Z", False),
        )
    ]


async def test_nobody_else_is_in_my_list(world: World, as_administrator: Client, as_stranger: Client) -> None:
    mine = await as_stranger.seen("/v1/me")

    assert [each["id"] for each in await sessions_of(as_stranger)] == [mine["session_id"]]


@pytest.mark.parametrize(("verb", "still"), [("end-others", [401, 200]), ("end-all", [401, 401])])
async def test_a_person_signs_out_everywhere(world: World, verb: str, still: list[int]) -> None:
    user = await factories.user(world)
    body = {"email": user.email, "password": factories.PASSWORD}
    others, here = [await world.client().made("/v1/sessions", body) for _ in range(2)]
    clients = [world.client(tokens["access_token"]) for tokens in (others, here)]

    ended = await clients[1].post(f"/v1/me/sessions/{verb}")

    assert (ended.status_code, [(await each.get("/v1/me")).status_code for each in clients]) == (204, still)
    refresh = await world.client().post("/v1/sessions/refresh", json={"refresh_token": others["refresh_token"]})
    assert refresh.status_code == 401


async def test_an_administrator_signs_a_person_out(world: World, as_administrator: Client) -> None:
    user = await factories.user(world)
    tokens = await world.client().made("/v1/sessions", {"email": user.email, "password": factories.PASSWORD})

    ended = await as_administrator.post(f"/v1/users/{user.id}/sessions/end", json={"reason": "Загубила телефон"})

    assert (ended.status_code, (await world.client(tokens["access_token"]).get("/v1/me")).status_code) == (204, 401)
    found = "SELECT verb FROM journal WHERE row_table = 'sessions' AND operation = 'update'"
    assert [row[0] for row in await world.rows(found)] == ["end_user_sessions"]


async def test_an_unknown_place_or_device_is_told_to_the_owner(world: World) -> None:
    user = await factories.user(world)
    body = {"email": user.email, "password": factories.PASSWORD}
    told = []
    for agent in ("Firefox/141.0", "Firefox/142.0", "curl/8", "curl/8"):
        await world.client().made("/v1/sessions", body, headers={"User-Agent": agent})
        told.append([row[0] for row in await world.rows("SELECT facts ->> 'device' FROM messages ORDER BY posted_at")])

    assert told == [[], [], ["curl/8"], ["curl/8"]]


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
