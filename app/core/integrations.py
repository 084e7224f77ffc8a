"""The integration behind a key: looked up on every request, so revoking or switching off acts on the next one."""

import hmac
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

import structlog
from fastapi import Request

from app.core import traffic
from app.core.actors import Actor, HeldGrant
from app.core.runtime import Runtime
from app.errors import AppError, say
from app.rules import api_keys, networks
from app.rules.permissions import FOR_PEOPLE, Permission
from app.vocabulary import ScopeKind

FIND: Final = """
SELECT k.id, k.secret_hash, k.expires_at, i.id, i.name, i.organization_id, i.scopes, i.allowed_networks
FROM api_keys k JOIN integrations i ON i.id = k.integration_id
WHERE k.key_id = $1 AND k.revoked_at IS NULL AND i.is_active AND i.archived_at IS NULL
"""
KNOWN: Final = frozenset(permission.value for permission in Permission)

log = structlog.get_logger("integrations")


async def integration_of(request: Request, running: Runtime, text: str, now: datetime) -> Actor:
    """The integration with its scopes; 401 for every key that is not good, 403 from a network that is not allowed."""
    key = api_keys.read(text)
    if key is None:
        raise AppError("unauthenticated", say("key_not_valid"))
    async with running.db.reading() as connection:
        found = await connection.fetchrow(FIND, key.id)
    if found is None or not hmac.compare_digest(key.digest, found[1]) or found[2] <= now:
        log.warning("a key was refused", key_id=key.id)
        raise AppError("unauthenticated", say("key_not_valid"))
    actor, address = acting(found[3], found[4], found[5], tuple(found[6]), key=found[0]), traffic.address(request)
    if found[7] and not networks.is_within(address, found[7]):
        log.warning("a key was refused: not from this network", key_id=key.id)
        request.scope.setdefault("state", {})["asker"] = actor  # so the journal knows whose key it was
        raise AppError("network_not_allowed", say("network_not_in_list"))
    running.usage.key_used(found[0], now, networks.prefix(address))
    return actor


@lru_cache(maxsize=1000)
def acting(
    id: UUID, name: str, organization: UUID | None, scopes: tuple[str, ...], *, key: UUID | None = None
) -> Actor:
    """The journal knows the key by which it came, as it knows a person's session; whoever is told came by none."""
    scope = ScopeKind.ORGANIZATION if organization else ScopeKind.ASSOCIATION
    held = HeldGrant(permissions=permissions(scopes), scope=scope, organization_id=organization)
    return Actor(kind="integration", name=name, id=id, session_id=key, grants=(held,))


def permissions(scopes: Iterable[str]) -> frozenset[Permission]:
    """What was given long ago may be for people only today, or be gone."""
    return frozenset(Permission(scope) for scope in scopes if scope in KNOWN) - FOR_PEOPLE
