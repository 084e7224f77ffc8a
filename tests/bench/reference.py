"""The reference: one ASGI function over asyncpg, no framework, no sign-in, no validation. The practical ceiling.

MODE=rows     plain rows, the parties of the page by a second query, merged here, orjson
MODE=setwise  PostgreSQL makes the JSON of the page, parties grouped once
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qsl

import asyncpg
import orjson

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

CONNECTIONS: Final = 10
AUTHOR: Final = 7
LATEST: Final = (datetime.max.replace(tzinfo=UTC), 1 << 62)

ROW: Final = """p.id, p.title, p.stage, p.status, p.country, p.value, p.start_date, p.end_date, p.tags, p.updated_at,
  u.id AS owner_id, u.full_name"""
WHOLE: Final = f"{ROW}, p.description, p.attrs, p.created_at"

# Each says which partnerships make the page `p`, and in which order.
PAGES: Final = {
    "get": ("SELECT * FROM partnerships WHERE id = $1", "p.id"),
    "list": (
        """SELECT * FROM partnerships WHERE stage = $1 AND country = $2 AND (updated_at, id) < ($3, $4)
        ORDER BY updated_at DESC, id DESC LIMIT 50""",
        "p.updated_at DESC, p.id DESC",
    ),
    "search": (
        """SELECT x.*, ts_rank(x.search, q) AS rank FROM partnerships x, websearch_to_tsquery('english', $1) q
        WHERE x.search @@ q ORDER BY rank DESC, x.updated_at DESC LIMIT 20""",
        "p.rank DESC, p.updated_at DESC",
    ),
    # Matches first: otherwise the planner walks the index of updated_at for a term it believes to be common.
    "contains": (
        """SELECT x.* FROM (SELECT id FROM (SELECT id, updated_at FROM partnerships
          WHERE title ILIKE '%' || $1 || '%' OFFSET 0) m ORDER BY updated_at DESC LIMIT 20) t
        JOIN partnerships x USING (id)""",
        "p.updated_at DESC",
    ),
}
PARTIES: Final = """SELECT pp.partnership_id, pp.organization_id, o.name, pp.role FROM partnership_parties pp
  JOIN organizations o ON o.id = pp.organization_id WHERE pp.partnership_id = ANY($1::bigint[])
  ORDER BY pp.partnership_id, pp.position"""
INSERT: Final = """WITH a AS (
  INSERT INTO activities (partnership_id, kind, subject, body, created_by, occurred_at, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, now()) RETURNING *),
b AS (
  INSERT INTO audit_log (actor_id, action, entity, entity_id, at, changes)
  SELECT a.created_by, 'create', 'activity', a.id, now(), json_build_object('subject', a.subject)::jsonb FROM a)
SELECT row_to_json(a)::text FROM a"""


def rows_text(name: str) -> str:
    page, order = PAGES[name]
    columns = WHOLE if name == "get" else ROW
    return f"SELECT {columns} FROM ({page}) p JOIN users u ON u.id = p.owner_id ORDER BY {order}"  # noqa: S608 - of constants


def setwise_text(name: str) -> str:
    page, order = PAGES[name]
    columns = WHOLE if name == "get" else ROW
    return f"""WITH p AS MATERIALIZED ({page}),
    g AS (SELECT pp.partnership_id, json_agg(json_build_object('organization_id', pp.organization_id, 'name', o.name,
          'role', pp.role) ORDER BY pp.position) AS parties FROM p
          JOIN partnership_parties pp ON pp.partnership_id = p.id
          JOIN organizations o ON o.id = pp.organization_id GROUP BY 1)
    SELECT coalesce(json_agg(x), '[]')::text FROM (SELECT {columns}, g.parties FROM p JOIN users u ON u.id = p.owner_id
    LEFT JOIN g ON g.partnership_id = p.id ORDER BY {order}) x"""  # noqa: S608 - of constants


MODE: Final = os.environ.get("MODE", "rows")
TEXTS: Final = {name: (setwise_text if MODE == "setwise" else rows_text)(name) for name in PAGES}


async def _keep_as_is(_: Any) -> None:
    """No request changes session state, so giving a connection back needs no round trip."""


class Reference:
    def __init__(self) -> None:
        self.pool: Any = None
        self.gate = asyncio.Semaphore(CONNECTIONS)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._live(receive, send)
        if scope["method"] == "POST":
            return await answer(send, 201, await self._insert(await whole_body(receive)))
        if scope["path"] == "/health":
            return await answer(send, 200, b"{}")
        return await answer(send, 200, await self._page(*question(scope)))

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.pool = await asyncpg.create_pool(
                    os.environ["DSN"], min_size=CONNECTIONS, max_size=CONNECTIONS, reset=_keep_as_is
                )
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.pool.close()
                return await send({"type": "lifespan.shutdown.complete"})

    async def _insert(self, body: bytes) -> bytes:
        new = orjson.loads(body)
        at = datetime.fromisoformat(new["occurred_at"])
        values = (new["partnership_id"], new["kind"], new["subject"], new["body"], AUTHOR, at)
        async with self.gate:
            text: str = await self.pool.fetchval(INSERT, *values)
        return text.encode()

    async def _page(self, name: str, values: tuple[Any, ...]) -> bytes:
        if MODE == "setwise":
            async with self.gate:
                text: str = await self.pool.fetchval(TEXTS[name], *values)
            return text.encode()
        async with self.gate, self.pool.acquire() as connection:
            page = [merged(row) for row in await connection.fetch(TEXTS[name], *values)]
            by_id = {row["id"]: row["parties"] for row in page}
            for id, organization, title, role in await connection.fetch(PARTIES, list(by_id)):
                by_id[id].append({"organization_id": organization, "name": title, "role": role})
        if name == "get":
            page[0]["attrs"] = orjson.Fragment(page[0]["attrs"])
            return orjson.dumps(page[0], default=plain)
        return orjson.dumps(page, default=plain)


def question(scope: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    last = scope["path"].rpartition("/")[2]
    asked = dict(parse_qsl(scope["query_string"].decode()))
    if last == "partnerships":
        return "list", (asked["stage"], asked["country"], *after(asked))
    if last in PAGES:
        return last, (asked["q"],)
    return "get", (int(last),)


def after(asked: dict[str, str]) -> tuple[datetime, int]:
    if "after" not in asked:
        return LATEST
    moment, id = asked["after"].split(",")
    return datetime.fromisoformat(moment), int(id)


def merged(row: Any) -> dict[str, Any]:
    found = dict(row)
    found["owner"] = {"id": found.pop("owner_id"), "full_name": found.pop("full_name")}
    found["parties"] = []
    return found


def plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError


async def whole_body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


app = Reference()
