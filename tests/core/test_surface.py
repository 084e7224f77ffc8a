"""What the program offers to whoever only looks, and whose word about an address it takes."""

from typing import Any

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.commands.serving import api
from tests.support.client import Client

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["/v1/me", "/v1/sessions", "/livez"])
async def test_nobody_has_their_own_request_read_back_to_them(nobody: Client, path: str) -> None:
    answer = await nobody.request("TRACE", path, headers={"x-canary": "нічого-з-цього".encode().hex()})

    assert answer.status_code == 405
    assert "нічого-з-цього".encode().hex() not in answer.text


@pytest.mark.parametrize(
    "path", ["/docs/assets/", "/docs/assets/redoc/", "/docs/assets/%2e%2e/%2e%2e/__init__.py", "/.git/HEAD", "/app/"]
)
async def test_no_folder_is_listed_and_no_file_of_ours_is_served(nobody: Client, path: str) -> None:
    assert (await nobody.get(path)).status_code == 404


async def test_no_answer_names_a_version_of_what_serves_it(nobody: Client) -> None:
    answer = await nobody.get("/livez")

    assert {"server", "x-powered-by", "via"} & set(answer.headers) == set()
    assert api().config.server_header is False


@pytest.mark.parametrize(
    ("sender", "said", "believed"),
    [
        ("10.0.0.7", "198.51.100.9", "198.51.100.9"),
        # What a client has written in front of it is not what the proxy has seen.
        ("10.0.0.7", "127.0.0.1, 198.51.100.9", "198.51.100.9"),
        ("203.0.113.5", "198.51.100.9", "203.0.113.5"),
    ],
)
async def test_only_a_named_proxy_says_whose_address_it_is(sender: str, said: str, believed: str) -> None:
    found: list[Any] = []

    async def inner(scope: Scope, _receive: Receive, _send: Send) -> None:
        found.append(scope["client"][0])

    trusted = api(["10.0.0.7"]).config.forwarded_allow_ips
    scope: Scope = {
        "type": "http",
        "scheme": "http",
        "client": (sender, 4711),
        "headers": [(b"x-forwarded-for", said.encode())],
    }
    await ProxyHeadersMiddleware(inner, trusted or "")(scope, None, None)  # type: ignore[arg-type]  # it sends nothing

    assert found == [believed]


@pytest.mark.parametrize("written", ["yes", "true", 1, 0])
async def test_a_yes_or_no_in_a_body_is_true_or_false(as_coordinator: Client, written: object) -> None:
    body = {"name": "GIS", "contact_email": "gis@example.org", "scopes": ["organizations:read"], "is_active": written}

    answer = await as_coordinator.post("/v1/integrations", json=body)

    assert (answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) == (422, ["/is_active"])


@pytest.mark.parametrize("path", ["/v1/agreements/register?signed_from=0", "/v1/agreements?signed_from=1700000000"])
async def test_a_number_is_no_date(as_coordinator: Client, path: str) -> None:
    answer = await as_coordinator.get(path)

    assert (answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) == (422, ["query:signed_from"])


async def test_the_name_of_a_place_stays_short_however_long_a_member_is(as_coordinator: Client) -> None:
    answer = await as_coordinator.post("/v1/organizations", json={"x" * 5000: 1})

    assert (answer.status_code, max(len(each["pointer"]) for each in answer.json()["errors"])) == (422, 500)
