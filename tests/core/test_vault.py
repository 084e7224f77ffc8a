"""The keys of the vault: refused when they are not the right ones, turned while everybody works."""

import asyncio
import itertools
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

import pytest
from sqlmodel import SQLModel

from app.adapters.embedded_postgres import Urls
from app.commands.vault import counted_lines, require_keys, rotated
from app.core import rotation, sealing, vault
from app.core.actors import command
from app.core.db import Database
from app.core.journal import Context
from app.core.passwords import Passwords
from app.core.rotation import Census
from app.core.sealing import Unreadable
from app.core.uow import UnitOfWork, unit_of_work
from app.core.vault import SEALED
from app.main import create_app, target
from app.schemas.identity import DocumentCreate
from app.schemas.people import PersonCreate
from app.services import identity, identity_writing, people
from app.settings import Settings, Vault
from app.trouble import Trouble
from app.vocabulary import Role
from tests.conftest import settings_for
from tests.support import actors
from tests.support.client import Client, Contract
from tests.support.world import Clock, World

pytestmark = [pytest.mark.anyio, pytest.mark.two_connections]

K1, K2, OTHER_K1 = (
    f"{name}:{b64encode(bytes([fill]) * 32).decode()}" for name, fill in (("k1", 1), ("k2", 2), ("k1", 3))
)
PURPOSE: Final = "Перевірка ключів сховища"

MISSING: Final = "The key “k1” that personal data is sealed with is missing: add it to POBRATYM_VAULT__KEYS."
WRONG: Final = "The key “{}” is not the one that personal data is sealed with: give {} its former value back."
SEALED_WITH: Final = """
SELECT kid, number_sealed, issuer_sealed FROM identity_documents JOIN subject_keys ON subject_id = person_id
"""


def keyed(urls: Urls, *keys: str, secret: str | None = None) -> Settings:
    found = settings_for(urls).model_copy(update={"vault": Vault(keys=",".join(keys) or None)})
    return found.model_copy(update={"secret": Settings(secret=secret).secret}) if secret else found


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    db = Database(target(settings))
    await db.open()
    try:
        yield db
    finally:
        await db.close()


def work(db: Database) -> Any:
    return unit_of_work(db, Context(command("tests"), "make"))


async def prepared(settings: Settings) -> None:
    async with opened(settings) as db, work(db) as uow:
        await vault.prepare(uow)


async def sealed_person(uow: UnitOfWork, number: str) -> UUID:
    person = await people.create(uow, PersonCreate(family_name_uk="Лисенко", given_name_uk="Олександр"))
    body = DocumentCreate(kind="foreign_passport", country="UA", number=number, issuer="5901")
    await identity_writing.add_document(uow, person.id, body)
    return person.id


async def numbers(db: Database, ids: list[UUID]) -> list[str]:
    async with work(db) as uow:
        return [fact.values["number"] for id in ids for fact in await identity.opened(uow, id)]


def passport(number: int) -> str:
    return f"FA{number:06}"


async def test_everything_that_is_sealed_about_people_is_known_to_the_rotation() -> None:
    of_people = {name: table for name, table in SQLModel.metadata.tables.items() if "person_id" in table.columns}
    columns = {(name, each.name) for name, table in of_people.items() for each in table.columns}

    sealed = {(table, column) for table, column in columns if column.endswith("_sealed")}
    assert sealed == {(each.table, column) for each in SEALED for column in each.columns}
    assert len(sealed) > 2


async def test_the_right_keys_are_let_in_whatever_their_order(own_database: Urls) -> None:
    for keys in [(), (K1,), (K1,), (K2, K1), (K1, K2), (K2,), ()]:
        await prepared(keyed(own_database, *keys))


