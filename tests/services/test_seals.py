"""The sealer sees every entry once, in the order of the transactions, whatever happens to it on the way."""

import asyncio
import base64
import hashlib
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from app.adapters.embedded_postgres import SUPERUSER
from app.adapters.storage import storage
from app.core.seal_keys import SealKeys
from app.jobs import seals as jobs
from app.rules import canonical, checkpoints, merkle
from app.rules.tampering import Wrong
from app.services import published, seal_reading, seals, verification
from app.settings import Journal, Settings
from app.vocabulary import Role
from tests.support import actors, factories
from tests.support import merkle_reader as referee
from tests.support.commitments import broken
from tests.support.database import TestServer, fetch
from tests.support.horizon import settled
from tests.support.mail import Postman, text
from tests.support.sealing import keys, sealed
from tests.support.world import World

pytestmark = pytest.mark.anyio

MANY = """
INSERT INTO journal (kept, xid, at, actor_kind, actor_name, verb, subject, row_table, operation, after)
SELECT 'records', pg_current_xact_id(), clock_timestamp(), 'command', 'tests', 'look_around', 'journal', 'journal',
       'note', jsonb_build_object('number', n, 'share', n / 7.0, 'name', 'Сумська громада')
FROM generate_series(1, $1) n
"""
SEALED = """
SELECT j.verb, l.position FROM journal_leaves l JOIN journal j ON j.id = l.journal_id
WHERE j.verb LIKE 'told%' ORDER BY l.position
"""
LEFT_OUT = "SELECT count(*) FROM journal WHERE id NOT IN (SELECT journal_id FROM journal_leaves)"
LEAVES = "SELECT hash FROM journal_leaves ORDER BY position"
STATE = """
SELECT (SELECT count(*) FROM journal_leaves), (SELECT count(*) FROM journal_nodes),
       (SELECT count(*) FROM journal_checkpoints), (SELECT entry_id FROM journal_cursors WHERE name = 'sealer')
"""
ENTRIES = f"SELECT {seal_reading.ENTRY} FROM journal_leaves l JOIN journal j ON j.id = l.journal_id ORDER BY l.position"  # noqa: S608 - constants

# The server hangs up in the middle of the sealer's transaction.
CUT = """
CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NEW; END $$
"""


def settings(world: World, state: Path, **journal: Any) -> Settings:
    found: Settings = world.app.state.runtime.settings
    return found.model_copy(update={"state": state, "journal": Journal(**journal)})


def context(world: World, state: Path, **journal: Any) -> dict[Any, Any]:
    return {"db": world.db, "clock": world.clock, "settings": settings(world, state, **journal)}


def published_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*.note")}


async def verified(world: World) -> int:
    async with world.work() as uow:
        return (await verification.verify(uow, keys(world))).size


async def test_a_leaf_is_the_hash_of_the_canonical_entry(world: World) -> None:
    await sealed(world, 40)

    entries = [canonical.dumps(canonical.entry(row)) for row in await world.rows(ENTRIES)]
    async with world.work() as uow:
        newest = await seals.newest_checkpoint(uow)

    assert len(entries) == 40
    assert [row[0] for row in await world.rows(LEAVES)] == [hashlib.sha256(b"\0" + each).digest() for each in entries]
    assert newest
    assert (newest.size, newest.root) == (40, referee.tree_hash(entries))
    assert checkpoints.checked(newest.note, keys(world).known).root == newest.root


@pytest.mark.two_connections
async def test_whoever_began_first_is_sealed_first_though_they_end_last(real_world: World) -> None:
    async with real_world.work() as slow:
        await slow.note("told_by_the_slow", "journal")
        async with real_world.work() as quick:
            await quick.note("told_by_the_quick", "journal")
        async with real_world.work() as uow:
            await seals.seal(uow, keys(real_world))
        meanwhile = await real_world.rows(SEALED)
    await settled(real_world)
    async with real_world.work() as uow:
        await seals.seal(uow, keys(real_world))

    assert meanwhile == []
    assert [row[0] for row in await real_world.rows(SEALED)] == ["told_by_the_slow", "told_by_the_quick"]
    assert (await real_world.rows(LEFT_OUT))[0][0] == 0
    assert await verified(real_world) > 100


