"""Sign-in through a real provider: a process that somebody else wrote, its forms filled in over HTTP."""

import asyncio
import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from app.core.cookies import NAME
from app.routers.openid import COOKIE
from app.rules.openid import challenge_of
from app.schemas.accounts import GrantGiven
from app.services.openid import CALLBACK
from app.settings import GroupGrant
from app.vocabulary import Role, ScopeKind
from tests.support import factories
from tests.support.provider import Browser, Neighbour, switched_on
from tests.support.world import World

pytestmark = pytest.mark.anyio

VERIFIER = "a verifier of the app, long enough and unguessable".replace(" ", "-").replace(",", "")
APP = "ua.auc.pobratym://signed-in"
COORDINATORS = {"crm-coordinators": (GroupGrant(role=Role.COORDINATOR, scope=ScopeKind.ASSOCIATION),)}


@pytest.fixture(scope="module")
def neighbour() -> Iterator[Neighbour]:
    with Neighbour.running() as running:
        yield running


@pytest.fixture
def browser(world: World) -> Browser:
    # The provider lives by the real clock.
    world.clock.now = datetime.now(UTC)
    return Browser(world.client())


def subject(world: World) -> str:
    return f"person-{next(world.numbers)}-{world.clock.now.timestamp()}"


def put(neighbour: Neighbour, name: str, **claims: Any) -> None:
    right = {"email": f"{name}@example.org", "email_verified": True, "name": "Оксана Гнатюк"}
    neighbour.put(name, **right | claims)


def said(answer: Any) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


