"""What is tried too often in vain has to wait. Counted in PostgreSQL alone, so it bites when the queue is away.

Every call is one statement of its own, kept whatever becomes of the request: a refusal must not undo its count.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

import orjson

from app.core.db import Database
from app.core.uow import UnitOfWork
from app.errors import AppError
from app.rules.throttle import LADDERS, Counter, wait

FRIENDS_FOR: Final = timedelta(days=90)

# The attempt is counted before it is known how it ends: a thousand at once must not all find the door open.
# Whoever waits is not counted, so asking again does not make it longer.
CHARGE: Final = """
WITH place AS (
  SELECT EXISTS (
    SELECT FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE lower(u.email) = $2 AND s.address = $3 AND s.started_at > $4
  ) AS is_friend
), counters AS (
  SELECT decode(c.key, 'hex') AS key_hash, c.delays, c.forgets_one_in
  FROM place, jsonb_to_recordset($1::jsonb) c(key text, delays jsonb, forgets_one_in int, spares_friends bool)
  WHERE NOT (c.spares_friends AND place.is_friend)
), held AS (
  SELECT max(t.free_at) AS until FROM throttles t JOIN counters c USING (key_hash)
), charged AS (
  INSERT INTO throttles AS t (key_hash, failures, last_failed_at, free_at)
  SELECT key_hash, 1, $5, $5 FROM counters, held WHERE until IS NULL OR until <= $5 ORDER BY key_hash
  ON CONFLICT (key_hash) DO UPDATE SET (failures, last_failed_at, free_at) = (
    SELECT n, $5, $5 + make_interval(secs => (c.delays ->> least(n, jsonb_array_length(c.delays) - 1))::int)
    FROM counters c, LATERAL (
      SELECT 1 + greatest(0, t.failures - floor(extract(epoch FROM $5 - t.last_failed_at) / c.forgets_one_in)::int) AS n
    ) counted
    WHERE c.key_hash = t.key_hash
  )
  WHERE t.free_at <= $5
  RETURNING t.key_hash
)
SELECT (SELECT count(*) FROM charged) = (SELECT count(*) FROM counters), (SELECT until FROM held),
       (SELECT array_agg(key_hash) FROM charged)
"""

CLEAR: Final = """
WITH mine AS (
  SELECT key_hash FROM throttles WHERE key_hash = ANY($1) ORDER BY key_hash FOR UPDATE
), cleared AS (
  DELETE FROM throttles WHERE key_hash = $2
)
UPDATE throttles SET failures = greatest(0, failures - 1), free_at = $3
WHERE key_hash IN (SELECT key_hash FROM mine WHERE key_hash <> $2)
"""


@dataclass(frozen=True)
class Attempt:
    """Counted as a failure until `succeeded` says otherwise."""

    counted: tuple[bytes, ...]
    account_here: bytes


async def attempt(db: Database, now: datetime, *, account: str, address: str, purpose: str = "sign_in") -> Attempt:
    """Lets one attempt through, or refuses it with 429 and the time to come back. Each purpose has its own counters.

    `account` is what was typed, whether it exists or not; `address` is the neighbourhood of `core.visitors`.
    """
    name = account.strip().lower()
    values = {Counter.ACCOUNT_HERE: f"{name}\0{address}", Counter.PLACE: address, Counter.ACCOUNT: name}
    keys = {counter: _key(purpose, counter, value) for counter, value in values.items()}
    async with db.reading() as connection:
        row = await connection.fetchrow(CHARGE, _counters(keys), name, address, now - FRIENDS_FOR, now)
    admitted, until, counted = row
    if not admitted:
        raise too_many(until - now if until else timedelta())
    return Attempt(tuple(counted), keys[Counter.ACCOUNT_HERE])


async def succeeded(db: Database, now: datetime, attempt: Attempt) -> None:
    """Forgets the failures of this account from here, and takes this attempt off the other counts."""
    async with db.reading() as connection:
        await connection.execute(CLEAR, list(attempt.counted), attempt.account_here, now)


async def forgiven(uow: UnitOfWork, attempt: Attempt | None) -> None:
    """As `succeeded`, but with this very transaction: undone, the attempt stays counted."""
    if attempt is not None:
        await uow.transaction.raw.execute(CLEAR, list(attempt.counted), attempt.account_here, uow.now)


async def undone(db: Database, now: datetime, attempt: Attempt) -> None:
    """It never came to a try: nothing was right or wrong."""
    async with db.reading() as connection:
        await connection.execute(CLEAR, list(attempt.counted), b"", now)


def too_many(left: timedelta) -> AppError:
    seconds = max(1, ceil(left.total_seconds()))
    return AppError("too_many_requests", wait(seconds), headers={"Retry-After": str(seconds)})


def _key(purpose: str, counter: Counter, value: str) -> bytes:
    return hashlib.sha256(f"{purpose}\0{counter}\0{value}".encode()).digest()


def _counters(keys: dict[Counter, bytes]) -> str:
    return orjson.dumps(
        [
            {
                "key": key.hex(),
                "delays": LADDERS[counter].delays(),
                "forgets_one_in": LADDERS[counter].forgets_one_in,
                "spares_friends": LADDERS[counter].spares_friends,
            }
            for counter, key in keys.items()
        ]
    ).decode()
