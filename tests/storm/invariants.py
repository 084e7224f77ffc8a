"""The books after the storm: what was committed, what the journal says, what the feed told, what was delivered."""

from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg

from tests.storm.deeds import Follower, History
from tests.storm.receiver import Receiver
from tests.storm.town import Town

RECORDS: Final = "SELECT id::text, version FROM organizations WHERE name_en LIKE 'Storm %'"
VERSIONS: Final = """
SELECT subject_id::text, max(row_version) FROM journal
WHERE subject = 'organizations' AND row_table = 'organizations' AND operation <> 'note'
  AND subject_id IN (SELECT id FROM organizations WHERE name_en LIKE 'Storm %')
GROUP BY epoch, xid, subject_id
"""
TWICE: Final = "SELECT name_en FROM organizations WHERE name_en LIKE 'Storm %' GROUP BY name_en HAVING count(*) > 1"
# Exactly one of these is told for each change of a record.
LIFE: Final = frozenset({"created", "updated", "archived", "restored"})


@dataclass
class Books:
    """`problems` is empty when everything balances; the figures say that there was something to balance."""

    records: int = 0
    changes: int = 0
    fed: int = 0
    delivered: int = 0
    arrivals: int = 0
    problems: list[str] = field(default_factory=list)

    def require(self, name: str, missing: Any, surplus: Any) -> None:
        if missing:
            self.problems.append(f"{name}: missing {len(missing)}, first {sorted(missing)[:3]}")
        if surplus:
            self.problems.append(f"{name}: too many {len(surplus)}, first {sorted(surplus)[:3]}")


async def rows(town: Town, text: str) -> list[Any]:
    connection = await asyncpg.connect(town.urls.owner)
    try:
        return list(await connection.fetch(text))
    finally:
        await connection.close()


async def balanced(town: Town, history: History, followers: list[Follower], receiver: Receiver) -> Books:
    records = {row[0]: row[1] for row in await rows(town, RECORDS)}
    changes = [(row[0], row[1]) for row in await rows(town, VERSIONS)]
    expected = {(id, version) for id, last in records.items() for version in range(1, last + 1)}
    told = [_told(event) for event in receiver.told.values() if event["type"].rpartition(".")[2] in LIFE]
    books = Books(len(records), len(changes), len(followers[0].seen), len(told), receiver.arrivals)
    books.require("acknowledged records", set(history.made.values()) - set(records), [])
    lost = {id for id, version in history.versions.items() if records.get(id, 0) < version}
    books.require("acknowledged versions", lost, [])
    books.require("one effect for each key", [], [row[0] for row in await rows(town, TWICE)])
    books.require("journal", expected - set(changes), set(changes) - expected)
    books.require("journal, each once", [], _repeated(changes))
    for number, follower in enumerate(followers):
        books.require(f"feed {number}", expected - set(follower.seen), set(follower.seen) - expected)
        books.require(f"feed {number}, each once", [], _repeated(follower.seen))
    books.require("deliveries", expected - set(told), set(told) - expected)
    books.require("deliveries, each event once", [], _repeated(told))
    books.require("signatures", [], receiver.unverified)
    return books


def _told(event: Any) -> tuple[str, int]:
    return event["data"]["id"], event["data"]["version"]


def _repeated(told: list[tuple[str, int]]) -> list[tuple[str, int]]:
    seen: set[tuple[str, int]] = set()
    return [each for each in told if each in seen or seen.add(each)]  # type: ignore[func-returns-value]  # add says nothing
