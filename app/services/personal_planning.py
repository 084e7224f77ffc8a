"""What people asked to be reminded of themselves: once, again and again, or so many days from the day of a record."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from app.core.uow import UnitOfWork
from app.models import PersonalReminder
from app.rules import recurrence
from app.rules import reminders as rules
from app.rules.reminders import AHEAD, GRACE, Plan, When
from app.services import planned_rows, reminder_sources
from app.services.planned_rows import Wanted
from app.services.reminder_sources import Occasion
from app.views.reminders import ITSELF
from app.vocabulary import DatedThing, OffsetUnit, ReminderTopic

STEP: Final = "own"
# Who asked for it wants it, however late.
EVER: Final = 36_500
# One that was for once and was told is over.
OVER: Final = """
SELECT source_id FROM planned_reminders p JOIN personal_reminders r ON r.id = p.source_id
WHERE r.recurrence IS NULL AND r.thing IS NULL AND r.ended_at IS NULL AND p.state NOT IN ('planned', 'moved', 'stopped')
"""
FORGOTTEN: Final = """
SELECT DISTINCT p.personal_id FROM planned_reminders p JOIN personal_reminders r ON r.id = p.personal_id
WHERE p.state = 'planned' AND (r.archived_at IS NOT NULL OR r.ended_at IS NOT NULL)
"""


async def follow(uow: UnitOfWork) -> Counter[str]:
    """The next of each; of those that were missed, the last."""
    own = await _live(uow)
    occasions = await _occasions(uow, own)
    wanted = [each for reminder in own for each in of(reminder, occasions.get(_about(reminder)), uow.now)]
    ended = [row[0] for row in await uow.rows(FORGOTTEN, [])]
    there = await planned_rows.known(uow, [*(each.id for each in own), *ended], {each.subject_id for each in wanted})
    return await planned_rows.write(uow, there, wanted, there.missing(wanted, uow.now))


async def _live(uow: UnitOfWork) -> Sequence[PersonalReminder]:
    over = [row[0] for row in await uow.rows(OVER, [])]
    query = select(PersonalReminder).where(
        col(PersonalReminder.archived_at).is_(None),
        col(PersonalReminder.ended_at).is_(None),
        col(PersonalReminder.id).not_in(over),
    )
    return (await uow.session.scalars(query.order_by(col(PersonalReminder.id)))).all()


def _about(reminder: PersonalReminder) -> tuple[DatedThing | None, UUID | None]:
    return reminder.thing, reminder.subject_id


async def _occasions(uow: UnitOfWork, own: Sequence[PersonalReminder]) -> dict[Any, Occasion]:
    """The days of the records that some hang on, one statement for each kind of day."""
    by_thing: dict[DatedThing, set[UUID]] = {}
    for each in own:
        if each.thing is not None and each.subject_id is not None:
            by_thing.setdefault(each.thing, set()).add(each.subject_id)
    found = {}
    for thing, ids in by_thing.items():
        for occasion in await reminder_sources.named(uow, thing, {}, list(ids)):
            found[thing, occasion.subject_id] = occasion
    return found


def of(reminder: PersonalReminder, occasion: Occasion | None, now: datetime) -> list[Wanted]:
    """What follows from one of them; nothing while the record it hangs on gives no day."""
    if reminder.thing is not None:
        return [] if occasion is None else _beside(reminder, occasion, now)
    return [_wanted(reminder, found.local, found, now) for found in moments(reminder, now)]


def moments(reminder: PersonalReminder, now: datetime) -> list[When]:
    """On its own clock: those to come within the stretch that is planned, and the last that has passed."""
    start = reminder.starts_local
    if start is None:
        return []
    last = (now + AHEAD).date()
    days: Iterator[Any] = iter([start.date()])
    if reminder.recurrence is not None:
        days = recurrence.days(reminder.recurrence, start.date(), last)
    found = rules.repeated(days, start.time(), reminder.zone, reminder.starts_fold, (now, now + AHEAD))
    made_at = reminder.created_at or now
    return [each for each in found if reminder.recurrence is None or each.at > made_at]


def _beside(reminder: PersonalReminder, occasion: Occasion, now: datetime) -> list[Wanted]:
    offset = reminder.offset_days or 0
    plan = Plan(
        OffsetUnit.CALENDAR_DAYS,
        (offset,),
        reminder.at_time or time(9),
        EVER,
        (reminder.created_at or now).date(),
        avoids_holidays=False,
    )
    return [
        _wanted(reminder, occasion.anchor.local, each.when, now, about=occasion)
        for each in rules.occurrences(plan, occasion.anchor, reminder.zone, now)
        if each.is_wanted
    ]


def _wanted(
    reminder: PersonalReminder, anchor: datetime, when: When, now: datetime, about: Occasion | None = None
) -> Wanted:
    return Wanted(
        source_id=reminder.id,
        rule_id=None,
        personal_id=reminder.id,
        topic=ReminderTopic.PERSONAL,
        thing=reminder.thing,
        subject=reminder.subject or ITSELF,
        subject_id=reminder.subject_id or reminder.id,
        user_id=reminder.user_id,
        anchor=anchor,
        step=STEP,
        when=when,
        is_late=when.at <= now - GRACE,
        is_wanted=True,
        facts=facts(reminder, when, about),
    )


def facts(reminder: PersonalReminder, when: When, about: Occasion | None) -> Mapping[str, Any]:
    on = about.anchor.local.date().isoformat() if about else when.local.isoformat(timespec="minutes")
    return {
        "text": {"uk": reminder.text, "en": reminder.text},
        "title": about.title if about else None,
        "number": about.number if about else None,
        "on": on,
        "why": "own",
    }
