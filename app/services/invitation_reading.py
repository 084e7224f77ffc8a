"""Who was told what about a meeting: for whoever may read the meeting."""

from typing import Final
from uuid import UUID

from app.core.uow import Reader, require_visible
from app.models import Activity
from app.schemas.calendars import InvitationRead

LIST: Final = """
SELECT participant_id, status, sequence, language, shows_others AS shows_participants, sent_at
FROM invitations WHERE activity_id = $1 ORDER BY id
"""


async def of(reader: Reader, id: UUID) -> list[InvitationRead]:
    await require_visible(reader, Activity, id)
    return [InvitationRead.model_validate(dict(row)) for row in await reader.rows(LIST, [id])]
