"""What is sealed opens with its own key only, and only in the place for which it was sealed.

A sealed text is `v1.key.nonce.ciphertext` (AES-256-GCM, base64url), bound to its table, column, row and key: moved
to another place it does not open. Texts are filled up to whole blocks, so that their length tells little.
"""

import hmac
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import AppError
from app.rules.opaque import bytes64, text64
from app.settings import KEY_BYTES, MASTER, Settings

VERSION: Final = "v1"
NONCE_BYTES: Final = 12
BLOCK: Final = 64
INDEX_BYTES: Final = 16
END: Final = b"\x80"
LABEL: Final = b"pobratym: the key of the vault"


class Unreadable(Exception):  # noqa: N818 - the name a reader of the vault expects
    """It was sealed with another key, for another place, or was changed; the message never says what it held."""


@dataclass(frozen=True, slots=True)
class Key:
    id: str
    secret: bytes = field(repr=False)


class Place(NamedTuple):
    table: str
    column: str
    row: UUID

    def bound_to(self, key: str) -> bytes:
        return f"{self.table}|{self.column}|{self.row}|{key}".encode()


def new_key() -> Key:
    return Key(secrets.token_hex(8), os.urandom(KEY_BYTES))


def seal(key: Key, place: Place, plain: bytes) -> str:
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key.secret).encrypt(nonce, _filled(plain), place.bound_to(key.id))
    return ".".join([VERSION, key.id, text64(nonce), text64(sealed)])


def unseal(key: Key, place: Place, sealed: str) -> bytes:
    try:
        version, name, nonce, text = sealed.split(".")
        if (version, name) != (VERSION, key.id):
            raise Unreadable
        filled = AESGCM(key.secret).decrypt(bytes64(nonce), bytes64(text), place.bound_to(key.id))
    except (ValueError, InvalidTag):
        raise Unreadable from None
    return filled.rstrip(b"\0").removesuffix(END)


def blind(secret: bytes, text: str) -> bytes:
    """The same for the same text, and without the secret nobody can tell or guess which."""
    return hmac.digest(secret, text.encode(), "sha256")[:INDEX_BYTES]


def master(settings: Settings) -> bytes:
    """The master secret; whoever runs without one was refused at the start."""
    if settings.secret is None:
        raise AppError("not_ready")
    return settings.secret.get_secret_value().encode()


def derived(secret: bytes, label: bytes) -> bytes:
    """A key of its own for each use: from one of them nobody learns another, nor the secret."""
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=label).derive(secret)


class Ring:
    """The keys of the settings, which open the keys of people. The first one seals, every one opens."""

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        self._keys = {key.id: key for key in keys}

    @classmethod
    def of(cls, settings: Settings) -> "Ring":
        """Those that are named, and last the one made of the secret, so that moving away from it needs no trick."""
        named = [Key(name, secret) for name, secret in settings.vault.pairs]
        if settings.secret and settings.secret.get_secret_value():
            named.append(Key(MASTER, derived(master(settings), LABEL)))
        return cls(named)

    @property
    def newest(self) -> Key:
        return next(iter(self._keys.values()))

    def __contains__(self, name: object) -> bool:
        return name in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __getitem__(self, name: str) -> Key:
        return self._keys[name]


def _filled(plain: bytes) -> bytes:
    ended = plain + END
    return ended + b"\0" * (-len(ended) % BLOCK)
