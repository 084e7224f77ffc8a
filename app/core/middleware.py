"""What surrounds every request. Plain ASGI: Starlette's own base class cancels and leaks connections.

From the outside in: RequestContext, Metrics, SecurityHeaders, CORSMiddleware where origins are named, BodyLimit.
"""

import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from time import perf_counter
from typing import Any, Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils.compat import uuid7

from app.core import context
from app.core.context import LANGUAGES, Language
from app.settings import Http

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_QUALITY = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"})
_ALWAYS: Final = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer")]
_HSTS: Final = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
_CSP: Final = b"content-security-policy"
_NOTHING_RUNS: Final = (_CSP, b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
_SENT: Final = (
    "Accept", "Accept-Language", "Authorization", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key",
    "X-Pobratym-Request", "X-Request-ID",
)  # fmt: skip
_SHOWN: Final = (
    "Deprecation", "ETag", "Idempotent-Replayed", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After",
    "Sunset", "WWW-Authenticate", "X-Request-ID",
)  # fmt: skip
_NO_FRAMES: Final = (_CSP, b"frame-ancestors 'none'")


def route_template(scope: Scope) -> str:
    """`/v1/partnerships/{id}`, never the path itself: that would hold ids, and be endless in metrics."""
    # A route of an included router knows only its own part; FastAPI keeps the whole beside it.
    whole = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    return getattr(whole, "path", None) or "unmatched"


@lru_cache(maxsize=256)
def preferred_language(accept: str) -> Language:
    """The best of ours by RFC 9110; Ukrainian when the header wants neither or says nothing."""
    wishes: dict[str, float] = {}
    for item in accept.split(","):
        tag, *parameters = (part.strip() for part in item.split(";"))
        quality = next((match[1] for text in parameters if (match := _QUALITY.fullmatch(text))), "1")
        primary = tag.partition("-")[0].lower()
        wishes[primary] = max(float(quality), wishes.get(primary, 0.0))
    rest = wishes.get("*", 0.0)
    order = {tag: place for place, tag in enumerate(wishes)}
    best = max(LANGUAGES, key=lambda ours: (wishes.get(ours, rest), -order.get(ours, len(order))))
    return best if wishes.get(best, rest) > 0 else LANGUAGES[0]


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else "other"


def _header(scope: Scope, name: bytes) -> bytes:
    return next((value for key, value in scope["headers"] if key == name), b"")


class RequestContext:
    """Gives the request its id and language, and writes its one line in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._log: Any = structlog.get_logger("access").bind()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began = perf_counter()
        status = 500
        id, language = _incoming_id(scope), preferred_language(_header(scope, b"accept-language").decode("latin-1"))
        # Never reset: the handler of last resort, outside of this, still wants to name the request.
        context.request_id.set(id)
        context.language.set(language)
        added = [(b"x-request-id", id.encode()), (b"content-language", language.encode())]

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add(message, [*added, *scope.get("state", {}).get("headers", ())])
            await send(message)

        try:
            await self.app(scope, receive, send_named)
        finally:
            self._write(scope, id, status, began)

    def _write(self, scope: Scope, id: str, status: int, began: float) -> None:
        line = {
            "request_id": id,
            "method": _method(scope),
            "route": route_template(scope),
            "status": status,
            "duration_ms": round((perf_counter() - began) * 1000, 2),
        }
        if (actor := scope.get("state", {}).get("actor")) is not None:
            line["actor"] = str(actor)
        self._log.info("request", **line)


class Metrics:
    """Counts and times requests by method, route template and class of status."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self.app = app
        names = ("method", "route", "status")
        self._count = Counter("pobratym_requests", "Requests answered.", names, registry=registry)
        self._seconds = Histogram(
            "pobratym_request_seconds", "Time to the end of the answer.", names, registry=registry
        )
        self._labelled: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began = perf_counter()
        status = 500

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        finally:
            count, seconds = self._of(_method(scope), route_template(scope), status // 100)
            count.inc()
            seconds.observe(perf_counter() - began)

    def _of(self, method: str, route: str, hundreds: int) -> tuple[Counter, Histogram]:
        key = (method, route, hundreds)
        if (found := self._labelled.get(key)) is None:
            labels = (method, route, f"{hundreds}xx")
            found = self._labelled[key] = (self._count.labels(*labels), self._seconds.labels(*labels))
        return found


class SecurityHeaders:
    """Browsers may neither guess, frame nor run what we answer; a page's own policy is left alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        always = [*_ALWAYS, _HSTS] if scope.get("scheme") == "https" else _ALWAYS

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                is_page = any(key == b"content-type" and b"html" in value for key, value in message.get("headers", ()))
                _add(message, [*always, _NO_FRAMES if is_page else _NOTHING_RUNS])
            await send(message)

        return await self.app(scope, receive, send_guarded)


def cross_origin(app: ASGIApp, http: Http) -> ASGIApp:
    """Pages of the named origins may ask by cookie and read all of the answer; nobody else's script may anything."""
    if not http.origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=http.origins,
        allow_credentials=True,
        allow_methods=["GET", "POST", "PATCH", "PUT", "DELETE"],
        allow_headers=_SENT,
        expose_headers=_SHOWN,
    )


class _TooLargeError(Exception):
    pass


class BodyLimit:
    """Refuses a body beyond the limit by its declared length, or while it arrives; it is never held whole.

    `refuse` answers 413 and is called at most once, and never after an answer has begun.
    """

    def __init__(
        self,
        app: ASGIApp,
        limit: Callable[[Scope], int],
        refuse: Callable[[Scope, Receive, Send], Awaitable[None]],
    ) -> None:
        self.app = app
        self._limit = limit
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        limit = self._limit(scope)
        declared = _header(scope, b"content-length")
        if declared.isdigit() and (len(declared) > 18 or int(declared) > limit):
            return await self._refuse(scope, receive, send)
        return await self._counted(scope, receive, send, limit)

    async def _counted(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        seen = 0
        answering = False

        async def receive_counted() -> Message:
            nonlocal seen
            if seen > limit:
                raise _TooLargeError
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise _TooLargeError
            return message

        async def send_unless_refused(message: Message) -> None:
            nonlocal answering
            # The application may turn our exception into an answer of its own: ours is the right one.
            if seen <= limit or answering:
                answering = True
                await send(message)

        try:
            await self.app(scope, receive_counted, send_unless_refused)
        except Exception:
            if seen <= limit or answering:
                raise
        if seen > limit and not answering:
            await self._refuse(scope, receive, send)


def _incoming_id(scope: Scope) -> str:
    given = _header(scope, b"x-request-id")
    return given.decode() if _REQUEST_ID.fullmatch(given) else str(uuid7())


def _add(message: Message, headers: list[tuple[bytes, bytes]]) -> None:
    """What the application has set itself stays."""
    existing = message.get("headers", ())
    taken = {key for key, _ in existing}
    message["headers"] = [*existing, *(header for header in headers if header[0] not in taken)]
