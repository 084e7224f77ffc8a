"""Another system: it verifies what it is sent with the standard's own package, and remembers what it was told."""

import asyncio
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import uvicorn
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.storm.town import free_port

CHALLENGE: Final = "webhook.challenge"


@dataclass
class Receiver:
    """`told` by the id of the event; `unverified` must stay empty. `slow` of its answers come after a pause."""

    port: int = field(default_factory=free_port)
    secret: str = ""
    slow: float = 0.0
    told: dict[str, Any] = field(default_factory=dict)
    arrivals: int = 0
    unverified: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def take(self, request: Request) -> Response:
        body = await request.body()
        event = orjson.loads(body)
        if event["type"] == CHALLENGE:
            return JSONResponse({"challenge": event["data"]["challenge"]})
        if not self._is_genuine(body, dict(request.headers)):
            self.unverified.append(request.headers.get("webhook-id", ""))
            return Response(status_code=401)
        if random.random() < self.slow:
            await asyncio.sleep(0.5)
        self.arrivals += 1
        self.told[request.headers["webhook-id"]] = event
        return Response(status_code=204)

    def _is_genuine(self, body: bytes, headers: dict[str, str]) -> bool:
        try:
            Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError:
            return False
        return True

    @contextmanager
    def listening(self) -> Iterator["Receiver"]:
        app = Starlette(routes=[Route("/hook", self.take, methods=["POST"])])
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=self.port, log_level="error"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield self
        finally:
            server.should_exit = True
            thread.join(10)
