"""Seals the journal of a test as the worker does, as far as it lies below the horizon."""

import asyncio
from typing import Final

from app.core.changes import BELOW_HORIZON
from app.core.seal_keys import SealKeys
from app.services import seals
from tests.support.world import World

FIRST: Final = "SELECT journal_id FROM journal_leaves WHERE position = 0"
# What the database was made with; a test of another process may have begun before that.
MADE: Final = f"""
SELECT NOT EXISTS (SELECT FROM journal j WHERE verb = $1 AND NOT ({BELOW_HORIZON}))
"""  # noqa: S608 - a constant of ours


def keys(world: World) -> SealKeys:
    return SealKeys.of(world.app.state.runtime.settings)


async def sealed(world: World, count: int) -> int:
    """So many entries more, under one checkpoint; answers with the first entry of all."""
    await _made(world)
    async with world.work() as uow:
        found = await seals.seal(uow, keys(world), limit=count)
    assert found.count == count
    return int((await world.rows(FIRST))[0][0])


async def _made(world: World) -> None:
    for _ in range(3000):
        if (await world.rows(MADE, "seed"))[0][0]:
            return
        await asyncio.sleep(0.02)
    raise TimeoutError("somebody writes for too long")
