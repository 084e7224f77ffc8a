"""How each person wishes to be told: their clock, their choices by topic, and whoever is told in their place."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from app.core import crud
from app.core.holders import holder
from app.core.uow import Reader, UnitOfWork
from app.errors import AppError, FieldError, invalid, say
from app.models import NotificationPreference, NotificationSettings, PlannedReminder, User
from app.rules import notifications as rules
from app.rules.notifications import Choice, Hours
from app.schemas.base import Shape
from app.schemas.notifications import (
    NotificationSettingsFields,
    NotificationSettingsRead,
    PreferenceFields,
    PreferenceList,
    PreferenceRead,
)
from app.services import sight
from app.views.reminders import ITSELF, SUBJECTS
from app.vocabulary import MailRhythm, ReminderTopic

MINE: Final = "SELECT zone, quiet_from, quiet_to, digest_at, bounced_at, bounced_because FROM notification_settings"
CHOSEN: Final = "SELECT topic, in_app, mail, redirect_to_id FROM notification_preferences WHERE user_id = $1"
# Letters of the day that wait go by the new clock.
MOVE: Final = """
UPDATE notices SET due_at = $2
WHERE user_id = $1 AND channel = 'email' AND status = 'due' AND message_id IS NULL AND rhythm = 'daily'
"""


@dataclass(frozen=True)
class Addressee:
    """Who is told in the end, and how they wish to be; `because`: why it is not whom it was planned for, or is."""

    user_id: UUID
    choice: Choice
    hours: Hours
    is_bounced: bool
    because: str | None = None


async def addressee(uow: UnitOfWork, reminder: PlannedReminder, *, is_mandatory: bool) -> Addressee:
    """Somebody who may not see the record is never told of it in another's place."""
    found = await _known(uow, reminder.user_id, reminder.topic, is_mandatory=is_mandatory)
    other = found.choice.redirect_to_id
    if other is None:
        return found
    if not await sees(uow, other, reminder):
        return replace(found, because="redirect_failed")
    known = await _known(uow, other, reminder.topic, is_mandatory=is_mandatory)
    return replace(known, because="redirected")


async def _known(uow: UnitOfWork, user_id: UUID, topic: ReminderTopic, *, is_mandatory: bool) -> Addressee:
    settings = await uow.session.get(NotificationSettings, user_id)
    choice = (await choices(uow, user_id))[topic]
    is_bounced = settings is not None and settings.bounced_at is not None
    return Addressee(user_id, rules.held_to(choice, is_mandatory=is_mandatory), hours_of(settings), is_bounced)


async def hours(uow: UnitOfWork, user_id: UUID) -> Hours:
    return hours_of(await uow.session.get(NotificationSettings, user_id))


def hours_of(settings: NotificationSettings | None) -> Hours:
    if settings is None:
        return Hours()
    return Hours(settings.zone, settings.quiet_from, settings.quiet_to, settings.digest_at)


async def choices(asker: Reader | UnitOfWork, user_id: UUID) -> dict[ReminderTopic, Choice]:
    return rules.chosen([tuple(row) for row in await asker.rows(CHOSEN, [user_id])])


async def sees(uow: UnitOfWork, user_id: UUID, reminder: PlannedReminder) -> bool:
    """Whether this account is active and may see what the reminder is about today."""
    actor = await holder(uow.transaction.raw, user_id)
    if actor is None or reminder.subject == ITSELF:
        return False
    return bool(await sight.seen(uow, actor, SUBJECTS[reminder.subject], [reminder.subject_id]))


async def read(asker: Reader | UnitOfWork) -> NotificationSettingsRead:
    rows = await asker.rows(f"{MINE} WHERE user_id = $1", [asker.actor.id])
    values: Mapping[str, Any] = dict(rows[0]) if rows else NotificationSettingsFields().model_dump()
    told = {name: values.get(name) for name in NotificationSettingsRead.model_fields}
    clocks = {name: told[name] and f"{told[name]:%H:%M:%S}" for name in ("quiet_from", "quiet_to", "digest_at")}
    return NotificationSettingsRead.model_validate(told | clocks)


async def edit(uow: UnitOfWork, body: Shape) -> None:
    """Letters of the day that wait already go by the new clock."""
    settings = await own(uow, _myself(uow))
    known = {name: getattr(settings, name) for name in NotificationSettingsFields.model_fields}
    whole = crud.merged(NotificationSettingsFields, known, body)
    crud.apply(settings, whole.model_dump())
    await uow.flush()
    await uow.transaction.raw.execute(MOVE, settings.user_id, hours_of(settings).next_digest(uow.now))


