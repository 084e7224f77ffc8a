"""The signing keys: kept in the database, the private half encrypted with the master secret.

A new key is published before it signs, an old one is accepted until its last token has ended, and a revoked one is
refused from that moment by every process, whatever it remembers: the look-up of the session asks for it.
"""

import hashlib
import os
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlmodel import col, select

from app.core.runtime import Runtime
from app.core.tokens import LEEWAY, Keyring, SigningKey, generate_key, key_of
from app.core.uow import UnitOfWork
from app.errors import not_found
from app.models import SigningKey as StoredKey
from app.trouble import Trouble

NONCE_BYTES: Final = 12
SEEN_FOR: Final = timedelta(seconds=30)

LIVE: Final = """
SELECT kid, public_pem, private_pem_encrypted, active_from FROM signing_keys WHERE retired_at IS NULL
ORDER BY active_from, kid
"""
SIGNING: Final = """
SELECT kid FROM signing_keys WHERE retired_at IS NULL AND active_from <= $1 ORDER BY active_from DESC, kid DESC LIMIT 1
"""


def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(hashlib.sha256(b"signing-keys:" + secret).digest())


def seal(key: SigningKey, secret: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(secret).encrypt(nonce, key.private_pem.encode(), key.kid.encode())


def unseal(kid: str, sealed: bytes, secret: bytes) -> str:
    """The private half; one sentence when the master secret is not the one it was sealed with."""
    try:
        return _cipher(secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], kid.encode()).decode()
    except InvalidTag:
        raise Trouble(
            uk="POBRATYM_SECRET не той: ключі підпису в базі даних зашифровано іншим. Поверніть попереднє значення.",
            en="POBRATYM_SECRET is not the right one: the signing keys in the database were sealed with another. "
            "Give the earlier value back.",
        ) from None


async def ensure_key(uow: UnitOfWork, secret: bytes) -> None:
    """A first key where there is none."""
    if not await live(uow):
        add_key(uow, generate_key(), secret, uow.now)
        await uow.flush()


def add_key(uow: UnitOfWork, key: SigningKey, secret: bytes, active_from: datetime) -> StoredKey:
    sealed = seal(key, secret)
    stored = StoredKey(kid=key.kid, public_pem=key.public_pem, private_pem_encrypted=sealed, active_from=active_from)
    uow.add(stored)
    return stored


async def load_keyring(connection: Any, secret: bytes, now: datetime) -> Keyring | None:
    """The newest active key signs; all that are not retired are accepted, also those that wait for their turn."""
    rows = await connection.fetch(LIVE)
    active = [row for row in rows if row[3] <= now]
    if not active:
        return None
    kid, public_pem, sealed, _ = active[-1]
    return Keyring(SigningKey(kid, unseal(kid, sealed, secret), public_pem), {row[0]: row[1] for row in rows})


async def look_again(running: Runtime, connection: Any, now: datetime) -> None:
    """What other processes and commands did to the keys since."""
    running.keys_seen_at = now
    running.keyring = await load_keyring(connection, running.secret, now) or running.keyring


async def signing(running: Runtime, connection: Any, now: datetime) -> Keyring:
    """Asked before each signature: a revoked key signs nothing any more, and the next one begins on time."""
    kid = await connection.fetchval(SIGNING, now)
    if kid is not None and kid != running.keyring.kid:
        await look_again(running, connection, now)
    return running.keyring


async def ensure_known(running: Runtime, token: str, now: datetime) -> None:
    """A key that another process has just made is looked up; a made-up one costs next to nothing."""
    kid = key_of(token)
    if kid is None or kid in running.keyring.verifiers or not running.unknown_keys.may_look(kid, now):
        return
    async with running.db.reading() as connection:
        await look_again(running, connection, now)


async def current(running: Runtime, now: datetime) -> Keyring:
    """At most half a minute old: for those who check our tokens on their own."""
    if running.keys_seen_at is None or abs(now - running.keys_seen_at) >= SEEN_FOR:
        async with running.db.reading() as connection:
            await look_again(running, connection, now)
    return running.keyring


async def live(uow: UnitOfWork) -> list[StoredKey]:
    query = select(StoredKey).where(col(StoredKey.retired_at).is_(None))
    return list((await uow.session.scalars(query.order_by(col(StoredKey.active_from)).with_for_update())).all())


async def rotate(uow: UnitOfWork, secret: bytes, ahead: timedelta) -> StoredKey:
    """The next key, published at once and signing after `ahead`; the one that waits already, if there is one."""
    waiting = [key for key in await live(uow) if key.active_from > uow.now]
    key = waiting[-1] if waiting else add_key(uow, generate_key(), secret, uow.now + ahead)
    key.active_from = min(key.active_from, uow.now + ahead)
    await uow.flush()
    return key


async def revoke(uow: UnitOfWork, secret: bytes, kid: str) -> StoredKey:
    """Refused from the next request on. Answers with the key that signs now; a new one is made when it was the last."""
    keys = await live(uow)
    revoked = next((key for key in keys if key.kid == kid), None)
    if revoked is None:
        raise not_found()
    revoked.retired_at = uow.now
    left = [key for key in keys if key is not revoked]
    signing = [key for key in left if key.active_from <= uow.now]
    if not signing:
        signing = [left[0] if left else add_key(uow, generate_key(), secret, uow.now)]
        signing[0].active_from = uow.now
    await uow.flush()
    return signing[-1]


async def retire_old(uow: UnitOfWork, access: timedelta) -> int:
    """Those whose successor has been signing for longer than any token lives."""
    signing = [key for key in await live(uow) if key.active_from <= uow.now - access - LEEWAY]
    for key in signing[:-1]:
        key.retired_at = uow.now
    await uow.flush()
    return len(signing[:-1])


async def rotate_aged(uow: UnitOfWork, secret: bytes, *, age: timedelta, ahead: timedelta) -> bool:
    """True when the newest key has signed for long enough and the next one was made."""
    newest = await uow.session.scalar(select(sa.func.max(col(StoredKey.active_from))))
    if newest is None or newest > uow.now - age:
        return False
    await rotate(uow, secret, ahead)
    return True
