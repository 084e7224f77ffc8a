"""When an event is sent again, what an answer means, and when an address is given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from app.errors import Sentence, say
from app.vocabulary import DeliveryFailure, WebhookStatus

F = DeliveryFailure

CHALLENGE: Final = "webhook.challenge"
PING: Final = "webhook.ping"

# How long is waited before each attempt; about three days in all.
WAITS: Final = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
# Somebody waits for the answer to a challenge or a ping: who does not answer within hours is asked anew by hand.
WAITS_FOR_A_PERSON: Final = WAITS[:5]
# A part of the wait at most, so that what failed together does not come back together.
JITTER: Final = 0.2

LONGEST_PAUSE: Final = timedelta(hours=24)
SHORTEST_PAUSE: Final = timedelta(seconds=30)
# After so many failures in a row one attempt at a time finds out whether anybody is there again.
BREAKS_AFTER: Final = 3
PROBE_EVERY: Final = timedelta(seconds=10)
PROBE_AT_LEAST_EVERY: Final = timedelta(minutes=15)

MOST_REPLAYED: Final = 100_000
# What could not even be recorded so often is a fault of ours, and not tried for ever.
MOST_TRIES: Final = len(WAITS)
MOST_WEBHOOKS: Final = 50
KEPT_OF_AN_ANSWER: Final = 1024

BUSY: Final = frozenset({429, 502, 503, 504})


def failure_of(status: int) -> DeliveryFailure | None:
    """None for success, which is 2xx and nothing else."""
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return F.REDIRECTED
    if status == 410:
        return F.GONE
    if status in BUSY:
        return F.BUSY
    return F.REFUSED if 400 <= status < 500 else F.BROKEN


def wait(attempts: int, luck: float, *, waits: tuple[timedelta, ...] = WAITS) -> timedelta | None:
    """How long after so many attempts in vain; None when it is time to give up. `luck`: from 0 to 1."""
    return waits[attempts] * (1 + JITTER * luck) if attempts < len(waits) else None


def waits_for(type: str) -> tuple[timedelta, ...]:
    return WAITS_FOR_A_PERSON if type in {CHALLENGE, PING} else WAITS


def asked_pause(header: str | None, now: datetime) -> timedelta | None:
    """What `Retry-After` asks for, in seconds or as a day and time; no more than a day."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_PAUSE)
    try:
        moment = parsedate_to_datetime(text)
        return min(max(moment - now, timedelta(0)), LONGEST_PAUSE)
    except (TypeError, ValueError, OverflowError):
        return None


@dataclass(frozen=True)
class Health:
    """How it went lately: failures in a row, since when, and until when nothing is tried."""

    failures: int = 0
    failing_since: datetime | None = None
    paused_until: datetime | None = None

    @property
    def is_broken(self) -> bool:
        return self.failures >= BREAKS_AFTER


WELL: Final = Health()


def worse(health: Health, failure: DeliveryFailure, asked: timedelta | None, now: datetime) -> Health:
    """After one more failure: who is busy is left alone for a while, who is away is asked less and less often."""
    failures = health.failures + 1
    pause = timedelta(0)
    if failures >= BREAKS_AFTER:
        pause = min(PROBE_EVERY * 2 ** min(failures - BREAKS_AFTER, 20), PROBE_AT_LEAST_EVERY)
    if failure is F.BUSY:
        pause = max(pause, asked if asked is not None else SHORTEST_PAUSE)
    until = now + pause if pause else health.paused_until
    return Health(failures, health.failing_since or now, until)


def is_given_up(health: Health, failure: DeliveryFailure, after: timedelta, now: datetime) -> bool:
    """Gone by its own word, or nothing but failures for days."""
    if failure is F.GONE:
        return True
    return health.failing_since is not None and health.is_broken and now - health.failing_since >= after


def enabling_objections(status: WebhookStatus, *, has_key: bool = True) -> list[Sentence]:
    if status is not WebhookStatus.DISABLED:
        return [say("webhook_not_disabled")]
    return [] if has_key else [say("webhook_without_key")]


def sending_objections(status: WebhookStatus) -> list[Sentence]:
    return [] if status is WebhookStatus.ACTIVE else [say("webhook_not_active")]


def resending_objections(type: str, *, is_due: bool) -> list[Sentence]:
    if type == CHALLENGE:
        return [say("delivery_of_a_challenge")]
    return [say("delivery_on_its_way")] if is_due else []
