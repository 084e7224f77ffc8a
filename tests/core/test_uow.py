"""What a unit of work promises, seen from a second connection."""

import asyncio
import contextlib

import asyncpg
import pytest

from app.core.actors import command
from app.models import Organization
from app.rules.permissions import Permission
from app.vocabulary import OrganizationKind, Role
from tests.support import factories
from tests.support.actors import everywhere
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.two_connections]

COUNT = "SELECT count(*) FROM organizations"


class Interrupted(Exception):  # noqa: N818 - stands for anything that may go wrong
    pass


async def test_nothing_is_visible_before_the_end_and_everything_after_it(real_world: World) -> None:
    async with real_world.work() as uow:
        uow.add(Organization(kind=OrganizationKind.NGO, name_en="Friends of Psel", country="UA"))
        await uow.flush()
        before = await real_world.rows(COUNT)
    after = await real_world.rows(COUNT)

    assert (before[0][0], after[0][0]) == (0, 1)


async def test_a_failure_leaves_neither_row_nor_journal(real_world: World) -> None:
    journalled = await real_world.rows("SELECT count(*) FROM journal")
    with contextlib.suppress(Interrupted):
        async with real_world.work() as uow:
            uow.add(Organization(kind=OrganizationKind.NGO, name_en="Friends of Psel", country="UA"))
            await uow.flush()
            raise Interrupted

    assert await real_world.rows(COUNT) == [(0,)]
    assert await real_world.rows("SELECT count(*) FROM journal") == journalled


async def test_a_rehearsal_checks_everything_and_keeps_nothing(real_world: World) -> None:
    async with real_world.work() as uow:
        uow.add(Organization(kind=OrganizationKind.NGO, name_en="Friends of Psel", country="UA"))
        uow.rehearse()

    assert await real_world.rows(COUNT) == [(0,)]


async def test_the_answer_comes_after_the_commit(real_world: World) -> None:
    client = await everywhere(real_world, Role.COORDINATOR)

    made = await client.made("/v1/organizations", {"kind": "ngo", "name_uk": "Друзі Псла", "country": "UA"})

    assert await real_world.rows("SELECT name_uk FROM organizations WHERE id = $1", made["id"]) == [("Друзі Псла",)]


async def test_of_fifty_edits_of_the_same_version_one_succeeds(real_world: World) -> None:
    sumska = await factories.hromada(real_world)
    client = await everywhere(real_world, Role.COORDINATOR)
    path = f"/v1/organizations/{sumska.id}"

    answers = await asyncio.gather(
        *(client.patch(path, json={"website": f"https://example.org/{n}"}, version=1) for n in range(50))
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 49
    assert (await client.seen(path))["version"] == 2


async def test_two_twins_with_one_key_have_one_effect(real_world: World) -> None:
    client = await everywhere(real_world, Role.COORDINATOR)
    body = {"kind": "ngo", "name_uk": "Друзі Псла", "country": "UA"}

    answers = await asyncio.gather(*(client.post("/v1/organizations", json=body, key="once") for _ in range(20)))

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert await real_world.rows(COUNT) == [(1,)]


async def test_a_write_without_an_actor_is_refused(real_world: World) -> None:
    async with real_world.db.reading() as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="without an actor"):
            await connection.execute(
                "INSERT INTO users (id, email, name, language) VALUES (gen_random_uuid(), 'a@b.c', 'A', 'uk')"
            )


@pytest.mark.parametrize(
    "statement", ["UPDATE journal SET reason = 'x'", "DELETE FROM journal", "TRUNCATE journal", "DROP TABLE journal"]
)
async def test_what_the_journal_holds_the_application_cannot_change(real_world: World, statement: str) -> None:
    async with real_world.db.reading() as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


async def test_the_context_of_one_unit_of_work_does_not_reach_the_next(real_world: World) -> None:
    async with real_world.work(command("first")) as uow:
        await uow.because("a reason of its own")
        uow.add(Organization(kind=OrganizationKind.NGO, name_en="First", country="UA"))
    async with real_world.work(command("second"), Permission.ORGANIZATIONS_WRITE) as uow:
        uow.add(Organization(kind=OrganizationKind.NGO, name_en="Second", country="UA"))

    entries = "SELECT actor_name, reason FROM journal WHERE row_table = 'organizations' ORDER BY id"
    assert await real_world.rows(entries) == [("first", "a reason of its own"), ("second", None)]


async def test_two_administrators_who_revoke_each_other_leave_one(real_world: World) -> None:
    both = [await everywhere(real_world, Role.ADMINISTRATOR) for _ in range(2)]
    accounts = [await client.seen("/v1/me") for client in both]
    places = [f"/v1/users/{me['id']}/grants/{me['grants'][0]['id']}/revoke" for me in reversed(accounts)]

    answers = await asyncio.gather(
        *(client.post(place, json={"reason": "Суперечка"}) for client, place in zip(both, places, strict=True))
    )

    assert min(answer.status_code for answer in answers) == 200
    assert await real_world.rows("SELECT count(*) FROM grants WHERE valid_to IS NULL") == [(1,)]
