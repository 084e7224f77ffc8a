"""Where links in letters lead without a frontend. Looking changes nothing: scanners of mail follow links."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.core import context
from app.core.context import LANGUAGES, Language
from app.core.http import CountedRoute, anyone, clock, runtime
from app.core.passwords import TooBusy
from app.core.uow import UnitOfWork
from app.errors import AppError, FieldError, invalid, not_found, say
from app.models import User
from app.routers.account_life import linked, workshop
from app.schemas.account_life import InvitationAccept
from app.services import account_life, account_pages, links
from app.services.account_pages import Form
from app.vocabulary import LinkPurpose

FORM: Final = "application/x-www-form-urlencoded"
PURPOSES: Final = {account_pages.path(purpose).rpartition("/")[2]: purpose for purpose in LinkPurpose}
LONGEST_TOKEN: Final = 100


class PageRoute(CountedRoute):
    """A refusal is a page too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def shown(request: Request) -> Response:
            try:
                return await handle(request)
            except TooBusy:
                return refusal(request, AppError("overloaded", headers={"Retry-After": "1"}))
            except AppError as error:
                return refusal(request, error)

        return shown


router = APIRouter(prefix="/account", include_in_schema=False, route_class=PageRoute)


class Sent(NamedTuple):
    form: Form
    password: str
    hashed: str


def language_of(asked: str | None) -> Language:
    return next((each for each in LANGUAGES if each == asked), context.language.get())


def refusal(request: Request, error: AppError) -> Response:
    """Beside the fields where there is a form, otherwise on a page of its own."""
    form: Form | None = getattr(request.state, "form", None)
    if form is not None and error.code == "invalid":
        return page(account_pages.asked(form, error.errors), form.language, error.status)
    language = form.language if form else language_of(request.query_params.get("language"))
    return page(account_pages.refused(error, language), language, error.status, error.headers)


def page(body: str, language: Language, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return HTMLResponse(
        body,
        status,
        {
            "Content-Security-Policy": account_pages.policy(),
            # The form must be able to say where it comes from; the token in the address goes nowhere.
            "Referrer-Policy": "strict-origin",
            "Cache-Control": "no-store",
            "X-Robots-Tag": "noindex, nofollow",
            "Content-Language": language,
        }
        | (headers or {}),
    )


async def opened(request: Request, name: str, given: dict[str, str]) -> Form:
    """What the form of an open link shows; 410 when the link is not open."""
    purpose = PURPOSES.get(name)
    if purpose is None:
        raise not_found()
    token, language = given.get("token", "")[:LONGEST_TOKEN], language_of(given.get("language"))
    link = linked(request, token, purpose)
    found = await links.look(runtime(request).db, link.id, purpose, clock(request))
    return Form(purpose, token, language, found["email"], found["name"], found["new_email"])


async def sent(request: Request, name: str) -> Sent:
    """What a person filled in, on our own page and not on somebody else's."""
    require_our_site(request)
    given = await fields(request)
    form = request.state.form = await opened(request, name, given)
    if not form.wants_password:
        return Sent(form, "", "")
    password = given.get("password", "")
    if password != given.get("repeat"):
        raise invalid(FieldError("/repeat", say("passwords_differ")))
    link = linked(request, form.token, form.purpose)
    return Sent(form, password, await account_life.choose(workshop(request), link, password))


async def fields(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise AppError("unsupported_media_type", say("media_type_expected", expected=FORM))
    try:
        body = (await request.body()).decode()
        return dict(parse_qsl(body, keep_blank_values=True, errors="strict", max_num_fields=10))
    except ValueError as error:
        raise AppError("malformed_body") from error


def require_our_site(request: Request) -> None:
    """Browsers say where a form was; what is no browser says nothing, and no page of a stranger can make it."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    ours = {request.headers.get("host", ""), urlsplit(runtime(request).settings.http.address).netloc}
    is_ours = site in {"same-origin", "none"} if site else origin is None or urlsplit(origin).netloc in ours
    if not is_ours:
        raise AppError("foreign_request", say("form_of_another_site"))


@router.get("/{name}")
async def get_account_page(request: Request, name: str) -> Response:
    form = await opened(request, name, dict(request.query_params))
    return page(account_pages.asked(form), form.language)


@router.post("/{name}")
async def send_account_page(
    request: Request, filled: Annotated[Sent, Depends(sent)], uow: Annotated[UnitOfWork, anyone()]
) -> Response:
    user = await _done(uow, filled, linked(request, filled.form.token, filled.form.purpose))
    return page(account_pages.done(filled.form, user.email), filled.form.language)


async def _done(uow: UnitOfWork, filled: Sent, link: account_life.Link) -> User:
    if link.purpose is LinkPurpose.INVITATION:
        body = InvitationAccept(token=filled.form.token, password=filled.password)
        return await account_life.accept(uow, link, filled.hashed, body)
    if link.purpose is LinkPurpose.PASSWORD_RESET:
        return await account_life.reset(uow, link, filled.hashed)
    return await account_life.confirm_email(uow, link)
