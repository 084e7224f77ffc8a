"""Keys of integrations: made and shown once, revoked, and revoked by whoever finds one lying about."""

import hmac
import secrets
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from app.core import crud
from app.core.uow import UnitOfWork
from app.errors import FieldError, invalid, not_found, refused, say
from app.models import ApiKey, Integration
from app.rules import api_keys
from app.rules import integrations as rules
from app.rules.opaque import digest
from app.rules.permissions import Permission
from app.schemas.integrations import ApiKeyMade
from app.services import integrations, messages
from app.vocabulary import Language, MessageKind

FOUND: Final = "shown to us by somebody who found it"


async def create(uow: UnitOfWork, id: UUID, expires_at: datetime) -> ApiKeyMade:
    """Whoever makes a key gives what it may do, so they must hold all of it themselves."""
    integration = await integrations.locked(uow, id)
    _require_working(integration)
    organization = await integrations.organization_of(uow, integration)
    integrations.require_giveable(uow, map(Permission, integration.scopes), organization)
    if objection := rules.life_objection(expires_at, uow.now):
        raise invalid(FieldError("/expires_at", objection))
    if objections := rules.rotation_objections(await _live_count(uow, id)):
        raise refused(*objections)
    text = api_keys.made(secrets.randbelow(62**api_keys.ID_LENGTH), secrets.randbelow(62**api_keys.SECRET_LENGTH))
    key = _kept(uow, id, text, expires_at)
    uow.add(key)
    await uow.flush()
    return ApiKeyMade(id=key.id, key_id=key.key_id, key=text, created_at=key.created_at, expires_at=key.expires_at)


async def revoke(uow: UnitOfWork, id: UUID, api_key_id: UUID, reason: str) -> None:
    """Acts with the very next request. A key that was revoked before stays as it was."""
    await integrations.locked(uow, id)
    await uow.because(reason)
    key = await uow.session.get(ApiKey, api_key_id, with_for_update=True)
    if key is None or key.integration_id != id:
        raise not_found()
    if key.revoked_at is None:
        key.revoked_at, key.revoked_because = uow.now, reason
    await uow.flush()


async def revoke_found(uow: UnitOfWork, text: str) -> None:
    """Says nothing to whoever asks; a genuine key is over, and who answers for it is told."""
    claimed = api_keys.read(text)
    if claimed is None:
        return
    query = select(ApiKey).where(col(ApiKey.key_id) == claimed.id).with_for_update()
    key = (await uow.session.scalars(query)).one_or_none()
    if key is None or not hmac.compare_digest(key.secret_hash, claimed.digest) or key.revoked_at is not None:
        return
    await uow.because(FOUND)
    key.revoked_at, key.revoked_because = uow.now, FOUND
    await uow.flush()
    integration = await uow.session.get_one(Integration, key.integration_id)
    facts = {"integration": integration.name, "key": key.key_id}
    await messages.post(
        uow, MessageKind.API_KEY_REVOKED, to=integration.contact_email, language=Language.UK, facts=facts
    )


def _require_working(integration: Integration) -> None:
    crud.require_live(integration)
    if not integration.is_active:
        raise refused(say("integration_is_off"))


async def _live_count(uow: UnitOfWork, id: UUID) -> int:
    keys = await uow.children(ApiKey, col(ApiKey.integration_id), id)
    return sum(key.revoked_at is None and key.expires_at > uow.now for key in keys)


def _kept(uow: UnitOfWork, id: UUID, text: str, expires_at: datetime) -> ApiKey:
    maker = uow.actor.id if uow.actor.kind == "user" else None
    key_id = text.split("_")[2]
    return ApiKey(
        integration_id=id,
        key_id=key_id,
        secret_hash=digest(text),
        created_at=uow.now,
        created_by=maker,
        expires_at=expires_at,
    )
