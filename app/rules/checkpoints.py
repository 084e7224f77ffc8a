"""Checkpoints: signed notes about the tree (C2SP tlog-checkpoint in C2SP signed-note), read by tools of others, too.

A key is written `name+hash+base64`, as in `note` of Go: its hash and its bytes, so that nothing else need be known.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519: Final = b"\x01"
DASH: Final = "— "
TIME: Final = "time "
MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"
HASH_BYTES: Final = 4
ROOT_BYTES: Final = 32


class BadNote(ValueError):  # noqa: N818 - what a reader of notes calls it
    """It is not written as it should be, or was not signed by a key that is known."""


@dataclass(frozen=True)
class Key:
    """The public half: whoever has it can check what was signed, and sign nothing."""

    name: str
    public: bytes

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:HASH_BYTES]

    @property
    def id(self) -> str:
        return self.hash.hex()

    def __str__(self) -> str:
        return f"{self.name}+{self.id}+{base64.b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parsed(cls, text: str) -> Self:
        """ValueError unless its parts fit each other."""
        name, _, rest = text.strip().partition("+")
        found, _, encoded = rest.partition("+")
        raw = _bytes(encoded)
        key = cls(name, raw[1:])
        if raw[:1] != ED25519 or len(key.public) != ROOT_BYTES or key.id != found or not _is_name(name):
            raise BadNote("not a public key of a journal")
        return key

    def accepts(self, text: str, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    name: str
    seed: bytes

    @property
    def key(self) -> Key:
        return Key(self.name, self._private.public_key().public_bytes_raw())

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def signed(self, text: str) -> str:
        """The note: the text, an empty line, the signature."""
        signature = base64.b64encode(self.key.hash + self._private.sign(text.encode())).decode()
        return f"{text}\n{DASH}{self.name} {signature}\n"


@dataclass(frozen=True)
class Checkpoint:
    """The tree had this root when it had so many leaves."""

    origin: str
    size: int
    root: bytes
    at: datetime

    @property
    def text(self) -> str:
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\n{TIME}{self.at.astimezone(UTC):{MOMENT}}\n"

    @classmethod
    def parsed(cls, text: str) -> Self:
        origin, size, root, *more = text.split("\n")
        moment = next((line.removeprefix(TIME) for line in more if line.startswith(TIME)), None)
        if moment is None:
            raise BadNote("a checkpoint without its time")
        found = cls(origin, int(size), _bytes(root), datetime.strptime(moment, MOMENT).replace(tzinfo=UTC))
        if found.text != text or len(found.root) != ROOT_BYTES:
            raise BadNote("a checkpoint in another spelling")
        return found


def keys(known: Iterable[Key]) -> dict[tuple[str, bytes], Key]:
    return {(key.name, key.hash): key for key in known}


def opened(note: str, known: Mapping[tuple[str, bytes], Key]) -> tuple[str, Key]:
    """The text of a note and the known key that signed it."""
    text, _, signatures = note.rpartition("\n\n")
    for line in signatures.splitlines():
        name, _, encoded = line.removeprefix(DASH).rpartition(" ")
        raw = _bytes(encoded)
        key = known.get((name, raw[:HASH_BYTES]))
        if line.startswith(DASH) and key and key.accepts(f"{text}\n", raw[HASH_BYTES:]):
            return f"{text}\n", key
    raise BadNote("signed by no key that is known")


def checked(note: str, known: Mapping[tuple[str, bytes], Key]) -> Checkpoint:
    text, key = opened(note, known)
    try:
        found = Checkpoint.parsed(text)
    except BadNote:
        raise
    except ValueError:
        raise BadNote("not a checkpoint") from None
    if found.origin != key.name:
        raise BadNote("a checkpoint of another journal")
    return found


def file_name(checkpoint: Checkpoint) -> str:
    """Where it is published. Another tree of the same size never takes the place of this one."""
    day, root = checkpoint.at.astimezone(UTC).date(), checkpoint.root.hex()[:8]
    return f"checkpoints/{day}/{checkpoint.size:012d}-{root}.note"


def _is_name(text: str) -> bool:
    return bool(text) and not any(letter.isspace() or letter == "+" for letter in text)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("not base64") from None
