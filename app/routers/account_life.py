from typing import Annotated

from fastapi import Depends, Request, Response

from app.core.authentication import authenticate
from app.core.http import ResourceRouter, StrictRoute, answered, anyone, clock, fresh, myself, problems, runtime
from app.core.uow import UnitOfWork
from app.core.visitors import visitor
from app.errors import AppError, say
from app.models import User
from app.schemas.account_life import (
    AccountAddress,
    EmailChange,
    EmailConfirm,
    InvitationAccept,
    MePatch,
    PasswordChange,
    PasswordReset,
    PasswordResetRequest,
)
from app.schemas.accounts import Me
from app.services import account_life, links, me
from app.services.account_life import Link, Workshop
from app.vocabulary import LinkPurpose

router = ResourceRouter(prefix="/v1", tags=["account"], route_class=StrictRoute)

Door = Annotated[UnitOfWork, anyone()]
Own = Annotated[UnitOfWork, myself()]
OwnProved = Annotated[UnitOfWork, myself(proof=True)]


def workshop(request: Request) -> Workshop:
    running = runtime(request)
    return Workshop(running.db, running.passwords, clock(request), visitor(request).address)


def linked(request: Request, token: str, purpose: LinkPurpose) -> Link:
    return Link(links.Seal(runtime(request).settings).opened(token, purpose), purpose)


async def for_invitation(request: Request, body: InvitationAccept) -> str:
    link = linked(request, body.token, LinkPurpose.INVITATION)
    return await account_life.choose(workshop(request), link, body.password)


async def for_reset(request: Request, body: PasswordReset) -> str:
    link = linked(request, body.token, LinkPurpose.PASSWORD_RESET)
    return await account_life.choose(workshop(request), link, body.password)


async def for_myself(request: Request, body: PasswordChange) -> str:
    actor = await authenticate(request, runtime(request), clock(request))
    if actor.kind != "user" or actor.id is None:
        raise AppError("forbidden", say("people_only"))
    return await account_life.renew(workshop(request), actor.id, body)


async def seldom(request: Request, body: EmailChange) -> None:
    """Letters to strangers are counted by who asks and by whom they reach: nobody's mailbox is filled through us."""
    actor = await authenticate(request, runtime(request), clock(request))
    await account_life.count_letter(workshop(request), actor, body.email)


def address(user: User) -> Response:
    return fresh(AccountAddress(email=user.email).model_dump_json().encode())


@router.post("/invitations/accept", response_model=AccountAddress, responses=problems(410, 413, 415))
async def accept_invitation(
    request: Request, hashed: Annotated[str, Depends(for_invitation)], uow: Door, body: InvitationAccept
) -> Response:
    """Opens an account with the link of its invitation and a password of one's own."""
    link = linked(request, body.token, LinkPurpose.INVITATION)
    return address(await account_life.accept(uow, link, hashed, body))


@router.post(
    "/password-resets", status_code=202, response_model=None, response_class=Response, responses=problems(413, 415)
)
async def request_password_reset(uow: Door, body: PasswordResetRequest) -> Response:
    """A letter with a link, when the address has an account; the answer is the same for every address."""
    await account_life.request_reset(uow, body.email)
    return Response(status_code=202)


@router.post("/password-resets/complete", response_model=AccountAddress, responses=problems(410, 413, 415))
async def complete_password_reset(
    request: Request, hashed: Annotated[str, Depends(for_reset)], uow: Door, body: PasswordReset
) -> Response:
    """Sets a new password with the link of the letter. Every session of the account ends."""
    link = linked(request, body.token, LinkPurpose.PASSWORD_RESET)
    return address(await account_life.reset(uow, link, hashed))


@router.post("/email-changes/confirm", response_model=AccountAddress, responses=problems(409, 410, 413, 415))
async def confirm_email_change(request: Request, uow: Door, body: EmailConfirm) -> Response:
    """Makes the new address that of the account. Sessions go on; the old address is told."""
    link = linked(request, body.token, LinkPurpose.EMAIL_CHANGE)
    return address(await account_life.confirm_email(uow, link))


@router.patch("/me", response_model=Me, responses=problems(413, 415))
async def edit_me(uow: Own, body: MePatch) -> Response:
    """My name and the language in which letters reach me."""
    await account_life.edit(uow, body)
    found = await me.read(uow)
    return fresh(found.model_dump_json().encode())


@router.post(
    "/me/password", status_code=204, response_model=None, response_class=Response, responses=problems(409, 413, 415)
)
async def change_my_password(hashed: Annotated[str, Depends(for_myself)], uow: Own, body: PasswordChange) -> Response:
    """With the current one. My other sessions end, and so do links that are on their way."""
    del body  # hashed already, before the transaction was opened
    await account_life.change_password(uow, hashed)
    return await answered(uow, Response(status_code=204))


@router.post(
    "/me/email", status_code=202, response_model=None, response_class=Response, responses=problems(409, 413, 415)
)
async def request_email_change(asked: Annotated[None, Depends(seldom)], uow: OwnProved, body: EmailChange) -> Response:
    """A letter to the new address, with a link that confirms it; the answer is the same for every address."""
    del asked  # counted already, before the transaction was opened
    await account_life.request_email(uow, body.email)
    return await answered(uow, Response(status_code=202))
