"""The session behind a token: one indexed query per request, so ending a session or a grant acts at once."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import orjson

from app.core.actors import Actor, HeldGrant
from app.rules.permissions import GRANTS
from app.vocabulary import Language, Role, ScopeKind

FIND: Final = """
SELECT u.name, u.language, s.proved_at, (
  SELECT json_agg(
    json_build_array(g.id, g.role, g.scope, g.organization_id, g.oblast_code, g.valid_from, g.valid_to)
  )::text
  FROM grants g WHERE g.user_id = u.id
)
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.id = $1 AND u.id = $2 AND s.ended_at IS NULL AND s.expires_at > $3 AND u.is_active AND u.archived_at IS NULL
"""


async def actor_of(connection: Any, session: UUID, user: UUID, now: datetime) -> Actor | None:
    """The person with today's grants, or None when the session or the account has ended."""
    found = await connection.fetchrow(FIND, session, user, now)
    if found is None:
        return None
    return _actor(session, user, found[0], found[1], found[2], found[3] or "[]")


@lru_cache(maxsize=5000)
def _actor(session: UUID, user: UUID, name: str, language: str, proved_at: datetime | None, grants: str) -> Actor:
    """Remembered by everything it is made of, so it is never older than the row just read."""
    held = tuple(_grant(row) for row in orjson.loads(grants))
    return Actor(
        kind="user",
        name=name,
        id=user,
        session_id=session,
        language=Language(language),
        grants=held,
        proved_at=proved_at,
    )


def _grant(row: list[Any]) -> HeldGrant:
    id, role, scope, organization, oblast, valid_from, valid_to = row
    return HeldGrant(
        permissions=GRANTS[Role(role)],
        id=UUID(id),
        role=Role(role),
        scope=ScopeKind(scope),
        organization_id=UUID(organization) if organization else None,
        oblast_code=oblast,
        valid_from=date.fromisoformat(valid_from),
        valid_to=date.fromisoformat(valid_to) if valid_to else None,
    )
