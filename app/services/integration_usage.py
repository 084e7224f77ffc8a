"""What an integration may know of itself, and what it called on which day."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from app.core.uow import Reader, require_visible
from app.errors import FieldError, invalid, say
from app.models import Integration
from app.rules.deprecations import RETIRING
from app.schemas.integrations import OwnIntegration, OwnKey, UsageQuery, UsageRead, UsedOperation

LONGEST: Final = timedelta(days=31)
USUAL: Final = timedelta(days=30)

MYSELF: Final = """
SELECT i.id, i.name, i.organization_id, coalesce(o.name_uk, o.name_en), i.scopes, i.allowed_networks,
       k.key_id, k.expires_at
FROM integrations i JOIN api_keys k ON k.integration_id = i.id LEFT JOIN organizations o ON o.id = i.organization_id
WHERE i.id = $1 AND k.id = $2
"""
USED: Final = """
SELECT day, operation, count, refused_count, is_deprecated FROM integration_uses
WHERE integration_id = $1 AND day BETWEEN $2 AND $3 ORDER BY day, operation
"""


async def myself(reader: Reader) -> OwnIntegration:
    [row] = await reader.rows(MYSELF, [reader.actor.id, reader.actor.session_id])
    return OwnIntegration(
        id=row[0],
        name=row[1],
        organization_id=row[2],
        organization_name=row[3],
        scopes=row[4],
        allowed_networks=row[5],
        key=OwnKey(key_id=row[6], expires_at=row[7]),
    )


async def own(reader: Reader, query: UsageQuery) -> UsageRead:
    assert reader.actor.id is not None  # noqa: S101 - an integration that came with a key has one
    return await _read(reader, reader.actor.id, query)


async def of(reader: Reader, id: UUID, query: UsageQuery) -> UsageRead:
    await require_visible(reader, Integration, id)
    return await _read(reader, id, query)


async def _read(reader: Reader, id: UUID, query: UsageQuery) -> UsageRead:
    first, last = _period(reader.today, query)
    rows = await reader.rows(USED, [id, first, last])
    items = [
        UsedOperation(
            day=row[0],
            operation=row[1],
            count=row[2],
            refused_count=row[3],
            is_deprecated=row[4],
            sunset_on=RETIRING[row[1]].sunset if row[1] in RETIRING else None,
        )
        for row in rows
    ]
    return UsageRead(starts_on=first, ends_on=last, items=items)


def _period(today: date, query: UsageQuery) -> tuple[date, date]:
    last = query.ends_on or today
    first = query.starts_on or last - USUAL + timedelta(days=1)
    if last < first:
        raise invalid(FieldError("query:to", say("end_before_start")))
    if last - first >= LONGEST:
        raise invalid(FieldError("query:from", say("period_too_long", days=LONGEST.days)))
    return first, last
