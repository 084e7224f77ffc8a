"""The second wall: with the application's own conditions taken away, the database still shows nobody of others."""

import asyncio
import contextlib
import random
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import visibility
from app.core.actors import command
from app.core.reading import STATEMENTS
from app.core.row_security import GUARDED, is_guarded, telling
from app.models import Person
from app.vocabulary import Role
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.resources import person
from tests.support.world import World

# Machinery that holds nothing of a person but the sealed key to what they said; and records of the work that name
# somebody: these are seen by the rights of the record, and the name by the class of its field.
UNGUARDED = {"subject_keys", "activity_participants", "letters", "invitations"}

WALLED = "SELECT relname FROM pg_class WHERE relrowsecurity ORDER BY relname"
OF_PEOPLE = """
SELECT DISTINCT c.conrelid::regclass::text AS name FROM pg_constraint c
WHERE c.contype = 'f' AND c.confrelid = 'people'::regclass ORDER BY 1
"""


@pytest.fixture
def without_conditions(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if somebody had forgotten them everywhere; the statements that were made with them are forgotten, too."""
    everyone = dict.fromkeys(visibility.OWN_PART, sa.true)
    monkeypatch.setattr(visibility, "OWN_PART", everyone)
    monkeypatch.setattr(visibility, "ALSO_READ", {})
    monkeypatch.setattr(STATEMENTS, "_known", {})


async def people(world: World, client: Client) -> list[Any]:
    return sorted(item["id"] for item in (await client.seen("/v1/people"))["items"])


async def employed(world: World, client: Client, organization: Any) -> dict[str, Any]:
    return await client.made("/v1/people", await person(world, organization))


@pytest.mark.anyio
async def test_every_table_of_people_has_the_wall(world: World) -> None:
    walled = {row[0] for row in await world.rows(WALLED)}
    of_people = {row[0] for row in await world.rows(OF_PEOPLE)}

    assert walled == GUARDED
    assert len(of_people) > 2
    assert of_people - UNGUARDED <= GUARDED


def test_a_statement_that_names_such_a_table_is_noticed() -> None:
    assert is_guarded("SELECT 1 FROM people WHERE id = $1")
    assert is_guarded(str(sa.select(Person).compile()))
    assert not is_guarded("SELECT reach_people_of_nobody FROM organizations")


@pytest.mark.anyio
@pytest.mark.usefixtures("without_conditions")
async def test_without_our_conditions_nobody_of_others_is_shown(world: World, as_administrator: Client) -> None:
    ours, theirs = await factories.hromada(world), await factories.hromada(world)
    mine, other = await employed(world, as_administrator, ours.id), await employed(world, as_administrator, theirs.id)
    manager = await actors.at(world, Role.HROMADA_MANAGER, ours.id)
    neighbour = await actors.in_oblast(world, Role.COORDINATOR, str(theirs.oblast_code))

    assert await people(world, manager) == [mine["id"]]
    assert (await manager.get(f"/v1/people/{other['id']}")).status_code == 404
    assert (await manager.get(f"/v1/people/{other['id']}/history")).status_code == 404
    assert (await manager.patch(f"/v1/people/{other['id']}", json={"note": "x"}, version=1)).status_code == 404
    assert (other["id"] in await people(world, neighbour), mine["id"] in await people(world, neighbour)) == (
        True,
        ours.oblast_code == theirs.oblast_code,
    )
    assert await people(world, as_administrator) == sorted([mine["id"], other["id"]])


@pytest.mark.anyio
@pytest.mark.usefixtures("without_conditions")
async def test_the_conditions_are_really_gone(world: World, as_administrator: Client) -> None:
    """A table without a wall shows everything then: otherwise the test above would prove nothing."""
    ours, theirs = await factories.hromada(world), await factories.hromada(world)
    foreign = await factories.foreign_municipality(world)
    hidden = await factories.partnership(world, theirs.id, foreign.id)
    manager = await actors.at(world, Role.HROMADA_MANAGER, ours.id)

    listed = await manager.seen("/v1/partnerships")

    assert [item["id"] for item in listed["items"]] == [str(hidden.id)]


@pytest.mark.anyio
@pytest.mark.two_connections
async def test_who_is_nobody_sees_nobody(real_world: World) -> None:
    ours = await factories.hromada(real_world)
    administrator = await actors.everywhere(real_world, Role.ADMINISTRATOR)
    await employed(real_world, administrator, ours.id)
    found = {}

    for table in sorted(GUARDED - {"journal_personal"}):
        async with real_world.db.reading() as connection:
            found[table] = await connection.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608 - names of ours
    async with real_world.db.reading(telling(command("tests"), real_world.clock.today)) as connection:
        known = await connection.fetchval("SELECT count(*) FROM people")

    assert set(found.values()) == {0}
    assert known == 1


@pytest.mark.anyio
@pytest.mark.two_connections
async def test_two_hromadas_over_the_same_connections_never_mix(real_world: World) -> None:
    """Interleaved, and some of the requests abandoned half-way."""
    administrator = await actors.everywhere(real_world, Role.ADMINISTRATOR)
    expected = {}
    for _ in range(2):
        hromada = await factories.hromada(real_world)
        theirs = await employed(real_world, administrator, hromada.id)
        expected[await actors.at(real_world, Role.HROMADA_MANAGER, hromada.id)] = [theirs["id"]]
    clients = [random.choice(list(expected)) for _ in range(300)]

    at_once = asyncio.Semaphore(50)

    async def ask(client: Client) -> list[Any] | None:
        async with at_once:
            return await answer(client)

    async def answer(client: Client) -> list[Any] | None:
        with contextlib.suppress(TimeoutError):
            patience = random.choice([0.002, 5])
            return await asyncio.wait_for(people(real_world, client), patience)
        return None

    answers = await asyncio.gather(*(ask(client) for client in clients))

    answered = [(client, answer) for client, answer in zip(clients, answers, strict=True) if answer is not None]
    assert len(answered) > 50
    assert [answer for client, answer in answered if answer != expected[client]] == []
