"""What every table must have, asked of the database that the migrations built."""

from typing import Final

import pytest
from sqlmodel import SQLModel

import app.models  # noqa: F401 - fills the metadata
from tests.support.world import World

pytestmark = pytest.mark.anyio

# Tables that record no change of the business, and why.
NOT_JOURNALLED: Final = {
    "journal": "it is the journal",
    "journal_cursors": "how far those who follow the journal have come",
    "journal_leaves": "the seal of the journal itself",
    "journal_nodes": "the seal of the journal itself",
    "journal_checkpoints": "the seal of the journal itself",
    "journal_epochs": "which history of the database the journal's transaction ids belong to",
    "idempotency_keys": "answers that were given before; their effects are journalled",
    "refresh_tokens": "hashes; the sign-in and the end of a session are journalled",
    "messages": "letters on their way; what they tell about is journalled",
    "openid_attempts": "ways to a provider and back, of minutes; the sign-in itself is journalled",
    "throttles": "counters of what was tried in vain; failed sign-ins are journalled",
    "factor_challenges": "questions of minutes; what an answer opened or changed is journalled",
    "subject_keys": "keys: in a journal they could never be destroyed; that they were is noted there",
    "vault_keys": "a key under other keys; the rotation is noted",
    "number_series": "counters; the numbers stand in the records",
    "journal_personal": "the other half of the journal itself",
    "api_key_uses": "the last use of a key, to the minute; what was done with it is journalled under its name",
    "integration_uses": "counters of calls; what the calls changed is journalled",
    "webhook_deliveries": "events on their way; what they tell about is journalled",
    "webhook_attempts": "how each try to deliver ended; what came of them for the webhook is journalled",
    "planned_reminders": "what is planned for whom; the rules and the records it follows from are journalled",
    "heartbeats": "when a job last ran",
    "notices": "how each person was told; nothing of the business changes by it",
    "notification_settings": "a person's own zone and hours, and whether their mailbox answers",
    "uploads": "files of a day that are on no record yet",
    "calendar_feed_uses": "when a program last asked for a calendar, to the hour",
    "invitations": "what was told by mail; that it was is noted, and the meeting is journalled",
    "received_mails": "mails that were dealt with; what they changed is journalled",
    "operations": "how far long work has come; that it was asked for and cancelled is noted, its effects are their own",
    "webhook_healths": "how it goes at an address lately; that it was given up is journalled",
}

TRIGGERS: Final = """
SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE p.proname = $1 AND t.tgenabled = 'O' AND NOT t.tgisinternal
"""
OWNED: Final = "SELECT relname FROM pg_class WHERE relowner = 'pobratym_app'::regrole"
MAY: Final = "SELECT right_ FROM unnest($1::text[]) right_ WHERE has_table_privilege('pobratym_app', $2, right_)"
ROLE: Final = """
SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, has_schema_privilege(oid, 'public', 'CREATE')
FROM pg_roles WHERE rolname = 'pobratym_app'
"""

# Nobody asks for the children of these parents, and the parents are never deleted.
RARELY_ASKED: Final = {
    "campaigns.template_en_id",
    "campaigns.template_uk_id",
    "document_versions.uploaded_by_id",
    "organizations.replaced_by_id",
    "partnership_stages.actor_id",
    "partnership_stages.agreement_id",
    "task_items.done_by_id",
    "tasks.done_by_id",
}

# What the clock on the wall shows; each stands beside the zone and the instant that follows from both.
WALL_TIMES: Final = {
    "activities.ends_local",
    "activities.starts_local",
    "personal_reminders.starts_local",
    "planned_reminders.anchor",
    "planned_reminders.due_local",
}


def tables() -> set[str]:
    return set(SQLModel.metadata.tables)


async def names(world: World, text: str, *arguments: str) -> set[str]:
    return {row[0] for row in await world.rows(text, *arguments)}


async def test_every_table_is_journalled(world: World) -> None:
    journalled = await names(world, TRIGGERS, "journal_write")

    assert len(tables()) > 20
    assert tables() - journalled == set(NOT_JOURNALLED)


async def test_every_record_has_its_version_kept_by_the_database(world: World) -> None:
    versioned = {name for name, table in SQLModel.metadata.tables.items() if "version" in table.columns}

    assert len(versioned) > 5
    assert await names(world, TRIGGERS, "version_write") == versioned


async def test_the_application_owns_nothing(world: World) -> None:
    assert await names(world, OWNED) == set()
    assert [tuple(row) for row in await world.rows(ROLE)] == [(False, False, False, False, False)]


async def test_the_journal_can_only_be_read_and_added_to(world: World) -> None:
    rights = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES"]

    found = [row[0] for row in await world.rows(MAY, rights, "journal")]

    assert found == ["SELECT", "INSERT"]


async def test_no_table_can_be_emptied_or_switched_off_by_the_application(world: World) -> None:
    found = {name: await world.rows(MAY, ["TRUNCATE", "TRIGGER"], name) for name in tables()}

    assert len(found) > 20
    assert {name for name, rights in found.items() if rights} == set()


async def test_every_foreign_key_has_an_index(world: World) -> None:
    """Without one, a look at the parent reads the whole child table."""
    missing = await world.rows("""
        SELECT c.conrelid::regclass::text || '.' || a.attname
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND NOT EXISTS (
          SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND c.conkey[1] = i.indkey[0]
        ) ORDER BY 1
    """)

    assert sorted(row[0] for row in missing) == sorted(RARELY_ASKED)


async def test_every_moment_is_an_instant_unless_it_is_a_wall_time(world: World) -> None:
    found = await names(
        world,
        """
        SELECT table_name || '.' || column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type = 'timestamp without time zone'
        """,
    )

    assert found == WALL_TIMES
