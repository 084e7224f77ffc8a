"""The signing keys: kept in the database, the private half encrypted with the master secret."""

import hashlib
import os
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlmodel import col, select

from app.core.tokens import Keyring, SigningKey, generate_key
from app.core.uow import UnitOfWork
from app.models import SigningKey as StoredKey

NONCE_BYTES: Final = 12


def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(hashlib.sha256(b"signing-keys:" + secret).digest())


def seal(key: SigningKey, secret: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(secret).encrypt(nonce, key.private_pem.encode(), key.kid.encode())


def unseal(stored: StoredKey, secret: bytes) -> SigningKey:
    nonce, sealed = stored.private_pem_encrypted[:NONCE_BYTES], stored.private_pem_encrypted[NONCE_BYTES:]
    private_pem = _cipher(secret).decrypt(nonce, sealed, stored.kid.encode()).decode()
    return SigningKey(stored.kid, private_pem, stored.public_pem)


async def ensure_key(uow: UnitOfWork, secret: bytes) -> None:
    """A first key where there is none."""
    if not await _stored(uow):
        add_key(uow, generate_key(), secret, uow.now)
        await uow.flush()


def add_key(uow: UnitOfWork, key: SigningKey, secret: bytes, active_from: datetime) -> None:
    sealed = seal(key, secret)
    uow.add(StoredKey(kid=key.kid, public_pem=key.public_pem, private_pem_encrypted=sealed, active_from=active_from))


async def load_keyring(uow: UnitOfWork, secret: bytes) -> Keyring:
    """The newest active key signs; the others are still accepted."""
    stored = await _stored(uow)
    active = [key for key in stored if key.active_from <= uow.now]
    accepted = {key.kid: key.public_pem for key in stored}
    return Keyring(unseal(active[-1], secret), accepted)


async def _stored(uow: UnitOfWork) -> list[StoredKey]:
    query = select(StoredKey).where(col(StoredKey.retired_at).is_(None)).order_by(col(StoredKey.active_from))
    return list((await uow.session.scalars(query)).all())