@pytest.mark.two_connections
async def test_a_sealer_that_is_killed_leaves_nothing_half(real_world: World, server: TestServer) -> None:
    name = (await real_world.rows("SELECT current_database()"))[0][0]
    superuser = server.postgres.url(SUPERUSER, name)
    await settled(real_world)
    async with real_world.work() as uow:
        await seals.seal(uow, keys(real_world), limit=50)
    before = await real_world.rows(STATE)
    await fetch(superuser, CUT)
    states = {}
    for where in ("journal_leaves", "journal_nodes", "journal_checkpoints", "journal_cursors"):
        event = "UPDATE" if where == "journal_cursors" else "INSERT"
        await fetch(superuser, f"CREATE TRIGGER cut AFTER {event} ON {where} FOR EACH STATEMENT EXECUTE FUNCTION cut()")
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError, OSError)):
            async with real_world.work() as uow:
                await seals.seal(uow, keys(real_world))
        await fetch(superuser, f"DROP TRIGGER cut ON {where}")
        states[where] = await real_world.rows(STATE)
    async with real_world.work() as uow:
        await seals.seal(uow, keys(real_world))

    assert states == dict.fromkeys(states, before)
    assert (await real_world.rows(LEFT_OUT))[0][0] == 0
    assert await verified(real_world) > 100


@pytest.mark.two_connections
async def test_many_are_sealed_in_batches_and_published_once(real_world: World, tmp_path: Path) -> None:
    """Two workers at once do the work of one."""
    async with real_world.work() as uow:
        await uow.transaction.raw.execute(MANY, 2500)
    await settled(real_world)
    ctx = context(real_world, tmp_path)

    counts = await asyncio.gather(jobs.seal_journal(ctx), jobs.seal_journal(ctx))
    rest = await jobs.seal_journal(ctx)

    sizes = [row[0] for row in await real_world.rows("SELECT size FROM journal_checkpoints ORDER BY size")]
    files = await storage(ctx["settings"]).names("checkpoints")
    assert (await real_world.rows(LEFT_OUT))[0][0] == 0
    assert sum(counts) + rest == sizes[-1] > 2500
    assert sizes == [*range(1000, sizes[-1], 1000), sizes[-1]]
    assert [int(Path(name).name.split("-")[0]) for name in files] == sizes
    assert await verified(real_world) == sizes[-1]
    async with real_world.work() as uow:
        assert await published.compare(uow, keys(real_world), storage(ctx["settings"])) == len(sizes)


@pytest.mark.two_connections
async def test_what_was_published_and_not_remembered_is_published_again(real_world: World, tmp_path: Path) -> None:
    await settled(real_world)
    ctx = context(real_world, tmp_path)
    await jobs.seal_journal(ctx)
    files = published_in(tmp_path)
    async with real_world.work() as uow:
        await uow.transaction.raw.execute("UPDATE journal_cursors SET entry_id = 0 WHERE name = 'publisher'")

    again = await jobs.publish_checkpoints(ctx)

    assert again == len(files) > 0
    assert published_in(tmp_path) == files


@pytest.mark.two_connections
async def test_nothing_is_added_to_a_tree_that_is_not_the_signed_one(real_world: World, server: TestServer) -> None:
    name = (await real_world.rows("SELECT current_database()"))[0][0]
    await settled(real_world)
    async with real_world.work() as uow:
        await seals.seal(uow, keys(real_world), limit=21)
    wrong = "UPDATE journal_leaves SET hash = sha256('') WHERE position = 20"
    await fetch(server.postgres.url(SUPERUSER, name), wrong)
    before = await real_world.rows(STATE)

    with pytest.raises(seal_reading.Unsound):
        async with real_world.work() as uow:
            await seals.seal(uow, keys(real_world))

    assert await real_world.rows(STATE) == before


@pytest.mark.two_connections
async def test_an_erasure_changes_no_seal(real_world: World) -> None:
    administrator = await actors.everywhere(real_world, Role.ADMINISTRATOR)
    hromada = await factories.hromada(real_world)
    mayor = {"family_name_uk": "Лисенко", "given_name_uk": "Олександр", "note": "Говорить польською"}
    there = {"affiliations": [{"organization_id": str(hromada.id)}]}
    person = await administrator.made("/v1/people", mayor | there)
    await _all_sealed(real_world)
    leaves = await real_world.rows(LEAVES)

    why = {"ground": "unlawful", "reason": "Припис від 01.11.2026"}
    answer = await administrator.post(f"/v1/people/{person['id']}/erasure", json=why)
    await _all_sealed(real_world)

    assert answer.status_code == 200
    assert (await real_world.rows(LEAVES))[: len(leaves)] == leaves
    assert await verified(real_world) > len(leaves) > 100
    assert await broken(real_world) == []


