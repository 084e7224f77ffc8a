"""Keys change without anybody noticing, and end at once: in two processes that share nothing but the database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from jose import jwt
from pydantic import SecretStr

from app.adapters.embedded_postgres import Urls
from app.commands import keys as commands
from app.core import keys
from app.jobs.keys import tend_keys
from app.main import create_app
from app.schemas.accounts import GrantGiven
from app.trouble import Trouble
from app.vocabulary import Role, ScopeKind
from tests.conftest import SECRET, settings_for
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.two_connections

AHEAD = timedelta(hours=1)
EVERYWHERE = GrantGiven(role=Role.ANALYST, scope=ScopeKind.ASSOCIATION)


@pytest.fixture
async def neighbour(real_world: World, own_database: Urls) -> AsyncIterator[World]:
    """A second process, as far as anything in it is remembered."""
    made = create_app(settings_for(own_database))
    made.state.clock = real_world.clock
    async with made.router.lifespan_context(made):
        made.state.runtime.passwords = real_world.passwords
        yield World(made, made.state.runtime.db, real_world.clock, real_world.passwords, real_world.contract)


async def published(world: World) -> list[str]:
    return [key["kid"] for key in (await world.client().seen("/.well-known/jwks.json"))["keys"]]


async def signed_in(world: World, user: Any) -> dict[str, Any]:
    return await world.client().made("/v1/sessions", {"email": user.email, "password": factories.PASSWORD})


def signer(tokens: dict[str, Any]) -> str:
    return str(jwt.get_unverified_header(tokens["access_token"])["kid"])


async def status(world: World, tokens: dict[str, Any], path: str = "/v1/me") -> int:
    return (await world.client(tokens["access_token"]).get(path)).status_code


async def rotated(world: World, ahead: timedelta = AHEAD) -> str:
    async with world.work() as uow:
        return (await keys.rotate(uow, SECRET.encode(), ahead)).kid


async def revoked(world: World, kid: str) -> str:
    async with world.work() as uow:
        return (await keys.revoke(uow, SECRET.encode(), kid)).kid


@pytest.mark.anyio
async def test_the_keys_are_published_and_can_be_kept_for_minutes(real_world: World) -> None:
    answer = await real_world.client().get("/.well-known/jwks.json")

    assert answer.headers["cache-control"] == "public, max-age=300"
    assert [key.keys() for key in answer.json()["keys"]] == [{"kid", "kty", "crv", "alg", "use", "key_ops", "x", "y"}]
    assert "d" not in answer.json()["keys"][0]


@pytest.mark.anyio
async def test_a_key_is_published_before_it_signs_and_accepted_after(real_world: World, neighbour: World) -> None:
    user = await factories.user(real_world)
    first = await signed_in(real_world, user)
    new = await rotated(real_world)
    real_world.clock.advance(seconds=31)
    ahead = [await published(world) for world in (real_world, neighbour)]
    before = await signed_in(neighbour, user)
    real_world.clock.advance(minutes=60)
    after = [await signed_in(world, user) for world in (real_world, neighbour)]

    assert ahead == [sorted([signer(first), new])] * 2
    assert signer(before) == signer(first)
    assert [signer(tokens) for tokens in after] == [new] * 2
    assert [await status(world, after[0]) for world in (real_world, neighbour)] == [200, 200]


@pytest.mark.anyio
async def test_an_old_key_goes_when_its_last_token_has_ended(real_world: World, neighbour: World) -> None:
    user = await factories.user(real_world)
    old = await signed_in(real_world, user)
    new = await rotated(real_world, timedelta(0))
    ctx = {"db": real_world.db, "clock": real_world.clock, "settings": real_world.app.state.runtime.settings}
    found = []
    for minutes in (0, 9, 3):
        real_world.clock.advance(minutes=minutes)
        found.append((await tend_keys(ctx), await status(neighbour, old), await published(neighbour)))

    both = sorted([signer(old), new])
    nothing = {"renewed": 0, "retired": 0}
    assert found == [(nothing, 200, both), (nothing, 200, both), (nothing | {"retired": 1}, 401, [new])]


@pytest.mark.anyio
async def test_a_key_is_renewed_in_time_without_anybody_asking(real_world: World) -> None:
    ctx = {"db": real_world.db, "clock": real_world.clock, "settings": real_world.app.state.runtime.settings}
    found = []
    # The first key is as old as the database, whose clock is not the one of the tests.
    for days in (0, 400, 0, 1):
        real_world.clock.advance(days=days)
        found.append(await tend_keys(ctx))

    assert [each["renewed"] for each in found] == [0, 1, 0, 0]
    assert [each["retired"] for each in found] == [0, 0, 0, 1]


@pytest.mark.anyio
async def test_rotation_under_load_fails_nobody(real_world: World, neighbour: World) -> None:
    user = await factories.user(real_world)
    tokens = [await signed_in(real_world, user)]
    found: list[int] = []

    async def load(world: World) -> None:
        for _ in range(40):
            found.append(await status(world, tokens[-1]))
            await asyncio.sleep(0)

    async def turn() -> None:
        for _ in range(3):
            await rotated(real_world, timedelta(0))
            real_world.clock.advance(seconds=2)
            tokens.append(await signed_in(neighbour, user))

    await asyncio.gather(load(real_world), load(neighbour), turn())

    assert len({signer(each) for each in tokens}) == 4
    assert found == [200] * 80


@pytest.mark.anyio
async def test_a_revoked_key_is_refused_everywhere_with_the_next_request(real_world: World, neighbour: World) -> None:
    user = await factories.user(real_world)
    tokens = await signed_in(real_world, user)
    both = (real_world, neighbour)
    before = [await status(world, tokens) for world in both]

    new = await revoked(real_world, signer(tokens))
    after = [await status(world, tokens) for world in both]
    body = {"refresh_token": tokens["refresh_token"]}
    next_pair = (await neighbour.client().post("/v1/sessions/refresh", json=body)).json()

    assert (before, after, signer(next_pair)) == ([200, 200], [401, 401], new)
    assert [await status(world, next_pair) for world in both] == [200, 200]


@pytest.mark.anyio
async def test_a_key_that_waits_for_its_turn_steps_in(real_world: World) -> None:
    tokens = await signed_in(real_world, await factories.user(real_world))
    waiting = await rotated(real_world)

    assert await revoked(real_world, signer(tokens)) == waiting
    assert signer(await signed_in(real_world, await factories.user(real_world))) == waiting


async def logout(world: World, user: UUID, tokens: dict[str, Any], administrator: Client) -> None:
    del user, administrator
    await world.client(tokens["access_token"]).delete(f"/v1/sessions/{tokens['session_id']}")


async def everywhere(world: World, user: UUID, tokens: dict[str, Any], administrator: Client) -> None:
    del user, administrator
    await world.client(tokens["access_token"]).post("/v1/me/sessions/end-all")


async def switched_off(world: World, user: UUID, tokens: dict[str, Any], administrator: Client) -> None:
    del world, tokens
    await administrator.patch(f"/v1/users/{user}", json={"is_active": False}, version=1)


async def role_lost(world: World, user: UUID, tokens: dict[str, Any], administrator: Client) -> None:
    del world, tokens
    [grant] = (await administrator.seen(f"/v1/users/{user}"))["grants"]
    await administrator.post(f"/v1/users/{user}/grants/{grant['id']}/revoke", json={"reason": "Звільнилася"})


@pytest.mark.parametrize(("act", "expected"), [(logout, 401), (everywhere, 401), (switched_off, 401), (role_lost, 403)])
@pytest.mark.anyio
async def test_what_is_taken_is_gone_everywhere_with_the_next_request(
    real_world: World, neighbour: World, act: Any, expected: int
) -> None:
    administrator = await actors.everywhere(real_world, Role.ADMINISTRATOR)
    user = await factories.user(real_world, EVERYWHERE)
    tokens = await signed_in(real_world, user)
    both = (real_world, neighbour)
    before = [await status(world, tokens, "/v1/organizations") for world in both]

    await act(real_world, user.id, tokens, administrator)
    after = [await status(world, tokens, "/v1/organizations") for world in both]

    assert (before, after) == ([200, 200], [expected, expected])


@pytest.fixture
def surroundings(own_database: Urls, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    values = {
        "DATABASE__URL": own_database.owner,
        "DATABASE__APP_URL": own_database.app,
        "REDIS__URL": "redis://127.0.0.1:1",
        "STATE": str(tmp_path),
        "SECRET": SECRET,
    }
    for name, value in values.items():
        monkeypatch.setenv(f"POBRATYM_{name}", value)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def test_the_command_line_shows_renews_and_revokes(surroundings: None, capsys: pytest.CaptureFixture[str]) -> None:
    def said() -> list[str]:
        return capsys.readouterr().out.splitlines()

    commands.rotate(at_once=True)
    first = said()[0].split()[2]
    commands.rotate(at_once=False)
    second = said()[0].split()[2]
    commands.show()
    shown = said()
    commands.revoke(first)
    told = said()[0]
    commands.show()

    assert [line.partition(" ")[0] for line in shown] == [second, first]
    assert ["published, signs from" in shown[0], "signs since" in shown[1]] == [True, True]
    assert told.endswith(f"Now {second} signs.")
    assert [line.split()[1] for line in said()] == ["signs", "retired"]


def test_an_unknown_key_is_told_in_a_sentence(surroundings: None) -> None:
    with pytest.raises(Trouble) as refused:
        commands.revoke("absent")

    assert str(refused.value) == "There is no key absent in use: ./pobratym keys list shows them."


def test_another_master_secret_is_told_in_a_sentence(
    surroundings: None, own_database: Urls, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.rotate(at_once=True)
    capsys.readouterr()
    settings = settings_for(own_database)
    commands.require_readable(settings)

    with pytest.raises(Trouble) as refused:
        commands.require_readable(settings.model_copy(update={"secret": SecretStr("another")}))

    assert str(refused.value).startswith("POBRATYM_SECRET is not the right one")
