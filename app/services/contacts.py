"""The day of the last real contact of a partnership, as the meetings and letters of both sides show it."""

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

from app.core.uow import UnitOfWork
from app.rules.activities import CONTACTS, PROOFS

# In the order of the ids, so that two meetings about the same partnerships wait for one another.
LATER: Final = """
UPDATE partnerships SET last_contact_on = $2
WHERE id IN (SELECT id FROM partnerships WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE)
  AND (last_contact_on IS NULL OR last_contact_on < $2)
"""

# What people wrote into the partnership themselves stands in the journal; what we wrote after meetings does not count.
RECOUNTED: Final = """
WITH counted AS (
  SELECT p.id, greatest(
    (SELECT max(a.starts_local::date) FROM activity_partnerships l JOIN activities a ON a.id = l.activity_id
     WHERE l.partnership_id = p.id AND a.archived_at IS NULL AND a.status = 'held'
       AND a.kind = ANY ($2) AND a.source = ANY ($3)),
    (SELECT (j.after ->> 'last_contact_on')::date FROM journal j
     WHERE j.subject = 'partnerships' AND j.subject_id = p.id AND j.row_table = 'partnerships'
       AND j.after ? 'last_contact_on' AND (j.operation = 'insert' OR j.verb = ANY ($4))
     ORDER BY j.id DESC LIMIT 1)
  ) AS last_on
  FROM partnerships p WHERE p.id = ANY ($1) ORDER BY p.id FOR NO KEY UPDATE OF p
)
UPDATE partnerships p SET last_contact_on = c.last_on FROM counted c
WHERE c.id = p.id AND p.last_contact_on IS DISTINCT FROM c.last_on
"""
BY_HAND: Final = ("edit_partnership", "undo_partnership")


async def touch(uow: UnitOfWork, partnership_ids: Collection[UUID], on: date) -> None:
    """There was a real contact on this day. It never makes the last contact earlier."""
    if partnership_ids and on <= uow.today:
        await uow.flush()
        await uow.transaction.raw.execute(LATER, list(partnership_ids), on)


async def recount(uow: UnitOfWork, partnership_ids: Collection[UUID]) -> None:
    """After a contact was taken back: the latest held one that is left, or the day that a person entered last."""
    if partnership_ids:
        await uow.flush()
        kinds, sources = sorted(map(str, CONTACTS)), sorted(map(str, PROOFS))
        await uow.transaction.raw.execute(RECOUNTED, list(partnership_ids), kinds, sources, list(BY_HAND))