async def _all_sealed(world: World) -> None:
    await settled(world)
    async with world.work() as uow:
        await seals.seal(uow, keys(world))


async def test_a_new_key_signs_and_the_former_one_is_still_believed(world: World, tmp_path: Path) -> None:
    await sealed(world, 5)
    old = keys(world).signer.key
    seal_key = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
    renewed = SealKeys.of(settings(world, tmp_path, seal_key=seal_key, former_keys=(str(old),)))
    forgetful = SealKeys.of(settings(world, tmp_path, seal_key=seal_key))
    async with world.work() as uow:
        await seals.seal(uow, renewed, limit=5)
        report = await verification.verify(uow, renewed)
        with pytest.raises(Wrong) as wrong:
            await verification.verify(uow, forgetful)

    assert (report.size, report.checkpoints) == (10, 2)
    assert (wrong.value.sentence.code, wrong.value.sentence.facts) == ("journal_checkpoint_forged", {"size": 5})


async def test_the_lines_of_an_export_prove_themselves(world: World) -> None:
    await sealed(world, 20)
    await sealed(world, 13)
    rows = await world.rows("SELECT journal_id FROM journal_leaves ORDER BY position")
    async with world.work() as uow:
        lines = await seals.sealed_lines(uow, [rows[place][0] for place in (32, 3, 17)], 20)
        signed = await seal_reading.checkpoint_of(uow, 20)

    found = [canonical.loads(line.decode()) for line in lines]
    assert signed
    assert [each["position"] for each in found] == [3, 17]
    for each in found:
        proof = [base64.b64decode(text) for text in each["proof"]]
        leaf = merkle.leaf(canonical.dumps(each["entry"]))
        assert referee.root_of_path(leaf, each["position"], 20, proof) == signed.root


async def test_a_witness_gets_one_checkpoint_a_day(world: World, postman: Postman, tmp_path: Path) -> None:
    ctx = context(world, tmp_path, witness="notary@example.org")
    before = await jobs.tell_witness(ctx)
    await sealed(world, 5)
    told = [await jobs.tell_witness(ctx) for _ in range(2)]
    world.clock.advance(hours=24)
    await sealed(world, 5)
    told.append(await jobs.tell_witness(ctx))
    nobody = await jobs.tell_witness(context(world, tmp_path))

    letters = await postman()
    async with world.work() as uow:
        notes = [signed.note for signed in await seal_reading.checkpoints_before(uow, 100, 2)]
    assert (before, told, nobody) == (False, [True, False, True], False)
    assert [address.addr_spec for letter in letters for address in letter["To"].addresses] == ["notary@example.org"] * 2
    assert all(note in text(letter) for note, letter in zip(notes[::-1], letters, strict=True))


@pytest.mark.two_connections
async def test_each_night_looks_on_and_tells_the_journal(real_world: World, server: TestServer, tmp_path: Path) -> None:
    name = (await real_world.rows("SELECT current_database()"))[0][0]
    ctx = context(real_world, tmp_path)
    await settled(real_world)
    size = await jobs.seal_journal(ctx)

    first = await jobs.verify_journal(ctx)
    edit = "UPDATE journal SET verb = 'x' WHERE id = (SELECT journal_id FROM journal_leaves WHERE position = 7)"
    await fetch(server.postgres.url(SUPERUSER, name), edit)
    second = await jobs.verify_journal(ctx)

    entry = (await real_world.rows("SELECT journal_id FROM journal_leaves WHERE position = 7"))[0][0]
    notes = "SELECT outcome, after::text FROM journal WHERE verb = 'verify_journal' ORDER BY id"
    found = [(row[0], canonical.loads(row[1])) for row in await real_world.rows(notes)]
    assert (first, second) == (None, "journal_entry_edited")
    assert found == [
        ("done", {"from": 0, "to": size, "checkpoints": 1, "published": 1}),
        ("failed", {"from": 0, "found": "journal_entry_edited", "entry": entry, "position": 7}),
    ]
