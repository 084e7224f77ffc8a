"""The storm over changes: what is written while everything falls over comes to every reader, once."""

import asyncio
import random
import time
from collections.abc import Sequence

from redis import Redis

from tests.storm import people
from tests.storm.deeds import Caller, Follower, History, write
from tests.storm.invariants import Books, balanced, rows
from tests.storm.receiver import Receiver
from tests.storm.town import Process, Town, built

SERVERS, WORKERS, WRITERS, FOLLOWERS = 2, 2, 12, 3
SECONDS_TO_SETTLE = 150
OPEN = "SELECT count(*) FROM webhook_deliveries WHERE status = 'due'"
# What no dispatcher has looked at yet, and what no sealer has sealed.
BEHIND = """
SELECT (SELECT count(*) FROM journal j WHERE subject = 'organizations' AND operation <> 'note'
        AND (j.epoch, j.xid) > (SELECT epoch, xid FROM journal_cursors WHERE name = 'webhooks')),
       (SELECT count(*) FROM journal j WHERE NOT EXISTS (SELECT FROM journal_leaves l WHERE l.journal_id = j.id))
"""


async def trouble(town: Town, servers: Sequence[Process], workers: Sequence[Process], seconds: float) -> int:
    """Kills one process after the other with -9, and now and then lets the queue lose everything it knows."""
    queue, flushes, ends = Redis.from_url(town.redis), 0, time.monotonic() + seconds
    while time.monotonic() < ends:
        await asyncio.sleep(random.uniform(0.5, 2.0))
        victim = random.choice([*servers, *workers])
        await asyncio.to_thread(victim.kill)
        if random.random() < 0.3:
            await asyncio.to_thread(queue.flushall)
            flushes += 1
        victim.start()
        if victim in servers:
            await asyncio.to_thread(victim.wait_until_it_answers)
    return flushes


async def settled(town: Town) -> None:
    """Until the workers have caught up with everything."""
    ends = time.monotonic() + SECONDS_TO_SETTLE
    while time.monotonic() < ends:
        [(open_,)] = await rows(town, OPEN)
        [(undispatched, unsealed)] = await rows(town, BEHIND)
        if open_ == undispatched == unsealed == 0:
            return
        await asyncio.sleep(1)
    print(f"not settled: {open_} due, {undispatched} not dispatched, {unsealed} not sealed")  # noqa: T201 - it speaks to a terminal


async def storm(town: Town, receiver: Receiver, seconds: float) -> tuple[Books, int]:
    servers = [town.server(number) for number in range(SERVERS)]
    for server in servers:
        await asyncio.to_thread(server.wait_until_it_answers)
    workers = [town.worker(number) for number in range(WORKERS)]
    caller = Caller(servers, await people.signed_in(town, servers[0]))
    receiver.secret = await people.subscribed(caller, receiver.origin)
    followers = [Follower(caller) for _ in range(FOLLOWERS)]
    for follower in followers:
        await follower.begin()
    history, written, quiet = History(), asyncio.Event(), asyncio.Event()
    writers = [asyncio.create_task(write(caller, history, written)) for _ in range(WRITERS)]
    readers = [asyncio.create_task(follower.follow(quiet)) for follower in followers]
    flushes = await trouble(town, servers, workers, seconds)
    written.set()
    await asyncio.gather(*writers)
    await settled(town)
    quiet.set()
    await asyncio.gather(*readers)
    books = await balanced(town, history, followers, receiver)
    verified = await asyncio.to_thread(town.command, "journal", "verify")
    if verified.returncode:
        books.problems.append(f"the seal: {verified.stdout[-500:]}{verified.stderr[-500:]}")
    return books, flushes


def run(seconds: float) -> bool:
    """Whether the books balance."""
    receiver = Receiver(slow=0.02)
    trusted = {"POBRATYM_WEBHOOKS__TRUSTED_ORIGINS": f'["{receiver.origin}"]'}
    with built(trusted) as town, receiver.listening():
        books, flushes = asyncio.run(storm(town, receiver, seconds))
        figures = {name: value for name, value in vars(books).items() if name != "problems"}
        print(f"changes: kills {town.kills}, queue emptied {flushes} times, {figures}")  # noqa: T201 - it speaks to a terminal
    if not books.records:
        books.problems.append("nothing was written")
    for problem in books.problems:
        print("PROBLEM", problem)  # noqa: T201 - it speaks to a terminal
    return not books.problems
