"""Links that open one version of a file for one person, for some minutes, as long as they may see it."""

import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from app.core.db import Database
from app.core.holders import holder
from app.core.sealing import derived, master
from app.core.uow import Asker, Reader
from app.errors import AppError, say
from app.rules.opaque import bytes64, text64
from app.rules.permissions import Permission
from app.settings import Settings

LABEL: Final = b"pobratym: links to files"
FORM: Final = struct.Struct("!16s16sIQ")
PROOF_BYTES: Final = 32


@dataclass(frozen=True)
class Opened:
    """For whom the link was made, and what it opens."""

    user_id: UUID
    document_id: UUID
    number: int
    expires_at: datetime


def token(settings: Settings, link: Opened) -> str:
    until = int(link.expires_at.timestamp())
    payload = FORM.pack(link.user_id.bytes, link.document_id.bytes, link.number, until)
    return text64(payload + _proof(settings, payload))


def made(settings: Settings, asker: Asker, document_id: UUID, number: int) -> Opened:
    """For people: another system has its key for the file itself."""
    if asker.actor.kind != "user" or asker.actor.id is None:
        raise AppError("forbidden", say("people_only"))
    until = asker.now + timedelta(minutes=settings.files.link_minutes)
    return Opened(asker.actor.id, document_id, number, until.replace(microsecond=0))


async def reader(db: Database, settings: Settings, given: str, now: datetime) -> tuple[Reader, Opened]:
    """Who it was made for, with the rights they have by now; the same refusal for every link that opens nothing."""
    link = _opened(settings, given)
    if link is None or link.expires_at <= now:
        raise ended()
    async with db.reading() as connection:
        actor = await holder(connection, link.user_id)
    if actor is None:
        raise ended()
    return Reader(actor=actor, permission=Permission.DOCUMENTS_READ, now=now, db=db), link


def ended() -> AppError:
    return AppError("link_ended", say("ask_for_a_new_link"))


def _opened(settings: Settings, given: str) -> Opened | None:
    try:
        raw = bytes64(given)
    except ValueError:
        return None
    payload, proof = raw[: FORM.size], raw[FORM.size :]
    if text64(raw) != given:  # the last letter has bits to spare
        return None
    if len(proof) != PROOF_BYTES or not hmac.compare_digest(proof, _proof(settings, payload)):
        return None
    user, document, number, seconds = FORM.unpack(payload)
    return Opened(UUID(bytes=user), UUID(bytes=document), number, datetime.fromtimestamp(seconds, UTC))


def _proof(settings: Settings, payload: bytes) -> bytes:
    return hmac.digest(derived(master(settings), LABEL), payload, "sha256")
