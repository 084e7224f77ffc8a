"""Those who write while everything around them falls over, and what they remember of it."""

import asyncio
import itertools
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2

from tests.storm.town import Process

PATIENCE: Final = 200
PAUSE: Final = 0.1


@dataclass
class Caller:
    """Asks whichever server answers. A write carries a key, so that asking again is the same write."""

    servers: Sequence[Process]
    token: str = ""
    turn: Any = field(default_factory=lambda: itertools.count(random.randrange(100)))

    async def ask(self, client: httpx2.AsyncClient, method: str, path: str, **options: Any) -> httpx2.Response:
        headers = {"authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        for _ in range(PATIENCE):
            server = self.servers[next(self.turn) % len(self.servers)]
            try:
                answer = await client.request(method, server.url + path, headers=headers, **options)
            except httpx2.TransportError:
                await asyncio.sleep(PAUSE)
                continue
            # A server that was killed left the key taken, or its database busy, for a moment.
            if answer.status_code < 500 and answer.status_code not in {409, 429}:
                return answer
            await asyncio.sleep(PAUSE)
        raise RuntimeError(f"nobody answers {method} {path}")


@dataclass
class History:
    """What was acknowledged: the record and the version it had."""

    made: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


async def write(caller: Caller, history: History, until: asyncio.Event) -> None:
    """Makes an organization, then changes it some times; each step until it is acknowledged."""
    async with httpx2.AsyncClient(timeout=20) as client:
        while not until.is_set():
            name = f"Storm {uuid.uuid4()}"
            made = await _written(caller, client, "POST", "/v1/organizations", _body(name), {})
            if made.status_code != 201:
                history.refused.append(made.text)
                continue
            record = made.json()
            history.made[name] = record["id"]
            history.versions[record["id"]] = record["version"]
            for step in range(random.randrange(4)):
                await _edit(caller, client, history, record["id"], step)


def _body(name: str) -> dict[str, Any]:
    return {"kind": "ngo", "name_en": name, "country": "UA"}


async def _edit(caller: Caller, client: httpx2.AsyncClient, history: History, id: str, step: int) -> None:
    seen = {"If-Match": f'"{history.versions[id]}"', "content-type": "application/merge-patch+json"}
    body = {"website": f"https://example.org/{step}/{uuid.uuid4()}"}
    answer = await _written(caller, client, "PATCH", f"/v1/organizations/{id}", body, seen)
    if answer.status_code == 200:
        history.versions[id] = answer.json()["version"]
    else:
        history.refused.append(answer.text)


async def _written(
    caller: Caller, client: httpx2.AsyncClient, method: str, path: str, body: dict[str, Any], headers: dict[str, str]
) -> httpx2.Response:
    return await caller.ask(client, method, path, json=body, headers={"idempotency-key": str(uuid.uuid4())} | headers)


@dataclass
class Follower:
    """Another system that follows the feed from the moment it was asked to."""

    caller: Caller
    cursor: str = ""
    seen: list[tuple[str, int]] = field(default_factory=list)

    async def begin(self) -> None:
        async with httpx2.AsyncClient(timeout=40) as client:
            answer = await self.caller.ask(client, "GET", "/v1/changes?types=organizations")
            self.cursor = answer.json()["next_cursor"]

    async def follow(self, until: asyncio.Event) -> None:
        async with httpx2.AsyncClient(timeout=40) as client:
            while await self._page(client) or not until.is_set():
                pass

    async def _page(self, client: httpx2.AsyncClient) -> bool:
        """Whether there was anything, or is more."""
        params = {"types": "organizations", "cursor": self.cursor, "wait": "1", "limit": "200"}
        page = (await self.caller.ask(client, "GET", "/v1/changes", params=params)).json()
        self.seen += [(item["id"], item["version"]) for item in page["items"]]
        self.cursor = page["next_cursor"]
        return bool(page["items"]) or page["has_more"]
