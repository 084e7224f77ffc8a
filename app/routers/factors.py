from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from app.core.authentication import authenticate
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
    written,
)
from app.core.problems import response as problem_response
from app.core.uow import Reader, UnitOfWork
from app.core.visitors import visitor
from app.errors import AppError, say
from app.routers.sessions import Given, means, secret
from app.rules.permissions import Permission
from app.schemas.accounts import UserRead
from app.schemas.base import Why
from app.schemas.factors import (
    FactorAdded,
    Factors,
    PasskeyAdded,
    PasskeyCreate,
    PasskeyCreationOptions,
    PasskeyRequestOptions,
    Proof,
    ProofGiven,
    ProofOptions,
    RecoveryCodes,
    TotpBegun,
    TotpConfirm,
)
from app.services import enrolment, factors, proofs, second_step, throttle
from app.services.throttle import Attempt
from app.views.accounts import VIEW

router = ResourceRouter(prefix="/v1", tags=["factors"], route_class=StrictRoute)

Door = Annotated[UnitOfWork, anyone()]
Own = Annotated[UnitOfWork, myself()]
OwnProved = Annotated[UnitOfWork, myself(proof=True)]
Helper = Annotated[UnitOfWork, may(Permission.USERS_WRITE, proof=True)]


async def counted(request: Request, body: ProofGiven) -> tuple[Attempt | None, bool]:
    """Counted, and a password tried, before a transaction is opened."""
    running, now = runtime(request), clock(request)
    actor = await authenticate(request, running, now)
    if actor.kind != "user" or actor.id is None:
        raise AppError("forbidden", say("people_only"))
    attempt = await second_step.admit_proof(running.db, now, body, visitor(request).address, actor.id)
    return attempt, await proofs.password_is_right(running.db, running.passwords, body, actor.id)


@router.post("/sessions/passkey/options", response_model=PasskeyRequestOptions, responses=problems())
async def begin_passkey_session(uow: Door, means: Given) -> Response:
    """What a device is asked when somebody signs in with a passkey and nothing else."""
    return secret(await second_step.passkey_options(uow, means))


@router.get("/me/factors", response_model=Factors, responses=problems())
async def get_my_factors(reader: Annotated[Reader, signed_in()], means: Given) -> Response:
    """With what I can prove who I am."""
    return fresh((await factors.read(reader, means)).model_dump_json().encode())


@router.post("/me/factors/totp", status_code=201, response_model=TotpBegun, responses=problems(409))
async def begin_my_totp(uow: OwnProved, means: Given) -> Response:
    """The secret for an authenticator app, shown this once. It counts when a code of it was confirmed."""
    return secret(await enrolment.begin_totp(uow, means), 201)


@router.post("/me/factors/totp/confirm", response_model=FactorAdded, responses=problems(409, 413, 415))
async def confirm_my_totp(uow: OwnProved, means: Given, body: TotpConfirm) -> Response:
    """With a first factor come ten recovery codes, shown this once."""
    return secret(await enrolment.confirm_totp(uow, means, body.code))


@router.delete("/me/factors/totp", status_code=204, responses=problems(404, 409))
async def remove_my_totp(uow: OwnProved, means: Given) -> Response:
    await enrolment.remove_totp(uow, means)
    return Response(status_code=204)


@router.post("/me/factors/recovery-codes", status_code=201, response_model=RecoveryCodes, responses=problems(409))
async def renew_my_recovery_codes(uow: OwnProved) -> Response:
    """Ten new ones, shown this once; those from before no longer work."""
    return secret(await enrolment.renew_recovery_codes(uow), 201)


@router.post("/me/factors/passkeys/options", response_model=PasskeyCreationOptions, responses=problems(409))
async def begin_my_passkey(uow: OwnProved, means: Given) -> Response:
    """What a device is asked when a passkey is added; good for this session and five minutes."""
    return secret(await enrolment.passkey_options(uow, means))


@router.post("/me/factors/passkeys", status_code=201, response_model=PasskeyAdded, responses=problems(409, 413, 415))
async def add_my_passkey(uow: OwnProved, means: Given, body: PasskeyCreate) -> Response:
    """With a first factor come ten recovery codes, shown this once."""
    return secret(await enrolment.add_passkey(uow, means, body), 201)


@router.delete("/me/factors/passkeys/{id}", status_code=204, responses=problems(404, 409))
async def remove_my_passkey(uow: OwnProved, means: Given, id: UUID) -> Response:
    await enrolment.remove_passkey(uow, means, id)
    return Response(status_code=204)


@router.post("/me/proof/options", response_model=ProofOptions, responses=problems())
async def begin_my_proof(uow: Own, means: Given) -> Response:
    """With what I can prove now that it is me, and what my device is asked."""
    return secret(await proofs.options(uow, means))


@router.post("/me/proof", response_model=Proof, responses=problems(413, 415))
async def prove_myself(
    request: Request, known: Annotated[tuple[Attempt | None, bool], Depends(counted)], uow: Own, body: ProofGiven
) -> Response:
    """Opens for some minutes what asks for a fresh proof. A password counts for who has no second factor."""
    attempt, is_right = known
    lasting = timedelta(minutes=runtime(request).settings.sign_in.proof_minutes)
    found = await proofs.give(uow, means(request), body, password_is_right=is_right, lasting=lasting)
    if isinstance(found, AppError):
        return problem_response(found)
    await throttle.forgiven(uow, attempt)
    return secret(found)


@router.post("/users/{id}/factors/reset", response_model=UserRead, responses=problems(404, 409, 413, 415))
async def reset_user_factors(uow: Helper, id: UUID, body: Why) -> Response:
    """For a person who lost everything: their factors go, their sessions end, the password is enough once more."""
    await enrolment.reset(uow, id, body.reason)
    return await written(uow, VIEW, id)
