"""The feed under many writers at once, and a copy after a week offline."""

import asyncio
import random
from copy import deepcopy
from typing import Any, Final
from uuid import UUID

import asyncpg
import pytest

from app.core.actors import command
from app.core.db import Database
from app.core.journal import Context
from app.core.uow import unit_of_work
from app.main import target
from app.schemas.accounts import GrantGiven
from app.schemas.organizations import OrganizationCreate
from app.services import organizations
from app.vocabulary import Role, ScopeKind
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.horizon import settled
from tests.support.sync_client import SyncClient
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.two_connections]

WRITERS: Final = 30
ROUNDS: Final = 5
SUMY: Final = "UA59000000000057109"

KILL: Final = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND state = 'idle in transaction' AND pid <> pg_backend_pid()
ORDER BY random() LIMIT 1
"""
WRITTEN: Final = """
SELECT subject, subject_id, max(row_version) FROM journal
WHERE row_table = subject AND subject = 'organizations' AND verb = 'storm'
GROUP BY epoch, xid, subject, subject_id ORDER BY epoch, xid, subject, subject_id
"""


class UndoneError(Exception):
    """A writer has thought better of it."""


class Storm:
    """Writers that make and change organizations, pause in the middle, give up and are killed."""

    def __init__(self, db: Database, seed: int) -> None:
        self.db = db
        self.chance = random.Random(seed)
        self.made: list[UUID] = []

    async def blow(self) -> None:
        async with asyncio.TaskGroup() as everybody:
            killer = everybody.create_task(self._kill())
            async with asyncio.TaskGroup() as writers:
                for _ in range(WRITERS):
                    writers.create_task(self._write())
            killer.cancel()

    async def _write(self) -> None:
        for _ in range(ROUNDS):
            try:
                made = await self._transaction()
            except (UndoneError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
                continue
            self.made += made

    async def _transaction(self) -> list[UUID]:
        async with unit_of_work(self.db, Context(command("tests"), "storm")) as uow:
            made = []
            for id in self.chance.sample(self.made, min(2, len(self.made))):
                await uow.rows("UPDATE organizations SET website = $2 WHERE id = $1", [id, f"https://{uow.now:%f}.ua"])
                await asyncio.sleep(self.chance.random() / 50)
            if self.chance.random() < 0.7:
                body = OrganizationCreate(kind="ngo", name_uk=f"Спілка {self.chance.random()}", country="UA")
                made.append((await organizations.create(uow, body)).id)
                await asyncio.sleep(self.chance.random() / 50)
            if self.chance.random() < 0.1:
                raise UndoneError
        return made

    async def _kill(self) -> None:
        while True:
            await asyncio.sleep(0.15)
            async with self.db.reading() as connection:
                await connection.fetch(KILL)


async def test_a_storm_of_writers_hides_nothing_doubles_nothing_and_keeps_the_order(real_world: World) -> None:
    follower = SyncClient(await actors.everywhere(real_world, Role.ADMINISTRATOR))
    await settled(real_world)
    await follower.begin()
    runtime = real_world.app.state.runtime
    aim = target(runtime.settings)
    db = Database(type(aim)(aim.dsn, pool_size=60, keys=aim.keys))
    await db.open()
    storm = asyncio.create_task(Storm(db, seed=7).blow())
    while not storm.done():
        await follower.turn_page(wait=1, limit=20)
    await storm
    await db.close()
    await settled(real_world)
    await follower.follow()

    written = [(row[0], str(row[1]), row[2]) for row in await real_world.rows(WRITTEN)]
    assert len(written) > WRITERS
    assert [(each["type"], each["id"], each["version"]) for each in follower.told] == written
    fresh = SyncClient(follower.client)
    await fresh.begin()
    assert follower.copy == fresh.copy
    assert follower.copies == 1


class Town:
    """Sumska and Romenska lie in one oblast, Lvivska in another; each has a partnership with all that hangs on it."""

    def __init__(self, world: World, administrator: Client) -> None:
        self.world = world
        self.administrator = administrator

    async def build(self) -> None:
        world = self.world
        self.sumska, self.lvivska = await factories.hromada(world), await factories.hromada(world)
        self.romenska = await factories.hromada(world)
        self.gmina = await factories.foreign_municipality(world)
        homes = (self.sumska.id, self.lvivska.id, self.romenska.id)
        self.partnerships = [(await factories.partnership(world, home, self.gmina.id)).id for home in homes]
        self.agreements = [(await factories.agreement(world, each)).id for each in self.partnerships]
        self.people = [await self.person(home) for home in homes]
        self.projects = [await self.project(each) for each in self.partnerships]

    async def person(self, organization: UUID) -> dict[str, Any]:
        names = {"family_name_uk": "Коваль", "given_name_uk": "Ірина", "note": "Знає всіх"}
        body = names | {"affiliations": [{"organization_id": str(organization)}]}
        return await self.administrator.made("/v1/people", body)

    async def project(self, partnership: UUID) -> dict[str, Any]:
        body = {"title_uk": "Школа", "kind": "soft", "partnership_ids": [str(partnership)]}
        return await self.administrator.made("/v1/projects", body)

    async def edit(self, resource: str, id: Any, **body: Any) -> None:
        path = f"/v1/{resource}/{id}"
        seen = await self.administrator.seen(path)
        answer = await self.administrator.patch(path, json=body, version=seen["version"])
        assert answer.status_code == 200, answer.text

    async def live_a_week(self) -> None:
        """Sumska leaves its own partnership and joins Lvivska's; people come and go, names change, papers are filed."""
        today = self.world.clock.today.isoformat()
        sumska, lvivska, gmina = ({"organization_id": str(each.id)} for each in (self.sumska, self.lvivska, self.gmina))
        await self.edit("partnerships", self.partnerships[0], parties=[sumska | {"left_on": today}, gmina, lvivska])
        await self.edit("partnerships", self.partnerships[1], parties=[lvivska, gmina, sumska])
        await self.edit("organizations", self.gmina.id, name_en="Gmina of the week")
        await self.edit("projects", self.projects[1]["id"], partnership_ids=[str(self.partnerships[0])])
        await self.edit("projects", self.projects[2]["id"], description="Нова школа")
        for person, organization in zip(self.people, (self.lvivska, self.sumska, self.gmina), strict=True):
            path = f"/v1/people/{person['id']}/affiliations"
            await self.administrator.made(path, {"organization_id": str(organization.id), "started_on": today})
        first = self.people[0]
        end = f"/v1/people/{first['id']}/affiliations/{first['affiliations'][0]['id']}/end"
        await self.administrator.post(end, json={"reason": "Інша робота"})
        await self.person(self.sumska.id)
        await factories.agreement(self.world, self.partnerships[2])

    async def live_quietly(self) -> None:
        """Nobody gains or loses more than the record that is written."""
        for agreement, project, person in zip(self.agreements, self.projects, self.people, strict=True):
            await self.edit("agreements", agreement, sphere="Освіта")
            await self.edit("projects", project["id"], directions=[])
            await self.edit("projects", project["id"], title_en="A school")
            await self.edit("people", person["id"], given_name_uk="Оксана")
        await self.edit("projects", self.projects[2]["id"], partnership_ids=[str(self.partnerships[1])])
        await self.project(self.partnerships[1])
        await self.edit("organizations", self.romenska.id, website="https://romny.example.org")
        home = await self.administrator.seen(f"/v1/projects/{self.projects[1]['id']}")
        path = f"/v1/projects/{home['id']}/archive"
        answer = await self.administrator.post(path, json={"reason": "Завершено"}, version=home["version"])
        assert answer.status_code == 200, answer.text


