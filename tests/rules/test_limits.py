"""The lanes and the window that moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.limits import SECONDS, Lane, Window, lane

NOON = 1_795_000_000.0


@pytest.mark.parametrize(
    ("operation", "method", "is_open", "expected"),
    [
        ("list_partnerships", "GET", False, Lane.READ),
        ("search_partnerships", "GET", False, Lane.READ),
        ("edit_partnership", "PATCH", False, Lane.WRITE),
        ("end_session", "DELETE", False, Lane.WRITE),
        ("export_person", "POST", False, Lane.BULK),
        ("import_twinnings", "POST", False, Lane.BULK),
        ("reveal_identity", "POST", False, Lane.BULK),
        ("find_by_document", "POST", False, Lane.BULK),
        ("create_session", "POST", True, Lane.SIGN_IN),
        ("list_taxonomies", "GET", True, Lane.ANONYMOUS),
    ],
)
def test_every_operation_drives_in_a_lane(operation: str, method: str, is_open: bool, expected: Lane) -> None:
    assert lane(operation, method, is_open=is_open) is expected


def test_a_window_fills_and_empties_as_it_moves() -> None:
    window = Window()
    before = window.room(10, NOON)
    window.take(10)
    after = {seconds: window.room(10, NOON + seconds) for seconds in (0, 59, 60, 75, 90, 119, 120, 500)}

    assert before == 10
    assert after == {0: 0, 59: 0, 60: 0, 75: 2, 90: 5, 119: 9, 120: 10, 500: 10}


@pytest.mark.parametrize("taken", [1, 5, 9, 10])
def test_it_says_exactly_when_there_is_room_again(taken: int) -> None:
    window = Window()
    window.room(10, NOON)
    window.take(10)
    window.room(10, NOON + 70)
    window.take(taken - 9 if taken > 8 else 1)
    now = NOON + 71
    while window.room(10, now):
        window.take(1)

    seconds = window.seconds(10, now)

    assert window.room(10, now + seconds - 0.01) == 0
    assert window.room(10, now + seconds + 0.01) == 1


def test_a_clock_that_jumps_back_begins_a_new_window() -> None:
    window = Window()
    window.room(10, NOON)
    window.take(10)

    assert window.room(10, NOON - 3600) == 10


@given(st.lists(st.floats(0, 20), min_size=1, max_size=200), st.integers(1, 30))
def test_no_minute_ever_sees_twice_the_quota(pauses: list[float], quota: int) -> None:
    window, now, taken = Window(), NOON, list[float]()
    for pause in pauses:
        now += pause
        if window.room(quota, now):
            window.take(1)
            taken.append(now)

    for moment in taken:
        assert sum(moment - SECONDS < other <= moment for other in taken) <= 2 * quota
    assert len(taken) >= min(len(pauses), quota)
