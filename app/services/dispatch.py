"""From the journal to the webhooks: for each change, the events that other systems asked for, each written once.

The deliveries and the step of the cursor are one transaction, and an event has the same id however often it is worked
out: whatever happens to the dispatcher, nothing is lost and nothing is told twice.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from uuid_utils.compat import uuid7

from app.core import changes, integrations
from app.core.actors import Actor
from app.core.changes import Change, Place
from app.core.uow import UnitOfWork
from app.rules import changed_fields, events
from app.rules.events import Filter, Happened
from app.services import feed_entries
from app.services.feed_entries import Entry
from app.vocabulary import ChangeOperation

NAME: Final = "webhooks"
BATCH: Final = 500
FAR: Final = 1000

# Whoever finds it taken goes away: an attempt to insert would wait for the one who has it.
TAKE: Final = """
SELECT epoch, xid::text, subject, subject_id FROM journal_cursors WHERE name = $1 FOR UPDATE SKIP LOCKED
"""
BEGIN: Final = """
INSERT INTO journal_cursors (name, epoch, xid, moved_at)
SELECT $1, journal_epoch(), pg_snapshot_xmin(pg_current_snapshot()), clock_timestamp()
WHERE NOT EXISTS (SELECT FROM journal_cursors WHERE name = $1)
ON CONFLICT (name) DO NOTHING
"""
MOVE: Final = """
UPDATE journal_cursors
SET epoch = $2, xid = $3::text::xid8, subject = $4, subject_id = $5, moved_at = clock_timestamp() WHERE name = $1
"""
LISTENERS: Final = """
SELECT i.id, i.name, i.organization_id, i.scopes, w.id, w.event_types, w.record_ids, w.fields
FROM webhooks w JOIN integrations i ON i.id = w.integration_id
WHERE i.is_active AND i.archived_at IS NULL AND w.archived_at IS NULL
  AND CASE WHEN $1::uuid IS NULL THEN w.status = 'active' ELSE w.id = $1 END
