"""What an auditor does with the journal: every commitment whose value is still there must fit it."""

import hashlib
from typing import Any

from tests.support.world import World

HELD = """
SELECT j.id, p.field, p.salt, p.before::text, p.after::text,
       j.before -> p.field ->> 'sha256', j.after -> p.field ->> 'sha256', j.reason
FROM journal_personal p JOIN journal j ON j.id = p.journal_id
"""


def commitment(salt: bytes, value: str) -> str:
    return hashlib.sha256(salt + value.encode()).hexdigest()


async def broken(world: World) -> list[Any]:
    """Entries whose value does not open their commitment; there must be something to look at."""
    rows = await world.rows(HELD)
    assert rows
    return [(row[0], row[1]) for row in rows if not fits(*row)]


def fits(_: int, field: str, salt: bytes, before: str | None, after: str | None, *held: str | None) -> bool:
    was, is_now, reason = held
    expected = [value and commitment(salt, value) for value in (before, after)]
    if field == "journal.reason":
        return [None, (reason or "").removeprefix("sha256:")] == expected
    return [was, is_now] == expected
