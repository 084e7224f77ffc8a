"""What the API answers about the seal: checkpoints, keys, proofs."""

import base64
from collections.abc import Iterable
from typing import Final

from app.core.changes import Asked
from app.core.listing import Cursors
from app.core.seal_keys import SealKeys
from app.errors import FieldError, invalid, not_found, say
from app.schemas.checkpoints import (
    CheckpointPage,
    CheckpointQuery,
    CheckpointRead,
    ConsistencyQuery,
    ConsistencyRead,
    InclusionQuery,
    InclusionRead,
    JournalKeys,
)
from app.services import seal_reading
from app.services.seal_reading import Signed

BOUND_TO: Final = b"checkpoints"
BEYOND: Final = 2**62


async def checkpoints(asker: Asked, cursors: Cursors, query: CheckpointQuery) -> CheckpointPage:
    before = cursors.decode(query.cursor, BOUND_TO)[0] if query.cursor else BEYOND
    found = await seal_reading.checkpoints_before(asker, before, query.limit + 1)
    kept = found[: query.limit]
    is_more = len(found) > query.limit
    return CheckpointPage(
        items=[_read(each) for each in kept],
        next_cursor=cursors.encode([kept[-1].size], BOUND_TO) if is_more else None,
    )


def public_keys(keys: SealKeys) -> JournalKeys:
    own = keys.signer.key
    return JournalKeys(public_key=str(own), former_keys=[str(key) for key in keys.known.values() if key != own])


async def inclusion(asker: Asked, query: InclusionQuery) -> InclusionRead:
    if query.size is None:
        signed = await seal_reading.newest_checkpoint(asker)
        if signed is None:
            raise not_found()
    else:
        signed = await _signed(asker, query.size, "query:size")
    found = await seal_reading.inclusion(asker, query.entry_id, signed.size)
    return InclusionRead(
        entry_id=str(query.entry_id),
        position=found.position,
        leaf=_text(found.leaf),
        hashes=_texts(found.path),
        checkpoint=signed.note,
    )


async def consistency(asker: Asked, query: ConsistencyQuery) -> ConsistencyRead:
    if query.old > query.new:
        raise invalid(FieldError("query:from", say("checkpoints_swapped")))
    earlier = await _signed(asker, query.old, "query:from")
    later = await _signed(asker, query.new, "query:to")
    path = await seal_reading.consistency(asker, query.old, query.new)
    return ConsistencyRead(earlier=earlier.note, later=later.note, hashes=_texts(path))


async def _signed(asker: Asked, size: int, pointer: str) -> Signed:
    found = await seal_reading.checkpoint_of(asker, size)
    if found is None:
        raise invalid(FieldError(pointer, say("journal_checkpoint_missing", size=size)))
    return found


def _read(found: Signed) -> CheckpointRead:
    return CheckpointRead(size=found.size, root=_text(found.root), at=found.at, signed_by=found.key_id, note=found.note)


def _texts(hashes: Iterable[bytes]) -> list[str]:
    return [_text(each) for each in hashes]


def _text(hashed: bytes) -> str:
    return base64.b64encode(hashed).decode()