async def me(browser: Browser) -> dict[str, Any]:
    answer = await browser.get("/v1/me", headers={"accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_until_it_is_set_up_it_is_not_there(browser: Browser) -> None:
    providers = await browser.client.seen("/v1/sign-in/providers")
    answer = await browser.client.get("/v1/sign-in/openid")

    assert providers == {"password": True, "passkey": True, "openid": None}
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_an_invited_person_comes_in_through_the_provider(
    world: World, neighbour: Neighbour, browser: Browser
) -> None:
    name = subject(world)
    put(neighbour, name)
    invited = await factories.user(world, email=f"{name}@example.org", name="Оксана", password=None)

    with switched_on(world, neighbour.settings()):
        providers = await browser.client.seen("/v1/sign-in/providers")
        answer = await browser.sign_in(neighbour, name, return_to="/office?tab=2")

    found = await me(browser)
    assert providers["openid"] == {"label": "Кабінет АМУ", "start": "/v1/sign-in/openid"}
    assert (answer.status_code, answer.headers["location"]) == (303, "/office?tab=2")
    assert answer.headers["cache-control"] == "no-store"
    assert (found["id"], found["name"], found["grants"]) == (str(invited.id), "Оксана", [])
    letters = await world.rows(
        "SELECT kind, facts FROM messages WHERE user_id = $1 AND kind = 'identity_linked'", invited.id
    )
    assert [tuple(row) for row in letters] == [("identity_linked", {"provider": "Кабінет АМУ"})]
    sessions = await world.rows("SELECT kind, method FROM sessions WHERE user_id = $1", invited.id)
    assert [tuple(row) for row in sessions] == [("cookie", "openid")]


async def test_the_second_time_the_subject_counts_and_not_the_address(
    world: World, neighbour: Neighbour, browser: Browser
) -> None:
    name = subject(world)
    put(neighbour, name)
    invited = await factories.user(world, email=f"{name}@example.org", password=None)

    with switched_on(world, neighbour.settings()):
        await browser.sign_in(neighbour, name)
        put(neighbour, name, email="married@example.org")
        again = Browser(world.client())
        answer = await again.sign_in(neighbour, name)

    assert answer.headers["location"] == "/sign-in/done"
    assert (await me(again))["id"] == str(invited.id)
    assert len(await world.rows("SELECT 1 FROM identities WHERE user_id = $1", invited.id)) == 1


async def test_an_address_that_changed_hands_opens_nothing(
    world: World, neighbour: Neighbour, browser: Browser
) -> None:
    first, second = subject(world), subject(world)
    put(neighbour, first)
    await factories.user(world, email=f"{first}@example.org", password=None)

    with switched_on(world, neighbour.settings()):
        await browser.sign_in(neighbour, first)
        put(neighbour, second, email=f"{first}@example.org")
        answer = await Browser(world.client()).sign_in(neighbour, second)

    assert said(answer) == {"error": "sign_in_refused", "reason": "account_of_another"}


async def test_an_account_that_nobody_was_invited_to_is_left_alone(
    world: World, neighbour: Neighbour, browser: Browser
) -> None:
    name = subject(world)
    put(neighbour, name)
    await factories.user(world, email=f"{name}@example.org")

    with switched_on(world, neighbour.settings(creates_accounts=True)):
        answer = await browser.sign_in(neighbour, name)

    assert said(answer) == {"error": "sign_in_refused", "reason": "account_has_password"}
    assert NAME not in browser.cookies


@pytest.mark.parametrize("creates", [True, False])
async def test_a_stranger_gets_an_account_only_where_that_is_wanted(
    world: World, neighbour: Neighbour, browser: Browser, *, creates: bool
) -> None:
    name = subject(world)
    put(neighbour, name, locale="en-GB")

    with switched_on(world, neighbour.settings(creates_accounts=creates)):
        answer = await browser.sign_in(neighbour, name)

    rows = await world.rows("SELECT name, language, password_hash FROM users WHERE email = $1", f"{name}@example.org")
    if creates:
        assert [tuple(row) for row in rows] == [("Оксана Гнатюк", "en", None)]
        assert answer.headers["location"] == "/sign-in/done"
    else:
        assert rows == []
        assert said(answer) == {"error": "sign_in_refused", "reason": "no_account_yet"}


@pytest.mark.parametrize("verified", [False, None, "true"])
async def test_an_address_that_nobody_confirms_is_not_believed(
    world: World, neighbour: Neighbour, browser: Browser, verified: object
) -> None:
    name = subject(world)
    put(neighbour, name, email_verified=verified)
    await factories.user(world, email=f"{name}@example.org", password=None)

    with switched_on(world, neighbour.settings()):
        refused = await browser.sign_in(neighbour, name)
    with switched_on(world, neighbour.settings(trusted_email=True)):
        trusted = await browser.sign_in(neighbour, name)

    assert said(refused) == {"error": "sign_in_refused", "reason": "email_not_verified"}
    assert trusted.headers["location"] == "/sign-in/done"
    noted = await world.rows("SELECT after FROM journal WHERE verb = 'sign_in_refused' AND operation = 'note'")
    assert [row[0] for row in noted] == [{"method": "openid", "reason": "email_not_verified"}]


async def test_an_account_that_is_off_stays_off(world: World, neighbour: Neighbour, browser: Browser) -> None:
    name = subject(world)
    put(neighbour, name, groups=["crm-coordinators"])
    invited = await factories.user(world, email=f"{name}@example.org", password=None)

    with switched_on(world, neighbour.settings(groups=COORDINATORS)):
        await browser.sign_in(neighbour, name)
        async with world.work() as uow:
            (await uow.session.get_one(type(invited), invited.id)).is_active = False
        answer = await Browser(world.client()).sign_in(neighbour, name)

    assert said(answer) == {"error": "sign_in_refused", "reason": "account_switched_off"}


async def test_groups_become_grants_and_vanish_with_the_groups(
    world: World, neighbour: Neighbour, browser: Browser
) -> None:
    name = subject(world)
    sumska = await factories.hromada(world)
    grants = COORDINATORS | {
        "sumy": (
            GroupGrant(role=Role.HROMADA_MANAGER, scope=ScopeKind.ORGANIZATION, organization=sumska.katottg),
            GroupGrant(role=Role.ANALYST, scope=ScopeKind.OBLAST, oblast="UA59000000000057109"),
            GroupGrant(role=Role.ANALYST, scope=ScopeKind.ORGANIZATION, organization="12345678"),
        )
    }
    invited = await factories.user(
        world,
        GrantGiven(role=Role.COORDINATOR, scope=ScopeKind.ASSOCIATION),
        email=f"{name}@example.org",
        password=None,
    )

    held = []
    with switched_on(world, neighbour.settings(groups=grants)):
        for groups in (["crm-coordinators", "canteen"], ["sumy"], ["sumy"], []):
            put(neighbour, name, groups=groups)
            await browser.sign_in(neighbour, name)
            found = (await me(browser))["grants"]
            assert len([each for each in found if each["source"] == "manual"]) == 1
            held.append([(each["role"], each["scope"]) for each in found if each["source"] == "openid"])

    assert held == [
        [("coordinator", "association")],
        [("hromada_manager", "organization"), ("analyst", "oblast")],
        [("hromada_manager", "organization"), ("analyst", "oblast")],
        [],
    ]
    journal = await world.rows(
        "SELECT verb, operation FROM journal WHERE subject_id = $1 AND row_table = 'grants' AND actor_kind = 'system' "
        "ORDER BY id",
        invited.id,
    )
    assert [tuple(row) for row in journal] == [
        ("finish_openid_sign_in", "insert"),
        ("finish_openid_sign_in", "delete"),
        ("finish_openid_sign_in", "insert"),
        ("finish_openid_sign_in", "insert"),
        ("finish_openid_sign_in", "delete"),
        ("finish_openid_sign_in", "delete"),
    ]


async def test_a_grant_that_has_held_a_day_ends_and_stays_as_history(
    world: World, neighbour: Neighbour, browser: Browser
) -> None:
    name = subject(world)
    put(neighbour, name, groups=["crm-coordinators"])
    invited = await factories.user(world, email=f"{name}@example.org", password=None)

    with switched_on(world, neighbour.settings(groups=COORDINATORS)):
        await browser.sign_in(neighbour, name)
        async with world.work() as uow:
            await uow.transaction.raw.execute(
                "UPDATE grants SET valid_from = valid_from - 3 WHERE user_id = $1", invited.id
            )
        put(neighbour, name, groups=[])
        await browser.sign_in(neighbour, name)

    rows = await world.rows("SELECT valid_to FROM grants WHERE user_id = $1", invited.id)
    assert [row[0] for row in rows] == [world.clock.today]


async def test_the_last_administrator_stays_one(world: World, neighbour: Neighbour, browser: Browser) -> None:
    name = subject(world)
    grants = {"crm-admins": (GroupGrant(role=Role.ADMINISTRATOR, scope=ScopeKind.ASSOCIATION),)}
    invited = await factories.user(world, email=f"{name}@example.org", password=None)

    with switched_on(world, neighbour.settings(groups=grants)):
        for groups in (["crm-admins"], []):
            put(neighbour, name, groups=groups)
            await browser.sign_in(neighbour, name)

    assert [each["role"] for each in (await me(browser))["grants"]] == ["administrator"]
    noted = await world.rows(
        "SELECT 1 FROM journal WHERE verb = 'last_administrator_kept' AND subject_id = $1", invited.id
    )
    assert len(noted) == 1


async def test_what_came_back_once_does_not_come_back_again(
    world: World, neighbour: Neighbour, browser: Browser
) -> None:
    name = subject(world)
    put(neighbour, name)
    await factories.user(world, email=f"{name}@example.org", password=None)

    with switched_on(world, neighbour.settings()):
        url = neighbour.answer(await browser.leave(), name)
        answers = [await browser.come_back(url) for _ in range(2)]

    assert [said(each) for each in answers] == [{}, {"error": "sign_in_over", "reason": "sign_in_anew"}]


@pytest.mark.parametrize("spoilt", ["state", "cookie", "other", "late"])
async def test_an_attempt_belongs_to_its_browser_and_to_its_minutes(
    world: World, neighbour: Neighbour, browser: Browser, spoilt: str
) -> None:
    name = subject(world)
    put(neighbour, name)
    await factories.user(world, email=f"{name}@example.org", password=None)

    with switched_on(world, neighbour.settings()):
        url = neighbour.answer(await browser.leave(), name)
        if spoilt == "state":
            url = url.replace("state=", "state=x")
        elif spoilt == "cookie":
            browser.cookies.clear()
        elif spoilt == "other":
            another = Browser(world.client())
            await another.leave()
            browser.cookies = another.cookies
        else:
            world.clock.advance(minutes=10)
        answer = await browser.come_back(url)

    assert said(answer) == {"error": "sign_in_over", "reason": "sign_in_anew"}
    assert NAME not in browser.cookies


async def test_two_tabs_of_one_browser_do_not_disturb_each_other(
    world: World, neighbour: Neighbour, browser: Browser
) -> None:
    name = subject(world)
    put(neighbour, name)
    await factories.user(world, email=f"{name}@example.org", password=None)

    with switched_on(world, neighbour.settings()):
        urls = [neighbour.answer(await browser.leave(return_to=f"/{tab}"), name) for tab in ("a", "b")]
        answers = [await browser.come_back(url) for url in urls]

    assert [each.headers["location"] for each in answers] == ["/a", "/b"]


async def test_an_app_changes_its_code_into_tokens_once(world: World, neighbour: Neighbour, browser: Browser) -> None:
    name = subject(world)
    put(neighbour, name)
    invited = await factories.user(world, email=f"{name}@example.org", password=None)

    with switched_on(world, neighbour.settings(app_urls=[APP])):
        answer = await browser.sign_in(neighbour, name, return_to=APP, code_challenge=challenge_of(VERIFIER))
        code = said(answer)["code"]
        body = {"code": code, "code_verifier": VERIFIER, "device": "Телефон Оксани"}
        tokens = await world.client().made("/v1/sessions/openid", body)
        me = await world.client(tokens["access_token"]).seen("/v1/me")
        again = await world.client().post("/v1/sessions/openid", json=body)

    assert answer.headers["location"].startswith(f"{APP}?code=")
    assert NAME not in browser.cookies
    assert me["id"] == str(invited.id)
    assert (again.status_code, again.json()["code"]) == (410, "sign_in_over")
    stored = await world.rows("SELECT openid_attempts::text FROM openid_attempts WHERE user_id = $1", invited.id)
    assert len(stored) == 1
    assert code not in stored[0][0]


async def test_a_code_shown_again_ends_what_it_opened(world: World, neighbour: Neighbour, browser: Browser) -> None:
    name = subject(world)
    put(neighbour, name)
    invited = await factories.user(world, email=f"{name}@example.org", password=None)

    with switched_on(world, neighbour.settings(app_urls=[APP])):
        answer = await browser.sign_in(neighbour, name, return_to=APP, code_challenge=challenge_of(VERIFIER))
        body = {"code": said(answer)["code"], "code_verifier": VERIFIER}
        tokens = await world.client().made("/v1/sessions/openid", body)
        for _ in range(2):
            await world.client().post("/v1/sessions/openid", json=body | {"code_verifier": VERIFIER[::-1]})

    over = await world.client(tokens["access_token"]).get("/v1/me")
    noted = await world.rows("SELECT subject_id, after ->> 'session_id' FROM journal WHERE verb = 'openid_code_reused'")
    letters = await world.rows("SELECT kind FROM messages WHERE user_id = $1 ORDER BY id DESC LIMIT 1", invited.id)
    assert (over.status_code, over.json()["code"]) == (401, "session_ended")
    assert [tuple(row) for row in noted] == [(invited.id, tokens["session_id"])]
    assert [row[0] for row in letters] == ["refresh_token_reused"]


@pytest.mark.parametrize("spoilt", ["verifier", "late", "switched off"])
async def test_a_code_is_for_its_app_and_its_minute(
    world: World, neighbour: Neighbour, browser: Browser, spoilt: str
) -> None:
    name = subject(world)
    put(neighbour, name)
    invited = await factories.user(world, email=f"{name}@example.org", password=None)

    with switched_on(world, neighbour.settings(app_urls=[APP])):
        answer = await browser.sign_in(neighbour, name, return_to=APP, code_challenge=challenge_of(VERIFIER))
        body = {"code": said(answer)["code"], "code_verifier": VERIFIER}
        if spoilt == "verifier":
            body["code_verifier"] = VERIFIER[::-1]
        elif spoilt == "late":
            world.clock.advance(seconds=60)
        else:
            async with world.work() as uow:
                (await uow.session.get_one(type(invited), invited.id)).is_active = False
        refused = await world.client().post("/v1/sessions/openid", json=body)

    expected = (403, "sign_in_refused") if spoilt == "switched off" else (410, "sign_in_over")
    assert (refused.status_code, refused.json()["code"]) == expected


@pytest.mark.parametrize(
    "return_to",
    ["//evil.org", "/\\evil.org", "https://evil.org/", "http://127.0.0.1:8000@evil.org/", "javascript:alert(1)", "%2f",
     "office", "http://127.0.0.1:8000.evil.org/", APP + ".evil", "/a\nb", "https://evil.org#http://127.0.0.1:8000/"],
)  # fmt: skip
async def test_nobody_is_led_to_a_strangers_page(
    world: World, neighbour: Neighbour, browser: Browser, return_to: str
) -> None:
    with switched_on(world, neighbour.settings(app_urls=[APP])):
        answer = await browser.client.get("/v1/sign-in/openid", params={"return_to": return_to})

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["query:return_to"]


async def test_an_app_without_a_challenge_is_refused(world: World, neighbour: Neighbour, browser: Browser) -> None:
    with switched_on(world, neighbour.settings(app_urls=[APP])):
        answer = await browser.client.get("/v1/sign-in/openid", params={"return_to": APP, "code_challenge": "short"})

    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        ("query:code_challenge", "app_needs_challenge")
    ]


async def test_nothing_that_proves_an_attempt_is_kept(world: World, neighbour: Neighbour, browser: Browser) -> None:
    with switched_on(world, neighbour.settings()):
        sent = {name: values[0] for name, values in parse_qs(urlsplit(await browser.leave()).query).items()}

    stored = await world.rows("SELECT openid_attempts::text FROM openid_attempts")
    assert len(stored) == 1
    assert [
        secret for secret in (sent["state"], sent["nonce"], browser.cookies[COOKIE]) if secret in stored[0][0]
    ] == []
    assert (sent["client_id"], sent["scope"]) == (neighbour.client["client_id"], "openid email profile")
    assert sent["redirect_uri"] == f"http://127.0.0.1:8000{CALLBACK}"


async def test_whoever_has_a_second_factor_here_gives_it_here(
    world: World, neighbour: Neighbour, browser: Browser
) -> None:
    name = subject(world)
    put(neighbour, name)
    invited = await factories.user(world, email=f"{name}@example.org", password=None)
    async with world.work() as uow:
        await uow.transaction.raw.execute(
            "INSERT INTO totp_factors (id, user_id, secret_sealed, created_at, confirmed_at)"
            " VALUES (gen_random_uuid(), $1, 'sealed', now(), now())",
            invited.id,
        )

    with switched_on(world, neighbour.settings()):
        answer = await browser.sign_in(neighbour, name, return_to="/office")

    where = urlsplit(answer.headers["location"])
    needed = json.loads(urlsafe_b64decode(where.fragment.removeprefix("factor_needed=") + "=="))
    assert (where.path, where.query, needed["factors"]) == ("/office", "step=factor", ["totp"])
    assert NAME not in browser.cookies


async def test_a_silent_provider_leaves_our_own_door_open(world: World, browser: Browser, neighbour: Neighbour) -> None:
    user = await factories.user(world)
    with switched_on(world, neighbour.settings(issuer="http://127.0.0.1:9")):
        led = await browser.get("/v1/sign-in/openid", params={"return_to": "/office"})
        told = await browser.client.get("/v1/sign-in/openid")
        own = await browser.client.post("/v1/sessions", json={"email": user.email, "password": factories.PASSWORD})

    assert led.headers["location"] == "/office?error=provider_unavailable&reason=provider_silent"
    assert (told.status_code, told.json()["code"], told.json()["retryable"]) == (503, "provider_unavailable", True)
    assert "Кабінет АМУ" in told.json()["detail"]
    assert own.status_code == 201


@pytest.mark.two_connections
async def test_of_two_who_come_back_at_once_one_comes_in(real_world: World, neighbour: Neighbour) -> None:
    real_world.clock.now = datetime.now(UTC)
    browser, name = Browser(real_world.client()), subject(real_world)
    put(neighbour, name)

    with switched_on(real_world, neighbour.settings(creates_accounts=True)):
        url = neighbour.answer(await browser.leave(), name)
        answers = await asyncio.gather(*(browser.come_back(url) for _ in range(5)))

    errors = sorted(said(each).get("error", "") for each in answers)
    assert errors == ["", *["sign_in_over"] * 4]
    assert len(await real_world.rows("SELECT 1 FROM sessions WHERE method = 'openid'")) == 1


@pytest.mark.two_connections
async def test_whoever_comes_first_with_two_browsers_gets_one_account(real_world: World, neighbour: Neighbour) -> None:
    real_world.clock.now = datetime.now(UTC)
    name = subject(real_world)
    put(neighbour, name, groups=["crm-coordinators"])

    with switched_on(real_world, neighbour.settings(creates_accounts=True, groups=COORDINATORS)):
        browsers = [Browser(real_world.client()) for _ in range(4)]
        urls = [neighbour.answer(await each.leave(), name) for each in browsers]
        answers = await asyncio.gather(*(each.come_back(url) for each, url in zip(browsers, urls, strict=True)))

    counts = "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM identities), (SELECT count(*) FROM grants)"
    assert [said(each) for each in answers] == [{}] * 4
    assert [tuple(row) for row in await real_world.rows(counts)] == [(1, 1, 1)]
