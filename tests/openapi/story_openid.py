"""Оксана comes in through the Association's own directory: with a browser, and with an app on her telephone."""

from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import pyotp

from app.routers.openid import COOKIE
from app.rules.openid import challenge_of
from app.settings import GroupGrant
from app.vocabulary import Role, ScopeKind
from tests.openapi.recording import Teller
from tests.support.provider import Crook, switched_on

APP: Final = "ua.auc.pobratym://signed-in"
BROWSER: Final = {"Cookie": f"{COOKIE}=what-only-this-browser-holds"}
VERIFIER: Final = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
ANALYSTS: Final = {"crm-analysts": (GroupGrant(role=Role.ANALYST, scope=ScopeKind.ASSOCIATION),)}


async def tell_openid(story: Teller) -> None:
    """Told while an administrator is signed in; afterwards they still are."""
    administrator, story.client.token = story.client.token, None
    await story("start_openid_sign_in", status=404)
    with Crook(claims={"name": "Оксана Гнатюк", "groups": ["crm-analysts"]}).listening() as provider:
        settings = provider.settings(label="Каталог АМУ", groups=ANALYSTS, creates_accounts=True, app_urls=[APP])
        with switched_on(story.world, settings):
            await story("get_sign_in_providers")
            await _there_and_back(story, provider, {"return_to": "/partnerships"})
            asked = {"return_to": APP, "code_challenge": challenge_of(VERIFIER)}
            body = {"code": await _code(story, provider, asked), "code_verifier": VERIFIER, "device": "Телефон Оксани"}
            await story("create_openid_session", body)
            await story("create_openid_session", body, status=410)
            await _with_a_second_factor(story, provider, asked)
    story.client.token = administrator


async def _with_a_second_factor(story: Teller, provider: Crook, asked: dict[str, Any]) -> None:
    """Off the record, Oksana adds an authenticator app; from then on it is asked for here, too."""
    again = {"code_verifier": VERIFIER, "device": "Телефон Оксани"}
    first = await story.client.made("/v1/sessions/openid", again | {"code": await _code(story, provider, asked)})
    story.client.token = first["access_token"]
    secret = (await story.client.made("/v1/me/factors/totp", None))["secret"]
    code = pyotp.TOTP(secret).at(story.world.clock.now)
    await story.client.post("/v1/me/factors/totp/confirm", json={"code": code})
    story.client.token = None
    await story("create_openid_session", again | {"code": await _code(story, provider, asked)}, status=202)


async def _code(story: Teller, provider: Crook, asked: dict[str, Any]) -> str:
    led = await _there_and_back(story, provider, asked)
    return dict(parse_qsl(urlsplit(led).query))["code"]


async def _there_and_back(story: Teller, provider: Crook, asked: dict[str, Any]) -> str:
    """Where the browser is led in the end."""
    await story("start_openid_sign_in", params=asked, headers=BROWSER, status=303)
    left = story.steps[-1].response["headers"]["Location"]
    provider.now = int(story.world.clock.now.timestamp())
    query = dict(parse_qsl(urlsplit(provider.met(left)).query))
    await story("finish_openid_sign_in", params=query, headers=BROWSER, status=303)
    return str(story.steps[-1].response["headers"]["Location"])
