"""The storm over reminders: each person is told of each thing once, on time, whoever is killed meanwhile."""

import asyncio
import random
import time
from dataclasses import dataclass
from typing import Final

from redis import Redis

from tests.storm import appointments
from tests.storm.invariants import rows
from tests.storm.postbox import Postbox
from tests.storm.reminder_books import ReminderBooks, balanced
from tests.storm.town import Process, Town, built

SECONDS_TO_SETTLE: Final = 120
# Ten minutes fast, ten minutes slow, and right.
SKEWS: Final = (0, 600, -600)
OPEN: Final = """
SELECT (SELECT count(*) FROM planned_reminders WHERE state = 'planned'),
       (SELECT count(*) FROM notices WHERE status = 'due'),
       (SELECT count(*) FROM messages WHERE status = 'due')
"""


@dataclass(frozen=True)
class Weather:
    """`outage`: for how many seconds the queue's server is gone; `spread`: over how many the reminders fall due."""

    occurrences: int
    workers: int
    kills: int
    flushes: int
    outage: int
    spread: int


SHORT: Final = Weather(occurrences=600, workers=3, kills=10, flushes=2, outage=8, spread=30)
LONG: Final = Weather(occurrences=4000, workers=6, kills=80, flushes=8, outage=60, spread=200)


async def trouble(town: Town, workers: list[Process], weather: Weather) -> None:
    """Kills one worker after the other; now and then the queue forgets everything, and once its server dies."""
    flushing = set(random.sample(range(weather.kills), weather.flushes))
    dying = weather.kills // 2
    for turn in range(weather.kills):
        await asyncio.sleep(weather.spread / weather.kills * random.uniform(0.5, 1.5))
        victim = random.choice(workers)
        await asyncio.to_thread(victim.kill)
        if turn in flushing:
            await asyncio.to_thread(Redis.from_url(town.redis).flushall)
        if turn == dying:
            await _queue_away(town, weather.outage)
        victim.start()


async def _queue_away(town: Town, seconds: int) -> None:
    town.lose_the_queue()
    await asyncio.sleep(seconds)
    await asyncio.to_thread(town.queue.attach)


async def settled(town: Town) -> None:
    ends = time.monotonic() + SECONDS_TO_SETTLE
    while time.monotonic() < ends:
        [(planned, due, posted)] = await rows(town, OPEN)
        if planned == due == posted == 0:
            return
        await asyncio.sleep(1)
    print(f"not settled: {planned} planned, {due} notices, {posted} letters")  # noqa: T201 - it speaks to a terminal


async def storm(town: Town, postbox: Postbox, weather: Weather) -> ReminderBooks:
    workers = [town.worker(number, SKEWS[number % len(SKEWS)]) for number in range(weather.workers)]
    expected = await appointments.made(town, weather.occurrences, weather.spread)
    await trouble(town, workers, weather)
    await settled(town)
    return await balanced(town, postbox, expected, weather.outage)


def run(weather: Weather) -> bool:
    """Whether everybody was told of everything, once and in time."""
    postbox = Postbox()
    with postbox.listening(), built(appointments.SETTINGS | {"POBRATYM_MAIL__URL": postbox.url}) as town:
        books = asyncio.run(storm(town, postbox, weather))
        print(f"reminders: kills {town.kills}, {books.figures()}")  # noqa: T201 - it speaks to a terminal
    for problem in books.problems:
        print("PROBLEM", problem)  # noqa: T201 - it speaks to a terminal
    return not books.problems
