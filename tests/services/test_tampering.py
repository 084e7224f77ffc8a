"""Whoever rules the database can change the journal, and cannot hide it: each way of changing it is named.

The superuser does their worst within a transaction in which the journal is verified, and which is then undone.
"""

# ruff: noqa: S608 - the superuser writes SQL as it comes

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.adapters.embedded_postgres import SUPERUSER
from app.adapters.storage import storage
from app.core.actors import command
from app.core.journal import Context
from app.core.seal_keys import SealKeys
from app.jobs import seals as jobs
from app.rules import merkle
from app.rules.checkpoints import Checkpoint, Signer
from app.rules.merkle import Range, Spot
from app.rules.tampering import Wrong
from app.services import published, seal_reading, seals, verification
from app.settings import Settings
from tests.support import factories
from tests.support.database import TestServer
from tests.support.horizon import settled
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.two_connections]

SPELT = f"SELECT {seal_reading.ENTRY} FROM journal j JOIN journal_leaves l ON l.journal_id = j.id WHERE l.position = $1"
COPIED = "kept, epoch, xid, at, actor_kind, actor_name, verb, subject, row_table, operation"
AT = "id = (SELECT journal_id FROM journal_leaves WHERE position = {})"


@dataclass
class Superuser:
    """Somebody with every right over the database, and without the secret of the program."""

    raw: Any
    keys: SealKeys
    settings: Settings

    async def rows(self, text: str, arguments: list[Any]) -> list[Any]:
        return list(await self.raw.fetch(text, *arguments))

    async def do(self, *statements: str) -> None:
        for text in statements:
            await self.raw.execute(text)

    async def entry(self, position: int) -> int:
        return int((await self.rows("SELECT journal_id FROM journal_leaves WHERE position = $1", [position]))[0][0])

    async def size(self) -> int:
        return int((await self.rows("SELECT count(*) FROM journal_leaves", []))[0][0])

    async def seal_again(self, position: int) -> None:
        """The leaf of an entry as it is now, and every node above it."""
        hashed = seals.hashed((await self.rows(SPELT, [position]))[0])
        await self.raw.execute("UPDATE journal_leaves SET hash = $1 WHERE position = $2", hashed, position)
        size = await self.size()
        for level in range(4, size.bit_length(), 4):
            number = position >> level
            if (number + 1) << level <= size:
                below = Range(number << level, (number + 1) << level)
                found = await seal_reading.hashes(self, [Spot(level - 4, number * 16 + each) for each in range(16)])
                hashed = merkle.hash_of(below, found)
                node = "UPDATE journal_nodes SET hash = $1 WHERE level = $2 AND index = $3"
                await self.raw.execute(node, hashed, level, number)

    async def verified(self, start: int = 0) -> Any:
        """The code and the facts of what is wrong, or how many entries are well."""
        try:
            report = await verification.verify(self, self.keys, start)
            await published.compare(self, self.keys, storage(self.settings))
        except Wrong as wrong:
            return wrong.sentence.code, dict(wrong.sentence.facts)
        return report.size


Deed = Callable[[Superuser, int], Awaitable[tuple[str, dict[str, Any]]]]


