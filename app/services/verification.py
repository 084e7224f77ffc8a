"""Is the journal still what was sealed? Everything is computed anew from the entries, and compared with all we have.

Reads batch after batch, each on its own: what is sealed does not change while we look, or that is what we are to find.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from app.core.changes import Asked
from app.core.seal_keys import SealKeys
from app.errors import say
from app.rules import canonical, checkpoints, merkle
from app.rules.checkpoints import BadNote
from app.rules.merkle import Growing, Spot
from app.rules.tampering import Wrong
from app.services import seal_reading
from app.services.seal_reading import BEGINNING, IN_ORDER, Place, Signed, Unsound

BATCH: Final = 1000
# Transactions overlap for minutes at most, so an entry is never this much older than the one before it.
OVERLAP: Final = timedelta(days=1)
NEAR: Final = "%Y-%m-%d %H:%M UTC"

LEAVES: Final = """
SELECT position, journal_id, hash, mark FROM journal_leaves WHERE position >= $1 AND position < $2 ORDER BY position
"""
NODES: Final = """
SELECT level, index, hash FROM journal_nodes WHERE level = $1 AND index >= $2 AND index < $3
"""
CHECKPOINTS: Final = """
SELECT size, root, at, key_id, note FROM journal_checkpoints WHERE size > $1 AND size <= $2 ORDER BY size
"""
LAST_PLACE: Final = """
SELECT j.epoch, j.xid::text AS xid, j.id::text AS id FROM journal_leaves l JOIN journal j ON j.id = l.journal_id
WHERE l.position < $1 ORDER BY l.position DESC LIMIT 1
"""
WHERE_ELSE: Final = """
SELECT EXISTS (SELECT FROM journal WHERE id = $1) AS is_there,
       EXISTS (SELECT FROM journal_leaves WHERE journal_id = $2) AS is_sealed
"""
SEALER: Final = "SELECT epoch, xid::text AS xid, entry_id::text AS id FROM journal_cursors WHERE name = 'sealer'"
# What the archive holds is believed when the sealed journal says so, too.
ARCHIVES: Final = """
SELECT a.part, a.first_id, a.last_id, a.entry_count, EXISTS (
  SELECT FROM journal j
  WHERE j.subject = 'journal_archives' AND j.subject_id = a.id AND j.operation = 'insert'
    AND j.after @> jsonb_build_object('part', a.part, 'first_id', a.first_id, 'last_id', a.last_id,
                                      'entry_count', a.entry_count)
) OR EXISTS (SELECT FROM journal_archives WHERE kept = 'records') AS is_told
FROM journal_archives a ORDER BY a.part
"""


@dataclass(frozen=True)
class Report:
    """How far all is well: `size` entries of the tree, of which `absent` lie in the archive."""

    start: int
    size: int
    checkpoints: int
    absent: int
    is_complete: bool


@dataclass
class Walk:
    """Along the leaves and the entries at once; stops at the first that do not fit each other."""

    asker: Asked
    keys: SealKeys
    size: int
    tree: Growing
    place: Place
    last_signed: int
    archives: list[tuple[int, int, int]]
    coming: deque[Mapping[str, Any]] = field(default_factory=deque)
    nodes: dict[Spot, bytes] = field(default_factory=dict)
    signed: dict[int, Signed] = field(default_factory=dict)
    before: str | None = None
    checkpoints: int = 0
    absent: int = 0

    async def batch(self) -> None:
        start, end = self.tree.size, min(self.tree.size + BATCH, self.size)
        leaves = await self.asker.rows(LEAVES, [start, end])
        self.nodes = await self._nodes(start, end)
        rows = await self.asker.rows(CHECKPOINTS, [start, end])
        self.signed = {row["size"]: Signed(*row) for row in rows}
        by_position = {leaf["position"]: leaf for leaf in leaves}
        for position in range(start, end):
            if position not in by_position:
                raise Wrong(say("journal_leaf_missing", position=position))
            await self._step(position, by_position[position])

    async def _nodes(self, start: int, end: int) -> dict[Spot, bytes]:
        """Those that the leaves of the batch make full."""
        found: dict[Spot, bytes] = {}
        for level in range(merkle.KEPT_EACH, end.bit_length(), merkle.KEPT_EACH):
            rows = await self.asker.rows(NODES, [level, start >> level, end >> level])
            found |= {Spot(row["level"], row["index"]): row["hash"] for row in rows}
        return found

    async def _step(self, position: int, leaf: Mapping[str, Any]) -> None:
        entry = await self._next()
        if entry is not None and int(entry["id"]) == leaf["journal_id"]:
            self._compare(position, leaf, entry)
            self.coming.popleft()
            self.before = entry["at"]
        elif await self._is_archived(position, leaf, entry):
            self.absent += 1
        for spot, hashed in self.tree.add(leaf["hash"]):
            if self.nodes.get(spot) != hashed:
                first, last = spot.number << spot.level, ((spot.number + 1) << spot.level) - 1
                await self._suspect(first, last)
                raise Wrong(say("journal_node_differs", first=first, last=last))
        if position + 1 in self.signed:
            await self.sign(self.signed[position + 1])

    async def _next(self) -> Mapping[str, Any] | None:
        """The entry that is next in the journal's own order."""
        if not self.coming:
            self.coming.extend(await self.asker.rows(IN_ORDER, [*self.place.arguments, BATCH]))
            if self.coming:
                self.place = Place.of(self.coming[-1])
        return self.coming[0] if self.coming else None

    def _compare(self, position: int, leaf: Mapping[str, Any], entry: Mapping[str, Any]) -> None:
        if _hash(entry) == leaf["hash"]:
            return
        told = {"entry": leaf["journal_id"], "position": position}
        if not self._is_marked(leaf):
            raise Wrong(say("journal_leaf_changed", **told))
        at, before = _moment(entry["at"]), _moment(self.before)
        if at and before and at < before - OVERLAP:
            raise Wrong(say("journal_entry_backdated", **told, at=f"{at:{NEAR}}", before=f"{before:{NEAR}}"))
        raise Wrong(say("journal_entry_edited", **told))

    def _is_marked(self, leaf: Mapping[str, Any]) -> bool:
        mark: bytes = leaf["mark"]
        return mark == self.keys.mark(leaf["position"], leaf["journal_id"], leaf["hash"])

    async def _is_archived(self, position: int, leaf: Mapping[str, Any], entry: Mapping[str, Any] | None) -> bool:
        """The entry of a leaf is not the next one: gone to the archive, or something is wrong."""
        own, other = leaf["journal_id"], int(entry["id"]) if entry else 0
        (found,) = await self.asker.rows(WHERE_ELSE, [own, other])
        if not found["is_there"]:
            if any(first <= own <= last for first, last, _ in self.archives):
                return True
            raise Wrong(say("journal_entry_deleted", entry=own, position=position))
        if not found["is_sealed"]:
            raise Wrong(say("journal_entry_inserted", entry=other, position=position))
        raise Wrong(say("journal_entry_reordered", entry=other, expected=own, position=position))

    async def _suspect(self, first: int, last: int) -> None:
        """The leaf among these that is not ours. When none of them is, another secret made them, and tells nothing."""
        leaves = await self.asker.rows(LEAVES, [first, last + 1])
        false = [leaf for leaf in leaves if not self._is_marked(leaf)]
        if false and (len(false) < len(leaves) or len(leaves) == 1):
            raise Wrong(say("journal_leaf_forged", entry=false[0]["journal_id"], position=false[0]["position"]))

    async def sign(self, row: Signed) -> None:
        try:
            found = checkpoints.checked(row.note, self.keys.known)
        except BadNote:
            raise Wrong(say("journal_checkpoint_forged", size=row.size)) from None
        if (found.size, found.root, found.at) != (row.size, row.root, row.at):
            raise Wrong(say("journal_checkpoint_forged", size=row.size))
        if found.root != self.tree.root:
            first, last = self.last_signed, row.size - 1
            await self._suspect(first, last)
            at = f"{row.at:{NEAR}}"
            raise Wrong(say("journal_checkpoint_differs", first=first, last=last, size=row.size, at=at))
        self.last_signed = row.size
        self.checkpoints += 1

    async def end(self, start: int) -> None:
        """What comes after the last leaf must not have been there when it was sealed."""
        archived = sum(count for _, _, count in self.archives)
        if start == 0 and archived != self.absent:
            raise Wrong(say("journal_archive_differs", absent=self.absent, archived=archived))
        if self.last_signed != self.size:
            raise Wrong(say("journal_checkpoint_missing", size=self.size))
        cursors = await self.asker.rows(SEALER, [])
        entry = await self._next()
        if cursors and entry is not None and Place.of(entry) <= Place.of(cursors[0]):
            raise Wrong(say("journal_entry_inserted", entry=int(entry["id"]), position=self.size))


