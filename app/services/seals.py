"""Sealing: entries become leaves in the order of their transactions; a signed checkpoint says how many there are."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, Final

from app.core.changes import Asked
from app.core.seal_keys import SealKeys
from app.core.uow import UnitOfWork
from app.rules import canonical, checkpoints, merkle
from app.rules.checkpoints import Checkpoint
from app.rules.merkle import Growing
from app.services import messages, seal_reading
from app.services.seal_reading import TO_SEAL, Place, Signed, Unsound, newest_checkpoint
from app.vocabulary import Language, MessageKind

__all__ = [
    "Sealed",
    "Signed",
    "newest_checkpoint",
    "publish",
    "remember_verified",
    "seal",
    "sealed_lines",
    "tell",
    "unpublished",
    "verified_size",
]

BATCH: Final = 1000

# Two workers never wait for each other here: the second finds nothing to do.
CURSOR: Final = """
SELECT epoch, xid::text AS xid, entry_id FROM journal_cursors WHERE name = 'sealer' FOR UPDATE SKIP LOCKED
"""
MOVE: Final = """
UPDATE journal_cursors SET epoch = $1, xid = $2::text::xid8, entry_id = $3, moved_at = clock_timestamp()
WHERE name = 'sealer'
"""
ADD_LEAVES: Final = """
INSERT INTO journal_leaves (position, journal_id, hash, mark)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[])
"""
ADD_NODES: Final = """
INSERT INTO journal_nodes (level, index, hash) SELECT * FROM unnest($1::int[], $2::bigint[], $3::bytea[])
"""
ADD_CHECKPOINT: Final = "INSERT INTO journal_checkpoints (size, root, at, key_id, note) VALUES ($1, $2, $3, $4, $5)"

UNPUBLISHED: Final = """
SELECT size, root, at, key_id, note FROM journal_checkpoints
WHERE size > (SELECT entry_id FROM journal_cursors WHERE name = 'publisher') ORDER BY size LIMIT $1
"""
PUBLISHED: Final = """
UPDATE journal_cursors SET entry_id = $1, moved_at = clock_timestamp() WHERE name = 'publisher' AND entry_id < $1
"""
VERIFIED: Final = "UPDATE journal_cursors SET entry_id = $1, moved_at = clock_timestamp() WHERE name = 'verifier'"

# Once a day, whenever the worker is there.
TOLD: Final = """
UPDATE journal_cursors SET entry_id = $1, moved_at = $2::timestamptz
WHERE name = 'witness' AND entry_id < $1 AND (entry_id = 0 OR moved_at <= $2::timestamptz - interval '23 hours')
RETURNING name
"""


@dataclass(frozen=True)
class Sealed:
    count: int = 0
    is_more: bool = False


@dataclass
class Added:
    """What a batch adds to the tree, in columns."""

    leaves: list[tuple[int, int, bytes, bytes]] = field(default_factory=list)
    nodes: list[tuple[int, int, bytes]] = field(default_factory=list)

    def add(self, tree: Growing, entry_id: int, hashed: bytes, keys: SealKeys) -> None:
        self.leaves.append((tree.size, entry_id, hashed, keys.mark(tree.size, entry_id, hashed)))
        self.nodes += [(spot.level, spot.number, hash) for spot, hash in tree.add(hashed)]


async def seal(uow: UnitOfWork, keys: SealKeys, limit: int = BATCH) -> Sealed:
    """The next entries below the horizon and a checkpoint, whole or not at all."""
    cursors = await uow.rows(CURSOR, [])
    if not cursors:
        return Sealed()
    cursor = cursors[0]
    place = Place(cursor["epoch"], int(cursor["xid"]), cursor["entry_id"])
    rows = await uow.rows(TO_SEAL, [*place.arguments, limit])
    if rows:
        tree = await _tree(uow)
        added = Added()
        for row in rows:
            added.add(tree, int(row["id"]), hashed(row), keys)
        await _write(uow, added)
        await _sign(uow, tree, keys)
        await uow.transaction.raw.execute(MOVE, *Place.of(rows[-1]).arguments)
    return Sealed(len(rows), len(rows) == limit)


def hashed(row: Mapping[str, Any]) -> bytes:
    return merkle.leaf(canonical.dumps(canonical.entry(row)))


async def _tree(uow: UnitOfWork) -> Growing:
    """As it was signed last: nothing is ever added to a tree that is not the one we have signed."""
    last = await newest_checkpoint(uow)
    tree = await seal_reading.grown(uow, last.size if last else 0)
    if last and tree.root != last.root:
        raise Unsound(f"the tree of {last.size} is not the one that was signed")
    return tree


async def _write(uow: UnitOfWork, added: Added) -> None:
    await uow.transaction.raw.execute(ADD_LEAVES, *map(list, zip(*added.leaves, strict=True)))
    if added.nodes:
        await uow.transaction.raw.execute(ADD_NODES, *map(list, zip(*added.nodes, strict=True)))


async def _sign(uow: UnitOfWork, tree: Growing, keys: SealKeys) -> None:
    found = Checkpoint(keys.signer.name, tree.size, tree.root, uow.now.astimezone(UTC).replace(microsecond=0))
    note = keys.signer.signed(found.text)
    await uow.transaction.raw.execute(ADD_CHECKPOINT, found.size, found.root, found.at, keys.signer.key.id, note)


async def unpublished(asker: Asked, limit: int = BATCH) -> list[tuple[str, Signed]]:
    """The checkpoints that are not published yet, oldest first, each with the name under which it will be."""
    rows = [Signed(*row) for row in await asker.rows(UNPUBLISHED, [limit])]
    return [(checkpoints.file_name(Checkpoint("", row.size, row.root, row.at)), row) for row in rows]


async def publish(uow: UnitOfWork, size: int) -> None:
    """Remembers that all up to this one are published."""
    await uow.transaction.raw.execute(PUBLISHED, size)


async def tell(uow: UnitOfWork, witness: str) -> bool:
    """The newest checkpoint in a letter to somebody outside, unless they have had one today."""
    newest = await newest_checkpoint(uow)
    if newest is None or not await uow.rows(TOLD, [newest.size, uow.now]):
        return False
    origin, size, root, time, _, signature = newest.note.rstrip("\n").split("\n")
    facts = {"origin": origin, "size": size, "root": root, "time": time, "signature": signature}
    await messages.post(uow, MessageKind.JOURNAL_CHECKPOINT, to=witness, language=Language.UK, facts=facts)
    return True


async def verified_size(asker: Asked) -> int:
    """Up to which checkpoint the journal was looked at; 0 when it is time to begin anew."""
    ((size,),) = await asker.rows("SELECT entry_id FROM journal_cursors WHERE name = 'verifier'", [])
    return int(size)


async def remember_verified(uow: UnitOfWork, size: int) -> None:
    await uow.transaction.raw.execute(VERIFIED, size)


async def sealed_lines(asker: Asked, entry_ids: list[int], size: int) -> list[bytes]:
    """A line for each of these entries that is in the tree of this size: the entry and the proof that it is."""
    rows = await asker.rows(seal_reading.SEALED, [entry_ids, size])
    paths = [merkle.inclusion(row["position"], size) for row in rows]
    # Neighbours share most of their way up.
    wanted = list({each for path in paths for each in path})
    known = dict(zip(wanted, await seal_reading.ranges(asker, wanted), strict=True))
    return [_line(row, [known[each] for each in path]) for row, path in zip(rows, paths, strict=True)]


def _line(row: Mapping[str, Any], proof: Sequence[bytes]) -> bytes:
    told = {
        "position": row["position"],
        "entry": canonical.entry(row),
        "proof": [base64.b64encode(each).decode() for each in proof],
    }
    return canonical.dumps(told) + b"\n"
