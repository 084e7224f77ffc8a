from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from pydantic import BaseModel

from app.core import cookies
from app.core.http import (
    ResourceRouter,
    StrictRoute,
    anyone,
    clock,
    fresh,
    may,
    myself,
    problems,
    runtime,
    signed_in,
)
from app.core.problems import response as problem_response
from app.core.uow import Reader, UnitOfWork
from app.core.visitors import visitor
from app.errors import AppError
from app.models import User
from app.rules.permissions import Permission
from app.schemas.accounts import Me, SessionCreate, SessionRefresh, Tokens
from app.schemas.base import Why
from app.schemas.factors import FactorNeeded, PasskeySignIn, SecondStep
from app.schemas.sessions import OwnSessions
from app.services import factors, me, second_step, sessions, sign_in, throttle
from app.services.factors import Means
from app.services.throttle import Attempt
from app.vocabulary import SignInMethod

router = ResourceRouter(prefix="/v1", tags=["sessions"], route_class=StrictRoute)

Door = Annotated[UnitOfWork, anyone()]
Own = Annotated[UnitOfWork, myself()]
Helper = Annotated[UnitOfWork, may(Permission.USERS_WRITE)]

# The right password of somebody who has a second factor begins nothing yet.
ASKED: dict[int | str, dict[str, Any]] = {202: {"model": FactorNeeded}}


async def proved(request: Request, body: SessionCreate) -> sign_in.Proof:
    return await sign_in.prove(runtime(request), clock(request), body, visitor(request))


async def counted(request: Request, body: SecondStep) -> Attempt | None:
    return await second_step.admit(runtime(request).db, clock(request), body, visitor(request).address)


def mint(request: Request) -> sessions.Mint:
    return sessions.Mint(runtime(request))


def means(request: Request) -> Means:
    return factors.means(runtime(request).settings)


Proved = Annotated[sign_in.Proof, Depends(proved)]
Counted = Annotated[Attempt | None, Depends(counted)]
Making = Annotated[sessions.Mint, Depends(mint)]
Given = Annotated[Means, Depends(means)]


def secret(answer: BaseModel, status: int = 200) -> Response:
    return fresh(answer.model_dump_json(by_alias=True).encode(), status)


async def in_app(
    request: Request, uow: UnitOfWork, making: sessions.Mint, device: str | None, user: User, method: SignInMethod
) -> Tokens:
    return await sessions.begin_app(uow, user, making, visitor(request, device), method)


def started(found: Tokens | FactorNeeded | AppError) -> Response:
    if isinstance(found, AppError):
        # What was counted must be kept, so the refusal leaves as an answer and not as an exception.
        return problem_response(found)
    return secret(found, 202 if isinstance(found, FactorNeeded) else 201)


@router.post("/sessions", status_code=201, response_model=Tokens, responses=problems(413, 415) | ASKED)
async def create_session(
    request: Request, proof: Proved, uow: Door, making: Making, given: Given, body: SessionCreate
) -> Response:
    """Signs a person in, or asks for their second factor. What is wrong, address or password, is never said."""
    begin = partial(in_app, request, uow, making, body.device)
    return started(await sign_in.enter(uow, proof, given, begin))


@router.post("/sessions/factor", status_code=201, response_model=Tokens, responses=problems(413, 415))
async def finish_session(
    request: Request, attempt: Counted, uow: Door, making: Making, given: Given, body: SecondStep
) -> Response:
    """The second step after the password."""
    begin = partial(in_app, request, uow, making, body.device)
    found = await second_step.finish(uow, given, body, begin)
    if not isinstance(found, AppError):
        await throttle.forgiven(uow, attempt)
    return started(found)


@router.post("/sessions/passkey", status_code=201, response_model=Tokens, responses=problems(413, 415))
async def create_passkey_session(
    request: Request, uow: Door, making: Making, given: Given, body: PasskeySignIn
) -> Response:
    """Signs in with a passkey and nothing else."""
    begin = partial(in_app, request, uow, making, body.device)
    return started(await second_step.by_passkey(uow, given, body.credential, begin, visitor(request).address))


@router.post("/sessions/refresh", response_model=Tokens, responses=problems(413, 415))
async def refresh_session(request: Request, uow: Door, making: Making, body: SessionRefresh) -> Response:
    """The next pair of tokens. A refresh token works once: showing a spent one ends the session.

    Whose answer was lost on the way may ask again within seconds, from the same client, for the same pair.
    """
    tokens = await sessions.refresh(uow, body.refresh_token, making, visitor(request))
    if tokens is None:
        # The end of the session must be kept, so the refusal leaves as an answer and not as an exception.
        return problem_response(AppError("session_ended"))
    return secret(tokens, 200)


@router.get("/me/sessions", response_model=OwnSessions, responses=problems())
async def get_my_sessions(reader: Annotated[Reader, signed_in()]) -> Response:
    """Where I am signed in: the sessions that go on, the one used last first."""
    return fresh((await sessions.own(reader)).encode())


@router.post("/me/sessions/end-others", status_code=204, responses=problems())
async def end_my_other_sessions(uow: Own) -> Response:
    """Signs out everywhere else."""
    await sessions.end_own(uow, sparing=uow.actor.session_id)
    return Response(status_code=204)


@router.post("/me/sessions/end-all", status_code=204, responses=problems())
async def end_my_sessions(uow: Own) -> Response:
    """Signs out everywhere, here too."""
    await sessions.end_own(uow)
    return signed_out()


@router.delete("/sessions/{id}", status_code=204, responses=problems(404))
async def end_session(request: Request, uow: Own, id: UUID) -> Response:
    """Signs out: the tokens of the session stop working with the next request."""
    await sessions.end(uow, id)
    runtime(request).tokens.forget(id)
    return signed_out() if id == uow.actor.session_id else Response(status_code=204)


@router.post("/users/{id}/sessions/end", status_code=204, responses=problems(404, 413, 415))
async def end_user_sessions(uow: Helper, id: UUID, body: Why) -> Response:
    """Signs a person out everywhere, when their phone was lost or they have left."""
    await sessions.end_of_user(uow, id, body.reason)
    return Response(status_code=204)


@router.get("/me", response_model=Me, responses=problems())
async def get_me(reader: Annotated[Reader, signed_in()]) -> Response:
    """Who I am here, and everything my grants allow."""
    found = await me.read(reader)
    return fresh(found.model_dump_json().encode())


def signed_out() -> Response:
    """A browser forgets its cookie; an app never had one."""
    response = Response(status_code=204)
    cookies.take_back(response)
    return response
