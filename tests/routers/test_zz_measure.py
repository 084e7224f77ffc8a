import time

import pytest

from tests.support import factories
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_measure(world: World, as_administrator, nobody):
    p = await factories.partnership(world)
    async with world.work() as uow:
        await uow.transaction.raw.execute("""INSERT INTO activities (id, kind, status, title, starts_local, zone, starts_at)
          SELECT gen_random_uuid(), 'meeting', 'planned', 'Зустріч ' || n, t, 'Europe/Kyiv', t AT TIME ZONE 'Europe/Kyiv'
          FROM (SELECT n, timestamp '2026-11-23' + n * interval '5 hours' AS t FROM generate_series(1, 2500) n) x""")
        await uow.transaction.raw.execute(
            "INSERT INTO activity_partnerships (id, activity_id, partnership_id) SELECT gen_random_uuid(), id, $1 FROM activities",
            p.id,
        )
    made = await as_administrator.made("/v1/calendar-feeds", {"kind": "partnership", "partnership_id": str(p.id)})
    path = made["url"].removeprefix("http://127.0.0.1:8000")
    for _ in range(3):
        t = time.perf_counter()
        a = await nobody.get(path)
        print(a.status_code, len(a.content), a.text.count("BEGIN:VEVENT"), round(time.perf_counter() - t, 3))
    assert 0