@pytest.mark.parametrize(
    ("first", "then", "secret", "words"),
    [
        ([K1], [K2], None, MISSING),
        ([K1], [OTHER_K1], None, WRONG.format("k1", "POBRATYM_VAULT__KEYS")),
        ([], [], "another secret of the tests, and of nothing else", WRONG.format("master", "POBRATYM_SECRET")),
        ([], [K1], "another secret of the tests, and of nothing else", WRONG.format("master", "POBRATYM_SECRET")),
    ],
)
async def test_a_missing_or_wrong_key_is_refused_in_one_sentence(
    own_database: Urls,
    monkeypatch: pytest.MonkeyPatch,
    first: list[str],
    then: list[str],
    secret: str | None,
    words: str,
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    async with opened(keyed(own_database, *first)) as db, work(db) as uow:
        await vault.prepare(uow)
        await sealed_person(uow, passport(1))

    with pytest.raises(Trouble) as refused:
        await prepared(keyed(own_database, *then, secret=secret))
    assert str(refused.value) == words
    with pytest.raises(Trouble):
        await asyncio.to_thread(require_keys, keyed(own_database, *then, secret=secret))


async def test_what_was_erased_needs_no_key(own_database: Urls) -> None:
    async with opened(keyed(own_database, K1)) as db, work(db) as uow:
        await vault.destroy(uow, await sealed_person(uow, passport(1)))

    await prepared(keyed(own_database, K2))


async def test_the_key_of_a_person_opens_only_with_the_key_it_was_sealed_with(own_database: Urls) -> None:
    async with opened(keyed(own_database, K1)) as db, work(db) as uow:
        person = await sealed_person(uow, passport(1))
    wrong = sealing.Ring([sealing.Key("k1", bytes(32))])

    async with opened(keyed(own_database, K1)) as db:
        async with work(db) as uow:
            uow.keys = wrong
            with pytest.raises(Unreadable):
                await identity.opened(uow, person)
        assert await numbers(db, [person]) == [passport(1)]


async def test_moving_to_new_keys_leaves_nothing_with_the_old_ones(own_database: Urls, capsys: Any) -> None:
    async with opened(keyed(own_database)) as db, work(db) as uow:
        ids = [await sealed_person(uow, passport(number)) for number in range(30)]
        erased = await sealed_person(uow, passport(30))
        await vault.destroy(uow, erased)

    async with opened(keyed(own_database, K2)) as db:
        async with work(db) as uow:
            await vault.prepare(uow)
            before = await rotation.census(uow)
        await rotated(db, data=False)
        async with work(db) as uow:
            after, left = await rotation.census(uow), await rotation.left(uow, data=True)
            found = await vault.blind(uow, passport(7))
            indexed = await uow.rows("SELECT count(*) FROM identity_documents WHERE number_index = $1", [found])

    # The secret has nothing to do with it any more.
    async with opened(keyed(own_database, K2, secret="another secret of the tests, and of nothing else")) as db:
        async with work(db) as uow:
            await vault.prepare(uow)
        assert await numbers(db, ids) == [passport(number) for number in range(30)]
    assert (before, after) == (Census({"master": 30}, 1), Census({"k2": 30}, 1))
    assert (left, indexed) == (30, [(1,)])


async def test_new_keys_for_the_people_themselves_leave_nothing_under_the_old_ones(own_database: Urls) -> None:
    async with opened(keyed(own_database)) as db, work(db) as uow:
        ids = [await sealed_person(uow, passport(number)) for number in range(30)]

    async with opened(keyed(own_database, K2)) as db:
        async with work(db) as uow:
            was = {row["kid"] for row in await uow.rows(SEALED_WITH, [])}
            versions = await uow.rows("SELECT id, version FROM people ORDER BY id", [])
        await rotated(db, data=True)
        await rotated(db, data=True)
        async with work(db) as uow:
            rows = await uow.rows(SEALED_WITH, [])
            left = [await rotation.left(uow, data=data) for data in (False, True)]
            still = await uow.rows("SELECT id, version FROM people ORDER BY id", [])
        found = await numbers(db, ids)

    assert found == [passport(number) for number in range(30)]
    assert {row["kid"] for row in rows} & was == set()
    assert {
        text.split(".")[1] == row["kid"] for row in rows for text in (row["number_sealed"], row["issuer_sealed"])
    } == {True}
    assert (left, still) == ([0, 0], versions)


async def test_a_rotation_that_was_stopped_goes_on(own_database: Urls) -> None:
    async with opened(keyed(own_database)) as db, work(db) as uow:
        ids = [await sealed_person(uow, passport(number)) for number in range(10)]

    async with opened(keyed(own_database, K2)) as db:
        async with unit_of_work(db, Context(command("tests"), rotation.VERB)) as uow:
            await vault.prepare(uow)
            assert await rotation.rotate(uow, 4, data=True) == 4
        assert await numbers(db, ids) == [passport(number) for number in range(10)]
        async with work(db) as uow:
            assert await rotation.left(uow, data=True) == 6
        await rotated(db, data=True)
        async with work(db) as uow:
            assert await rotation.census(uow) == Census({"k2": 10}, 0)


async def test_an_older_server_asks_to_come_again(own_database: Urls, real_world: World) -> None:
    """Until it is restarted with the new key, too; nothing is lost, and the sentence says so."""
    client = await actors.everywhere(real_world, Role.COORDINATOR)
    async with real_world.work() as uow:
        person = await sealed_person(uow, passport(1))
    async with opened(keyed(own_database, K2)) as db:
        async with work(db) as uow:
            await vault.prepare(uow)
        await rotated(db, data=False)

    asked = {"particular": "sex", "purpose": PURPOSE}
    answer = await client.post(f"/v1/people/{person}/reveal", json=asked)

    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "not_ready", "30")


