import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from prometheus_client import CollectorRegistry, generate_latest
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.testing import capture_logs

from app.core import context, middleware

pytestmark = pytest.mark.anyio

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
LIMIT = 100


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    headers = [(b"content-type", b"application/problem+json")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"code":"body_too_large"}'})


def routes() -> APIRouter:
    router = APIRouter(prefix="/partnerships")

    @router.get("/{id}")
    async def read(id: int, request: Request) -> dict[str, Any]:
        request.state.actor = "person:7"
        return {"request_id": context.request_id.get(), "language": context.language.get()}

    @router.post("")
    async def write(body: dict[str, Any]) -> int:
        return len(body)

    @router.post("/upload")
    async def upload(request: Request) -> int:
        return sum([len(chunk) async for chunk in request.stream()])

    @router.get("/page/own")
    async def page() -> HTMLResponse:
        return HTMLResponse("<p>", headers={"Content-Security-Policy": "default-src 'self'"})

    @router.get("/page/plain")
    async def plain_page() -> HTMLResponse:
        return HTMLResponse("<p>", headers={"Content-Language": "en"})

    @router.get("/broken/now")
    async def broken() -> None:
        raise RuntimeError("no")

    return router


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def app(registry: CollectorRegistry) -> ASGIApp:
    inner = FastAPI()
    outer = APIRouter(prefix="/v1")
    outer.include_router(routes())
    inner.include_router(outer)
    limited = middleware.BodyLimit(inner, lambda _scope: LIMIT, refuse)
    return middleware.RequestContext(middleware.Metrics(middleware.SecurityHeaders(limited), registry))


@pytest.fixture
async def client(app: ASGIApp) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://crm.example") as made:
        yield made


async def test_a_request_keeps_its_well_formed_id(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/partnerships/7", headers={"X-Request-ID": "phone.1_a-B"})

    assert answer.json() == {"request_id": "phone.1_a-B", "language": "uk"}
    assert answer.headers["X-Request-ID"] == "phone.1_a-B"


@pytest.mark.parametrize("given", [None, "", "a b", "x" * 65, "a\tb", "<script>", "ідентифікатор", "a\n"])
async def test_a_request_without_a_usable_id_gets_one(client: httpx2.AsyncClient, given: str | None) -> None:
    headers = [] if given is None else [(b"X-Request-ID", given.encode())]
    answer = await client.get("/v1/partnerships/7", headers=headers)

    assert UUID7.fullmatch(answer.headers["X-Request-ID"])
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        ("", "uk"),
        ("en", "en"),
        ("uk", "uk"),
        ("EN-gb", "en"),
        ("en-US,en;q=0.9,uk;q=0.8", "en"),
        ("uk-UA,uk;q=0.9,en-US;q=0.8,en;q=0.7", "uk"),
        ("uk;q=0.3, en;q=0.8", "en"),
        ("en;q=0.8, uk;q=0.8", "en"),
        ("uk;q=0.8, en;q=0.8", "uk"),
        ("de, fr;q=0.9", "uk"),
        ("de, en;q=0.1", "en"),
        ("de, *;q=0.5", "uk"),
        ("*", "uk"),
        ("en;q=0", "uk"),
        ("uk;q=0, *", "en"),
        ("uk;q=0, en;q=0", "uk"),
        ("en;q=0, *", "uk"),
        ("en ; q=0.5 , uk ; q=0.4", "en"),
        ("en;level=1;q=0.2, uk;q=0.3", "uk"),
        ("english", "uk"),
        (";;;,,,q=", "uk"),
        ("en;q=NaN", "en"),
        ("\xff\xfe", "uk"),
    ],
)
async def test_the_language_is_the_one_wished_for_most(accepts: str, language: str) -> None:
    assert middleware.preferred_language(accepts) == language


async def test_the_answer_says_its_language(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/partnerships/7", headers={"Accept-Language": "en-GB"})
    page = await client.get("/v1/partnerships/page/plain")

    assert (answer.json()["language"], answer.headers["Content-Language"]) == ("en", "en")
    assert page.headers.get_list("Content-Language") == ["en"]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v1/partnerships/7?name=Олена", ("GET", "/v1/partnerships/{id}", 200, "person:7")),
        ("GET", "/v1/partnerships/x", ("GET", "/v1/partnerships/{id}", 422, None)),
        ("GET", "/v1/nothing-here", ("GET", "unmatched", 404, None)),
        ("BREW", "/v1/partnerships/7", ("other", "/v1/partnerships/{id}", 405, None)),
        ("GET", "/v1/partnerships/broken/now", ("GET", "/v1/partnerships/broken/now", 500, None)),
    ],
)
async def test_each_request_leaves_one_line_and_no_content(
    app: ASGIApp, client: httpx2.AsyncClient, method: str, path: str, expected: tuple[Any, ...]
) -> None:
    with capture_logs() as lines:
        await client.request(method, path, headers={"X-Request-ID": "r"}, content=b'{"secret": 1}')

    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["method"], line["route"], line["status"], line.get("actor")) == expected
    assert line["request_id"] == "r"
    assert 0 <= line["duration_ms"] < 5000
    assert set(line) <= {
        "event", "log_level", "method", "route", "status", "actor", "request_id", "duration_ms",
    }  # fmt: skip


