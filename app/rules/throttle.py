"""How long is waited after attempts in vain: longer each time, never for ever, and never by the owner everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.errors import Sentence, say

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "wait_seconds": (
        "Забагато невдалих спроб. Спробуйте знову за {seconds} с.",
        "Too many attempts have failed. Try again in {seconds} s.",
    ),
    "wait_minutes": (
        "Забагато невдалих спроб. Спробуйте знову за {minutes} хв.",
        "Too many attempts have failed. Try again in {minutes} min.",
    ),
}


class Counter(StrEnum):
    """What failures are counted by."""

    ACCOUNT_HERE = "account_here"
    PLACE = "place"
    ACCOUNT = "account"


@dataclass(frozen=True)
class Ladder:
    """From so many failures on, so many seconds; with time failures are forgotten one by one.

    What `spares_friends` does not bind places from which the account was entered not long ago: guessing elsewhere
    never keeps the owner out at home.
    """

    steps: tuple[tuple[int, int], ...]
    forgets_one_in: int
    spares_friends: bool = True

    def seconds(self, failures: int) -> int:
        return max((seconds for many, seconds in self.steps if failures >= many), default=0)

    def delays(self) -> list[int]:
        """By the count of failures; the last holds for all beyond."""
        return [self.seconds(failures) for failures in range(self.steps[-1][0] + 1)]


LADDERS: Final[Mapping[Counter, Ladder]] = {
    # Somebody who mistypes four times waits for nothing; a guesser is soon down to four an hour.
    Counter.ACCOUNT_HERE: Ladder(
        ((5, 10), (6, 30), (7, 60), (8, 120), (9, 300), (10, 900)), forgets_one_in=3600, spares_friends=False
    ),
    # A council sits behind one address: its mistakes are many and spread over accounts.
    Counter.PLACE: Ladder(((50, 10), (75, 30), (100, 60), (150, 300), (200, 900)), forgets_one_in=60),
    # Guesses from many places at one account come through one by one, at most two a minute.
    Counter.ACCOUNT: Ladder(((10, 1), (12, 5), (15, 15), (20, 30)), forgets_one_in=600),
}


def wait(seconds: int) -> Sentence:
    """In minutes as soon as there are two of them."""
    if seconds < 120:
        return say("wait_seconds", seconds=seconds)
    return say("wait_minutes", minutes=-(-seconds // 60))
