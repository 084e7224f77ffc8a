"""An account as it stands now, for what acts in its name without a session: links, calendars, reminders."""

from typing import Any, Final
from uuid import UUID

from app.core.actors import Actor
from app.core.sessions import actor_of

FIND: Final = """
SELECT u.name, u.language, (
  SELECT json_agg(
    json_build_array(g.id, g.role, g.scope, g.organization_id, g.oblast_code, g.valid_from, g.valid_to)
  )::text
  FROM grants g WHERE g.user_id = u.id
)
FROM users u WHERE u.id = $1 AND u.is_active AND u.archived_at IS NULL
"""


async def holder(connection: Any, user_id: UUID) -> Actor | None:
    """Who they are and what they may do today; None for whoever can no longer sign in."""
    row = await connection.fetchrow(FIND, user_id)
    return None if row is None else actor_of(None, user_id, row[0], row[1], None, row[2] or "[]")