async def test_even_a_crash_is_named_and_guarded(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/partnerships/broken/now", headers={"X-Request-ID": "r"})

    assert (answer.status_code, answer.headers["X-Request-ID"]) == (500, "r")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_json_may_not_be_sniffed_framed_or_run(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/partnerships/7")

    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert "Strict-Transport-Security" not in answer.headers


async def test_over_https_the_browser_is_told_to_stay_there(client: httpx2.AsyncClient) -> None:
    answer = await client.get("https://crm.example/v1/partnerships/7")

    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        ("/v1/partnerships/page/own", ["default-src 'self'"]),
        ("/v1/partnerships/page/plain", ["frame-ancestors 'none'"]),
    ],
)
async def test_a_page_keeps_its_own_policy(client: httpx2.AsyncClient, path: str, policy: list[str]) -> None:
    assert (await client.get(path)).headers.get_list("Content-Security-Policy") == policy


def in_chunks(*sizes: int) -> Callable[[], AsyncIterator[bytes]]:
    async def chunks() -> AsyncIterator[bytes]:
        for size in sizes:
            yield b" " * size

    return chunks


async def test_a_body_at_the_limit_passes(client: httpx2.AsyncClient) -> None:
    whole = await client.post("/v1/partnerships/upload", content=b" " * LIMIT)
    chunked = await client.post("/v1/partnerships/upload", content=in_chunks(60, 40)())

    assert (whole.status_code, whole.json(), chunked.status_code, chunked.json()) == (200, LIMIT, 200, LIMIT)


@pytest.mark.parametrize("path", ["/v1/partnerships/upload", "/v1/partnerships"])
@pytest.mark.parametrize("body", [b" " * (LIMIT + 1), in_chunks(60, 41), in_chunks(*[10] * 30)])
async def test_a_body_beyond_the_limit_is_refused_as_a_problem(
    client: httpx2.AsyncClient, path: str, body: bytes | Callable[[], AsyncIterator[bytes]]
) -> None:
    content = body if isinstance(body, bytes) else body()
    answer = await client.post(path, content=content, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.headers["Content-Type"], answer.json()) == (
        413,
        "application/problem+json",
        {"code": "body_too_large"},
    )
    assert UUID7.fullmatch(answer.headers["X-Request-ID"])


async def test_a_declared_length_is_refused_before_anything_is_read(app: ASGIApp) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        pytest.fail("the body was read")

    async def send(message: Any) -> None:
        sent.append(message["type"])

    for declared in (b"101", b"9" * 400):
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/partnerships",
            "headers": [(b"content-length", declared)],
        }
        await app(scope, receive, send)

    assert sent == ["http.response.start", "http.response.body"] * 2


async def test_an_answer_already_begun_is_not_answered_twice() -> None:
    sent: list[Any] = []

    async def hasty(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while (await receive())["more_body"]:
            await send({"type": "http.response.body", "body": b".", "more_body": True})

    async def receive() -> Any:
        return {"type": "http.request", "body": b" " * 60, "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message.get("status", message.get("body")))

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    with pytest.raises(Exception, match=r"^$"):
        await middleware.BodyLimit(hasty, lambda _scope: LIMIT, refuse)(scope, receive, send)

    assert sent == [200, b"."]


async def test_requests_are_counted_by_template_and_class(
    client: httpx2.AsyncClient, registry: CollectorRegistry
) -> None:
    for path in ("7", "8", "x", "broken/now"):
        await client.get(f"/v1/partnerships/{path}")
    await client.request("BREW", "/elsewhere/1")

    counted = {
        line for line in generate_latest(registry).decode().splitlines() if line.startswith("pobratym_requests_total")
    }
    assert counted == {
        'pobratym_requests_total{method="GET",route="/v1/partnerships/{id}",status="2xx"} 2.0',
        'pobratym_requests_total{method="GET",route="/v1/partnerships/{id}",status="4xx"} 1.0',
        'pobratym_requests_total{method="GET",route="/v1/partnerships/broken/now",status="5xx"} 1.0',
        'pobratym_requests_total{method="other",route="unmatched",status="4xx"} 1.0',
    }
    labels = {"method": "GET", "route": "/v1/partnerships/{id}", "status": "2xx"}
    assert registry.get_sample_value("pobratym_request_seconds_count", labels) == 2


async def test_other_kinds_of_connection_pass_untouched() -> None:
    seen: list[str] = []

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    limited = middleware.BodyLimit(inner, lambda _scope: LIMIT, refuse)
    app = middleware.RequestContext(middleware.Metrics(middleware.SecurityHeaders(limited), CollectorRegistry()))
    for kind in ("lifespan", "websocket"):
        await app({"type": kind}, None, None)  # type: ignore[arg-type]  # neither is used for these

    assert seen == ["lifespan", "websocket"]
