"""What webhooks are signed with: made here, shown once, sealed with a key of the settings, replaced with an overlap."""

import base64
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlmodel import col
from uuid_utils.compat import uuid7

from app.core import sealing
from app.core.sealing import Place, Ring, derived
from app.core.uow import UnitOfWork
from app.errors import refused, say
from app.models import WebhookSecret

SECRET_BYTES: Final = 32
LABEL: Final = b"pobratym: webhooks: ed25519"


async def make(uow: UnitOfWork, webhook_id: UUID) -> str:
    """The text of the secret, which nobody is told again."""
    secret = secrets.token_bytes(SECRET_BYTES)
    id, newest = uuid7(), uow.keys.newest
    kept = WebhookSecret(
        id=id,
        webhook_id=webhook_id,
        kek_id=newest.id,
        wrapped=sealing.seal(newest, place(id), secret),
        public_key=public_key(secret),
        made_at=uow.now,
    )
    uow.add(kept)
    await uow.flush()
    return f"whsec_{base64.b64encode(secret).decode()}"


async def rotate(uow: UnitOfWork, webhook_id: UUID, overlap: timedelta) -> str:
    """The new one signs from now on, and the old one with it until every receiver can know the new one."""
    kept = await uow.children(WebhookSecret, col(WebhookSecret.webhook_id), webhook_id, col(WebhookSecret.id))
    for old in kept:
        if old.signs_until is None:
            old.signs_until = uow.now + overlap
        elif old.signs_until > uow.now:
            raise refused(say("webhook_secrets_enough", until=f"{old.signs_until:%Y-%m-%d %H:%M} UTC"))
        else:
            await uow.session.delete(old)
    await uow.flush()
    return await make(uow, webhook_id)


def opened(keys: Ring, id: UUID, kek_id: str, wrapped: str) -> bytes:
    return sealing.unseal(keys[kek_id], place(id), wrapped)


def place(id: UUID) -> Place:
    return Place("webhook_secrets", "wrapped", id)


def public_key(secret: bytes) -> str:
    """What a receiver that must not be able to sign checks signatures with."""
    raw = _private(secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"whpk_{base64.b64encode(raw).decode()}"


def headers(signing: Iterable[bytes], id: UUID, at: datetime, body: bytes) -> dict[str, str]:
    """Standard Webhooks 1.0.0, with both kinds of signatures by each secret that signs now."""
    stamp = str(int(at.timestamp()))
    signed = f"{id}.{stamp}.".encode() + body
    signatures = [each for secret in signing for each in _signatures(secret, signed)]
    return {"webhook-id": str(id), "webhook-timestamp": stamp, "webhook-signature": " ".join(signatures)}


def _signatures(secret: bytes, signed: bytes) -> tuple[str, str]:
    symmetric, asymmetric = hmac.digest(secret, signed, "sha256"), _private(secret).sign(signed)
    return f"v1,{base64.b64encode(symmetric).decode()}", f"v1a,{base64.b64encode(asymmetric).decode()}"


def _private(secret: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derived(secret, LABEL))
