from functools import partial

from fastapi import Depends, Request, Response

from app.core import cookies
from app.core.http import ResourceRouter, StrictRoute, problems, runtime
from app.core.uow import UnitOfWork
from app.core.visitors import visitor
from app.errors import AppError
from app.models import User
from app.routers.sessions import ASKED, Counted, Door, Given, Making, Proved, secret, started
from app.schemas.accounts import SessionCreate
from app.schemas.factors import FactorNeeded, PasskeySignIn, SecondStep
from app.schemas.sessions import SessionStarted
from app.services import second_step, sessions, sign_in, throttle
from app.vocabulary import SignInMethod


async def own_page(request: Request) -> None:
    """Nobody signs a browser in to an account that its owner does not know of."""
    cookies.require_own_page(request, runtime(request).settings.http)


router = ResourceRouter(
    prefix="/v1/browser-sessions", tags=["sessions"], route_class=StrictRoute, dependencies=[Depends(own_page)]
)


async def in_browser(
    request: Request, uow: UnitOfWork, making: sessions.Mint, device: str | None, user: User, method: SignInMethod
) -> sessions.Cookie:
    return await sessions.begin_browser(uow, user, making, visitor(request, device), method)


def opened(found: sessions.Cookie | FactorNeeded | AppError) -> Response:
    if not isinstance(found, sessions.Cookie):
        return started(found)
    response = secret(found.started, 201)
    cookies.give(response, found.value, found.lives)
    return response


@router.post("", status_code=201, response_model=SessionStarted, responses=problems(413, 415) | ASKED)
async def create_browser_session(
    request: Request, proof: Proved, uow: Door, making: Making, given: Given, body: SessionCreate
) -> Response:
    """Signs a person in by a cookie that no script can read; no token is in the answer.

    From our own pages only: with the header `X-Pobratym-Request: 1`, as every request by cookie that changes something.
    """
    begin = partial(in_browser, request, uow, making, body.device)
    return opened(await sign_in.enter(uow, proof, given, begin))


@router.post("/factor", status_code=201, response_model=SessionStarted, responses=problems(413, 415))
async def finish_browser_session(
    request: Request, attempt: Counted, uow: Door, making: Making, given: Given, body: SecondStep
) -> Response:
    """The second step after the password."""
    begin = partial(in_browser, request, uow, making, body.device)
    found = await second_step.finish(uow, given, body, begin)
    if not isinstance(found, AppError):
        await throttle.forgiven(uow, attempt)
    return opened(found)


@router.post("/passkey", status_code=201, response_model=SessionStarted, responses=problems(413, 415))
async def create_browser_passkey_session(
    request: Request, uow: Door, making: Making, given: Given, body: PasskeySignIn
) -> Response:
    """Signs in with a passkey and nothing else."""
    begin = partial(in_browser, request, uow, making, body.device)
    return opened(await second_step.by_passkey(uow, given, body.credential, begin, visitor(request).address))