ORDER BY i.id, w.id
"""
# Also what is there already counts as told: the unique constraint on webhook and event decides.
QUEUE: Final = """
WITH told AS (
  INSERT INTO webhook_deliveries (id, webhook_id, event_id, type, subject, subject_id, body, at, due_at)
  SELECT n.* FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[],
                         $8::timestamptz[], $9::timestamptz[])
    AS n (id, webhook_id, event_id, type, subject, subject_id, body, at, due_at)
  WHERE NOT EXISTS (
    SELECT FROM webhook_deliveries d WHERE d.webhook_id = n.webhook_id AND d.event_id = n.event_id)
  LIMIT $10
  ON CONFLICT (webhook_id, event_id) DO NOTHING
  RETURNING 1
)
SELECT count(*) FROM told
"""
TYPE: Final = 3
BOUNDS: Final = """
SELECT j.epoch, j.xid::text, j.id FROM journal j WHERE j.at >= $1 AND j.at < $2
ORDER BY j.epoch {0}, j.xid {0} LIMIT 1
"""
ENTRY: Final = "SELECT max(id) FROM journal WHERE epoch = $1 AND xid = $2::text::xid8"


@dataclass(frozen=True)
class Step:
    """What one transaction of the dispatcher came to."""

    changes: int = 0
    queued: int = 0
    is_more: bool = False


@dataclass(frozen=True)
class Bound:
    """An end of a stretch of the journal: a place before all changes of its transaction, and the number of an entry."""

    place: Place
    entry: int


@dataclass(frozen=True)
class Stretch:
    """What happened from `since` on and before `until`; all events when `only` is empty."""

    since: datetime
    until: datetime
    only: Collection[str] = ()


@dataclass(frozen=True)
class Again:
    """Where the next batch begins, None when the horizon is reached; and how many deliveries were missing."""

    place: Place | None
    queued: int


@dataclass(frozen=True)
class Audience:
    """An integration, whose rights decide what can be told, with the webhooks of it that listen."""

    actor: Actor
    listeners: list[tuple[UUID, Filter]] = field(default_factory=list)


async def begin(uow: UnitOfWork) -> None:
    """From now on there is somebody to tell: what happens before a worker looks for the first time is told, too."""
    await uow.rows(BEGIN, [NAME])


async def dispatch(uow: UnitOfWork, limit: int = BATCH) -> Step:
    """The next changes below the horizon. Whoever finds another one at it does nothing."""
    place = await _taken(uow)
    if place is None:
        return Step()
    # The horizon first: what ends while the changes are read is left for the next time.
    seen = await changes.horizon(uow)
    found = await changes.after(uow, place, events.THINGS, limit)
    # Only then who listens: a webhook that was active before a change of these is among them.
    queued = sum([await _queue(uow, told) for told in await _told(uow, found)])
    is_more = len(found) == limit
    if is_more:
        await _move(uow, found[-1].place)
    elif found or _is_far(place, seen):
        await _move(uow, max([seen, *(change.place for change in found)]))
    return Step(len(found), queued, is_more)


async def bounds(uow: UnitOfWork, since: datetime, until: datetime) -> tuple[Bound, Bound] | None:
    """Where the journal of that time begins and ends; None when nothing was entered in it."""
    first, last = [await uow.rows(BOUNDS.format(order), [since, until]) for order in ("ASC", "DESC")]
    return (_bound(first[0]), _bound(last[0])) if first and last else None


async def entry_at(uow: UnitOfWork, place: Place) -> int:
    """The number of the entry up to which somebody at this place has come."""
    [(id,)] = await uow.rows(ENTRY, [place.epoch, str(place.xid)])
    return int(id)


async def regenerate(uow: UnitOfWork, webhook_id: UUID, within: Stretch, after: Place, most: int) -> Again:
    """The deliveries that are missing among the next changes: a batch of them, so that nobody waits for it."""
    found = await changes.after(uow, after, events.THINGS, BATCH)
    inside = [change for change in found if within.since <= change.at < within.until]
    queued = 0
    for told in await _told(uow, inside, webhook_id):
        wanted = [row for row in told if not within.only or row[TYPE] in within.only]
        queued += await _queue(uow, wanted, most - queued)
    return Again(found[-1].place if len(found) == BATCH else None, queued)


async def _taken(uow: UnitOfWork) -> Place | None:
    """The cursor, locked until the end of the transaction; the first of all begins with what happens from now on."""
    rows = await uow.rows(TAKE, [NAME])
    if not rows:
        await begin(uow)
        return None
    epoch, xid, subject, subject_id = rows[0]
    return Place(epoch, int(xid), subject, UUID(str(subject_id)))


async def _move(uow: UnitOfWork, to: Place) -> None:
    await uow.rows(MOVE, [NAME, to.epoch, str(to.xid), to.subject, to.subject_id])


def _is_far(place: Place, seen: Place) -> bool:
    """While nothing happens, the cursor need not follow every transaction."""
    return place.epoch != seen.epoch or seen.xid - place.xid >= FAR


def _bound(row: Any) -> Bound:
    return Bound(Place(row[0], int(row[1])), row[2])


async def _told(uow: UnitOfWork, found: list[Change], webhook: UUID | None = None) -> list[list[tuple[Any, ...]]]:
    """Rows of deliveries, audience by audience; of a webhook that is named, whether it is active or not."""
    if not found:
        return []
    audiences = _audiences(await uow.rows(LISTENERS, [webhook]))
    return [await _for(uow, audience, found) for audience in audiences]


def _audiences(rows: Iterable[Any]) -> list[Audience]:
    found: dict[UUID, Audience] = {}
    for id, name, organization, scopes, webhook, *wanted in rows:
        if id not in found:
            found[id] = Audience(integrations.acting(id, name, organization, tuple(scopes)))
        found[id].listeners.append((webhook, Filter(*(frozenset(each) for each in wanted))))
    return list(found.values())


async def _for(uow: UnitOfWork, audience: Audience, found: list[Change]) -> list[tuple[Any, ...]]:
    """What this integration may know of the changes, as far as its webhooks asked for it."""
    entries = await feed_entries.entries(uow, audience.actor, uow.today, found)
    pairs = [(change, entry) for change, entry in zip(found, entries, strict=True) if entry is not None]
    return [
        (uuid7(), webhook, *row, uow.now)
        for change, entry in pairs
        for event, row in _events(change, entry)
        for webhook, wanted in audience.listeners
        if wanted.wants(event, change.subject_id, frozenset(entry.fields))
    ]


def _events(change: Change, entry: Entry) -> Iterator[tuple[str, tuple[Any, ...]]]:
    place, fields = change.place, frozenset(entry.fields)
    for event in events.told(Happened(change.subject, _operation(change, entry), fields, _status(change))):
        id = events.name(place.epoch, place.xid, place.subject, place.subject_id, event)
        yield event, (id, event.value, place.subject, place.subject_id, body(event, entry), change.at)


def _operation(change: Change, entry: Entry) -> ChangeOperation:
    """With an erasure a person leaves the reach of many: they are the ones who must hear of it."""
    is_erased = changed_fields.operation(change.subject, change.parts) is ChangeOperation.ERASED
    return ChangeOperation.ERASED if is_erased else entry.operation


def _status(change: Change) -> str | None:
    """The status that the record came to, if this change is what brought it there."""
    own = [part.status for part in change.parts if part.table == change.subject and part.status is not None]
    return own[-1] if own else None


def body(event: str, entry: Entry) -> str:
    """The exact bytes, by which the signature is made."""
    data = {
        "id": str(entry.id),
        "type": entry.type,
        "version": entry.version,
        "fields": sorted(entry.fields),
        "actor_kind": entry.actor_kind,
    }
    return orjson.dumps({"type": str(event), "timestamp": f"{entry.at:%Y-%m-%dT%H:%M:%S.%fZ}", "data": data}).decode()


async def audiences(uow: UnitOfWork) -> list[Audience]:
    """Whoever listens now: for what is told beside the journal."""
    return _audiences(await uow.rows(LISTENERS, [None]))


async def queue(uow: UnitOfWork, told: list[tuple[Any, ...]]) -> int:
    """How many of these are new."""
    return await _queue(uow, told)


async def _queue(uow: UnitOfWork, told: list[tuple[Any, ...]], most: int | None = None) -> int:
    if not told:
        return 0
    ((count,),) = await uow.rows(QUEUE, [*(list(column) for column in zip(*told, strict=True)), most])
    return int(count)
