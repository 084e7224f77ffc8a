from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.errors import AppError
from app.schemas.accounts import GrantGiven, UserPatch
from app.services import accounts
from app.vocabulary import Role, ScopeKind
from tests.conftest import AsHromada
from tests.support import actors, factories, stories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

PATH = "/v1/users"
FUTURE = date(2030, 1, 1)
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
    assert (made["has_password"], {"password", "password_hash"} & made.keys()) == (True, set())
    assert (factories.PASSWORD in str(made), "argon2" in str(made)) == (False, False)
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

    history = stories.rows(await as_administrator.seen(f"{PATH}/{me['id']}/history"))
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


async def test_a_grant_that_has_held_a_day_stays_as_history_when_it_ends(world: World) -> None:
    stranger = await actors.signed_in(world)
    me = (await stranger.seen("/v1/me"))["id"]
    administrator = await actors.everywhere(world, Role.ADMINISTRATOR)
    since = world.clock.today
    granted = await administrator.made(f"{PATH}/{me}/grants", ANALYST)
    world.clock.advance(days=3)
    administrator = await actors.everywhere(world, Role.ADMINISTRATOR)
    place = f"{PATH}/{me}/grants/{granted['grants'][0]['id']}/revoke"

    first = await administrator.post(place, json={"reason": "Завершив роботу"})
    world.clock.advance(minutes=1)
    again = await administrator.post(place, json={"reason": "Ще раз"})

    ended = [(each["role"], each["valid_from"], each["valid_to"]) for each in first.json()["grants"]]
    assert ended == [("analyst", str(since), str(since + timedelta(days=3)))]
    assert (again.status_code, again.json()["grants"]) == (200, first.json()["grants"])


async def test_the_last_active_administrator_cannot_be_taken_away(world: World, as_administrator: Client) -> None:
    await actors.signed_in(world, GrantGiven(role=Role.ADMINISTRATOR, scope=ScopeKind.ASSOCIATION, valid_from=FUTURE))
    me = await as_administrator.seen("/v1/me")
    revoke = f"{PATH}/{me['id']}/grants/{me['grants'][0]['id']}/revoke"
    reason = {"reason": "Іде у відпустку"}

    answers = [await as_administrator.post(revoke, json=reason)]
    await actors.everywhere(world, Role.ADMINISTRATOR)
    answers.append(await as_administrator.post(revoke, json=reason))

    found = [(each.status_code, each.json().get("objections")) for each in answers]
    assert found == [(409, ["last_administrator"]), (200, None)]


async def test_the_last_active_administrator_cannot_be_switched_off(world: World, as_administrator: Client) -> None:
    me = await as_administrator.seen("/v1/me")
    user = await as_administrator.seen(f"{PATH}/{me['id']}")
    off = UserPatch.model_validate({"is_active": False})

    async with world.work() as uow:
        with pytest.raises(AppError) as refused:
            await accounts.edit(uow, UUID(me["id"]), off, user["version"])
    await actors.everywhere(world, Role.ADMINISTRATOR)
    async with world.work() as uow:
        edited = await accounts.edit(uow, UUID(me["id"]), off, user["version"])

    assert (refused.value.code, refused.value.extra["objections"]) == ("conflict", ["last_administrator"])
    assert edited.is_active is False


@pytest.mark.parametrize(
    ("grant", "error"),
    [
        ({"role": "coordinator", "scope": "oblast", "oblast_code": "UA99000000000000000"}, "oblast_code unknown_code"),
        ({"role": "coordinator", "scope": "oblast", "oblast_code": "UA59080000000000000"}, "oblast_code unknown_code"),
        (
            {"role": "administrator", "scope": "oblast", "oblast_code": "UA59000000000057109"},
            "scope administrator_everywhere",
        ),
    ],
)
async def test_a_grant_holds_where_it_can(
    as_administrator: Client, as_stranger: Client, grant: dict[str, Any], error: str
) -> None:
    me = await as_stranger.seen("/v1/me")
    body = {"name": "Олена", "email": "olena@example.org", "password": factories.PASSWORD, "grants": [ANALYST, grant]}

    alone = await as_administrator.post(f"{PATH}/{me['id']}/grants", json=grant)
    created = await as_administrator.post(PATH, json=body)

    found = [[f"{each['pointer']} {each['code']}" for each in answer.json()["errors"]] for answer in (alone, created)]
    assert (alone.status_code, found) == (422, [[f"/{error}"], [f"/grants/1/{error}"]])


async def first_administrator(world: World, email: str) -> bool:
    async with world.work() as uow:
        return await accounts.ensure_first_administrator(
            uow, world.passwords, email=email, password=factories.PASSWORD, is_generated=False
        )


async def test_the_first_administrator_is_made_when_no_active_one_is_left(world: World) -> None:
    day = world.clock.today
    gone = GrantGiven(
        role=Role.ADMINISTRATOR, scope=ScopeKind.ASSOCIATION, valid_from=day - timedelta(days=9), valid_to=day
    )
    former = await factories.user(world, gone)

    made = [await first_administrator(world, former.email), await first_administrator(world, "other@example.org")]

    tokens = await world.client().made("/v1/sessions", {"email": former.email, "password": factories.PASSWORD})
    current = (await world.client(tokens["access_token"]).seen(PATH))["items"]
    assert made == [True, False]
    assert [(each["email"], len(each["grants"])) for each in current] == [(former.email, 2)]


async def test_an_account_is_made_only_by_who_has_just_proved_themselves(world: World) -> None:
    """Otherwise a stolen session would make itself an administrator of its own."""
    administrator = await factories.user(world, GrantGiven(role=Role.ADMINISTRATOR, scope=ScopeKind.ASSOCIATION))
    client = world.client()
    signed_in = await client.made("/v1/sessions", {"email": administrator.email, "password": factories.PASSWORD})
    world.clock.advance(minutes=11)
    renewed = await client.post("/v1/sessions/refresh", json={"refresh_token": signed_in["refresh_token"]})
    client.token = renewed.json()["access_token"]
    grant = {"role": "administrator", "scope": "association"}

    answer = await client.post(
        "/v1/users",
        json={"email": "mine@example.org", "name": "Ще одна", "password": factories.PASSWORD, "grants": [grant]},
    )

    assert (answer.status_code, answer.json()["code"]) == (401, "proof_needed")


async def test_who_has_not_come_in_yet_or_leaves_soon_is_no_last_administrator(
    world: World, as_administrator: Client
) -> None:
    grant = {"role": "administrator", "scope": "association"}
    soon = grant | {"valid_to": str(world.clock.today + timedelta(days=2))}
    invited = {"email": "invited@example.org", "name": "Запрошена", "grants": [grant]}
    leaving = {"email": "leaving@example.org", "name": "Тимчасова", "password": factories.PASSWORD, "grants": [soon]}
    await as_administrator.made("/v1/users", invited)
    await as_administrator.made("/v1/users", leaving)
    me = await as_administrator.seen("/v1/me")

    answer = await as_administrator.post(
        f"/v1/users/{me['id']}/grants/{me['grants'][0]['id']}/revoke", json={"reason": "Звільняюся"}
    )

    assert (answer.status_code, answer.json()["objections"]) == (409, ["last_administrator"])
