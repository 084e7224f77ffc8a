"""What is read of the seal: entries in their order, hashes of the tree, proofs, and how far the sealing has come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from app.core.changes import BELOW_HORIZON, Asked
from app.core.reading import MOMENT
from app.errors import not_found
from app.rules import canonical, merkle
from app.rules.merkle import Growing, Range, Spot

# Under the names and in the spellings that `rules/canonical.py` expects.
SPELT: Final[Mapping[str, str]] = {
    "at": f"to_char(j.at AT TIME ZONE 'UTC', '{MOMENT}')",
    "epoch": "j.epoch",
    "row_version": "j.row_version",
}
ENTRY: Final = ", ".join(f"{SPELT.get(name, f'j.{name}::text')} AS {name}" for name in canonical.COLUMNS)

ORDERED: Final = """
FROM journal j WHERE (j.epoch, j.xid) >= ($1, $2::text::xid8) AND (j.epoch, j.xid, j.id) > ($1, $2::text::xid8, $3)
"""
TO_SEAL: Final = f"SELECT {ENTRY} {ORDERED} AND {BELOW_HORIZON} ORDER BY j.epoch, j.xid, j.id LIMIT $4"
IN_ORDER: Final = f"SELECT {ENTRY} {ORDERED} ORDER BY j.epoch, j.xid, j.id LIMIT $4"

HASHES: Final = """
SELECT 0 AS level, position AS index, hash FROM journal_leaves WHERE position = ANY ($1)
UNION ALL
SELECT n.level, n.index, n.hash FROM unnest($2::int[], $3::bigint[]) AS wanted(level, index)
JOIN journal_nodes n ON n.level = wanted.level AND n.index = wanted.index
"""
SEALED: Final = f"""
SELECT l.position, {ENTRY} FROM journal_leaves l JOIN journal j ON j.id = l.journal_id
WHERE l.journal_id = ANY ($1) AND l.position < $2 ORDER BY l.position
"""  # noqa: S608 - constants of ours
NEWEST: Final = "SELECT size, root, at, key_id, note FROM journal_checkpoints ORDER BY size DESC LIMIT 1"
OF_SIZE: Final = "SELECT size, root, at, key_id, note FROM journal_checkpoints WHERE size = $1"
BEFORE: Final = """
SELECT size, root, at, key_id, note FROM journal_checkpoints WHERE size < $1 ORDER BY size DESC LIMIT $2
"""
POSITION: Final = "SELECT position, hash FROM journal_leaves WHERE journal_id = $1"

OLDEST_UNSEALED: Final = """
SELECT clock_timestamp() - j.at AS age FROM journal_cursors c CROSS JOIN LATERAL (
  SELECT at FROM journal j
  WHERE (j.epoch, j.xid) >= (c.epoch, c.xid) AND (j.epoch, j.xid, j.id) > (c.epoch, c.xid, c.entry_id)
  ORDER BY j.epoch, j.xid, j.id LIMIT 1
) j WHERE c.name = 'sealer'
"""
SIZE: Final = "SELECT coalesce(max(size), 0) FROM journal_checkpoints"


class Place(NamedTuple):
    """Where an entry stands in the order in which entries are sealed."""

    epoch: int
    xid: int
    entry_id: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Place":
        return cls(row["epoch"], int(row["xid"]), int(row["id"]))

    @property
    def arguments(self) -> list[Any]:
        return [self.epoch, str(self.xid), self.entry_id]


BEGINNING: Final = Place(0, 0, 0)


@dataclass(frozen=True)
class Signed:
    """A checkpoint as it is stored."""

    size: int
    root: bytes
    at: datetime
    key_id: str
    note: str


class Unsound(Exception):  # noqa: N818 - the name a reader of a tree expects
    """The stored tree lacks a hash, or does not lead to the root that was signed."""


async def hashes(asker: Asked, spots: Iterable[Spot]) -> dict[Spot, bytes]:
    """Of those kept spots that are there."""
    wanted = set(spots)
    leaves = [spot.number for spot in wanted if spot.level == 0]
    nodes = [spot for spot in wanted if spot.level > 0]
    arguments = [leaves, [spot.level for spot in nodes], [spot.number for spot in nodes]]
    rows = await asker.rows(HASHES, arguments)
    return {Spot(row["level"], row["index"]): row["hash"] for row in rows}


async def ranges(asker: Asked, wanted: Sequence[Range]) -> list[bytes]:
    """The hash of each range; Unsound when the tree has a hole there."""
    found = await hashes(asker, (spot for each in wanted for spot in merkle.needed(each)))
    try:
        return [merkle.hash_of(each, found) for each in wanted]
    except KeyError as missing:
        raise Unsound(str(missing)) from None


async def grown(asker: Asked, size: int) -> Growing:
    """The tree as it was at a size, to which more can be added."""
    return Growing(size, await ranges(asker, merkle.peaks(size)))


async def newest_checkpoint(asker: Asked) -> Signed | None:
    rows = await asker.rows(NEWEST, [])
    return Signed(*rows[0]) if rows else None


async def checkpoint_of(asker: Asked, size: int) -> Signed | None:
    rows = await asker.rows(OF_SIZE, [size])
    return Signed(*rows[0]) if rows else None


async def checkpoints_before(asker: Asked, size: int, limit: int) -> list[Signed]:
    """Newest first."""
    return [Signed(*row) for row in await asker.rows(BEFORE, [size, limit])]


@dataclass(frozen=True)
class Inclusion:
    position: int
    leaf: bytes
    path: list[bytes]


async def inclusion(asker: Asked, entry_id: int, size: int) -> Inclusion:
    """That an entry is a leaf of the tree of that size; 404 when it is not."""
    rows = await asker.rows(POSITION, [entry_id])
    if not rows or rows[0]["position"] >= size:
        raise not_found()
    position: int = rows[0]["position"]
    return Inclusion(position, rows[0]["hash"], await ranges(asker, merkle.inclusion(position, size)))


async def consistency(asker: Asked, old: int, new: int) -> list[bytes]:
    return await ranges(asker, merkle.consistency(old, new))


@dataclass(frozen=True)
class Progress:
    """How many entries are sealed, and how old the oldest is that is not."""

    size: int
    lag: timedelta


async def progress(asker: Asked) -> Progress:
    ages = await asker.rows(OLDEST_UNSEALED, [])
    ((size,),) = await asker.rows(SIZE, [])
    return Progress(size, max(ages[0]["age"], timedelta()) if ages else timedelta())
