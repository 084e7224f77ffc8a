"""The keys of the seal. They are made of the settings and never lie in the database that they seal."""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from app.core.sealing import derived, master
from app.rules import checkpoints
from app.rules.checkpoints import Key, Signer
from app.settings import Settings

SEAL: Final = b"pobratym: journal seal"
MARK: Final = b"pobratym: journal leaf"
MARK_BYTES: Final = 16


@dataclass(frozen=True)
class SealKeys:
    """`known` are the keys that may have signed, the former ones too."""

    signer: Signer
    known: Mapping[tuple[str, bytes], Key]
    marking: bytes = field(repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        signer = Signer(settings.journal.origin, _seed(settings))
        former = [Key.parsed(text) for text in settings.journal.former_keys]
        return cls(signer, checkpoints.keys([signer.key, *former]), derived(master(settings), MARK))

    def mark(self, position: int, entry_id: int, hashed: bytes) -> bytes:
        """Of a leaf that we have made ourselves: whoever has the database alone cannot make it."""
        return hmac.digest(self.marking, f"{position}|{entry_id}|".encode() + hashed, "sha256")[:MARK_BYTES]


def _seed(settings: Settings) -> bytes:
    given = settings.journal.seal_key
    return base64.b64decode(given.get_secret_value()) if given else derived(master(settings), SEAL)
