"""What somebody is told in the app, as it comes: one stream for one person."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import orjson
from fastapi.sse import format_sse_event

from app.core.uow import Reader
from app.core.wakeups import Wakeups
from app.errors import AppError
from app.schemas.notifications import NotificationRead
from app.services import notices
from app.settings import Feed

RETRY_MS: Final = 3000
# As many as may come between two looks; whoever was away for longer reads the list.
AT_ONCE: Final = 100


@dataclass(frozen=True)
class Follower:
    """`renew`: who asks, looked up once more; it fails when their session has ended."""

    renew: Callable[[], Awaitable[Reader]]
    wakeups: Wakeups
    rules: Feed

    async def events(self, reader: Reader, last: UUID | None = None) -> AsyncIterator[bytes]:
        """What came after `last` first. Ends by itself after a while, and when whoever asks may not any more."""
        ends = reader.now + timedelta(minutes=self.rules.stream_minutes)
        there = await notices.newest(reader, AT_ONCE)
        yield format_sse_event(event="unread", data_str=await _count(reader), retry=RETRY_MS)
        for each in reversed([one for one in there if last is not None and one.id > last]):
            yield _event(each)
        seen = {each.id for each in there}
        while reader.now < ends:
            is_new = await self.wakeups.told(reader.actor.id or UUID(int=0), self.rules.heartbeat_seconds)
            if not is_new:
                yield format_sse_event(comment="")
            try:
                reader = await self.renew()
            except AppError:
                return
            for each in reversed(await notices.newest(reader, AT_ONCE)):
                if each.id not in seen:
                    seen.add(each.id)
                    yield _event(each)


def _event(found: NotificationRead) -> bytes:
    return format_sse_event(event="notification", id=str(found.id), data_str=found.model_dump_json())


async def _count(reader: Reader) -> str:
    return orjson.dumps({"unread_count": await notices.unread(reader)}).decode()
