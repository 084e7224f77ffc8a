"""What a calendar shows: the dated records that exist for its owner at this moment, and nothing of people."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.core.actors import Reach
from app.core.reading import STATEMENTS
from app.core.uow import Reader
from app.models import CalendarFeed, Partnership
from app.rules import calendars as rules
from app.rules.calendars import Entry, Sheet, Span
from app.settings import Settings
from app.views import calendars as view
from app.views.calendars import SOURCES, Chosen
from app.vocabulary import CalendarKind, DatedThing, Language

FILTERS: Final = frozenset({"partnership_ids", "organization_ids", "countries"})


async def sheet(reader: Reader, feed: CalendarFeed, settings: Settings) -> Sheet:
    entries: list[Entry] = []
    for thing in things(feed):
        entries += await _entries(reader, feed, thing, settings)
    kept, is_cut = rules.nearest(entries, reader.today)
    return Sheet(feed.name, feed.language, kept, reader.today, is_cut)


def things(feed: CalendarFeed) -> tuple[DatedThing, ...]:
    chosen = feed.filters.get("things") or SOURCES
    return tuple(thing for thing in SOURCES if thing in chosen)


def _chosen(feed: CalendarFeed) -> Chosen:
    if feed.kind is CalendarKind.MINE:
        return Chosen(is_mine=True)
    if feed.kind is CalendarKind.PARTNERSHIP:
        return Chosen(by=frozenset({"partnership_ids"}))
    return Chosen(by=FILTERS & {name for name, value in feed.filters.items() if value})


async def _entries(reader: Reader, feed: CalendarFeed, thing: DatedThing, settings: Settings) -> list[Entry]:
    model = SOURCES[thing].model
    reach, home, chosen = reader.reach(model), reader.reach(Partnership), _chosen(feed)
    if not reach:
        return []
    shape = ("calendar", thing, chosen, reach.shape, home.shape)
    prepared = STATEMENTS.get(shape, lambda: view.query(thing, chosen, reach, home))
    rows = await reader.rows(prepared.text, prepared.arguments(_values(reader, feed, reach, home)))
    subject = str(model.__tablename__)
    return [_entry(thing, row, feed.language, link(settings, subject, row["id"])) for row in rows]


def _values(reader: Reader, feed: CalendarFeed, reach: Reach, home: Reach) -> dict[str, Any]:
    since, until = rules.window(reader.today)
    given = {name: feed.filters.get(name) or [] for name in FILTERS}
    if feed.partnership_id is not None:
        given["partnership_ids"] = [feed.partnership_id]
    return {
        **reach.parameters(),
        **home.parameters(view.PREFIX),
        **reader.standing,
        **given,
        "since": since,
        "until": until,
        "cancelled_since": reader.now - timedelta(days=rules.CANCELLED_DAYS),
        "most": rules.MOST_ENTRIES + 1,
    }


def _entry(thing: DatedThing, row: Any, language: Language, link: str | None) -> Entry:
    is_ukrainian = language is Language.UK or row["title_en"] is None
    return Entry(
        thing=thing,
        id=UUID(str(row["id"])),
        title=row["title_uk"] if is_ukrainian else row["title_en"],
        span=_span(row),
        sequence=row["version"],
        changed_at=row["updated_at"],
        number=row["number"],
        place=row["place"],
        link=link,
        is_cancelled=row["is_cancelled"],
    )


def _span(row: Any) -> Span:
    starts: datetime = row["starts"]
    ends: datetime | None = row["ends"]
    if row["zone"] is None:
        return Span(starts.date(), ends.date() if ends else None)
    return Span(starts, ends, row["zone"], row["starts_fold"] or 0, row["ends_fold"] or 0)


def link(settings: Settings, subject: str, id: UUID) -> str | None:
    """To the page that shows the record, where the settings name one."""
    page = settings.frontend.record_url
    return page.replace("{subject}", subject).replace("{id}", str(id)) if page else None
