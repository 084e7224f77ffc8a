"""OpenID providers that are processes or servers of their own, and a browser that walks to them and back."""

import base64
import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
from joserfc import jws, jwt
from joserfc.jwk import Key, RSAKey

from app.adapters.openid import Provider
from app.rules.openid import challenge_of
from app.services.openid import CALLBACK
from app.settings import OpenId
from tests.support.client import Client
from tests.support.world import World

REDIRECT: Final = f"http://127.0.0.1:8000{CALLBACK}"
WELL_KNOWN: Final = "/.well-known/openid-configuration"


class Neighbour:
    """A provider that somebody else wrote, in a process of its own: people are put there, and forms are filled in."""

    def __init__(self, url: str) -> None:
        self.url = url
        body = {"redirect_uris": [REDIRECT]}
        self.client: dict[str, str] = httpx2.post(f"{url}/oauth2/clients", json=body).raise_for_status().json()

    @classmethod
    @contextlib.contextmanager
    def running(cls) -> Iterator["Neighbour"]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "oidc_provider_mock", "-p", str(port), "--require-registration", "true"]
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [*command, "--require-nonce", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url + WELL_KNOWN)
            yield cls(url)
        finally:
            process.terminate()
            process.wait(10)

    def settings(self, **given: Any) -> OpenId:
        known = {"issuer": self.url, "client_id": self.client["client_id"], "label": "Кабінет АМУ"}
        return OpenId(**known | {"client_secret": self.client["client_secret"]} | given)

    def put(self, subject: str, **claims: Any) -> None:
        httpx2.put(f"{self.url}/users/{subject}", json=claims).raise_for_status()

    def answer(self, url: str, subject: str) -> str:
        """Fills in the form there; answers with the address to which the browser is sent back."""
        form = httpx2.get(url).raise_for_status()
        assert 'name="sub"' in form.text
        return httpx2.post(url, data={"sub": subject}, follow_redirects=False).headers["location"]


def _wait_for(url: str) -> None:
    until = time.monotonic() + 30
    while True:
        with contextlib.suppress(httpx2.TransportError):
            if httpx2.get(url).status_code == 200:
                return
        assert time.monotonic() < until, "the provider did not start"
        time.sleep(0.05)


class Browser:
    """Keeps cookies as a browser on a safe line does; `world.client()` itself keeps none of the `__Host-` ones."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.cookies: dict[str, str] = {}

    async def get(self, path: str, **options: Any) -> httpx2.Response:
        headers = {"accept": "text/html"} | options.pop("headers", {})
        if self.cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = await self.client.get(path, headers=headers, **options)
        for header in answer.headers.get_list("set-cookie"):
            name, _, value = header.partition(";")[0].partition("=")
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(header.split("; ")), header
            self.cookies[name] = value
        return answer

    async def leave(self, **asked: str) -> str:
        """Begins, and answers with where at the provider the browser is sent."""
        answer = await self.get("/v1/sign-in/openid", params=asked)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def come_back(self, url: str) -> httpx2.Response:
        assert url.startswith(REDIRECT), url
        return await self.get(CALLBACK, params=dict(parse_qsl(urlsplit(url).query)))

    async def sign_in(self, provider: Neighbour, subject: str, **asked: str) -> httpx2.Response:
        return await self.come_back(provider.answer(await self.leave(**asked), subject))


@dataclass
class Crook:
    """A provider whose ID tokens are as wrong as the test wants them.

    `claims` are added to the right ones (None takes one away), `header` to the right header; `key` signs. `id_token` is
    sent instead, or makes one of the right claims.
    """

    url: str = ""
    client_id: str = "pobratym"
    secret: str = "a secret of the tests"
    kid: str = "first"
    key: Key = field(default_factory=lambda: RSAKey.generate_key(2048))
    header: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    published: list[dict[str, Any]] | None = None
    description: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    id_token: Any = None
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    now: int = 0
    nonce: str = ""
    challenge: str = ""

    @contextlib.contextmanager
    def listening(self) -> Iterator["Crook"]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def settings(self, **given: Any) -> OpenId:
        known = {"issuer": self.url, "client_id": self.client_id, "client_secret": self.secret, "label": "Крутій"}
        return OpenId(**known | given)

    def met(self, url: str) -> str:
        """The browser was here: answers with the address to which it is sent back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        self.nonce, self.challenge = asked["nonce"], asked["code_challenge"]
        return f"{asked['redirect_uri']}?code=a-code&state={asked['state']}"

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, str], bytes]:
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        found = {
            WELL_KNOWN: self._describe,
            "/jwks": lambda: {"keys": self.published if self.published is not None else [self.public]},
            "/token": lambda: self._tokens(headers, dict(parse_qsl(body.decode()))),
            "/userinfo": lambda: self.userinfo,
        }[path]()
        return 200, {"content-type": "application/json"}, json.dumps(found).encode()

    @property
    def public(self) -> dict[str, Any]:
        return dict(self.key.as_dict(private=False)) | {"kid": self.kid, "use": "sig"}

    def _describe(self) -> dict[str, Any]:
        places = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
        more = {"userinfo_endpoint": f"{self.url}/userinfo"} if self.userinfo is not None else {}
        return {"issuer": self.url} | {name: self.url + path for name, path in places.items()} | more | self.description

    def _tokens(self, headers: Any, sent: dict[str, str]) -> dict[str, Any]:
        """Holds the client to its part: its secret, the code, and the verifier behind the challenge."""
        basic = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        assert headers["authorization"] == f"Basic {basic}"
        assert (sent["grant_type"], sent["code"], sent["redirect_uri"]) == ("authorization_code", "a-code", REDIRECT)
        assert challenge_of(sent["code_verifier"]) == self.challenge
        forged = self.id_token(self.right()) if callable(self.id_token) else self.id_token
        token = forged if forged is not None else self.signed()
        return {"access_token": "an-access-token", "token_type": "Bearer", "id_token": token}

    def right(self) -> dict[str, Any]:
        return {
            "iss": self.url,
            "sub": "oksana",
            "aud": self.client_id,
            "nonce": self.nonce,
            "iat": self.now,
            "exp": self.now + 300,
            "auth_time": self.now,
            "email": "oksana@example.org",
            "email_verified": True,
        }

    def signed(self) -> str:
        claims = {name: value for name, value in (self.right() | self.claims).items() if value is not None}
        header = {name: value for name, value in ({"alg": "RS256", "kid": self.kid} | self.header).items() if value}
        registry = jws.JWSRegistry(algorithms=[header["alg"]])
        return jwt.encode(header, claims, self.key, registry=registry)


def _handler(crook: Crook) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            status, headers, sent = crook.answer(self.command, urlsplit(self.path).path, self.headers, body)
            self.send_response(status)
            for name, value in ({"content-length": str(len(sent))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(sent)

        do_POST = do_GET  # noqa: N815 - the server's name for it

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is written to the terminal."""

    return Handler


@contextlib.contextmanager
def switched_on(world: World, settings: OpenId) -> Iterator[Provider]:
    """Sign-in through this provider, for a while."""
    world.app.state.openid = made = Provider(settings)
    try:
        yield made
    finally:
        world.app.state.openid = None
