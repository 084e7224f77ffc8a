"""The count of requests that all processes share, in Valkey."""

import time
from typing import Final

from limits import RateLimitItemPerMinute
from limits.aio.storage import RedisStorage
from limits.aio.storage.redis.redispy import RedispyBridge
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.exceptions import RedisError

from app.rules.limits import Granted

PREFIX: Final = "pobratym:limits"


class ValkeyCount:
    """A minute that slides, in two counters for each principal and lane."""

    def __init__(self, dsn: str) -> None:
        self._storage = RedisStorage(storage_url(dsn), implementation="redispy", key_prefix=PREFIX)
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)

    async def take(self, lane: str, principal: str, quota: int, wanted: int) -> Granted:
        """As many as are wanted, or as are left. OSError when Valkey is away."""
        item = RateLimitItemPerMinute(quota, namespace="")
        try:
            count = wanted if await self._limiter.hit(item, lane, principal, cost=wanted) else 0
            stats = await self._limiter.get_window_stats(item, lane, principal)
            if count == 0 and stats.remaining > 0:
                rest = min(wanted, stats.remaining)
                count = rest if await self._limiter.hit(item, lane, principal, cost=rest) else 0
        except RedisError as error:
            raise ConnectionError from error
        # What others may have taken between the two questions is theirs.
        left = stats.remaining if count == wanted else 0
        return Granted(count, left, max(0.0, stats.reset_time - time.time()))

    async def close(self) -> None:
        if isinstance(self._storage.bridge, RedispyBridge):
            await self._storage.bridge.storage.aclose()


def storage_url(dsn: str) -> str:
    """`unix://` and `redis://` in the spelling of the library."""
    scheme, _, rest = dsn.partition("://")
    return f"async+{'redis+unix' if scheme == 'unix' else scheme}://{rest}"
