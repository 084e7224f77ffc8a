"""When an event is sent again, what an answer means, and when an address is given up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.wording import words
from app.rules import webhooks as rules
from app.rules.webhook_sentences import REMEDIES, remedy
from app.rules.webhooks import WELL, Health, failure_of, is_given_up, wait, worse
from app.vocabulary import DeliveryFailure

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
F = DeliveryFailure


def test_an_event_is_tried_for_about_three_days() -> None:
    calm = [wait(attempts, 0) for attempts in range(11)]
    unlucky = [wait(attempts, 1) for attempts in range(11)]

    assert calm == [*rules.WAITS, None]
    assert timedelta(days=3) < sum(rules.WAITS, timedelta()) < timedelta(days=3, hours=6)
    assert [late / each for late, each in zip(unlucky[1:10], calm[1:10], strict=True)] == [1.2] * 9  # type: ignore[operator]  # the last is left out


def test_what_somebody_waits_for_is_over_within_hours() -> None:
    assert rules.waits_for("webhook.challenge") == rules.waits_for("webhook.ping") == rules.WAITS[:5]
    assert rules.waits_for("partnership.updated") == rules.WAITS


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, None),
        (204, None),
        (299, None),
        (300, F.REDIRECTED),
        (301, F.REDIRECTED),
        (304, F.REDIRECTED),
        (308, F.REDIRECTED),
        (400, F.REFUSED),
        (404, F.REFUSED),
        (410, F.GONE),
        (429, F.BUSY),
        (500, F.BROKEN),
        (501, F.BROKEN),
        (502, F.BUSY),
        (503, F.BUSY),
        (504, F.BUSY),
        (599, F.BROKEN),
        (199, F.BROKEN),
        (999, F.BROKEN),
    ],
)
def test_only_2xx_is_success(status: int, expected: DeliveryFailure | None) -> None:
    assert failure_of(status) is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("0", timedelta(0)),
        ("120", timedelta(minutes=2)),
        (" 120 ", timedelta(minutes=2)),
        ("999999999999999999999", timedelta(hours=24)),
        ("Mon, 23 Nov 2026 10:30:00 GMT", timedelta(minutes=30)),
        ("Mon, 23 Nov 2026 09:30:00 GMT", timedelta(0)),
        ("Mon, 30 Nov 2026 10:30:00 GMT", timedelta(hours=24)),
        ("Mon, 23 Nov 2026 10:30:00", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("٣٠", None),
    ],
)
def test_what_retry_after_asks_for_is_understood_or_left(header: str | None, expected: timedelta | None) -> None:
    assert rules.asked_pause(header, NOW) == expected


@given(st.text(max_size=40))
def test_no_retry_after_makes_us_stumble(header: str) -> None:
    found = rules.asked_pause(header, NOW)

    assert found is None or timedelta(0) <= found <= timedelta(hours=24)


def test_who_fails_again_and_again_is_asked_less_and_less_often() -> None:
    health, pauses = WELL, []
    for _ in range(12):
        health = worse(health, F.UNREACHABLE, None, NOW)
        pauses.append(health.paused_until - NOW if health.paused_until else None)

    assert pauses[:5] == [None, None, *(timedelta(seconds=each) for each in (10, 20, 40))]
    assert pauses[-1] == timedelta(minutes=15)
    assert (health.failures, health.failing_since, health.is_broken) == (12, NOW, True)


def test_who_is_busy_is_left_alone_from_the_first_time() -> None:
    asked = worse(WELL, F.BUSY, timedelta(hours=2), NOW)
    unasked = worse(WELL, F.BUSY, None, NOW)
    at_once = worse(WELL, F.BUSY, timedelta(0), NOW)

    assert [each.paused_until for each in (asked, unasked, at_once)] == [
        NOW + timedelta(hours=2),
        NOW + timedelta(seconds=30),
        None,
    ]


@pytest.mark.parametrize(
    ("health", "failure", "expected"),
    [
        (Health(1, NOW), F.GONE, True),
        (Health(3, NOW - timedelta(days=5)), F.BROKEN, True),
        (Health(3, NOW - timedelta(days=4, hours=23)), F.BROKEN, False),
        (Health(2, NOW - timedelta(days=9)), F.BROKEN, False),
        (WELL, F.BROKEN, False),
    ],
)
def test_an_address_is_given_up_when_it_says_so_or_fails_for_days(
    health: Health, failure: DeliveryFailure, expected: bool
) -> None:
    assert is_given_up(health, failure, timedelta(days=5), NOW) is expected


def test_every_failure_has_a_remedy_in_both_languages() -> None:
    assert set(REMEDIES) == set(DeliveryFailure)
    said = {(words(remedy(each), "uk"), words(remedy(each), "en")) for each in DeliveryFailure}
    assert len(said) == len(DeliveryFailure)
    assert '{"challenge": "…"}' in words(remedy(F.CHALLENGE_FAILED), "en")
