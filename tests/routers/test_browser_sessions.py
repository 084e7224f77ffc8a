"""A browser's session: a cookie that no script can read, and nothing done by it for a stranger's page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from app.core.runtime import Runtime
from app.main import create_app
from app.settings import Http, Settings
from tests.support import factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

OURS = {"X-Pobratym-Request": "1", "Sec-Fetch-Site": "same-origin"}
NAME = "__Host-pobratym"
OFFICE = "https://office.example.org"


async def entered(client: Client, **given: Any) -> httpx2.Response:
    user = given.get("user") or await factories.user(given["world"])
    body = {"email": user.email, "password": factories.PASSWORD}
    return await client.post("/v1/browser-sessions", json=body, headers=OURS | given.get("headers", {}))


def cookie_of(answer: httpx2.Response) -> Any:
    return SimpleCookie(answer.headers["set-cookie"])[NAME]


def by(cookie: Any, **headers: str) -> dict[str, str]:
    return {"Cookie": f"{NAME}={cookie.value}"} | headers


async def test_a_browser_is_known_by_its_cookie(world: World, nobody: Client) -> None:
    user = await factories.user(world)

    answer = await entered(nobody, user=user)
    me = await nobody.seen("/v1/me", headers=by(cookie_of(answer)))

    assert (answer.status_code, me["id"], me["session_id"]) == (201, str(user.id), answer.json()["session_id"])


async def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(world: World, nobody: Client) -> None:
    cookie = cookie_of(await entered(nobody, world=world))

    found = {name: value for name, value in cookie.items() if value}
    assert found == {"httponly": True, "secure": True, "samesite": "lax", "path": "/", "max-age": "2592000"}
    assert len(cookie.value) == 43


async def test_no_token_is_in_the_answer(world: World, nobody: Client) -> None:
    answer = await entered(nobody, world=world)

    assert answer.json().keys() == {"session_id", "expires_at"}
    assert answer.headers["cache-control"] == "no-store"
    assert cookie_of(answer).value not in answer.text
    assert [row[0] for row in await world.rows("SELECT count(*) FROM refresh_tokens")] == [0]


async def test_the_cookie_itself_is_kept_nowhere(world: World, nobody: Client) -> None:
    value = cookie_of(await entered(nobody, world=world)).value

    kept = await world.rows(
        "SELECT to_jsonb(s)::text FROM sessions s UNION ALL SELECT to_jsonb(j)::text FROM journal j"
    )

    assert len(kept) > 2
    assert [row[0] for row in kept if value in row[0]] == []


FOREIGN: dict[str, dict[str, str]] = {
    "says nothing": {},
    "no mark": {"Sec-Fetch-Site": "same-origin"},
    "an empty mark": {"X-Pobratym-Request": "", "Sec-Fetch-Site": "same-origin"},
    "only the mark": {"X-Pobratym-Request": "1"},
    "a stranger's page": {"X-Pobratym-Request": "1", "Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    "a neighbour's page": {"X-Pobratym-Request": "1", "Sec-Fetch-Site": "same-site", "Origin": "https://a.example.org"},
    "from the address bar": {"X-Pobratym-Request": "1", "Sec-Fetch-Site": "none"},
    "a sandbox": {"X-Pobratym-Request": "1", "Origin": "null"},
    "an old browser elsewhere": {"X-Pobratym-Request": "1", "Origin": "https://evil.example"},
    "our name with an end": {"X-Pobratym-Request": "1", "Origin": "http://127.0.0.1:8000.evil.example"},
    "our name by another scheme": {"X-Pobratym-Request": "1", "Origin": "https://127.0.0.1:8000"},
    "another port": {"X-Pobratym-Request": "1", "Origin": "http://127.0.0.1:9000"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
async def test_a_strangers_page_changes_nothing_by_our_cookie(
    world: World, nobody: Client, headers: dict[str, str]
) -> None:
    answer = await entered(nobody, world=world)
    cookie, id = cookie_of(answer), answer.json()["session_id"]

    refused = await nobody.delete(f"/v1/sessions/{id}", headers=by(cookie, **headers))

    assert (refused.status_code, refused.json()["code"]) == (403, "foreign_request")
    assert "X-Pobratym-Request" in refused.json()["detail"]
    await nobody.seen("/v1/me", headers=by(cookie))


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
async def test_a_strangers_page_signs_nobody_in(world: World, nobody: Client, headers: dict[str, str]) -> None:
    """Otherwise a person would go on in an account that somebody else reads."""
    user = await factories.user(world)
    body = {"email": user.email, "password": factories.PASSWORD}

    refused = await nobody.post("/v1/browser-sessions", json=body, headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (403, "foreign_request")
    assert "set-cookie" not in refused.headers


async def test_an_old_browser_on_our_page_is_let_in(world: World, nobody: Client) -> None:
    answer = await entered(nobody, world=world, headers={"Sec-Fetch-Site": "", "Origin": "http://127.0.0.1:8000"})

    assert answer.status_code == 201


async def test_signing_out_ends_the_session_and_takes_the_cookie_back(world: World, nobody: Client) -> None:
    answer = await entered(nobody, world=world)
    cookie, id = cookie_of(answer), answer.json()["session_id"]

    ended = await nobody.delete(f"/v1/sessions/{id}", headers=by(cookie, **OURS))
    after = await nobody.get("/v1/me", headers=by(cookie))

    assert (ended.status_code, cookie_of(ended)["max-age"], after.status_code) == (204, "0", 401)


async def test_signing_out_clears_what_the_page_has_kept(world: World, nobody: Client) -> None:
    here, elsewhere = await entered(nobody, world=world), await entered(nobody, world=world)
    id = here.json()["session_id"]
    answers = [
        await nobody.delete(f"/v1/sessions/{id}", headers=by(cookie_of(here), **OURS)),
        await nobody.post("/v1/me/sessions/end-all", headers=by(cookie_of(elsewhere), **OURS)),
    ]

    assert [each.headers["clear-site-data"] for each in answers] == ['"cache", "storage"'] * 2


async def test_signing_in_anew_leaves_no_older_session_behind(world: World, nobody: Client) -> None:
    user = await factories.user(world)
    first = cookie_of(await entered(nobody, user=user))
    second = cookie_of(await entered(nobody, user=user, headers=by(first)))

    found = [(await nobody.get("/v1/me", headers=by(each))).status_code for each in (first, second)]

    assert found == [401, 200]


async def test_a_browser_left_alone_for_half_a_day_is_signed_out(world: World, nobody: Client) -> None:
    cookie, found = cookie_of(await entered(nobody, world=world)), []
    for hours in (11, 11, 13):
        world.clock.advance(hours=hours)
        found.append((await nobody.get("/v1/me", headers=by(cookie))).status_code)

    assert found == [200, 200, 401]


@pytest.mark.parametrize("value", ["", "x", "x" * 43, "x" * 5000, "'; DROP TABLE sessions; --", "a=b"])
async def test_nothing_but_a_cookie_of_ours_opens_the_door(nobody: Client, value: str) -> None:
    answer = await nobody.get("/v1/me", headers={"Cookie": f"{NAME}={value}"})

    assert answer.status_code == 401


async def test_a_token_goes_before_the_cookie_that_came_along(world: World, nobody: Client) -> None:
    """Then nothing is done by the cookie, and no page needs to be asked for."""
    cookie = cookie_of(await entered(nobody, world=world))
    user = await factories.user(world)
    tokens = await nobody.made("/v1/sessions", {"email": user.email, "password": factories.PASSWORD})

    client = world.client(tokens["access_token"])

    assert (await client.seen("/v1/me", headers=by(cookie)))["id"] == str(user.id)
    assert (await client.post("/v1/me/sessions/end-others", headers=by(cookie))).status_code == 204
    await nobody.seen("/v1/me", headers=by(cookie))


@asynccontextmanager
async def elsewhere(world: World) -> AsyncIterator[httpx2.AsyncClient]:
    """The same program with a frontend on another host."""
    running = world.app.state.runtime
    settings = running.settings.model_copy(update={"http": Http(origins=(OFFICE,))})

    @asynccontextmanager
    async def opener(_: Settings, __: Any) -> AsyncIterator[Runtime]:
        yield Runtime(settings, world.db, running.cursors, world.passwords, running.keyring)

    made: FastAPI = create_app(settings, opener=opener)
    made.state.clock = world.clock
    async with made.router.lifespan_context(made):
        yield httpx2.AsyncClient(transport=httpx2.ASGITransport(app=made), base_url="http://test")


async def test_a_named_frontend_on_another_host_may_ask_and_read(world: World) -> None:
    user = await factories.user(world)
    body = {"email": user.email, "password": factories.PASSWORD}
    page = {"Origin": OFFICE, "Sec-Fetch-Site": "same-site", "X-Pobratym-Request": "1"}
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-pobratym-request"}
    async with elsewhere(world) as http:
        before = await http.options("/v1/browser-sessions", headers=page | asking)
        answer = await http.post("/v1/browser-sessions", json=body, headers=page)
        problem = await http.get("/v1/me", headers={"Origin": OFFICE})

    assert (before.status_code, answer.status_code, problem.status_code) == (200, 201, 401)
    assert {each.headers["access-control-allow-origin"] for each in (before, answer, problem)} == {OFFICE}
    assert {each.headers["access-control-allow-credentials"] for each in (before, answer, problem)} == {"true"}
    shown = problem.headers["access-control-expose-headers"].split(", ")
    assert {"ETag", "Location", "Retry-After", "RateLimit", "X-Request-ID"} <= set(shown)


async def test_any_other_page_may_not(world: World) -> None:
    evil = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    async with elsewhere(world) as http:
        before = await http.options("/v1/browser-sessions", headers=evil)
        answer = await http.get("/v1/reference", headers=evil)

    assert before.status_code == 400
    assert "access-control-allow-origin" not in {**before.headers, **answer.headers}


async def test_without_a_named_origin_nobody_is_told_of_crossing(nobody: Client) -> None:
    answer = await nobody.get("/v1/me", headers={"Origin": OFFICE})

    assert [name for name in answer.headers if name.startswith("access-control")] == []
