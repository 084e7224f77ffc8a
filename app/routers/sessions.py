from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from app.core.http import ResourceRouter, StrictRoute, anyone, fresh, myself, problems, runtime, signed_in
from app.core.problems import response as problem_response
from app.core.uow import Reader, UnitOfWork
from app.errors import AppError
from app.schemas.accounts import Me, SessionCreate, SessionRefresh, Tokens
from app.services import me, sessions

router = ResourceRouter(prefix="/v1", tags=["sessions"], route_class=StrictRoute)

Door = Annotated[UnitOfWork, anyone()]


async def proved(request: Request, body: SessionCreate) -> sessions.Proof:
    running = runtime(request)
    return await sessions.prove(running.db, running.passwords, body)


Proved = Annotated[sessions.Proof, Depends(proved)]


def mint(request: Request) -> sessions.Mint:
    running = runtime(request)
    return sessions.Mint(
        keyring=running.keyring,
        issuer=running.issuer,
        audience=running.audience,
        access=timedelta(minutes=running.settings.tokens.access_minutes),
        refresh=timedelta(days=running.settings.tokens.refresh_days),
    )


def secret(tokens: Tokens, status: int) -> Response:
    response = fresh(tokens.model_dump_json().encode(), status)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/sessions", status_code=201, response_model=Tokens, responses=problems(413, 415))
async def create_session(request: Request, proof: Proved, uow: Door, body: SessionCreate) -> Response:
    """Signs a person in. What is wrong, the address or the password, is never said."""
    agent = request.headers.get("user-agent")
    del body  # proved already, before the transaction was opened
    return secret(await sessions.sign_in(uow, proof, mint(request), agent), 201)


@router.post("/sessions/refresh", response_model=Tokens, responses=problems(413, 415))
async def refresh_session(request: Request, uow: Door, body: SessionRefresh) -> Response:
    """The next pair of tokens. A refresh token works once: showing a spent one ends the session."""
    tokens = await sessions.refresh(uow, body.refresh_token, mint(request))
    if tokens is None:
        # The end of the session must be kept, so the refusal leaves as an answer and not as an exception.
        return problem_response(AppError("session_ended"))
    return secret(tokens, 200)


@router.delete("/sessions/{id}", status_code=204, responses=problems(404))
async def end_session(request: Request, uow: Annotated[UnitOfWork, myself()], id: UUID) -> Response:
    """Signs out: the tokens of the session stop working with the next request."""
    await sessions.end(uow, id)
    runtime(request).tokens.forget(id)
    return Response(status_code=204)


@router.get("/me", response_model=Me, responses=problems())
async def get_me(reader: Annotated[Reader, signed_in()]) -> Response:
    """Who I am here, and everything my grants allow."""
    found = await me.read(reader)
    return fresh(found.model_dump_json().encode())
