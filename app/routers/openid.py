from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Final, NamedTuple

from fastapi import Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.adapters.openid_terms import Metadata, Outside
from app.core import cookies
from app.core import problems as refusals
from app.core.http import ResourceRouter, StrictRoute, clock, fresh, problems, runtime
from app.core.uow import UnitOfWork
from app.errors import AppError, say
from app.models import User
from app.routers.browser_sessions import in_browser
from app.routers.sessions import ASKED, Door, Given, Making, in_app, started
from app.rules import openid as rules
from app.rules.opaque import text64
from app.rules.openid import Destination, Person
from app.schemas.accounts import Tokens
from app.schemas.factors import FactorNeeded
from app.schemas.openid import Callback, Departure, OpenIdCode, OutsideProvider, SignInProviders
from app.services import openid, openid_accounts, sessions
from app.services.openid import Attempt, Redeemed

COOKIE: Final = "__Host-pobratym-openid"
START: Final = "/v1/sign-in/openid"
DONE: Final = "/sign-in/done"


class ReturningRoute(StrictRoute):
    """Nobody who came with a browser is left with JSON: a refusal leads back, with its codes in the address."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def led_back(request: Request) -> Response:
            try:
                return await handle(request)
            except AppError as error:
                return refused(request, error)

        return led_back


router = ResourceRouter(prefix="/v1", tags=["sessions"], route_class=ReturningRoute)


class Leaving(NamedTuple):
    to: Destination
    metadata: Metadata


class Returned(NamedTuple):
    attempt: Attempt
    person: Person


def provider(request: Request) -> Outside:
    found: Outside | None = request.app.state.openid
    if found is None:
        raise AppError("not_found", say("openid_off"))
    return found


def refused(request: Request, error: AppError) -> Response:
    if request.method != "GET" or "text/html" not in request.headers.get("accept", ""):
        return refusals.response(error)
    reason = {"reason": error.sentences[0].code} if error.sentences else {}
    return lead(rules.with_query(getattr(request.state, "return_to", DONE), error=error.code, **reason))


def lead(url: str) -> Response:
    return RedirectResponse(url, 303, {"Cache-Control": "no-store"})


def secrets_of(request: Request, state: str, browser: str) -> openid.Secrets:
    return openid.secrets_of(runtime(request).secret, state, browser)


async def leaving(request: Request, asked: Annotated[Departure, Query()]) -> Leaving:
    """The provider is asked before the transaction is opened."""
    known = provider(request)
    to = openid.destination(asked, runtime(request).settings, known.config.app_urls)
    request.state.return_to = to.url
    return Leaving(to, await known.metadata())


async def returned(request: Request, back: Annotated[Callback, Query()]) -> Returned:
    known, running, now = provider(request), runtime(request), clock(request)
    browser = request.cookies.get(COOKIE, "")
    attempt = await openid.claim(running.db, back.state, browser, now)
    request.state.return_to = attempt.return_to
    made = secrets_of(request, back.state, browser)
    return Returned(attempt, await openid.come_back(known, made, back, openid.redirect_uri(running.settings), now))


async def redeemed(request: Request, body: OpenIdCode) -> Redeemed:
    provider(request)
    return await openid.redeem(runtime(request).db, body.code, body.code_verifier, clock(request))


async def called_back(uow: UnitOfWork, back: Returned, user: User) -> Response:
    code = await openid.give_code(uow, back.attempt, user, back.person.proved_at)
    return lead(rules.with_query(back.attempt.return_to, code=code))


def entered(attempt: Attempt, found: sessions.Cookie | FactorNeeded) -> Response:
    """A fragment stays in the browser: what names the second step comes into nobody's log."""
    if isinstance(found, FactorNeeded):
        needed = text64(found.model_dump_json(by_alias=True).encode())
        return lead(f"{rules.with_query(attempt.return_to, step='factor')}#factor_needed={needed}")
    response = lead(attempt.return_to)
    cookies.give(response, found.value, found.lives)
    return response


@router.get("/sign-in/providers", response_model=SignInProviders, responses=problems())
async def get_sign_in_providers(request: Request) -> Response:
    """Which ways to sign in are on, for the page that offers them."""
    known: Outside | None = request.app.state.openid
    outside = OutsideProvider(label=known.config.label, start=START) if known else None
    return fresh(SignInProviders(password=True, passkey=True, openid=outside).model_dump_json().encode())


@router.get("/sign-in/openid", status_code=303, response_class=RedirectResponse, responses=problems(404))
async def start_openid_sign_in(
    request: Request, asked: Annotated[Departure, Query()], leaving: Annotated[Leaving, Depends(leaving)], uow: Door
) -> Response:
    """Sends the browser to the provider; it comes back signed in, or with `error` and `reason` in the address."""
    browser = request.cookies.get(COOKIE, "")
    browser = browser if 20 <= len(browser) <= 200 else openid.new_secret()
    made = secrets_of(request, openid.new_secret(), browser)
    await openid.begin(uow, made, leaving.to, asked.code_challenge)
    uri = openid.redirect_uri(runtime(request).settings)
    response = lead(openid.departure(provider(request), leaving.metadata, made, uri, prove=asked.prove))
    seconds = int(rules.ATTEMPT_LASTS.total_seconds())
    response.set_cookie(COOKIE, browser, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")
    return response


@router.get(
    "/sign-in/openid/callback",
    status_code=303,
    response_class=RedirectResponse,
    responses=problems(404, 410),
)
async def finish_openid_sign_in(
    request: Request, back: Annotated[Returned, Depends(returned)], uow: Door, making: Making, given: Given
) -> Response:
    """Where the provider sends the browser back to. Each attempt ends here once."""
    try:
        user = await openid_accounts.enter(uow, back.person, provider(request).config)
    except AppError as error:
        # The refusal must be remembered, so it leaves as an answer and not as an exception.
        await openid_accounts.remember(uow, error)
        return refused(request, error)
    if back.attempt.is_app:
        return await called_back(uow, back, user)
    making = replace(making, proved_elsewhere=back.person.proved_at)
    begin = partial(in_browser, request, uow, making, None)
    return entered(back.attempt, await openid_accounts.begin(uow, user, given, begin))


@router.post("/sessions/openid", status_code=201, response_model=Tokens, responses=problems(404, 410, 413, 415) | ASKED)
async def create_openid_session(
    request: Request,
    code: Annotated[Redeemed, Depends(redeemed)],
    uow: Door,
    making: Making,
    given: Given,
    body: OpenIdCode,
) -> Response:
    """Changes the code at the end of the provider's way into tokens, for the app that began it."""
    user = await openid_accounts.require_active(uow, code.user_id)
    begin = partial(in_app, request, uow, replace(making, proved_elsewhere=code.proved_at), body.device)
    found = await openid_accounts.begin(uow, user, given, begin)
    if isinstance(found, Tokens):
        await openid.opened(uow, code, found.session_id)
    return started(found)
