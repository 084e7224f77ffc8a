"""What is made of a provider that lies, or is broken: nothing of it is believed."""

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwk
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from app.adapters.openid import KEYS_AT_MOST_EVERY, LARGEST, Provider
from app.core.cookies import NAME
from app.rules.opaque import text64
from app.rules.openid import challenge_of
from app.schemas.accounts import UserCreate
from tests.support import factories
from tests.support.provider import REDIRECT, Browser, Crook, switched_on
from tests.support.world import World

pytestmark = pytest.mark.anyio

NOT_BELIEVED = {"error": "sign_in_refused", "reason": "provider_not_believed"}
SILENT = {"error": "provider_unavailable", "reason": "provider_silent"}
FINE: dict[str, str] = {}
APP = "ua.auc.pobratym://signed-in"
STRANGER = RSAKey.generate_key(2048)


@pytest.fixture
async def crook(world: World) -> AsyncIterator[Crook]:
    """Oksana is invited, and everything is right until a test says otherwise."""
    world.clock.now = datetime.now(UTC)
    await factories.user(world, email="oksana@example.org", password=None)
    with Crook(now=int(world.clock.now.timestamp())).listening() as listening:
        yield listening


def ours(browser: Browser) -> dict[str, str]:
    """As a page of ours asks by cookie."""
    return {"cookie": f"{NAME}={browser.cookies[NAME]}", "x-pobratym-request": "1", "sec-fetch-site": "same-origin"}


async def outcome(world: World, crook: Crook) -> dict[str, str]:
    """What stands in the address to which the browser is led back: nothing but when it was signed in."""
    browser = Browser(world.client())
    left = await browser.get("/v1/sign-in/openid")
    if not left.headers["location"].startswith(f"{crook.url}/authorize"):
        return dict(parse_qsl(urlsplit(left.headers["location"]).query))
    answer = await browser.come_back(crook.met(left.headers["location"]))
    found = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert (NAME in browser.cookies) == (found == {})
    return found


async def test_what_is_right_is_believed(world: World, crook: Crook) -> None:
    with switched_on(world, crook.settings()):
        assert await outcome(world, crook) == FINE

    assert crook.asked == ["/.well-known/openid-configuration", "/token", "/jwks"]


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://login.example.org"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": None},
        {"aud": []},
        {"aud": ["pobratym", "another-client"]},
        {"aud": ["pobratym", "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"nonce": "of another attempt"},
        {"nonce": None},
        {"nonce": 17},
        {"exp": 1},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"iat": None},
        {"iat": 1},
        {"iat": 2**37 - 1},
        {"iat": float("1e300")},
        {"nbf": 2**36},
        {"nbf": "now"},
        {"auth_time": 2**36},
        {"sub": None},
        {"sub": ""},
        {"sub": 5},
        {"sub": "x" * 256},
        {"at_hash": "of another token"},
        {"at_hash": ""},
    ],
    ids=str,
)
async def test_a_token_about_something_else_is_not_believed(world: World, crook: Crook, claims: dict[str, Any]) -> None:
    crook.claims = claims

    with switched_on(world, crook.settings()):
        assert await outcome(world, crook) == NOT_BELIEVED


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["pobratym"]},
        {"aud": ["pobratym", "another-client"], "azp": "pobratym"},
        {"at_hash": text64(hashlib.sha256(b"an-access-token").digest()[:16])},
        {"nbf": 1},
        {"session_state": "what nobody asked for"},
    ],
    ids=str,
)
async def test_other_ways_to_say_the_right_thing_are_understood(
    world: World, crook: Crook, claims: dict[str, Any]
) -> None:
    crook.claims = claims

    with switched_on(world, crook.settings()):
        assert await outcome(world, crook) == FINE


@pytest.mark.parametrize(("minutes", "status"), [(0, 201), (9, 201), (10, 401), (600, 401), (None, 401)], ids=str)
async def test_a_proof_is_as_fresh_as_the_provider_says(
    world: World, crook: Crook, minutes: int | None, status: int
) -> None:
    """Whoever was signed in there for hours comes in without a word; that proves nothing now."""
    crook.claims = {"auth_time": None if minutes is None else crook.now - 60 * minutes}
    browser = Browser(world.client())

    with switched_on(world, crook.settings()):
        await browser.come_back(crook.met(await browser.leave()))
    answer = await world.client().post("/v1/me/factors/totp", headers=ours(browser))

    assert (answer.status_code, answer.json().get("code")) == (status, None if status == 201 else "proof_needed")