async def test_keys_turn_while_people_write_and_reveal(
    own_database: Urls, real_world: World, passwords: Passwords, contract: Contract
) -> None:
    """Not one error, nothing lost, and everybody ends under the newest key."""
    async with real_world.work() as uow:
        ids = [await sealed_person(uow, passport(number)) for number in range(60)]
    made = create_app(keyed(own_database, K2))
    made.state.clock = clock = Clock()
    statuses: list[int] = []
    last = {id: passport(number) for number, id in enumerate(ids)}
    async with made.router.lifespan_context(made):
        made.state.runtime.passwords = passwords
        world = World(made, made.state.runtime.db, clock, passwords, contract)
        client = await actors.everywhere(world, Role.COORDINATOR)
        done = asyncio.Event()
        busy = [
            *(asyncio.create_task(writing(client, ids[lane::3], last, statuses, done)) for lane in range(3)),
            *(asyncio.create_task(revealing(client, ids[lane::3], statuses, done)) for lane in range(3)),
        ]
        async with opened(keyed(own_database, K2)) as db:
            await asyncio.sleep(0.2)
            await rotated(db, data=False)
            await rotated(db, data=True)
            seen = len(statuses)
        await asyncio.sleep(0.2)
        done.set()
        await asyncio.gather(*busy)
        async with work(world.db) as uow:
            census = await rotation.census(uow)
        assert await numbers(world.db, ids) == [last[id] for id in ids]
    assert (set(statuses), census) == ({200}, Census({"k2": 60}, 0))
    assert len(statuses) > seen > 20


async def writing(
    client: Client, ids: list[UUID], last: dict[UUID, str], statuses: list[int], done: asyncio.Event
) -> None:
    counting = itertools.count(1000 + int(ids[0].int % 1000) * 500)
    for id in itertools.cycle(ids):
        if done.is_set():
            return
        record = await client.seen(f"/v1/people/{id}/identity")
        number = passport(next(counting))
        place = f"/v1/people/{id}/documents/{record['documents'][0]['id']}"
        answer = await client.patch(place, json={"number": number}, version=record["version"])
        statuses.append(answer.status_code)
        last[id] = number if answer.status_code == 200 else last[id]


async def revealing(client: Client, ids: list[UUID], statuses: list[int], done: asyncio.Event) -> None:
    for id in itertools.cycle(ids):
        if done.is_set():
            return
        record = await client.seen(f"/v1/people/{id}/identity")
        asked = {"document_id": record["documents"][0]["id"], "purpose": PURPOSE}
        answer = await client.post(f"/v1/people/{id}/reveal", json=asked)
        statuses.append(answer.status_code)


def test_the_count_says_which_key_is_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    assert counted_lines(Census({"k1": 3}, 2), "k2") == [
        "k2: 0 people (new data is sealed with this key)",
        "k1: 3 people",
        "erased: 2 people",
    ]
