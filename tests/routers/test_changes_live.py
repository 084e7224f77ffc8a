"""Waiting for changes: the long poll and the live stream."""

import asyncio
from typing import Any

import pytest

from app.core.actors import command
from app.core.db import Gate
from app.core.journal import Context
from app.core.streams import Places
from app.core.uow import unit_of_work
from app.settings import Feed
from app.vocabulary import Role
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.horizon import settled
from tests.support.streams import Event, streaming
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.two_connections]


@pytest.fixture
async def administrator(real_world: World) -> Client:
    return await actors.everywhere(real_world, Role.ADMINISTRATOR)


async def beginning(world: World, client: Client) -> str:
    await settled(world)
    return str((await client.seen("/v1/changes"))["next_cursor"])


def ids(found: list[Event]) -> list[str]:
    return [each.data["id"] for each in found]


async def test_whoever_waits_is_answered_when_something_happens(real_world: World, administrator: Client) -> None:
    cursor = await beginning(real_world, administrator)
    waiting = asyncio.create_task(administrator.seen("/v1/changes", params={"cursor": cursor, "wait": 30}))
    made = await factories.organization(real_world)
    page = await waiting

    assert [item["id"] for item in page["items"]] == [str(made.id)]
    assert (page["has_more"], page["next_cursor"] != cursor) == (False, True)


async def test_a_writer_who_does_not_finish_is_told_of_and_what_waits_arrives_whole(
    real_world: World, administrator: Client
) -> None:
    cursor = await beginning(real_world, administrator)
    async with unit_of_work(real_world.db, Context(command("tests"), "stall")) as stalled:
        await stalled.rows("SELECT pg_current_xact_id()", [])
        made = await factories.organization(real_world)
        held = await administrator.seen("/v1/changes", params={"cursor": cursor})
    await settled(real_world)
    freed = await administrator.seen("/v1/changes", params={"cursor": held["next_cursor"]})

    assert (held["items"], held["lag_ms"] > 0) == ([], True)
    assert [item["id"] for item in freed["items"]] == [str(made.id)]


async def test_a_stream_tells_what_happens_and_goes_on_after_a_break(real_world: World, administrator: Client) -> None:
    await settled(real_world)
    async with streaming(real_world.app, administrator.token) as stream:
        first = await stream.next()
        before = await factories.organization(real_world)
        told = await stream.told()
        headers = stream.headers
    meanwhile = [await factories.organization(real_world) for _ in range(3)]
    async with streaming(real_world.app, administrator.token, last=told.id) as stream:
        later = [await stream.told() for _ in meanwhile]

    assert first is not None
    assert (first.id is not None, first.data) == (True, None)
    assert (told.event, told.data["id"], told.data["operation"]) == ("change", str(before.id), "created")
    assert ids(later) == [str(each.id) for each in meanwhile]
    assert {"cache-control": "no-store", "content-type": "text/event-stream; charset=utf-8"}.items() <= headers.items()


async def test_a_stream_says_that_one_sees_more_and_ends_with_the_session(
    real_world: World, administrator: Client
) -> None:
    sumska, lvivska = await factories.hromada(real_world), await factories.hromada(real_world)
    manager = await actors.at(real_world, Role.HROMADA_MANAGER, sumska.id)
    me = await manager.seen("/v1/me")
    await settled(real_world)
    async with streaming(real_world.app, manager.token) as stream:
        await stream.next()
        given = {"role": "hromada_manager", "scope": "organization", "organization_id": str(lvivska.id)}
        await administrator.made(f"/v1/users/{me['id']}/grants", given)
        told = await stream.told()
        await manager.delete(f"/v1/sessions/{me['session_id']}")
        rest = await stream.rest()

    assert (told.event, told.data["type"]) == ("scope.changed", "scope.changed")
    assert [each.data for each in rest if each.data] == []


async def test_a_stream_ends_after_a_while(real_world: World, administrator: Client) -> None:
    real_world.app.state.runtime.settings.feed = Feed(heartbeat_seconds=1, stream_minutes=1)
    async with streaming(real_world.app, administrator.token) as stream:
        first, beat = await stream.next(), await stream.next()
        real_world.clock.advance(minutes=1)
        rest = await stream.rest()

    assert first is not None
    assert beat is not None
    assert (beat.comment, beat.data, beat.id is not None) == (True, None, True)
    assert [each.data for each in rest if each.data] == []


