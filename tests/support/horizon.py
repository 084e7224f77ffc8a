"""Whoever reads the journal as a sequence waits for all who are still writing, also in other databases of the server.

The tests of other processes write there, too, each in one long transaction.
"""

import asyncio
from typing import Final

from tests.support.world import World

PASSED: Final = "SELECT pg_snapshot_xmin(pg_current_snapshot()) >= $1::text::xid8"


async def settled(world: World) -> None:
    """Everything that has happened by now can be read."""
    ((last,),) = await world.rows("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
    async with asyncio.timeout(60):
        while not (await world.rows(PASSED, last))[0][0]:  # noqa: ASYNC110 - others write in other processes
            await asyncio.sleep(0.02)
