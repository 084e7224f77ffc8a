from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.core.tokens import Claims, TokenCache, UnknownKeys

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
SUBJECT, SESSION, TOKEN_ID = (UUID(int=n) for n in (101, 102, 103))
EXPECTED = Claims(SUBJECT, SESSION, TOKEN_ID, NOW, NOW + timedelta(minutes=10), "a-key")


def test_a_cached_token_lives_half_a_minute() -> None:
    cache = TokenCache()
    cache.put("a", EXPECTED, NOW)

    assert cache.get("a", NOW + timedelta(seconds=29.9)) == EXPECTED
    assert cache.get("a", NOW + timedelta(seconds=30)) is None
    assert len(cache) == 0


def test_a_cached_token_never_outlives_its_end() -> None:
    cache = TokenCache()
    cache.put("a", EXPECTED, EXPECTED.expires_at - timedelta(seconds=5))
    cache.put("late", EXPECTED, EXPECTED.expires_at)

    assert cache.get("a", EXPECTED.expires_at - timedelta(seconds=1)) == EXPECTED
    assert cache.get("a", EXPECTED.expires_at) is None
    assert cache.get("late", EXPECTED.expires_at) is None


def test_a_clock_that_jumps_back_empties_the_entry() -> None:
    cache = TokenCache()
    cache.put("a", EXPECTED, NOW)

    assert cache.get("a", NOW - timedelta(seconds=1)) is None


def test_the_cache_keeps_what_was_used_last() -> None:
    cache = TokenCache(size=2)
    cache.put("a", EXPECTED, NOW)
    cache.put("b", EXPECTED, NOW)
    cache.get("a", NOW)
    cache.put("c", EXPECTED, NOW)

    assert [cache.get(token, NOW) for token in "abc"] == [EXPECTED, None, EXPECTED]


def test_a_session_is_forgotten_after_one_of_its_tokens_made_room() -> None:
    cache = TokenCache(size=1)
    cache.put("a", EXPECTED, NOW)
    cache.put("b", EXPECTED, NOW)
    cache.forget(SESSION)

    assert len(cache) == 0


def test_another_spelling_of_a_cached_token_is_not_found() -> None:
    cache = TokenCache()
    cache.put("a.b.c", EXPECTED, NOW)

    assert cache.get("a.b.c====", NOW) is None


def test_a_forgotten_session_leaves_and_others_stay() -> None:
    cache = TokenCache()
    other = replace(EXPECTED, session=SUBJECT)
    cache.put("a", EXPECTED, NOW)
    cache.put("b", EXPECTED, NOW)
    cache.put("c", other, NOW)
    cache.forget(SESSION)
    cache.forget(SESSION)

    assert [cache.get(token, NOW) for token in "abc"] == [None, None, other]
    cache.clear()
    assert cache.get("c", NOW) is None


@given(
    st.lists(st.tuples(st.sampled_from(["put", "get", "forget"]), st.integers(0, 7), st.integers(0, 50)), max_size=60)
)
def test_whatever_happens_the_cache_stays_small_and_never_answers_late(steps: list[tuple[str, int, int]]) -> None:
    cache, stored = TokenCache(size=3), dict[str, datetime]()
    sessions = [UUID(int=n) for n in range(3)]
    for action, n, seconds in steps:
        now, token = NOW + timedelta(seconds=seconds), str(n)
        if action == "put":
            cache.put(token, replace(EXPECTED, session=sessions[n % 3]), now)
            stored[token] = now
        elif action == "forget":
            cache.forget(sessions[n % 3])
            stored = {kept: at for kept, at in stored.items() if int(kept) % 3 != n % 3}
        elif cache.get(token, now) is not None:
            assert stored[token] <= now < stored[token] + timedelta(seconds=30)
        assert len(cache) <= 3


def test_a_key_that_was_looked_for_in_vain_is_not_looked_for_again_at_once() -> None:
    unknown = UnknownKeys()
    moments = [NOW + timedelta(seconds=seconds) for seconds in (0, 5, 29.9, 30)]

    assert [unknown.may_look("a", moment) for moment in moments] == [True, False, False, True]


def test_made_up_keys_cost_one_look_a_second_together() -> None:
    unknown = UnknownKeys()
    looks = [unknown.may_look(str(number), NOW + timedelta(milliseconds=number)) for number in range(3001)]

    assert looks.count(True) == 4


def test_made_up_keys_are_not_remembered_without_end() -> None:
    unknown = UnknownKeys(size=2)
    looks = [unknown.may_look(kid, NOW + timedelta(seconds=number)) for number, kid in enumerate("abca")]

    assert looks == [True] * 4
