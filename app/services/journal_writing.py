"""How a file of the journal is written, for an auditor or for the archive: from its head to its signed end."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from app.core.changes import Asked
from app.rules import journal_files
from app.rules.checkpoints import Signer
from app.services import seals
from app.services.seal_reading import Signed

BATCH: Final = 500


@dataclass(frozen=True)
class Made:
    """What a file holds. The digest is of all of it, as any program would compute it."""

    count: int
    bytes: int
    sha256: str
    size: int


class Writing:
    """Of entries with their proofs that lead to this checkpoint."""

    def __init__(self, file: BinaryIO, checkpoint: Signed, *, whole: bool, **facts: Any) -> None:
        self._file, self._size, self._digest = file, checkpoint.size, hashlib.sha256()
        self._count = self._bytes = 0
        self._put(journal_files.header(checkpoint.note, whole=whole, **facts))

    async def add(self, asker: Asked, ids: Sequence[int]) -> None:
        """In the order in which they were sealed; what is not sealed is left out."""
        for start in range(0, len(ids), BATCH):
            lines = await seals.sealed_lines(asker, list(ids[start : start + BATCH]), self._size)
            self._put(b"".join(lines))
            self._count += len(lines)

    def end(self, signer: Signer) -> Made:
        self._put(journal_files.footer(self._count, self._digest.hexdigest(), signer))
        return Made(self._count, self._bytes, self._digest.hexdigest(), self._size)

    def _put(self, text: bytes) -> None:
        self._digest.update(text)
        self._bytes += self._file.write(text)