async def test_only_what_is_signed_says_when_it_was_proved(world: World, crook: Crook) -> None:
    crook.claims = {"email": None, "email_verified": None, "auth_time": None}
    crook.userinfo = {"sub": "oksana", "email": "oksana@example.org", "email_verified": True, "auth_time": crook.now}
    browser = Browser(world.client())

    with switched_on(world, crook.settings()):
        await browser.come_back(crook.met(await browser.leave()))
    answer = await world.client().post("/v1/me/factors/totp", headers=ours(browser))

    assert (answer.status_code, answer.json()["code"]) == (401, "proof_needed")


async def test_the_provider_is_asked_to_prove_anew_when_that_is_wanted(world: World, crook: Crook) -> None:
    """The only way for who has neither a password nor a second factor here."""
    browser, found = Browser(world.client()), []
    with switched_on(world, crook.settings()):
        for prove, minutes in (("false", 600), ("true", 0)):
            crook.claims = {"auth_time": crook.now - 60 * minutes}
            left = await browser.leave(prove=prove)
            await browser.come_back(crook.met(left))
            asked = dict(parse_qsl(urlsplit(left).query))
            answer = await world.client().post("/v1/me/factors/totp", headers=ours(browser))
            found.append((asked.get("prompt"), asked.get("max_age"), answer.status_code))

    assert found == [(None, None, 401), ("login", "0", 201)]
    sessions = await world.rows("SELECT ended_because FROM sessions WHERE method = 'openid' ORDER BY id")
    assert [row[0] for row in sessions] == ["signed in anew", None]


async def test_an_app_carries_the_proof_over_with_its_code(world: World, crook: Crook) -> None:
    crook.claims = {"auth_time": crook.now - 600}
    verifier = "a-verifier-of-the-app-that-nobody-else-has-seen"
    browser = Browser(world.client())
    with switched_on(world, crook.settings(app_urls=[APP])):
        left = await browser.leave(return_to=APP, code_challenge=challenge_of(verifier))
        back = await browser.come_back(crook.met(left))
        code = dict(parse_qsl(urlsplit(back.headers["location"]).query))["code"]
        body = {"code": code, "code_verifier": verifier}
        tokens = await world.client().made("/v1/sessions/openid", body)

    answer = await world.client(tokens["access_token"]).post("/v1/me/factors/totp")
    assert (answer.status_code, answer.json()["code"]) == (401, "proof_needed")


async def test_clocks_may_differ_by_a_minute_and_no_more(world: World, crook: Crook) -> None:
    now, found = crook.now, []
    with switched_on(world, crook.settings()):
        for ahead in (50, -50, 70, -12 * 60):
            crook.now = now + ahead
            found.append(await outcome(world, crook))

    assert found == [FINE, FINE, NOT_BELIEVED, NOT_BELIEVED]


def with_another_key(crook: Crook) -> None:
    crook.published = [crook.public]
    crook.key = STRANGER


def with_a_key_of_its_own_in_the_header(crook: Crook) -> None:
    with_another_key(crook)
    crook.header = {"jwk": STRANGER.as_dict(private=False)}


def with_an_unknown_key(crook: Crook) -> None:
    crook.published = [crook.public]
    crook.key, crook.kid = STRANGER, "second"


def forged(header: dict[str, Any], claims: dict[str, Any], secret: bytes | None = None) -> str:
    """By hand: no honest library makes it."""
    text = ".".join(text64(json.dumps(each).encode()) for each in (header, claims))
    return f"{text}.{text64(hmac.digest(secret, text.encode(), 'sha256')) if secret else ''}"


def with_the_public_key_as_a_secret(crook: Crook) -> None:
    public = crook.key.as_pem(private=False)
    crook.id_token = lambda claims: forged({"alg": "HS256", "kid": crook.kid}, claims, public)


def with_a_secret_that_is_published(crook: Crook) -> None:
    crook.key = OctKey.import_key("a secret that everybody can read, and long enough")
    crook.published = [crook.key.as_dict(private=True) | {"kid": crook.kid}]
    crook.header = {"alg": "HS256"}


def with_the_client_secret(crook: Crook) -> None:
    crook.published = [crook.public]
    crook.secret = "a client's secret of thirty-two bytes and more"
    crook.key, crook.header = OctKey.import_key(crook.secret), {"alg": "HS256"}


def with_a_key_for_encryption(crook: Crook) -> None:
    crook.published = [crook.public | {"use": "enc"}]


def with_a_key_for_another_algorithm(crook: Crook) -> None:
    crook.published = [crook.public | {"alg": "PS256"}]


def with_an_algorithm_nobody_named(crook: Crook) -> None:
    crook.header = {"alg": "RS384"}


