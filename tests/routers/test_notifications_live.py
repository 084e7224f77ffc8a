"""What one is told in the app, the moment one is told it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.models import User
from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.support import factories, reminders
from tests.support.client import Client
from tests.support.streams import streaming
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.two_connections]

PATH = "/v1/notifications/stream"
EVERYWHERE = GrantGiven(role=Role.COORDINATOR, scope=ScopeKind.ASSOCIATION)


@pytest.fixture
async def olena(real_world: World) -> User:
    real_world.clock.now = datetime.now(UTC)  # who waits is woken by the clock of the database
    return await factories.user(real_world, EVERYWHERE, name="Олена Коваль")


@pytest.fixture
async def as_olena(real_world: World, olena: User) -> Client:
    client = real_world.client()
    found = await client.made("/v1/sessions", {"email": olena.email, "password": factories.PASSWORD})
    client.token = found["access_token"]
    return client


async def reminded(world: World, of: UUID) -> str:
    """The number of a partnership of which this person has just been told."""
    passed = {"next_step": "Зателефонувати", "next_step_on": world.clock.today - timedelta(days=1)}
    made = await factories.partnership(world, coordinator_id=of, **passed)
    await reminders.told(world)
    return made.number


async def test_it_comes_live_and_after_a_break_what_was_missed(
    real_world: World, olena: User, as_olena: Client
) -> None:
    async with streaming(real_world.app, as_olena.token, path=PATH) as stream:
        unread = await stream.told()
        number = await reminded(real_world, olena.id)
        told = await stream.told()
    missed = []
    for _ in range(2):
        real_world.clock.advance(minutes=1)
        missed.append(await reminded(real_world, olena.id))
    async with streaming(real_world.app, as_olena.token, path=PATH, last=told.id) as stream:
        count = await stream.told()
        later = [(await stream.told()).data["number"] for _ in missed]

    assert (unread.event, unread.data) == ("unread", {"unread_count": 0})
    assert (told.event, told.data["number"], told.data["topic"]) == ("notification", number, "partnership")
    assert count.data == {"unread_count": 3}
    assert later == missed


async def test_it_is_ones_own_and_ends_with_the_session(real_world: World, olena: User, as_olena: Client) -> None:
    other = await factories.user(real_world, EVERYWHERE)
    me = await as_olena.seen("/v1/me")
    async with streaming(real_world.app, as_olena.token, path=PATH) as stream:
        await stream.told()
        await reminded(real_world, other.id)
        await as_olena.delete(f"/v1/sessions/{me['session_id']}")
        await reminded(real_world, olena.id)
        rest = await stream.rest()

    assert [each.data for each in rest if each.data] == []
