import asyncio

import pytest

from app.errors import AppError
from app.jobs.retention import purge
from app.services import throttle
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

OLENA = "olena@example.org"
OFFICE = "203.0.113.0/24"


async def tried(world: World, account: str = OLENA, address: str = OFFICE) -> int:
    """How long to wait; 0 when the attempt came through."""
    try:
        await throttle.attempt(world.db, world.clock.now, account=account, address=address)
    except AppError as refusal:
        return int(refusal.headers["Retry-After"])
    return 0


async def test_each_failure_costs_more_and_asking_meanwhile_costs_nothing(world: World) -> None:
    waits, asked_again = [], []
    for _ in range(10):
        if wait := await tried(world):
            asked_again.append(await tried(world))
            waits.append(wait)
        world.clock.advance(seconds=wait)
        await tried(world)

    assert waits == asked_again == [10, 30, 60, 120, 300, 900, 900]


async def test_a_success_forgets_the_failures_here(world: World) -> None:
    for _ in range(4):
        await tried(world)
    right = await throttle.attempt(world.db, world.clock.now, account=OLENA, address=OFFICE)
    await throttle.succeeded(world.db, world.clock.now, right)

    assert [await tried(world) for _ in range(5)] == [0] * 5


async def test_what_never_came_to_a_try_is_not_counted(world: World) -> None:
    for _ in range(50):
        attempt = await throttle.attempt(world.db, world.clock.now, account=OLENA, address=OFFICE)
        await throttle.undone(world.db, world.clock.now, attempt)

    assert await tried(world) == 0


async def test_capital_letters_are_no_other_account(world: World) -> None:
    waits = [await tried(world, name) for name in ("Olena@example.org", " OLENA@example.org ") * 3]

    assert waits == [0, 0, 0, 0, 0, 10]


async def test_failures_are_forgotten_one_by_one(world: World) -> None:
    for _ in range(5):
        await tried(world)
    world.clock.advance(hours=2)

    assert [await tried(world) for _ in range(3)] == [0, 0, 10]


async def test_purposes_do_not_wait_for_one_another(world: World) -> None:
    for _ in range(6):
        await tried(world)
    now = world.clock.now

    await throttle.attempt(world.db, now, account=OLENA, address=OFFICE, purpose="reset")


async def test_one_place_cannot_try_everybody(world: World) -> None:
    waits = [await tried(world, f"person{number}@example.org") for number in range(60)]

    assert waits == [0] * 50 + [10] * 10


async def test_the_owner_comes_in_where_they_are_known_whoever_guesses_elsewhere(
    world: World, as_stranger: Client
) -> None:
    me = await as_stranger.seen("/v1/me")
    [[home]] = await world.rows("SELECT address FROM sessions")
    for number in range(100):
        await tried(world, me["email"], f"198.51.{number}.0/24")

    assert await tried(world, me["email"], "192.0.2.0/24") > 0
    assert await tried(world, me["email"], home) == 0
    world.clock.advance(days=91)
    for number in range(100):
        await tried(world, me["email"], f"198.51.{number}.0/24")
    assert await tried(world, me["email"], home) > 0


@pytest.mark.two_connections
async def test_a_thousand_guesses_from_a_hundred_places_are_stopped(real_world: World) -> None:
    """All at once: what is counted only afterwards would let every one of them through."""
    places = [f"198.51.{number % 100}.0/24" for number in range(1000)]
    waits: list[int] = []
    for start in range(0, 1000, 100):
        waits += await asyncio.gather(*(tried(real_world, address=place) for place in places[start : start + 100]))

    assert waits.count(0) == 10
    real_world.clock.advance(seconds=30)
    assert await tried(real_world) == 0


async def test_what_is_over_goes_at_night(world: World) -> None:
    await tried(world)
    world.clock.advance(days=8)
    gone = await purge({"db": world.db, "clock": world.clock})

    assert (gone["throttles"], await world.rows("SELECT FROM throttles")) == (3, [])
