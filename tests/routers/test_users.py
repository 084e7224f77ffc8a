from typing import Any

import pytest

from tests.conftest import AsHromada
from tests.support import factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

PATH = "/v1/users"
ANALYST = {"role": "analyst", "scope": "association"}


async def account(client: Client, **given: object) -> dict[str, Any]:
    body = {"name": "Олена Коваль", "email": "olena@example.org", "password": factories.PASSWORD} | given
    return await client.made(PATH, body)


async def test_an_administrator_makes_an_account_with_a_role(as_administrator: Client, nobody: Client) -> None:
    made = await account(as_administrator, grants=[ANALYST])

    tokens = await nobody.made("/v1/sessions", {"email": "olena@example.org", "password": factories.PASSWORD})

    assert [(each["role"], each["scope"], each["valid_to"]) for each in made["grants"]] == [
        ("analyst", "association", None)
    ]
    assert "password" not in str(made).lower()
    assert tokens["token_type"] == "Bearer"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("korotko", "password_too_short"),
        ("olena@example.org", "password_is_email"),
        ("abcabcabcabcabcabc", "password_repeats"),
    ],
)
async def test_a_weak_password_is_refused_with_its_weakness(as_administrator: Client, password: str, code: str) -> None:
    body = {"name": "Олена", "email": "olena@example.org", "password": password}

    answer = await as_administrator.post(PATH, json=body)

    assert answer.status_code == 422
    assert ("/password", code) in [(each["pointer"], each["code"]) for each in answer.json()["errors"]]
    assert password not in answer.text


async def test_an_address_belongs_to_one_account(as_administrator: Client) -> None:
    await account(as_administrator)

    body = {"name": "Інша", "email": "OLENA@example.org", "password": factories.PASSWORD}
    answer = await as_administrator.post(PATH, json=body)

    assert (answer.status_code, answer.json()["code"]) == (409, "already_exists")


async def test_switching_an_account_off_ends_its_sessions_at_once(
    world: World, as_administrator: Client, as_analyst: Client
) -> None:
    me = await as_analyst.seen("/v1/me")
    user = await as_administrator.seen(f"{PATH}/{me['id']}")

    await as_administrator.patch(f"{PATH}/{me['id']}", json={"is_active": False}, version=user["version"])
    after = await as_analyst.get("/v1/me")
    body = {"email": me["email"], "password": factories.PASSWORD}
    again = await world.client().post("/v1/sessions", json=body)

    assert (after.status_code, again.status_code) == (401, 401)


async def test_a_grant_acts_with_the_next_request_and_so_does_its_end(
    as_administrator: Client, as_stranger: Client
) -> None:
    me = await as_stranger.seen("/v1/me")
    found = [(await as_stranger.get("/v1/partnerships")).status_code]

    granted = await as_administrator.made(f"{PATH}/{me['id']}/grants", ANALYST)
    found.append((await as_stranger.get("/v1/partnerships")).status_code)
    place = f"{PATH}/{me['id']}/grants/{granted['grants'][0]['id']}/revoke"
    await as_administrator.post(place, json={"reason": "Завершив роботу"})
    found.append((await as_stranger.get("/v1/partnerships")).status_code)

    history = (await as_administrator.seen(f"{PATH}/{me['id']}/history"))["items"]
    assert found == [403, 200, 403]
    assert ("revoke_grant", "grants", "Завершив роботу") in [
        (each["verb"], each["part"], each["reason"]) for each in history
    ]


async def test_a_grant_for_an_organization_names_it(as_administrator: Client, as_stranger: Client) -> None:
    me = await as_stranger.seen("/v1/me")

    answer = await as_administrator.post(
        f"{PATH}/{me['id']}/grants", json={"role": "hromada_member", "scope": "organization"}
    )

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "grant_scope_needs")


async def test_no_history_ever_shows_a_password(world: World, as_administrator: Client) -> None:
    made = await account(as_administrator)

    stored = await world.rows("SELECT after::text FROM journal WHERE subject_id = $1", made["id"])

    assert len(stored) == 1
    assert "argon2" not in stored[0][0]
    assert "•••" in stored[0][0]


async def test_accounts_are_for_the_association_to_see(world: World, as_hromada_manager: AsHromada) -> None:
    sumska = await factories.hromada(world)
    manager = await as_hromada_manager(sumska.id)

    assert (await manager.get(PATH)).status_code == 403