def with_a_curve_nobody_named(crook: Crook) -> None:
    crook.key, crook.header = ECKey.generate_key("P-384"), {"alg": "ES384"}


def with_a_critical_header(crook: Crook) -> None:
    def signed(claims: dict[str, Any]) -> str:
        header = {"alg": "RS256", "kid": crook.kid, "crit": ["the-future"], "the-future": True}
        text = forged(header, claims).removesuffix(".")
        made = crook.key.private_key.sign(text.encode(), PKCS1v15(), SHA256())  # type: ignore[attr-defined]  # an RSA key
        return f"{text}.{text64(made)}"

    crook.id_token = signed


def without_a_name_among_two_keys(crook: Crook) -> None:
    crook.published = [crook.public, dict(STRANGER.as_dict(private=False)) | {"kid": "second"}]
    crook.header = {"kid": None}


def without_a_signature(crook: Crook) -> None:
    crook.id_token = lambda claims: forged({"alg": "none"}, claims)


@pytest.mark.parametrize(
    "spoil",
    [
        with_another_key,
        with_a_key_of_its_own_in_the_header,
        with_an_unknown_key,
        with_the_public_key_as_a_secret,
        with_a_secret_that_is_published,
        with_the_client_secret,
        with_a_key_for_encryption,
        with_a_key_for_another_algorithm,
        with_an_algorithm_nobody_named,
        with_a_curve_nobody_named,
        with_a_critical_header,
        without_a_name_among_two_keys,
        without_a_signature,
    ],
)
async def test_a_token_that_the_provider_has_not_signed_is_not_believed(
    world: World, crook: Crook, spoil: Callable[[Crook], None]
) -> None:
    spoil(crook)

    with switched_on(world, crook.settings()):
        assert await outcome(world, crook) == NOT_BELIEVED


@pytest.mark.parametrize("token", ["", "a.b.c", "a.b", "....", "x" * 70_000, 5, {}, "eyJhbGciOjV9.e30.", "🔑.🔑.🔑"])
async def test_what_is_no_token_is_not_believed(world: World, crook: Crook, token: Any) -> None:
    crook.id_token = token

    with switched_on(world, crook.settings()):
        assert await outcome(world, crook) == NOT_BELIEVED


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (RSAKey.generate_key(2048), "PS256"),
        (ECKey.generate_key("P-256"), "ES256"),
        (OKPKey.generate_key("Ed25519"), "EdDSA"),
        (OKPKey.generate_key("Ed25519"), "Ed25519"),
    ],
    ids=["PS256", "ES256", "EdDSA", "Ed25519"],
)
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # it is the crook who signs by the older name
async def test_the_other_good_algorithms_are_understood(
    world: World, crook: Crook, key: jwk.Key, algorithm: str
) -> None:
    crook.key, crook.header = key, {"alg": algorithm}

    with switched_on(world, crook.settings()):
        assert await outcome(world, crook) == FINE


async def test_a_key_without_a_name_is_found_when_it_is_the_only_one(world: World, crook: Crook) -> None:
    crook.header = {"kid": None}

    with switched_on(world, crook.settings()):
        assert await outcome(world, crook) == FINE


async def test_a_new_key_is_asked_for_but_not_again_and_again(world: World, crook: Crook) -> None:
    ticks = [1000.0]
    provider = Provider(crook.settings(), lambda: ticks[0])
    found = []
    with switched_on(world, crook.settings()):
        world.app.state.openid = provider
        for wait in (0.0, KEYS_AT_MOST_EVERY, 0.0, KEYS_AT_MOST_EVERY):
            ticks[0] += wait
            found.append(await outcome(world, crook))
            crook.key, crook.kid = RSAKey.generate_key(2048), f"after {len(found)}"

    # The third key is new within the minute: it is not asked for until that is over.
    assert found == [FINE, FINE, NOT_BELIEVED, FINE]
    assert crook.asked.count("/jwks") == 3
    assert crook.asked.count("/.well-known/openid-configuration") == 1


