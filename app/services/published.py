"""The checkpoints that were published, against the tree of today: what was cut off or rewritten is known outside."""

from typing import Final

from app.adapters.storage import Storage
from app.core.changes import Asked
from app.core.seal_keys import SealKeys
from app.errors import say
from app.rules import checkpoints
from app.rules.checkpoints import BadNote, Checkpoint
from app.rules.merkle import Range
from app.rules.tampering import Wrong
from app.services import seal_reading
from app.services.seal_reading import Unsound
from app.services.verification import NEAR

FOLDER: Final = "checkpoints"
BATCH: Final = 500

ROOTS: Final = "SELECT size, root FROM journal_checkpoints WHERE size = ANY ($1)"


async def compare(asker: Asked, keys: SealKeys, store: Storage) -> int:
    """How many there are, all of this tree, which has been verified before. `Wrong` names the first that is not."""
    newest = await seal_reading.newest_checkpoint(asker)
    names = await store.names(FOLDER)
    agreed = 0
    for start in range(0, len(names), BATCH):
        found = [await _read(store, keys, name) for name in names[start : start + BATCH]]
        rows = await asker.rows(ROOTS, [[each.size for each in found]])
        roots = {row["size"]: row["root"] for row in rows}
        for each in found:
            await _agree(asker, each, newest.size if newest else 0, agreed, roots.get(each.size))
            agreed = each.size
    return len(names)


async def _read(store: Storage, keys: SealKeys, name: str) -> Checkpoint:
    try:
        return checkpoints.checked((await store.get(name) or b"").decode(), keys.known)
    except (BadNote, UnicodeDecodeError):
        raise Wrong(say("journal_published_forged", name=name)) from None


async def _agree(asker: Asked, found: Checkpoint, size: int, agreed: int, root: bytes | None) -> None:
    at = f"{found.at:{NEAR}}"
    if found.size > size:
        raise Wrong(say("journal_cut_off", position=size, at=at, published=found.size))
    if (root or await _root(asker, found.size)) != found.root:
        raise Wrong(say("journal_published_differs", first=agreed, last=found.size - 1, size=found.size, at=at))


async def _root(asker: Asked, size: int) -> bytes | None:
    """Of a size for which there is no checkpoint any more."""
    try:
        return (await seal_reading.ranges(asker, [Range(0, size)]))[0]
    except Unsound:
        return None