async def edited(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    await root.do(f"UPDATE journal SET actor_name = 'Хтось інший' WHERE {AT.format(at)}")
    return "journal_entry_edited", {"entry": await root.entry(at), "position": at}


async def edited_with_its_seal(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    await root.do(f"UPDATE journal SET actor_name = 'Хтось інший' WHERE {AT.format(at)}")
    await root.seal_again(at)
    return "journal_leaf_forged", {"entry": await root.entry(at), "position": at}


async def edited_with_the_seals_of_all_marks(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    """No mark tells which leaf it is; the signed checkpoint still does not fit."""
    await edited_with_its_seal(root, at)
    await root.do("UPDATE journal_leaves SET mark = ''")
    signed = await root.rows("SELECT size, at FROM journal_checkpoints WHERE size > $1 ORDER BY size", [at])
    before = await root.rows("SELECT coalesce(max(size), 0) FROM journal_checkpoints WHERE size <= $1", [at])
    size, moment = signed[0]
    told = {"first": before[0][0], "last": size - 1, "size": size, "at": f"{moment:{verification.NEAR}}"}
    return "journal_checkpoint_differs", told


async def a_seal_changed(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    await root.do(f"UPDATE journal_leaves SET hash = sha256('') WHERE position = {at}")
    return "journal_leaf_changed", {"entry": await root.entry(at), "position": at}


async def a_seal_deleted(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    await root.do(f"DELETE FROM journal_leaves WHERE position = {at}")
    return "journal_leaf_missing", {"position": at}


async def a_node_changed(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    await root.do(f"UPDATE journal_nodes SET hash = sha256('') WHERE level = 4 AND index = {at >> 4}")
    return "journal_node_differs", {"first": at >> 4 << 4, "last": (at >> 4 << 4) + 15}


async def deleted(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    entry = await root.entry(at)
    await root.do(f"DELETE FROM journal WHERE {AT.format(at)}")
    return "journal_entry_deleted", {"entry": entry, "position": at}


async def deleted_and_closed_up(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    """With its leaf, the leaves after it moved up: none of them has the mark of its new position."""
    entry = await root.entry(at + 1)
    await deleted(root, at)
    await root.do(
        f"DELETE FROM journal_leaves WHERE position = {at}",
        "ALTER TABLE journal_leaves DROP CONSTRAINT pk_journal_leaves",
        f"UPDATE journal_leaves SET position = position - 1 WHERE position > {at}",
    )
    return "journal_leaf_forged", {"entry": entry, "position": at}


async def inserted(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    statement = f"INSERT INTO journal ({COPIED}) SELECT {COPIED} FROM journal WHERE {AT.format(at - 1)} RETURNING id"
    # Of the same transaction, so it stands after the last entry of that one.
    entry = (await root.rows(statement, []))[0][0]
    after = """SELECT min(l.position) FROM journal_leaves l JOIN journal j ON j.id = l.journal_id
               WHERE (j.epoch, j.xid) > (SELECT epoch, xid FROM journal WHERE id = $1)"""
    position = (await root.rows(after, [entry]))[0][0]
    return "journal_entry_inserted", {"entry": entry, "position": position}


async def inserted_into_the_last_transaction(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    """With an id of their choice, before all that the transaction did."""
    del at
    last = await root.entry(await root.size() - 1)
    await root.do(f"""
        INSERT INTO journal (id, {COPIED}) OVERRIDING SYSTEM VALUE SELECT 0, {COPIED} FROM journal WHERE id = {last}
    """)
    first = """SELECT min(l.position) FROM journal_leaves l JOIN journal j ON j.id = l.journal_id
               WHERE (j.epoch, j.xid) = (SELECT epoch, xid FROM journal WHERE id = $1)"""
    return "journal_entry_inserted", {"entry": 0, "position": (await root.rows(first, [last]))[0][0]}


async def reordered(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    """Two entries of one transaction change places; each says what it said before."""
    one, other = await root.entry(at), await root.entry(at + 1)
    await root.do(
        "ALTER TABLE journal ALTER id DROP IDENTITY",
        f"UPDATE journal SET id = -1 WHERE id = {one}",
        f"UPDATE journal SET id = {one} WHERE id = {other}",
        f"UPDATE journal SET id = {other} WHERE id = -1",
    )
    return "journal_entry_edited", {"entry": one, "position": at}


async def moved_to_another_transaction(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    entry, last = await root.entry(at), await root.entry(await root.size() - 1)
    await root.do(f"UPDATE journal SET xid = (SELECT xid FROM journal WHERE id = {last}) WHERE id = {entry}")
    return "journal_entry_reordered", {"entry": await root.entry(at + 1), "expected": entry, "position": at}


async def seals_reordered(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    one, other = await root.entry(at), await root.entry(at + 1)
    await root.do(
        "ALTER TABLE journal_leaves DROP CONSTRAINT uq_journal_leaves_journal_id",
        f"UPDATE journal_leaves SET journal_id = {other} WHERE position = {at}",
        f"UPDATE journal_leaves SET journal_id = {one} WHERE position = {at + 1}",
    )
    return "journal_entry_reordered", {"entry": one, "expected": other, "position": at}


async def back_dated(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    moments = "SELECT (SELECT at - interval '40 days' FROM journal WHERE id = $1), at FROM journal WHERE id = $2"
    ((then, before),) = await root.rows(moments, [await root.entry(at), await root.entry(at - 1)])
    await root.do(f"UPDATE journal SET at = at - interval '40 days' WHERE {AT.format(at)}")
    told = {"at": f"{then:{verification.NEAR}}", "before": f"{before:{verification.NEAR}}"}
    return "journal_entry_backdated", {"entry": await root.entry(at), "position": at} | told


async def the_last_entries_deleted(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    entry = await root.entry(at)
    await root.do(f"DELETE FROM journal WHERE id IN (SELECT journal_id FROM journal_leaves WHERE position >= {at})")
    return "journal_entry_deleted", {"entry": entry, "position": at}


async def cut_off_with_everything(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    """Entries, leaves, nodes, checkpoints, cursor: as if it had never been. The published files know."""
    size = (await root.rows("SELECT max(size) FROM journal_checkpoints WHERE size <= $1", [at]))[0][0]
    later = await root.rows("SELECT size, at FROM journal_checkpoints WHERE size > $1 ORDER BY size LIMIT 1", [size])
    await root.do(
        f"DELETE FROM journal WHERE id IN (SELECT journal_id FROM journal_leaves WHERE position >= {size})",
        f"DELETE FROM journal_leaves WHERE position >= {size}",
        f"DELETE FROM journal_nodes WHERE (index + 1) << level > {size}",
        f"DELETE FROM journal_checkpoints WHERE size > {size}",
        f"""UPDATE journal_cursors c SET (epoch, xid, entry_id) = (SELECT epoch, xid, id FROM journal
            WHERE id = {await root.entry(size - 1)}) WHERE name = 'sealer'""",
    )
    told = {"position": size, "at": f"{later[0][1]:{verification.NEAR}}", "published": later[0][0]}
    return "journal_cut_off", told


async def rewritten_after_a_cut(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    """The same with the program sealing on: its newest tree is sound, and not the one that was published."""
    _, told = await cut_off_with_everything(root, at)
    size, first = told["published"], told["position"]
    for number in range(size - first + 3):
        await root.raw.execute(NOTED, f"rewritten {number}")
    await _sealed_by_the_program(root)
    at_ = told["at"]
    return "journal_published_differs", {"first": first, "last": size - 1, "size": size, "at": at_}


NOTED = """
INSERT INTO journal (kept, xid, at, actor_kind, actor_name, verb, subject, row_table, operation)
VALUES ('records', pg_snapshot_xmin(pg_current_snapshot())::text::xid8, clock_timestamp(), 'command', 'tests', $1,
        'journal', 'journal', 'note')
"""


async def _sealed_by_the_program(root: Superuser) -> None:
    """What the sealer does, within the transaction of the superuser: everything is taken to be below the horizon."""
    last = await seal_reading.newest_checkpoint(root)
    assert last
    tree = await seal_reading.grown(root, last.size)
    cursor = (await root.rows(verification.SEALER, []))[0]
    rows = await root.rows(seal_reading.IN_ORDER, [*seal_reading.Place.of(cursor).arguments, 1000])
    added = seals.Added()
    for row in rows:
        added.add(tree, int(row["id"]), seals.hashed(row), root.keys)
    await root.raw.execute(seals.ADD_LEAVES, *map(list, zip(*added.leaves, strict=True)))
    if added.nodes:
        await root.raw.execute(seals.ADD_NODES, *map(list, zip(*added.nodes, strict=True)))
    now = (await root.rows("SELECT date_trunc('second', clock_timestamp())", []))[0][0]
    found = Checkpoint(root.keys.signer.name, tree.size, tree.root, now)
    arguments = [found.size, found.root, found.at, root.keys.signer.key.id, root.keys.signer.signed(found.text)]
    await root.raw.execute(seals.ADD_CHECKPOINT, *arguments)
    await root.raw.execute(seals.MOVE, *seal_reading.Place.of(rows[-1]).arguments)


async def a_checkpoint_signed_by_somebody_else(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    size, root_, moment = (
        await root.rows("SELECT size, root, at FROM journal_checkpoints WHERE size > $1 ORDER BY size", [at])
    )[0]
    stranger = Signer(root.keys.signer.name, b"\7" * 32)
    note = stranger.signed(Checkpoint(stranger.name, size, root_, moment).text)
    await root.raw.execute("UPDATE journal_checkpoints SET note = $1 WHERE size = $2", note, size)
    return "journal_checkpoint_forged", {"size": size}


async def the_last_checkpoint_deleted_alone(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    del at
    newest = await seal_reading.newest_checkpoint(root)
    assert newest
    before = (await seal_reading.checkpoints_before(root, newest.size, 1))[0]
    await root.raw.execute("DELETE FROM journal_checkpoints WHERE size = $1", newest.size)
    entry = await root.entry(before.size)
    return "journal_entry_inserted", {"entry": entry, "position": before.size}


ARCHIVED = """
INSERT INTO journal_archives
  (id, part, kept, first_id, last_id, entry_count, sha256, checkpoint_size, file, archived_at)
SELECT gen_random_uuid(), 'machine_2025_01', 'machine', min(journal_id), max(journal_id), 1, '', 1, '', now()
FROM journal_leaves
"""
ACTOR = Context(command("archive"), "archive").sql(date(2026, 11, 23))


async def an_archive_made_up(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    """To excuse what was deleted, without a word of it in the journal."""
    await root.do("SET LOCAL session_replication_role = replica", ARCHIVED)
    await deleted(root, at)
    return "journal_archive_untold", {"part": "machine_2025_01"}


async def more_deleted_than_archived(root: Superuser, at: int) -> tuple[str, dict[str, Any]]:
    await root.do(ACTOR, ARCHIVED)
    for each in (at, at + 3):
        await deleted(root, each)
    return "journal_archive_differs", {"absent": 2, "archived": 1}


DEEDS: tuple[Deed, ...] = (
    edited,
    edited_with_its_seal,
    edited_with_the_seals_of_all_marks,
    a_seal_changed,
    a_seal_deleted,
    a_node_changed,
    deleted,
    deleted_and_closed_up,
    inserted,
    inserted_into_the_last_transaction,
    reordered,
    moved_to_another_transaction,
    seals_reordered,
    back_dated,
    the_last_entries_deleted,
    cut_off_with_everything,
    rewritten_after_a_cut,
    a_checkpoint_signed_by_somebody_else,
    the_last_checkpoint_deleted_alone,
    an_archive_made_up,
    more_deleted_than_archived,
)


async def sealed(world: World, settings: Settings) -> None:
    """Several transactions, several checkpoints, all of them published."""
    keys = SealKeys.of(settings)
    for number in range(8):
        async with world.work() as uow:
            for each in range(9):
                await uow.note("look_around", "journal", facts={"number": number, "each": each, "name": "Суми"})
        if number == 3:
            await factories.hromada(world)
        await settled(world)
        async with world.work() as uow:
            await seals.seal(uow, keys, limit=200)
    ctx = {"db": world.db, "clock": world.clock, "settings": settings}
    await jobs.seal_journal(ctx)


@asynccontextmanager
async def superuser(world: World, server: TestServer, settings: Settings) -> AsyncIterator[Superuser]:
    name = (await world.rows("SELECT current_database()"))[0][0]
    raw = await asyncpg.connect(server.postgres.url(SUPERUSER, name))
    try:
        yield Superuser(raw, SealKeys.of(settings), settings)
    finally:
        await raw.close()


async def test_every_way_to_change_the_journal_is_named(real_world: World, server: TestServer, tmp_path: Path) -> None:
    settings = real_world.app.state.runtime.settings.model_copy(update={"state": tmp_path})
    await sealed(real_world, settings)
    found, expected = {}, {}
    async with superuser(real_world, server, settings) as root:
        size = await root.size()
        for deed in DEEDS:
            await root.do("BEGIN")
            expected[deed.__name__] = await deed(root, size - 30)
            found[deed.__name__] = await root.verified()
            await root.do("ROLLBACK")

        await root.do("BEGIN", ACTOR, ARCHIVED)
        await deleted(root, size - 30)
        archived = await verification.verify(root, root.keys)
        await root.do("ROLLBACK")

        assert found == expected
        assert (archived.size, archived.absent) == (size, 1)
        assert await root.verified() == size


async def test_from_a_checkpoint_on_only_what_came_later_is_looked_at(
    real_world: World, server: TestServer, tmp_path: Path
) -> None:
    settings = real_world.app.state.runtime.settings.model_copy(update={"state": tmp_path})
    await sealed(real_world, settings)
    async with superuser(real_world, server, settings) as root:
        newest = await seal_reading.newest_checkpoint(root)
        assert newest
        before = (await seal_reading.checkpoints_before(root, newest.size, 3))[-1].size
        await root.do("BEGIN", f"UPDATE journal SET verb = 'x' WHERE {AT.format(before - 1)}")
        earlier = [await root.verified(), await root.verified(before)]
        await root.do("ROLLBACK", "BEGIN", f"UPDATE journal SET verb = 'x' WHERE {AT.format(before)}")
        later = await root.verified(before)
        await root.do("ROLLBACK")
        none = await root.verified(before + 1)

        told = [{"entry": await root.entry(before + each), "position": before + each} for each in (-1, 0)]
        assert earlier == [("journal_entry_edited", told[0]), newest.size]
        assert later == ("journal_entry_edited", told[1])
        assert none == ("journal_checkpoint_missing", {"size": before + 1})
