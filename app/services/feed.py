"""The feed of changes: what happened since a cursor, for one who asks, with nothing missed and nothing told twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.core import changes
from app.core.actors import Actor, Reach
from app.core.changes import Change, Place
from app.core.listing import Cursors
from app.core.uow import Reader
from app.errors import AppError, FieldError, say
from app.services import feed_scope
from app.services.feed_entries import Entry, entries

CHUNK: Final = 200
SCANNED: Final = 2000

LAG: Final = """
SELECT coalesce(greatest(0, extract(epoch FROM clock_timestamp() - min(j.at)) * 1000), 0)::bigint
FROM journal j WHERE (j.epoch, j.xid) >= (journal_epoch(), pg_snapshot_xmin(pg_current_snapshot()))
"""


@dataclass(frozen=True)
class ScopeChange:
    """What the asker may see is something else from here on: their copy has to be compared with the lists."""

    at: datetime


Item = Entry | ScopeChange


@dataclass(frozen=True)
class Bookmark:
    """What a cursor holds: how far one has come, and what one could see then."""

    place: Place
    given_at: datetime
    scope: str
    day: date


@dataclass(frozen=True)
class Question:
    """`named`: the types that were asked for; None for all that the asker may read, whatever that is today."""

    named: tuple[str, ...] | None

    def types(self, actor: Actor, today: date) -> frozenset[str]:
        """403 with the name of a type of which the asker may read nothing."""
        readable = feed_scope.readable(actor, today)
        if self.named is None:
            return readable
        refused = sorted(set(self.named) - readable)
        if refused:
            errors = [FieldError("query:types", say("type_not_readable", type=name)) for name in refused]
            raise AppError("forbidden", errors=errors)
        return frozenset(self.named)

    def bound_to(self, actor: Actor) -> bytes:
        types = "*" if self.named is None else ",".join(sorted(self.named))
        return f"changes:{actor.kind}:{actor.id}:{types}".encode()

    def scope(self, reader: Reader) -> str:
        return feed_scope.fingerprint(reader.actor, self.named or feed_scope.MODELS, reader.today)


@dataclass(frozen=True)
class Page:
    """`items` come with the bookmark that is good once they have been taken in."""

    items: list[tuple[Item, Bookmark]]
    mark: Bookmark
    has_more: bool
    lag_ms: int

    @property
    def is_nothing_yet(self) -> bool:
        return not self.items and not self.has_more


def encode(cursors: Cursors, question: Question, actor: Actor, mark: Bookmark) -> str:
    values = [*mark.place, mark.given_at, mark.scope, mark.day]
    return cursors.encode(values, question.bound_to(actor))


def decode(cursors: Cursors, question: Question, actor: Actor, cursor: str) -> Bookmark:
    """400 for one that is not ours, of somebody else or for another question."""
    epoch, xid, subject, id, given_at, scope, day = cursors.decode(cursor, question.bound_to(actor))
    place = Place(epoch, xid, subject, UUID(id))
    return Bookmark(place, datetime.fromisoformat(given_at), scope, date.fromisoformat(day))


async def beginning(reader: Reader, question: Question) -> Page:
    """Nothing yet: whoever lists everything after taking this misses nothing."""
    question.types(reader.actor, reader.today)
    place = await changes.horizon(reader)
    return Page([], Bookmark(place, reader.now, question.scope(reader), reader.today), False, await _lag(reader))


async def page(reader: Reader, question: Question, mark: Bookmark, limit: int, days: int) -> Page:
    """What came after the mark: at most `limit` entries, of a bounded number of changes. 410 when it is too far."""
    types = question.types(reader.actor, reader.today)
    ahead = await changes.horizon(reader)
    if mark.place.epoch != ahead.epoch or mark.given_at < reader.now - timedelta(days=days):
        raise AppError("feed_resync", say("feed_resync_how"))
    reach = feed_scope.part_of_all(reader.actor, types, reader.today)
    now = Bookmark(mark.place, reader.now, question.scope(reader), reader.today)
    walk = _Walk(reader, types, reach, limit, now)
    if mark.scope != now.scope or await _turned(reader, types, reach, mark.day):
        walk.say_scope(reader.now)
    has_more = await walk.through(ahead)
    return Page(walk.items, walk.mark, has_more, await _lag(reader))


async def _turned(reader: Reader, types: frozenset[str], reach: Reach | None, since: date) -> bool:
    if reach is None or since >= reader.today:
        return False
    return await feed_scope.turned(reader, reach, types, since, reader.today)


async def _lag(reader: Reader) -> int:
    """How long the oldest finished entry has been waiting for a writer who has not finished."""
    ((lag,),) = await reader.rows(LAG, [])
    return int(lag)


class _Walk:
    """From the mark on, until there are enough entries, enough was looked at, or the horizon is reached."""

    def __init__(self, reader: Reader, types: frozenset[str], reach: Reach | None, limit: int, mark: Bookmark) -> None:
        self.reader, self.types, self.reach, self.limit, self.mark = reader, types, reach, limit, mark
        self.items: list[tuple[Item, Bookmark]] = []
        self.subjects = types | feed_scope.TELLING if reach else types
        self._entries = 0
        self._said = False

    def say_scope(self, at: datetime) -> None:
        """Once on a page is enough: the lists that are read after it are newer than all of the page."""
        if not self._said:
            self._said = True
            self.items.append((ScopeChange(at), self.mark))

    async def through(self, ahead: Place) -> bool:
        """Whether there is more to come."""
        for _ in range(SCANNED // CHUNK):
            found = await changes.after(self.reader, self.mark.place, self.subjects, CHUNK)
            taken = await self._take(found)
            if taken < len(found):
                return True
            if len(found) < CHUNK:
                self.mark = replace(self.mark, place=max(self.mark.place, ahead))
                return False
        return True

    async def _take(self, found: Sequence[Change]) -> int:
        wanted = [change for change in found if change.subject in self.types]
        told = await entries(self.reader, self.reader.actor, self.reader.today, wanted)
        of = {change.place: entry for change, entry in zip(wanted, told, strict=True)}
        moving = await feed_scope.moving(self.reader, self.reach, found) if self.reach else set[Place]()
        for count, change in enumerate(found):
            if self._entries == self.limit:
                return count
            self._tell(change, of.get(change.place), is_moving=change.place in moving)
        return len(found)

    def _tell(self, change: Change, entry: Entry | None, *, is_moving: bool) -> None:
        if is_moving:
            self.say_scope(change.at)
        self.mark = replace(self.mark, place=change.place)
        if entry is not None:
            self._entries += 1
            self.items.append((entry, self.mark))


NOTHING_IN_PARTICULAR: Final[dict[str, Any]] = {
    "type": "scope.changed",
    "id": None,
    "version": None,
    "operation": None,
    "fields": [],
    "at": None,
    "actor_kind": None,
}


def as_json(item: Item) -> dict[str, Any]:
    if isinstance(item, ScopeChange):
        return NOTHING_IN_PARTICULAR | {"at": item.at}
    return {
        "type": item.type,
        "id": item.id,
        "version": item.version,
        "operation": item.operation,
        "fields": item.fields,
        "at": item.at,
        "actor_kind": item.actor_kind,
    }
