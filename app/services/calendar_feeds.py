"""Addresses of one's own calendars: made and shown once, replaced, revoked; whoever has one reads it until then."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from sqlmodel import col, select
from uuid_utils.compat import uuid7

from app.core.db import Database
from app.core.holders import holder
from app.core.uow import Reader, UnitOfWork
from app.errors import AppError, FieldError, invalid, not_found, refused, say
from app.models import CalendarFeed, Organization, Partnership
from app.rules import calendar_tokens
from app.rules.permissions import Permission
from app.schemas.calendars import CalendarFeedCreate, CalendarFeedMade, CalendarFeedRead, FeedFilters
from app.settings import Settings
from app.vocabulary import CalendarKind, Language

PATH: Final = "/v1/calendars"
MOST: Final = 20
LIST: Final = """
SELECT f.*, f.filters::text AS filters_text, u.used_at
FROM calendar_feeds f LEFT JOIN calendar_feed_uses u ON u.feed_id = f.id
WHERE f.user_id = $1 ORDER BY f.revoked_at NULLS FIRST, f.id DESC LIMIT 1000
"""
FIND: Final = "SELECT *, filters::text AS filters_text FROM calendar_feeds WHERE token_hash = $1"
USED_EVERY: Final = timedelta(hours=1)
# Of many programs that ask at once one is noted; a feed that is being revoked is no longer of interest.
TOUCH: Final = """
INSERT INTO calendar_feed_uses (id, feed_id, used_at) VALUES ($1, $2, $3)
ON CONFLICT (feed_id) DO UPDATE SET used_at = excluded.used_at WHERE calendar_feed_uses.used_at <= $4
"""


@dataclass(frozen=True)
class Made:
    feed: CalendarFeed
    token: str


async def create(uow: UnitOfWork, body: CalendarFeedCreate) -> Made:
    owner = _myself(uow)
    await _require_room(uow, owner)
    await _require_known(uow, body)
    language = body.language or uow.actor.language
    feed = CalendarFeed(
        user_id=owner,
        kind=body.kind,
        name=body.name or await _name(uow, body, language),
        language=language,
        partnership_id=body.partnership_id,
        filters=body.filters.model_dump(mode="json", exclude_none=True) if body.filters else {},
        made_at=uow.now,
        token_hash=b"",
    )
    if body.id is not None:
        feed.id = body.id
    token = _sealed(feed)
    uow.add(feed)
    await uow.flush()
    return Made(feed, token)


async def rotate(uow: UnitOfWork, id: UUID) -> Made:
    """A new address; the one before is over at once."""
    feed = await _own(uow, id)
    if feed.revoked_at is not None:
        raise refused(say("calendar_over"))
    token = _sealed(feed)
    feed.made_at = uow.now
    await uow.flush()
    return Made(feed, token)


async def revoke(uow: UnitOfWork, id: UUID) -> None:
    feed = await _own(uow, id)
    if feed.revoked_at is None:
        feed.revoked_at = uow.now
    await uow.flush()


async def mine(reader: Reader) -> list[CalendarFeedRead]:
    """Those in use first; revoked ones show when they ended."""
    return [_read(row) for row in await reader.rows(LIST, [reader.actor.id])]


async def opened(db: Database, token: str, now: datetime) -> tuple[Reader, CalendarFeed]:
    """The calendar behind an address, and its owner with the rights they have at this moment."""
    if (token_hash := calendar_tokens.kept(token)) is None:
        raise not_found()
    async with db.reading() as connection:
        row = await connection.fetchrow(FIND, token_hash)
        if row is None:
            raise not_found()
        feed = CalendarFeed.model_validate(_plain(row))
        owner = await holder(connection, feed.user_id)
    if owner is None or feed.revoked_at is not None or (feed.expires_at is not None and feed.expires_at <= now):
        raise _over()
    reader = Reader(actor=owner, permission=Permission.REMINDERS_READ, now=now, db=db)
    if not owner.reach(Permission.REMINDERS_READ, reader.today):
        raise _over()
    return reader, feed


async def touch(db: Database, feed: CalendarFeed, now: datetime) -> None:
    async with db.reading() as connection:
        await connection.execute(TOUCH, uuid7(), feed.id, now, now - USED_EVERY)


def answer(made: Made, settings: Settings | None) -> CalendarFeedMade:
    """Without settings, without the address: so it is kept for a repeated request."""
    url = f"{settings.http.address}{PATH}/{made.token}.ics" if settings else None
    values = made.feed.model_dump() | {"used_at": None, "url": url}
    return CalendarFeedMade.model_validate(values)


def _sealed(feed: CalendarFeed) -> str:
    token = calendar_tokens.made()
    feed.token_hash = calendar_tokens.kept(token) or b""
    return token


def _over() -> AppError:
    return AppError("link_ended", say("calendar_over"))


def _plain(row: Any) -> dict[str, Any]:
    return dict(row) | {"filters": orjson.loads(row["filters_text"])}


def _read(row: Any) -> CalendarFeedRead:
    return CalendarFeedRead.model_validate(_plain(row))


def _myself(uow: UnitOfWork) -> UUID:
    if uow.actor.kind != "user" or uow.actor.id is None:
        raise AppError("forbidden", say("people_only"))
    return uow.actor.id


async def _own(uow: UnitOfWork, id: UUID) -> CalendarFeed:
    feed = await uow.session.get(CalendarFeed, id, with_for_update=True)
    if feed is None or feed.user_id != _myself(uow):
        raise not_found()
    return feed


async def _require_room(uow: UnitOfWork, owner: UUID) -> None:
    live = select(CalendarFeed).where(col(CalendarFeed.user_id) == owner, col(CalendarFeed.revoked_at).is_(None))
    if len((await uow.session.scalars(live)).all()) >= MOST:
        raise refused(say("too_many_calendars", most=MOST))


async def _require_known(uow: UnitOfWork, body: CalendarFeedCreate) -> None:
    """What does not exist for somebody cannot be subscribed to."""
    filters = body.filters or FeedFilters()
    own = [body.partnership_id] if body.partnership_id else []
    wanted: tuple[tuple[str, type[Partnership | Organization], list[UUID]], ...] = (
        ("/partnership_id", Partnership, own),
        ("/filters/partnership_ids", Partnership, filters.partnership_ids or []),
        ("/filters/organization_ids", Organization, filters.organization_ids or []),
    )
    unknown = [pointer for pointer, model, ids in wanted if set(ids) - await _known(uow, model, ids)]
    if unknown:
        raise invalid(*(FieldError(pointer, say("unknown_reference")) for pointer in unknown))


async def _known(uow: UnitOfWork, model: type[Partnership] | type[Organization], ids: list[UUID]) -> set[UUID]:
    query = uow.select(model).where(col(model.id).in_(ids))
    return {row.id for row in await uow.all(query)} if ids else set()


async def _name(uow: UnitOfWork, body: CalendarFeedCreate, language: Language) -> str:
    if body.kind is not CalendarKind.PARTNERSHIP or body.partnership_id is None:
        label = body.kind.label(language)
        return f"{label[0].upper()}{label[1:]} · Pobratym"
    partnership = await uow.session.get_one(Partnership, body.partnership_id)
    is_english = language is Language.EN and partnership.title_en is not None
    return f"{partnership.number} {partnership.title_en if is_english else partnership.title_uk}"