async def own(uow: UnitOfWork, user_id: UUID) -> NotificationSettings:
    """The row of this person, made when there is none, and locked."""
    query = select(NotificationSettings).where(col(NotificationSettings.user_id) == user_id).with_for_update()
    found = (await uow.session.scalars(query)).one_or_none()
    if found is None:
        found = NotificationSettings(user_id=user_id, **NotificationSettingsFields().model_dump())
        uow.add(found)
        await uow.flush()
    return found


async def preferences(asker: Reader | UnitOfWork) -> PreferenceList:
    user_id = _myself(asker)
    own_ = {row[0] for row in await asker.rows(CHOSEN, [user_id])}
    found = await choices(asker, user_id)
    return PreferenceList(items=[_preference(topic, choice, topic in own_) for topic, choice in found.items()])


def _preference(topic: ReminderTopic, choice: Choice, is_own: bool) -> PreferenceRead:
    return PreferenceRead(
        topic=topic,
        in_app=choice.in_app,
        mail=choice.mail,
        redirect_to_id=choice.redirect_to_id,
        is_default=not is_own,
        is_mandatory=topic in rules.MANDATORY,
    )


async def prefer(uow: UnitOfWork, topic: ReminderTopic, body: Shape) -> None:
    """What is not said stays as it was chosen, or as it is for who chose nothing."""
    user_id = _myself(uow)
    known = (await choices(uow, user_id))[topic]
    values = {"in_app": known.in_app, "mail": known.mail, "redirect_to_id": known.redirect_to_id}
    whole = crud.merged(PreferenceFields, values, body)
    choice = Choice(whole.in_app, whole.mail, whole.redirect_to_id)
    if wrong := rules.objection(topic, choice):
        raise invalid(FieldError("/mail" if choice.mail is MailRhythm.NEVER else "/in_app", wrong))
    await _require_somebody_else(uow, known, choice)
    await _keep(uow, user_id, topic, choice)


async def _require_somebody_else(uow: UnitOfWork, known: Choice, choice: Choice) -> None:
    other = choice.redirect_to_id
    if other is None or other == known.redirect_to_id:
        return
    if other == uow.actor.id:
        raise invalid(FieldError("/redirect_to_id", say("redirect_to_oneself")))
    if not await _is_colleague(uow, other):
        raise invalid(FieldError("/redirect_to_id", say("redirect_unknown")))


async def _is_colleague(uow: UnitOfWork, other: UUID) -> bool:
    """An account that I may see, or that looks after an organization of mine: nobody finds strangers by guessing."""
    seen = await uow.session.scalar(uow.select(User).where(col(User.id) == other, col(User.is_active)))
    if seen is not None:
        return True
    actor = await holder(uow.transaction.raw, other)
    if actor is None:
        return False
    own_ = {grant.organization_id for grant in uow.actor.grants if grant.is_valid(uow.today)}
    return bool({grant.organization_id for grant in actor.grants if grant.is_valid(uow.today)} & own_ - {None})


async def _keep(uow: UnitOfWork, user_id: UUID, topic: ReminderTopic, choice: Choice) -> None:
    query = select(NotificationPreference).where(
        col(NotificationPreference.user_id) == user_id, col(NotificationPreference.topic) == topic
    )
    found = (await uow.session.scalars(query.with_for_update())).one_or_none()
    if found is None:
        found = NotificationPreference(user_id=user_id, topic=topic, in_app=True, mail=MailRhythm.DAILY)
        uow.add(found)
    found.in_app, found.mail, found.redirect_to_id = choice.in_app, choice.mail, choice.redirect_to_id
    await uow.flush()


async def stop_digest(uow: UnitOfWork, user_id: UUID) -> list[ReminderTopic]:
    """No more letters of the day; what must be heard goes on. Which topics it was."""
    found = await choices(uow, user_id)
    ended = [
        topic for topic, choice in found.items() if choice.mail is MailRhythm.DAILY and topic not in rules.MANDATORY
    ]
    for topic in ended:
        await _keep(uow, user_id, topic, replace(found[topic], mail=MailRhythm.NEVER))
    return ended


def _myself(asker: Reader | UnitOfWork) -> UUID:
    if asker.actor.id is None:
        raise AppError("forbidden", say("people_only"))
    return asker.actor.id
