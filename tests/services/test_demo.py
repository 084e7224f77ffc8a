import pytest

from app.core.passwords import Passwords
from app.rules.permissions import Permission
from app.services import demo
from app.services.imports import katottg
from app.vocabulary import Role
from tests.support import reminders
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

WORDS = [f"a made-up password {number}" for number in range(3)]


@pytest.fixture
async def sign_ins(world: World, passwords: Passwords) -> list[demo.SignIn]:
    async with world.work(permission=Permission.PARTNERSHIPS_WRITE) as uow:
        await katottg.load_shipped(uow)
        return await demo.load(uow, passwords, WORDS)


async def test_the_samples_show_every_kind_of_partnership(sign_ins: list[demo.SignIn], as_coordinator: Client) -> None:
    found = (await as_coordinator.seen("/v1/partnerships"))["items"]

    assert [each.role for each in sign_ins] == [Role.COORDINATOR, Role.HROMADA_MANAGER, Role.HROMADA_MEMBER]
    assert sorted((each["country"], each["track"], each["stage"], len(each["parties"])) for each in found) == [
        ("DE", "formal", "joint_project", 3),
        ("PL", "informal", "contact", 2),
        ("SE", "formal", "memorandum", 2),
        ("SE", "informal", "delegation_exchange", 2),
    ]


async def test_the_samples_have_days_that_somebody_is_reminded_of(world: World, sign_ins: list[demo.SignIn]) -> None:
    await reminders.told(world)
    client = world.client()
    coordinator = sign_ins[0]
    body = {"email": coordinator.email, "password": coordinator.password}
    client.token = (await client.made("/v1/sessions", body))["access_token"]

    told = (await client.seen("/v1/notifications"))["items"]
    planned = {row["topic"] for row in await reminders.rows(world, "p.state = 'planned'")}
    partnership = (await client.seen("/v1/partnerships", params={"stage": "memorandum"}))["items"]
    happened = (await client.seen(f"/v1/partnerships/{partnership[0]['id']}/timeline"))["items"]

    assert {"task", "legal_deadline"} <= {each["topic"] for each in told}
    assert {"meeting", "task"} <= planned
    assert {"activity", "letter", "agreement", "stage"} <= {each["kind"] for each in happened}


async def test_the_samples_come_once(world: World, passwords: Passwords, sign_ins: list[demo.SignIn]) -> None:
    before = await world.rows("SELECT count(*) FROM journal")
    async with world.work(permission=Permission.PARTNERSHIPS_WRITE) as uow:
        assert await demo.load(uow, passwords, WORDS) == []
    assert await world.rows("SELECT count(*) FROM journal") == before


async def test_a_sample_person_sees_the_partnerships_of_their_hromada(
    world: World, sign_ins: list[demo.SignIn]
) -> None:
    client = world.client()
    member = sign_ins[2]
    client.token = (await client.made("/v1/sessions", {"email": member.email, "password": member.password}))[
        "access_token"
    ]

    found = (await client.seen("/v1/partnerships"))["items"]

    assert sorted(each["country"] for each in found) == ["DE", "SE"]