def answer(body: bytes = b"{}", status: int = 200, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return status, {"content-type": "application/json"} | headers, body


BROKEN = {
    "elsewhere": answer(status=302, location="http://127.0.0.1:9/"),
    "no json": answer(b"<html>"),
    "a list": answer(b"[]"),
    "nothing": answer(b"null"),
    "a fault": answer(status=500),
    "too busy": answer(b"slow down", status=429),
    "too large": answer(b'{"a": "' + b"x" * LARGEST + b'"}'),
    "packed": answer(**{"content-encoding": "gzip"}),
}


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks"])
@pytest.mark.parametrize("broken", BROKEN)
async def test_a_broken_answer_is_no_answer(world: World, crook: Crook, path: str, broken: str) -> None:
    crook.answers[path] = BROKEN[broken]

    with switched_on(world, crook.settings()):
        assert await outcome(world, crook) == SILENT


async def test_a_code_that_the_provider_refuses_is_refused(world: World, crook: Crook) -> None:
    crook.answers["/token"] = answer(b'{"error": "invalid_grant"}', 400)

    with switched_on(world, crook.settings()):
        assert await outcome(world, crook) == {"error": "sign_in_refused", "reason": "provider_refused"}


@pytest.mark.parametrize(
    "description",
    [
        {"issuer": "https://login.example.org"},
        {"issuer": None},
        {"token_endpoint": "http://token.example.org/"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": 7},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"userinfo_endpoint": "http://userinfo.example.org/"},
    ],
    ids=str,
)
async def test_a_description_that_leads_elsewhere_is_not_followed(
    world: World, crook: Crook, description: dict[str, Any]
) -> None:
    crook.description = description

    with switched_on(world, crook.settings()):
        assert await outcome(world, crook) == SILENT


async def test_a_slow_provider_is_given_up_after_seconds(
    world: World, crook: Crook, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(dict[str, Any]):
        def __contains__(self, _: object) -> bool:
            time.sleep(1)
            return False

    monkeypatch.setattr("app.adapters.openid.PATIENCE_SECONDS", 0.2)
    crook.answers = Slow()

    with switched_on(world, crook.settings()):
        assert await outcome(world, crook) == SILENT


async def test_what_the_token_does_not_say_is_asked_for(world: World, crook: Crook) -> None:
    crook.claims = {"email": None, "email_verified": None}
    crook.userinfo = {"sub": "oksana", "email": "oksana@example.org", "email_verified": True}

    with switched_on(world, crook.settings()):
        assert await outcome(world, crook) == FINE
        crook.userinfo["sub"] = "somebody else"
        assert await outcome(world, crook) == NOT_BELIEVED


@pytest.mark.parametrize(
    ("back", "reason"),
    [
        ("error=access_denied&state={state}", "provider_refused"),
        ("code=a-code&error=server_error&state={state}", "provider_refused"),
        ("state={state}", "provider_refused"),
        ("code=a-code&state={state}&iss=https%3A%2F%2Flogin.example.org", "provider_refused"),
        ("code=a-code", "sign_in_anew"),
        ("error=access_denied", "sign_in_anew"),
    ],
)
async def test_a_way_back_without_a_code_leads_nowhere(world: World, crook: Crook, back: str, reason: str) -> None:
    browser = Browser(world.client())
    with switched_on(world, crook.settings()):
        state = dict(parse_qsl(urlsplit(await browser.leave(return_to="/office")).query))["state"]
        led = await browser.come_back(f"{REDIRECT}?{back.format(state=state)}")
        page = await browser.get("/sign-in/done", params=dict(parse_qsl(urlsplit(led.headers["location"]).query)))

    assert dict(parse_qsl(urlsplit(led.headers["location"]).query))["reason"] == reason
    assert urlsplit(led.headers["location"]).path == ("/office" if reason == "provider_refused" else "/sign-in/done")
    assert "<h1>" in page.text
    assert "/token" not in crook.asked


async def test_our_page_shows_no_words_of_the_address(world: World) -> None:
    browser = Browser(world.client())
    browser.client.language = "uk"

    strange = await browser.get("/sign-in/done", params={"error": "<b>", "reason": "<i>call this number</i>"})
    known = await browser.get("/sign-in/done", params={"error": "sign_in_over", "reason": "sign_in_anew"})

    assert (strange.status_code, "call this" in strange.text, "<b>" in strange.text) == (200, False, False)
    assert "Почніть знову" in known.text
    assert "default-src 'none'" in known.headers["content-security-policy"]


async def test_a_name_that_is_hostile_is_only_a_name(world: World, crook: Crook) -> None:
    crook.claims = {
        "sub": "new",
        "email": "new@example.org",
        "name": "Оксана\r\nBcc: all@example.org\u202e" + "x" * 999,
    }

    with switched_on(world, crook.settings(creates_accounts=True)):
        assert await outcome(world, crook) == FINE

    [row] = await world.rows("SELECT name FROM users WHERE email = 'new@example.org'")
    assert row[0].startswith("Оксана Bcc: all@example.org")
    assert row[0].isprintable()
    UserCreate(email="new@example.org", name=row[0])