async def test_one_has_only_so_many_streams(real_world: World, administrator: Client) -> None:
    async with (
        streaming(real_world.app, administrator.token),
        streaming(real_world.app, administrator.token),
        streaming(real_world.app, administrator.token),
        streaming(real_world.app, administrator.token),
        streaming(real_world.app, administrator.token),
    ):
        answer = await administrator.get("/v1/changes/stream")
        refusal: dict[str, Any] = answer.json()
    async with streaming(real_world.app, administrator.token) as stream:
        status = await stream.status

    assert (answer.status_code, refusal["code"], answer.headers["retry-after"], status) == (
        429,
        "rate_limited",
        "5",
        200,
    )


async def waiting(world: World, count: int) -> None:
    """Until so many wait."""
    async with asyncio.timeout(30):
        while len(world.app.state.runtime.streams) != count:  # noqa: ASYNC110 - they come in over the application
            await asyncio.sleep(0.01)


async def test_three_hundred_who_wait_are_all_answered(real_world: World, administrator: Client) -> None:
    """One change wakes them together, more than may stand in line before the database."""
    running, polls = real_world.app.state.runtime, []
    running.streams = Places(300)
    assert real_world.db.gate.max_queue < 300
    cursor = await beginning(real_world, administrator)
    for come in range(50, 301, 50):
        asked = {"cursor": cursor, "wait": 30}
        polls += [asyncio.create_task(administrator.get("/v1/changes", params=asked)) for _ in range(50)]
        await waiting(real_world, come)
    made = await factories.organization(real_world)
    answers = await asyncio.gather(*polls)

    assert {each.status_code for each in answers} == {200}
    assert {item["id"] for each in answers for item in each.json()["items"]} == {str(made.id)}
    assert len(running.streams) == 0


async def test_one_waits_in_only_so_many_places_and_whoever_leaves_frees_theirs(
    real_world: World, administrator: Client
) -> None:
    asked = {"cursor": await beginning(real_world, administrator), "wait": 30}
    polls = [asyncio.create_task(administrator.get("/v1/changes", params=asked)) for _ in range(4)]
    async with streaming(real_world.app, administrator.token):
        await waiting(real_world, 5)
        refused = await administrator.get("/v1/changes", params=asked)
        at_once = await administrator.get("/v1/changes", params=asked | {"wait": 0})
    async with streaming(real_world.app, administrator.token, path="/v1/changes", **asked) as left:
        await waiting(real_world, 5)
        left.left.set()
        await waiting(real_world, 4)
    await factories.organization(real_world)

    assert (refused.status_code, refused.json()["code"], at_once.status_code) == (429, "rate_limited", 200)
    assert {each.status_code for each in await asyncio.gather(*polls)} == {200}


async def test_whose_session_ends_while_they_wait_hears_of_it(real_world: World, administrator: Client) -> None:
    manager = await actors.everywhere(real_world, Role.COORDINATOR)
    asked = {"cursor": await beginning(real_world, manager), "wait": 30}
    poll = asyncio.create_task(manager.get("/v1/changes", params=asked))
    await waiting(real_world, 1)
    await manager.delete(f"/v1/sessions/{(await manager.seen('/v1/me'))['session_id']}")
    await factories.organization(real_world)

    assert ((await poll).status_code, (await poll).json()["code"]) == (401, "session_ended")


async def test_a_moment_of_too_much_to_do_ends_no_stream_and_no_waiting(
    real_world: World, administrator: Client
) -> None:
    running = real_world.app.state.runtime
    running.settings.feed = Feed(heartbeat_seconds=1)
    cursor = await beginning(real_world, administrator)
    free = real_world.db.gate
    async with streaming(real_world.app, administrator.token, cursor=cursor) as stream:
        poll = asyncio.create_task(administrator.get("/v1/changes", params={"cursor": cursor, "wait": 30}))
        await waiting(real_world, 2)
        await stream.next()
        real_world.db.gate = Gate(permits=0, max_queue=0)
        beat = await stream.next()
        real_world.db.gate = free
        made = await factories.organization(real_world)
        told = await stream.told()
        answer = await poll

    assert (beat is not None and beat.comment, told.data["id"]) == (True, str(made.id))
    assert (answer.status_code, [item["id"] for item in answer.json()["items"]]) == (200, [str(made.id)])


async def test_whoever_takes_nothing_is_let_go(real_world: World, administrator: Client) -> None:
    real_world.app.state.runtime.settings.feed = Feed(write_seconds=1)
    await settled(real_world)
    async with streaming(real_world.app, administrator.token) as stream:
        await stream.next()
        stream.taking.clear()
        await factories.organization(real_world)
        rest = await stream.rest()

    assert rest == []