async def verify(asker: Asked, keys: SealKeys, start: int = 0, limit: int | None = None) -> Report:
    """From a checkpoint on, to the newest one or to the first after `limit` entries. `Wrong` names what is wrong."""
    newest = await seal_reading.newest_checkpoint(asker)
    walk = await _begun(asker, keys, start, newest.size if newest else 0)
    while walk.tree.size < walk.size and (limit is None or walk.last_signed < start + limit):
        await walk.batch()
    if is_complete := walk.tree.size >= walk.size:
        await walk.end(start)
    return Report(start, walk.last_signed, walk.checkpoints, walk.absent, is_complete)


async def _archives(asker: Asked) -> list[tuple[int, int, int]]:
    rows = await asker.rows(ARCHIVES, [])
    for row in rows:
        if not row["is_told"]:
            raise Wrong(say("journal_archive_untold", part=row["part"]))
    return [(row["first_id"], row["last_id"], row["entry_count"]) for row in rows]


async def _begun(asker: Asked, keys: SealKeys, start: int, size: int) -> Walk:
    archives = await _archives(asker)
    if start == 0:
        return Walk(asker, keys, size, Growing(), BEGINNING, 0, archives)
    signed = await seal_reading.checkpoint_of(asker, start)
    if signed is None:
        raise Wrong(say("journal_checkpoint_missing", size=start))
    try:
        tree = await seal_reading.grown(asker, start)
    except Unsound:
        raise Wrong(say("journal_node_differs", first=0, last=start - 1)) from None
    places = await asker.rows(LAST_PLACE, [start])
    walk = Walk(asker, keys, size, tree, Place.of(places[0]) if places else BEGINNING, 0, archives)
    await walk.sign(signed)
    return walk


def _hash(entry: Mapping[str, Any]) -> bytes | None:
    """None for what could never have been sealed."""
    try:
        return merkle.leaf(canonical.dumps(canonical.entry(entry)))
    except (TypeError, ValueError, RecursionError):
        return None


def _moment(text: str | None) -> datetime | None:
    """None for a moment outside of the calendar."""
    try:
        return datetime.fromisoformat(text or "")
    except ValueError:
        return None
