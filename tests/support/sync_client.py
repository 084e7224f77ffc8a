"""A client that keeps a copy of everything it may see. It knows nothing but HTTP and docs/sync.md."""

from typing import Any, Final

from tests.support.client import Client

TYPES: Final = (
    "organizations",
    "people",
    "partnerships",
    "agreements",
    "projects",
    "delegations",
    "users",
    "integrations",
)
AT_ONCE: Final = 200
# Fields in which a record shows the names of an organization that it mentions.
NAMES: Final = frozenset({"name_uk", "name_en", "kind", "country"})

Copy = dict[str, dict[str, dict[str, Any]]]


class SyncClient:
    """`told`: every entry in the order in which it came; `copies`: how often the lists were read."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.copy: Copy = {}
        self.cursor: str | None = None
        self.told: list[dict[str, Any]] = []
        self.copies = 0

    async def begin(self) -> None:
        """First the cursor, then the lists: what changes meanwhile comes after the cursor."""
        answer = await self.client.seen("/v1/changes")
        self.cursor = answer["next_cursor"]
        await self.list_all()

    async def list_all(self) -> None:
        """What is not in the lists any more is not ours any more."""
        self.copies += 1
        self.copy = {name: await self.records(name, await self._listed(name)) for name in TYPES}

    async def _listed(self, name: str) -> list[str]:
        ids: list[str] = []
        cursor: str | None = None
        while True:
            params = {"archived": "all", "limit": AT_ONCE} | ({"cursor": cursor} if cursor else {})
            answer = await self.client.get(f"/v1/{name}", params=params)
            if answer.status_code == 403:
                return []
            page = answer.json()
            ids += [record["id"] for record in page["items"]]
            if (cursor := page["next_cursor"]) is None:
                return ids

    async def records(self, name: str, ids: list[str]) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for start in range(0, len(ids), AT_ONCE):
            answer = await self.client.post(f"/v1/{name}/batch-get", json={"ids": ids[start : start + AT_ONCE]})
            found |= {record["id"]: record for record in answer.json()["items"]} if answer.status_code == 200 else {}
        return found

    async def follow(self, *, wait: int = 0, limit: int = 100) -> None:
        """Everything there is by now."""
        while await self.turn_page(wait=wait, limit=limit):
            pass

    async def turn_page(self, *, wait: int = 0, limit: int = 100) -> bool:
        """Whether there is more; an old cursor means to begin anew."""
        params = {"cursor": self.cursor, "limit": limit, "wait": wait}
        answer = await self.client.get("/v1/changes", params=params)
        if answer.status_code == 410:
            await self.begin()
            return True
        assert answer.status_code == 200, answer.text
        page = answer.json()
        self.told += page["items"]
        await self._take(page["items"])
        self.cursor = page["next_cursor"]
        return bool(page["has_more"])

    async def _take(self, items: list[dict[str, Any]]) -> None:
        if any(item["type"] == "scope.changed" for item in items):
            await self.list_all()
            return
        for name in TYPES:
            entries = [item for item in items if item["type"] == name]
            if entries:
                await self._refresh(name, {entry["id"] for entry in entries})
        renamed = {
            item["id"] for item in items if item["type"] == "organizations" and NAMES.intersection(item["fields"])
        }
        for name in TYPES if renamed else ():
            await self._refresh(name, {id for id, held in self.copy[name].items() if _mentions(held, renamed)})

    async def _refresh(self, name: str, ids: set[str]) -> None:
        if not ids:
            return
        found = await self.records(name, sorted(ids))
        for id in ids:
            self.copy[name].pop(id, None)
        self.copy[name] |= found


def _mentions(value: Any, ids: set[str]) -> bool:
    if isinstance(value, dict):
        return any(_mentions(each, ids) for each in value.values())
    if isinstance(value, list):
        return any(_mentions(each, ids) for each in value)
    return isinstance(value, str) and value in ids
