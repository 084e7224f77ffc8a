"""The limiter itself: what it lets through, alone and with a count that all processes share."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from app.adapters.embedded_valkey import EmbeddedValkey
from app.adapters.shared_limits import ValkeyCount, storage_url
from app.adapters.shared_server import wait_until
from app.core import limits
from app.core.limits import Limits
from app.rules.limits import Lane
from app.settings import Limits as Figures

pytestmark = pytest.mark.anyio

NOON: Final = datetime(2026, 11, 23, 10, tzinfo=UTC).timestamp()


async def let_in(by: Limits, count: int, now: float = NOON, principal: str = "somebody", lane: Lane = Lane.READ) -> int:
    """How many of so many requests at once."""
    answers = await asyncio.gather(*(by.admit(lane, principal, now) for _ in range(count)))
    return sum(is_in for _, is_in in answers)


@pytest.fixture
def valkey(tmp_path: Path) -> EmbeddedValkey:
    return EmbeddedValkey(tmp_path / "valkey", fast=True)


@pytest.fixture
async def count(valkey: EmbeddedValkey, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ValkeyCount]:
    """On a busy machine an answer may take longer than a request would wait for it."""
    monkeypatch.setattr(limits, "PATIENCE_SECONDS", 5)
    with valkey:
        found = ValkeyCount(valkey.url())
        yield found
        await found.close()


async def test_three_hundred_at_once_get_no_more_than_the_quota() -> None:
    assert await let_in(Limits(Figures(read=100)), 300) == 100


async def test_each_principal_and_each_lane_has_its_own_quota() -> None:
    alone = Limits(Figures(read=10, write=5))

    found = [
        await let_in(alone, 50),
        await let_in(alone, 50, lane=Lane.WRITE),
        await let_in(alone, 50, principal="another"),
        await let_in(alone, 50),
    ]

    assert found == [10, 5, 10, 0]


async def test_the_quota_comes_back_as_the_minute_moves_on() -> None:
    alone = Limits(Figures(read=60))
    found = {seconds: await let_in(alone, 100, NOON + seconds) for seconds in (0, 59, 60, 61, 90, 200)}

    assert found == {0: 60, 59: 0, 60: 0, 61: 1, 90: 29, 200: 60}


async def test_an_answer_says_what_is_left_and_when_there_is_more() -> None:
    alone = Limits(Figures(read=2))
    said = [(await alone.admit(Lane.READ, "somebody", NOON + seconds))[0].headers() for seconds in (0, 10, 20)]

    assert [dict(each) for each in said] == [
        {b"ratelimit-policy": b'"read";q=2;w=60', b"ratelimit": b'"read";r=1;t=60'},
        {b"ratelimit-policy": b'"read";q=2;w=60', b"ratelimit": b'"read";r=0;t=80'},
        {b"ratelimit-policy": b'"read";q=2;w=60', b"ratelimit": b'"read";r=0;t=70'},
    ]
    assert await let_in(alone, 5, NOON + 89.9) == 0
    assert await let_in(alone, 5, NOON + 90.1) == 1


async def test_processes_share_one_count(count: ValkeyCount) -> None:
    one, two = (Limits(Figures(read=100), count) for _ in range(2))

    found = await asyncio.gather(let_in(one, 150), let_in(two, 150))

    assert sum(found) == 100


async def test_permits_are_fetched_by_the_handful(count: ValkeyCount) -> None:
    """What a request costs is a part of a question to Valkey, not one or two."""
    asked = 0

    class Counting(ValkeyCount):
        async def take(self, lane: str, principal: str, quota: int, wanted: int) -> limits.Granted:
            nonlocal asked
            asked += 1
            return await count.take(lane, principal, quota, wanted)

    counting = Counting("redis://127.0.0.1:1")
    found = await let_in(Limits(Figures(read=2000), counting), 1000)
    await counting.close()

    assert found == 1000
    assert asked < 45


async def test_a_quota_that_is_spent_is_not_asked_for_again(count: ValkeyCount) -> None:
    sharing = Limits(Figures(bulk=3), count)

    found = [await let_in(sharing, 10, lane=Lane.BULK), await let_in(sharing, 10, lane=Lane.BULK)]

    assert found == [3, 0]


async def test_when_valkey_dies_nobody_waits_and_both_together_stay_below_twice_the_quota(
    valkey: EmbeddedValkey, count: ValkeyCount
) -> None:
    figures = Figures(read=100, processes=2)
    processes = [Limits(figures, count) for _ in range(2)]
    before = sum([await let_in(each, 60) for each in processes])
    os.kill(int((valkey.folder / "pid").read_text()), signal.SIGKILL)

    after = sum([await let_in(each, 200) for each in processes])

    # Some of what was fetched was not spent yet.
    assert 85 <= before <= 100
    assert before + after <= 200


async def test_when_valkey_is_stuck_each_process_counts_alone_after_a_moment(
    valkey: EmbeddedValkey, count: ValkeyCount, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes = [Limits(Figures(read=100, processes=2), count) for _ in range(2)]
    await let_in(processes[0], 1)
    monkeypatch.undo()
    pid = int((valkey.folder / "pid").read_text())
    os.kill(pid, signal.SIGSTOP)
    try:
        found = [await let_in(each, 200, principal="another") for each in processes]
    finally:
        os.kill(pid, signal.SIGCONT)

    assert found == [50, 50]


async def test_it_comes_back_by_itself(
    valkey: EmbeddedValkey, count: ValkeyCount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAUSE_SECONDS", 0.05)
    processes = [Limits(Figures(read=100, processes=2), count) for _ in range(2)]
    valkey._stop()
    assert wait_until(lambda: not valkey.is_alive(), seconds=5)
    await let_in(processes[0], 1)
    await let_in(processes[1], 1)
    valkey.attach()
    await asyncio.sleep(0.1)

    found = [await let_in(each, 200, principal="another") for each in processes]

    assert sum(found) == 100


async def test_what_the_shared_count_forgets_this_process_remembers(valkey: EmbeddedValkey, count: ValkeyCount) -> None:
    sharing = Limits(Figures(read=100), count)
    before = await let_in(sharing, 100)
    await count._storage.reset()

    assert (before, await let_in(sharing, 100)) == (100, 0)


async def test_only_so_many_principals_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_REMEMBERED", 3)
    alone = Limits(Figures(read=1))
    for principal in "abcd":
        await let_in(alone, 1, principal=principal)

    assert {principal: await let_in(alone, 1, principal=principal) for principal in "dcb"} == dict.fromkeys("dcb", 0)
    assert await let_in(alone, 1, principal="a") == 1


@pytest.mark.parametrize(
    ("dsn", "expected"),
    [
        ("unix:///run/valkey?db=0", "async+redis+unix:///run/valkey?db=0"),
        ("redis://valkey:6379/0", "async+redis://valkey:6379/0"),
        ("rediss://a:b@valkey", "async+rediss://a:b@valkey"),
    ],
)
def test_an_address_in_the_spelling_of_the_library(dsn: str, expected: str) -> None:
    assert storage_url(dsn) == expected
