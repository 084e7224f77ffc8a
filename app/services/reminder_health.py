"""How the telling goes on: how long the oldest waits, what got stuck, and whether the jobs still run."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from app.core.changes import Asked
from app.core.uow import UnitOfWork
from app.schemas.reminders import BouncedPerson, DeadLetters, ReminderHealth, Swept

# A letter that waits for its hour is not late; what nobody could be told of is.
OLDEST: Final = """
SELECT coalesce(max(x.age), interval '0') FROM (
  (SELECT $1::timestamptz - due_at AS age FROM planned_reminders WHERE state = 'planned' ORDER BY due_at LIMIT 1)
  UNION ALL
  (SELECT $1::timestamptz - due_at FROM notices WHERE status = 'due' ORDER BY due_at LIMIT 1)
) x WHERE x.age > interval '0'
"""
STATES: Final = "SELECT state, count(*) FROM planned_reminders GROUP BY state ORDER BY state"
STATUSES: Final = "SELECT status, count(*) FROM notices GROUP BY status ORDER BY status"
DEAD: Final = """
SELECT reason, count(*) FROM (
  SELECT coalesce(last_error, 'no answer') AS reason FROM planned_reminders WHERE state = 'dead'
  UNION ALL SELECT coalesce(last_error, 'no answer') FROM notices WHERE status IN ('dead', 'bounced')
) x GROUP BY reason ORDER BY count(*) DESC, reason LIMIT 50
"""
STUCK: Final = """
SELECT (SELECT count(*) FROM planned_reminders WHERE state = 'dead')
     + (SELECT count(*) FROM notices WHERE status IN ('dead', 'bounced'))
"""
BOUNCED: Final = """
SELECT count(*) OVER (), s.user_id, u.name, s.bounced_at AS since, s.bounced_because AS because
FROM notification_settings s JOIN users u ON u.id = s.user_id
WHERE s.bounced_at IS NOT NULL AND u.is_active ORDER BY s.bounced_at DESC, s.user_id LIMIT 50
"""
SWEEPS: Final = "SELECT name, at FROM heartbeats ORDER BY name"
# A row that is written every few seconds by every worker is written no more often than somebody could notice.
BEAT: Final = """
INSERT INTO heartbeats AS h (name, at) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET at = excluded.at WHERE h.at < excluded.at - interval '10 seconds'
"""


@dataclass(frozen=True)
class Waiting:
    """How long the oldest waits that should be told, and how much got stuck."""

    lag: timedelta
    stuck: int


async def waiting(asker: Asked, now: Any) -> Waiting:
    [[lag]] = await asker.rows(OLDEST, [now])
    [[stuck]] = await asker.rows(STUCK, [])
    return Waiting(max(lag, timedelta()), stuck)


async def health(asker: Any, late: timedelta) -> ReminderHealth:
    lag = (await waiting(asker, asker.now)).lag
    bounced = await asker.rows(BOUNCED, [])
    return ReminderHealth(
        is_late=lag > late,
        oldest_due_seconds=round(lag.total_seconds(), 3),
        reminders={row[0]: row[1] for row in await asker.rows(STATES, [])},
        notices={row[0]: row[1] for row in await asker.rows(STATUSES, [])},
        dead=[DeadLetters(reason=row[0], count=row[1]) for row in await asker.rows(DEAD, [])],
        bounced_count=bounced[0][0] if bounced else 0,
        bounced=[BouncedPerson.model_validate(dict(row)) for row in bounced],
        sweeps=[
            Swept(job=name, at=at, age_seconds=max((asker.now - at).total_seconds(), 0.0))
            for name, at in await asker.rows(SWEEPS, [])
        ],
    )


async def beat(uow: UnitOfWork, job: str) -> None:
    """That this job ran through once more."""
    await uow.transaction.raw.execute(BEAT, job, uow.now)
