"""How much anybody may ask of the service in a minute: the lanes, which operation drives in which, and the counting."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import ceil
from typing import Final, NamedTuple

SECONDS: Final = 60

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "quota_spent": (
        "Квоту запитів на хвилину ({count}) вичерпано. Спробуйте знову через {seconds} с.",
        "The quota of requests a minute ({count}) is used up. Try again in {seconds} s.",
    ),
}


class Lane(StrEnum):
    """What is counted together. Its name is the name of the published policy."""

    READ = "read"
    WRITE = "write"
    BULK = "bulk"
    SIGN_IN = "sign_in"
    ANONYMOUS = "anonymous"


# Where many records come or go at once, or where what is sealed is opened or sought. A new operation with such a verb
# needs no line anywhere.
BULK_VERBS: Final = frozenset({"export", "import", "bulk", "reveal", "find"})

# What is posted and yet only reads: so many ids have no room in an address.
READING_VERBS: Final = frozenset({"batch"})


@cache
def lane(operation: str, method: str, *, is_open: bool) -> Lane:
    """The lane of an operation, by its name, its method and whether it is open to whoever comes."""
    verb = operation.partition("_")[0]
    is_reading = method in {"GET", "HEAD"} or verb in READING_VERBS
    if is_open:
        return Lane.ANONYMOUS if is_reading else Lane.SIGN_IN
    if verb in BULK_VERBS:
        return Lane.BULK
    return Lane.READ if is_reading else Lane.WRITE


class Granted(NamedTuple):
    """What was given of a quota, what is left of it, and the seconds until there is more."""

    permits: int
    left: int
    seconds: float


@dataclass
class Window:
    """A window of a minute that moves: what was taken in the minute before counts by how much of it is still inside."""

    began: float = 0.0
    before: int = 0
    current: int = 0

    def move(self, now: float) -> None:
        passed = now - self.began
        if 0 <= passed < SECONDS:
            return
        is_next = SECONDS <= passed < 2 * SECONDS
        self.before = self.current if is_next else 0
        self.began = self.began + SECONDS if is_next else now
        self.current = 0

    def room(self, quota: int, now: float) -> int:
        self.move(now)
        return max(0, quota - ceil(self.before * self._overlap(now)) - self.current)

    def take(self, count: int) -> None:
        self.current += count

    def seconds(self, quota: int, now: float) -> float:
        """Until there is room for one more; until the minute is over when there is room already."""
        left = self.began + SECONDS - now
        excess = self.before * self._overlap(now) + self.current + 1 - quota
        if excess <= 0:
            return left
        if excess <= self.before * self._overlap(now):
            return excess * SECONDS / self.before
        return left + max(0, self.current + 1 - quota) * SECONDS / max(1, self.current)

    def _overlap(self, now: float) -> float:
        return 1 - (now - self.began) / SECONDS
