import pytest

from app.errors import say
from app.rules.throttle import LADDERS, Counter, wait


@pytest.mark.parametrize(
    ("counter", "failures", "seconds"),
    [
        (Counter.ACCOUNT_HERE, 4, 0),
        (Counter.ACCOUNT_HERE, 5, 10),
        (Counter.ACCOUNT_HERE, 10, 900),
        (Counter.ACCOUNT_HERE, 1000, 900),
        (Counter.PLACE, 49, 0),
        (Counter.PLACE, 100, 60),
        (Counter.ACCOUNT, 9, 0),
        (Counter.ACCOUNT, 1000, 30),
    ],
)
def test_the_wait_grows_and_has_an_end(counter: Counter, failures: int, seconds: int) -> None:
    assert LADDERS[counter].seconds(failures) == seconds


@pytest.mark.parametrize("counter", list(Counter))
def test_no_failure_ever_makes_the_wait_shorter(counter: Counter) -> None:
    delays = LADDERS[counter].delays()

    assert delays == sorted(delays)
    assert delays[-1] == LADDERS[counter].seconds(1_000_000)


def test_what_is_guessed_everywhere_never_binds_where_the_owner_is_known() -> None:
    binding = {counter for counter, ladder in LADDERS.items() if not ladder.spares_friends}

    assert binding == {Counter.ACCOUNT_HERE}


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (1, say("wait_seconds", seconds=1)),
        (119, say("wait_seconds", seconds=119)),
        (121, say("wait_minutes", minutes=3)),
    ],
)
def test_a_long_wait_is_told_in_minutes(seconds: int, expected: object) -> None:
    assert wait(seconds) == expected
