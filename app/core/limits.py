"""How much each principal may ask in a minute. Permits come from a count that all processes share.

They are fetched a few at a time, before the last of them is spent, so that an ordinary request waits for nobody. When
the shared count is away or slow, this process counts alone, with its part of the quota, and asks again after a pause.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from time import monotonic
from typing import Any, Final, Protocol

import structlog

from app.errors import AppError, say
from app.rules.limits import SECONDS, Granted, Lane, Window
from app.settings import Limits as Figures

# What a request waits for permits at most, all in all. The question itself may take longer: nobody waits for it then.
PATIENCE_SECONDS: Final = 0.05
ANSWER_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 1.0
# Permits are fetched in ever larger handfuls while they are spent within this time, and begin with one again.
HANDFUL_SECONDS: Final = 10.0
LARGEST_HANDFUL: Final = 32
# Of a quota at once: what other processes cannot give meanwhile must stay small.
SMALLEST_PART: Final = 20
MOST_REMEMBERED: Final = 20_000

log = structlog.get_logger("limits")


class SharedCount(Protocol):
    """Gives of a quota that every process takes from. Raises OSError when it is away."""

    async def take(self, lane: str, principal: str, quota: int, wanted: int) -> Granted: ...


@dataclass(slots=True)
class Tally:
    """What this process knows of one principal in one lane."""

    window: Window = field(default_factory=Window)
    permits: int = 0
    handful: int = 1
    good_until: float = 0.0
    left: int = 0
    more_at: float = 0.0
    fetching: asyncio.Task[None] | None = None

    def spend(self, now: float) -> bool:
        if self.permits == 0 or now >= self.good_until:
            return False
        self.permits -= 1
        return True

    def is_spent(self, now: float) -> bool:
        """Nothing is left, and nothing will be for a while: nobody needs to be asked."""
        return self.permits == 0 and self.left == 0 and now < self.more_at

    def receive(self, granted: Granted, now: float) -> None:
        kept = self.permits if now < self.good_until else 0
        self.permits, self.left = kept + granted.permits, granted.left
        self.good_until, self.more_at = now + HANDFUL_SECONDS, now + granted.seconds


@dataclass(frozen=True)
class Policy:
    """The published quota of a lane, with what every answer repeats of it."""

    lane: str
    quota: int
    header: tuple[bytes, bytes]
    form: bytes

    @classmethod
    def of(cls, lane: Lane, quota: int) -> "Policy":
        header = f'"{lane}";q={quota};w={SECONDS}'.encode()
        return cls(lane.value, quota, (b"ratelimit-policy", header), f'"{lane}";r=%d;t=%d'.encode())


@dataclass(slots=True)
class Admission:
    """One request that was let in or turned away, and what its answer says about that."""

    policy: Policy
    tally: Tally
    at: float

    @property
    def seconds(self) -> int:
        return max(1, ceil(self.tally.more_at - self.at))

    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        left = self.tally.left + self.tally.permits
        return self.policy.header, (b"ratelimit", self.policy.form % (left, self.seconds))

    def give_back(self) -> None:
        """An answer that cost next to nothing is not counted."""
        self.tally.permits += 1

    def refusal(self) -> AppError:
        violated: dict[str, Any] = {"violated-policies": [self.policy.lane]}
        return AppError(
            "rate_limited",
            say("quota_spent", count=self.policy.quota, seconds=self.seconds),
            headers={"Retry-After": str(self.seconds)},
            **violated,
        )


class Limits:
    def __init__(self, figures: Figures, shared: SharedCount | None = None) -> None:
        self.is_on = figures.is_on
        self._policies = {lane: Policy.of(lane, figures.quota(lane)) for lane in Lane}
        self._processes = figures.processes
        self._shared = shared
        self._resting_until = 0.0
        self._tallies: OrderedDict[tuple[Lane, Hashable], Tally] = OrderedDict()
        self._fetches: set[asyncio.Task[None]] = set()

    async def admit(self, lane: Lane, principal: Hashable, now: float) -> tuple[Admission, bool]:
        """Counts one request: what to say about it, and whether it may go on."""
        tally = self._tally(lane, principal)
        is_in = tally.spend(now)
        if not is_in:
            is_in = await self._obtained(lane, principal, tally, now)
        elif tally.permits < tally.handful // 2:
            self._fetch(lane, principal, tally, now)
        return Admission(self._policies[lane], tally, now), is_in

    def _tally(self, lane: Lane, principal: Hashable) -> Tally:
        key = (lane, principal)
        if (found := self._tallies.get(key)) is not None:
            self._tallies.move_to_end(key)
            return found
        if len(self._tallies) >= MOST_REMEMBERED:
            self._tallies.popitem(last=False)
        found = self._tallies[key] = Tally()
        return found

    async def _obtained(self, lane: Lane, principal: Hashable, tally: Tally, now: float) -> bool:
        """A permit of the shared count, within patience; otherwise one of this process, or none."""
        deadline = monotonic() + PATIENCE_SECONDS
        while not tally.spend(now):
            if tally.is_spent(now):
                return False
            fetch = self._fetch(lane, principal, tally, now)
            if fetch is None or self._resting_until or not await self._is_done(fetch, deadline):
                tally.receive(self._alone(lane, tally.window, now), now)
                return tally.spend(now)
        return True

    def _alone(self, lane: Lane, window: Window, now: float) -> Granted:
        part = ceil(self._policies[lane].quota / self._processes)
        permits = min(1, window.room(part, now))
        window.take(permits)
        return Granted(permits, window.room(part, now), window.seconds(part, now))

    def _fetch(self, lane: Lane, principal: Hashable, tally: Tally, now: float) -> asyncio.Task[None] | None:
        """The question that is on its way, or a new one; None when there is nobody to ask, or nothing to ask for."""
        if tally.fetching is not None or self._shared is None or monotonic() < self._resting_until:
            return tally.fetching
        quota = self._policies[lane].quota
        largest = max(1, min(LARGEST_HANDFUL, quota // SMALLEST_PART))
        tally.handful = min(tally.handful * 2, largest) if now < tally.good_until else 1
        # Never more than this process itself may let through, whatever the shared count has forgotten.
        if (wanted := min(tally.handful, tally.window.room(quota, now))) == 0:
            return None
        if self._resting_until:
            # One question tries whether it is back.
            self._resting_until = monotonic() + PAUSE_SECONDS
        ask = partial(self._shared.take, lane.value, str(principal), quota, wanted)
        tally.fetching = fetch = asyncio.create_task(self._received(ask, tally, now))
        self._fetches.add(fetch)
        fetch.add_done_callback(self._fetches.discard)
        return fetch

    async def _is_done(self, fetch: asyncio.Task[None], deadline: float) -> bool:
        """When patience ends, nobody waits for this question any more; its answer is still of use."""
        await asyncio.wait([fetch], timeout=max(0.0, deadline - monotonic()))
        if not fetch.done():
            self._resting_until = monotonic() + PAUSE_SECONDS
        return fetch.done()

    async def _received(self, ask: Callable[[], Awaitable[Granted]], tally: Tally, now: float) -> None:
        was_away = self._resting_until > 0
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                granted = await ask()
        except (OSError, TimeoutError) as error:
            if not was_away:
                log.warning("the shared count is away, each process counts alone", error=type(error).__name__)
            self._resting_until = monotonic() + PAUSE_SECONDS
        else:
            if was_away:
                log.info("the shared count is back")
            self._resting_until = 0.0
            tally.window.take(granted.permits)
            tally.receive(granted, now)
        finally:
            tally.fetching = None
