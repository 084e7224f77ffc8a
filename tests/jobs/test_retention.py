from datetime import datetime, timedelta

import pytest

from app.jobs.retention import ANSWERS_KEPT, SESSIONS_KEPT, purge
from tests.support import actors
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

SECOND = timedelta(seconds=1)


async def aged(world: World, text: str, moment: datetime) -> None:
    async with world.work() as uow:
        await uow.transaction.raw.execute(text, moment)


async def count(world: World, table: str) -> int:
    [[found]] = await world.rows(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name of ours
    return int(found)


async def test_an_answer_is_kept_for_two_days(world: World, as_coordinator: Client) -> None:
    body = {"kind": "ngo", "name_uk": "Друзі Псла", "country": "UA"}
    await as_coordinator.post("/v1/organizations", json=body, key="once")
    ctx, found = {"db": world.db, "clock": world.clock}, []

    for age in (ANSWERS_KEPT, ANSWERS_KEPT + SECOND):
        await aged(world, "UPDATE idempotency_keys SET created_at = $1", world.clock.now - age)
        found.append(((await purge(ctx))["answers"], await count(world, "idempotency_keys")))

    assert found == [(0, 1), (1, 0)]


@pytest.mark.parametrize("column", ["ended_at", "expires_at"])
async def test_a_session_goes_ninety_days_after_it_was_over(world: World, column: str) -> None:
    await actors.signed_in(world)
    ctx, found = {"db": world.db, "clock": world.clock}, []

    for age in (SESSIONS_KEPT, SESSIONS_KEPT + SECOND):
        await aged(world, f"UPDATE sessions SET {column} = $1", world.clock.now - age)  # noqa: S608 - a name of ours
        gone = (await purge(ctx))["sessions"]
        found.append((gone, await count(world, "sessions"), await count(world, "refresh_tokens")))

    journalled = await world.rows(
        "SELECT actor_name FROM journal WHERE row_table = 'sessions' AND operation = 'delete'"
    )
    assert found == [(0, 1, 1), (1, 0, 0)]
    assert [row[0] for row in journalled] == ["purge"]