async def sign_in(world: World, email: str) -> Client:
    client = world.client()
    tokens = await client.made("/v1/sessions", {"email": email, "password": factories.PASSWORD})
    client.token = tokens["access_token"]
    return client


async def test_a_copy_is_the_same_cold_and_after_a_week_offline(real_world: World) -> None:
    town = Town(real_world, await actors.everywhere(real_world, Role.ADMINISTRATOR))
    await town.build()
    grants = [
        GrantGiven(role=Role.ADMINISTRATOR, scope=ScopeKind.ASSOCIATION),
        GrantGiven(role=Role.HROMADA_MANAGER, scope=ScopeKind.ORGANIZATION, organization_id=town.sumska.id),
        GrantGiven(role=Role.COORDINATOR, scope=ScopeKind.OBLAST, oblast_code=SUMY),
    ]
    people = [await factories.user(real_world, grant) for grant in grants]
    copies = [SyncClient(await sign_in(real_world, person.email)) for person in people]
    await settled(real_world)
    for copy in copies:
        await copy.begin()
    first = [deepcopy(copy.copy) for copy in copies]

    async def catch_up() -> None:
        await settled(real_world)
        for copy, person in zip(copies, people, strict=True):
            copy.client = await sign_in(real_world, person.email)
            await copy.follow(limit=3)
            cold = SyncClient(copy.client)
            await cold.begin()
            assert copy.copy == cold.copy

    await town.live_a_week()
    real_world.clock.advance(days=7)
    await catch_up()
    second = [deepcopy(copy.copy) for copy in copies]
    assert [copy.copies > 1 for copy in copies] == [False, True, True]

    town.administrator = await actors.everywhere(real_world, Role.ADMINISTRATOR)
    read = [copy.copies for copy in copies]
    await town.live_quietly()
    await catch_up()
    assert [copy.copies for copy in copies] == read
    third = [copy.copy for copy in copies]
    assert [one != two != three for one, two, three in zip(first, second, third, strict=True)] == [True, True, True]


async def test_who_was_away_for_too_long_begins_anew(real_world: World) -> None:
    person = await factories.user(real_world, GrantGiven(role=Role.ANALYST, scope=ScopeKind.ASSOCIATION))
    copy = SyncClient(await sign_in(real_world, person.email))
    await copy.begin()
    await factories.partnership(real_world)
    real_world.clock.advance(days=401)
    copy.client = await sign_in(real_world, person.email)
    await settled(real_world)
    await copy.follow()

    assert (copy.copies, copy.told, len(copy.copy["partnerships"])) == (2, [], 1)
