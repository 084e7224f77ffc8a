"""Every answer that is not a success is problem+json, in the reader's language, and echoes nothing it was sent."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import asyncpg
import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from app.core import context, denials
from app.core.constraints import refusal_of
from app.core.passwords import TooBusy
from app.core.wording import SENTENCES, words
from app.errors import CATALOGUE, AppError, FieldError, Sentence

MEDIA_TYPE: Final = "application/problem+json"

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

BY_STATUS: Final[Mapping[int, str]] = {
    400: "malformed_body",
    401: "unauthenticated",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
}

log = structlog.get_logger("problems")


class ProblemField(BaseModel):
    """One thing that is wrong with the request."""

    pointer: str = Field(max_length=500, description="JSON pointer into the body, or `query:name`, `path:name`.")
    code: str = Field(max_length=60, description="Stable code of what is wrong there.")
    detail: str = Field(max_length=2000, description="The same for a person.")


class Problem(BaseModel):
    """RFC 9457. Branch on `code`; show `detail` and `errors` to the person."""

    type: str = Field(max_length=200, description="A page about this kind of problem.")
    title: str = Field(max_length=200)
    status: int = Field(ge=400, le=599)
    code: str = Field(max_length=60)
    detail: str = Field(max_length=4000)
    instance: str = Field(max_length=200)
    request_id: str = Field(max_length=64)
    retryable: bool
    errors: list[ProblemField] = Field(max_length=500)
    objections: list[str] = Field(default=[], max_length=50, description="Codes of what the rules object to.")
    version: int | None = Field(default=None, ge=1, description="The version of the record now, on 412.")
    violated_policies: list[str] = Field(
        default=[], alias="violated-policies", max_length=10, description="Names of the quotas used up, on 429."
    )


def document(error: AppError) -> dict[str, Any]:
    language = context.language.get()
    kind = CATALOGUE[error.code]
    title = kind.uk if language == "uk" else kind.en
    request_id = context.request_id.get() or ""
    said = [words(sentence, language) for sentence in error.sentences]
    fields = [_field(found, language) for found in error.errors]
    return {
        "type": f"/problems/{error.code}",
        "title": title,
        "status": kind.status,
        "code": error.code,
        "detail": " ".join(said or [f["detail"] for f in fields[:3]]) or f"{title}.",
        "instance": f"urn:request:{request_id}",
        "request_id": request_id,
        "retryable": kind.retryable,
        "errors": fields,
    } | error.extra


def _field(error: FieldError, language: str) -> dict[str, str]:
    return {"pointer": error.pointer, "code": error.sentence.code, "detail": words(error.sentence, language)}


def response(error: AppError) -> Response:
    body = orjson.dumps(document(error), default=str)
    headers = {"Cache-Control": "no-store"} | error.headers
    if error.status == 401:
        headers.setdefault("WWW-Authenticate", "Bearer")
    return Response(body, status_code=error.status, media_type=MEDIA_TYPE, headers=headers)


LONGEST_POINTER: Final = 500
PLACES: Final = {"query": "query:", "path": "path:", "header": "header:", "cookie": "cookie:"}


def pointer(location: Sequence[Any]) -> str:
    """`/parties/0/role` in a body, `query:limit` elsewhere."""
    place, *rest = location or ("body",)
    if place in PLACES:
        return (PLACES[place] + ".".join(str(part) for part in rest))[:LONGEST_POINTER]
    parts = rest if place == "body" else location
    # The names of unknown members are the sender's own, of any length.
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)[:LONGEST_POINTER]


def field_errors(errors: Sequence[Any]) -> Iterator[FieldError]:
    """From pydantic's list: the place and the kind, never the value."""
    for error in errors:
        kind = error["type"] if error["type"] in SENTENCES else "not_usable"
        yield FieldError(pointer(error["loc"]), Sentence(kind, error.get("ctx") or {}))


def from_validation(errors: Sequence[Any]) -> AppError:
    """The error with this many fields is cut: a hostile body must not grow its answer."""
    if any(error["type"] == "json_invalid" for error in errors):
        return AppError("malformed_body")
    return AppError("invalid", errors=list(field_errors(errors[:100])))


async def on_app_error(request: Request, error: Exception) -> Response:
    """By now the request's own transaction is over."""
    assert isinstance(error, AppError)  # noqa: S101 - registered for this class only
    await denials.remember(request, error)
    return response(error)


async def on_validation(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    return response(from_validation(error.errors()))


async def on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    if isinstance(error.__cause__, AppError):  # FastAPI wraps what a strict body reader raises
        return response(error.__cause__)
    headers = {"Allow": ", ".join(_offered(request))} if error.status_code == 405 else error.headers
    return response(AppError(BY_STATUS.get(error.status_code, "internal"), headers=headers))


def _offered(request: Request) -> list[str]:
    """RFC 9110, 10.2.1: every method of this path, whichever routes they belong to."""
    routes = request.app.router.routes
    asked = ((method, {**request.scope, "method": method}) for method in METHODS)
    return [method for method, scope in asked if any(route.matches(scope)[0] is Match.FULL for route in routes)]


async def on_busy(_: Request, __: Exception) -> Response:
    return response(AppError("overloaded", headers={"Retry-After": "1"}))


async def on_database(_: Request, error: Exception) -> Response:
    found = refusal_of(error)
    return unexpected(error) if found is None else response(found)


async def on_anything(_: Request, error: Exception) -> Response:
    return unexpected(error)


HANDLERS: Final = (
    (AppError, on_app_error),
    (RequestValidationError, on_validation),
    (HTTPException, on_http),
    (TooBusy, on_busy),
    (DBAPIError, on_database),
    (asyncpg.PostgresError, on_database),
    (asyncpg.InterfaceError, on_database),
    (asyncpg.InternalClientError, on_database),
    (OSError, on_database),
    (TimeoutError, on_database),
    (Exception, on_anything),
)


def install(app: FastAPI) -> None:
    for kind, handler in HANDLERS:
        app.add_exception_handler(kind, handler)


def unexpected(error: Exception) -> Response:
    """A defect of ours: the log has everything, the answer only the id to find it by."""
    log.error("unexpected", request_id=context.request_id.get(), exc_info=error)
    return response(AppError("internal"))
