"""Софія adds an authenticator app and a passkey, signs in with them, and loses both."""

from typing import Any, Final

import pyotp

from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.openapi.recording import Teller, own_id
from tests.support import factories
from tests.support.authenticator import Authenticator

SOFIIA: Final = own_id(70)
EMAIL: Final = "sofiia@example.org"
CREDENTIALS: Final = {"email": EMAIL, "password": factories.PASSWORD}


async def tell_factors(story: Teller) -> None:
    """Told while an administrator is signed in; afterwards they still are."""
    coordinator = GrantGiven(role=Role.COORDINATOR, scope=ScopeKind.ASSOCIATION)
    await factories.user(story.world, coordinator, id=SOFIIA, email=EMAIL, name="Софія Бондар")
    administrator, language = story.client.token, story.client.language
    story.client.token = (await story("create_session", CREDENTIALS))["access_token"]
    secret = await _an_app(story)
    device = await _a_passkey(story)
    await _in_with_a_code(story, secret)
    await _in_with_a_passkey(story, device)
    await _in_from_a_browser(story, secret, device)
    await _factors_go(story, secret)
    story.client.token, story.client.language = administrator, language
    await story("reset_user_factors", {"reason": "Загубила телефон"}, at={"id": SOFIIA})


async def _an_app(story: Teller) -> str:
    begun = await story("begin_my_totp")
    secret = str(begun["secret"])
    await story("confirm_my_totp", {"code": _code(story, secret)})
    await story("get_my_factors")
    await story("renew_my_recovery_codes")
    return secret


async def _a_passkey(story: Teller) -> Authenticator:
    device = Authenticator(credential_id=b"the passkey of Sofiia's telephone")
    options = await story("begin_my_passkey")
    await story("add_my_passkey", {"name": "Телефон Софії", "credential": device.create(options)})
    return device


async def _in_with_a_code(story: Teller, secret: str) -> None:
    asked = await story("create_session", CREDENTIALS)
    step = {"pending": asked["pending"], "totp": await _next_code(story, secret)}
    story.client.token = (await story("finish_session", step))["access_token"]


async def _in_with_a_passkey(story: Teller, device: Authenticator) -> None:
    options = await story("begin_passkey_session")
    tokens = await story("create_passkey_session", {"credential": device.get(options)})
    story.client.token = tokens["access_token"]
    asked = await story("begin_my_proof")
    await story("prove_myself", {"passkey": device.get(asked["passkey"])})


async def _in_from_a_browser(story: Teller, secret: str, device: Authenticator) -> None:
    ours: dict[str, Any] = {"headers": {"X-Pobratym-Request": "1", "Sec-Fetch-Site": "same-origin"}}
    asked = await story("create_browser_session", CREDENTIALS, **ours)
    step = {"pending": asked["pending"], "totp": await _next_code(story, secret)}
    await story("finish_browser_session", step, **ours)
    options = await story("begin_passkey_session")
    await story("create_browser_passkey_session", {"credential": device.get(options)}, **ours)


async def _factors_go(story: Teller, secret: str) -> None:
    await story("prove_myself", {"totp": await _next_code(story, secret)})
    await story("remove_my_totp")
    found = await story.client.seen("/v1/me/factors")
    await story("remove_my_passkey", at={"id": found["passkeys"][0]["id"]})


def _code(story: Teller, secret: str) -> str:
    return pyotp.TOTP(secret).at(story.world.clock.now)


async def _next_code(story: Teller, secret: str) -> str:
    """The app shows a new one every half a minute, and each works once."""
    story.world.clock.advance(seconds=30)
    return _code(story, secret)
