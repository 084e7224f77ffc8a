"""No column that can hold what somebody wrote about a person stands in the journal in clear."""

from typing import Final

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

import app.models  # noqa: F401 - fills the metadata
from app.models.base import TermText
from app.services.retention import PURGES
from tests.support.world import World

pytestmark = pytest.mark.anyio

TRIGGERS: Final = """
SELECT c.relname, t.tgname, string_to_array(encode(t.tgargs, 'escape'), '\\000') AS arguments
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE p.proname = 'journal_write' ORDER BY 1, 2
"""
# Texts of ours, or codes; nobody writes about a person in them.
IN_CLEAR: Final = {
    "consents.text_version": "which text it was",
    "calendar_feeds.filters": "codes and ids",
    "erasures.subject": "the name of a table",
    "grants.oblast_code": "a code",
    "grants.source": "manual, or the provider",
    "handovers.summary": "counts, ids and titles of records",
    "identities.issuer": "the address of the provider",
    "people.search": "derived, left out by the trigger",
    "people.sort_name": "derived, left out by the trigger",
    "sessions.ended_because": "a sentence of ours",
}


def writable(table: sa.Table) -> set[str]:
    kinds = (sa.Text, sa.String, sa.JSON)
    return {c.name for c in table.columns if isinstance(c.type, kinds) and not isinstance(c.type, TermText)}


async def test_what_is_written_about_a_person_stands_beside_the_journal(world: World) -> None:
    found: dict[str, set[str]] = {}
    for table, _, (subject, _, hidden, personal, *_) in await world.rows(TRIGGERS):
        if subject in {"people", "users"}:
            parted = {*hidden.split(","), *personal.split(",")}
            found.setdefault(table, set()).update(writable(SQLModel.metadata.tables[table]) - parted)

    assert {"people", "contact_points", "affiliations", "consents", "users", "sessions"} <= found.keys()
    in_clear = {f"{table}.{column}" for table, columns in found.items() for column in columns}
    assert in_clear - IN_CLEAR.keys() == set()


def test_every_table_that_is_purged_is_there() -> None:
    purged = {purge.table for each in PURGES.values() for purge in each}

    assert len(purged) > 8
    assert purged <= set(SQLModel.metadata.tables)
