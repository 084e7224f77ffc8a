"""A reminder as an event for other systems: ids and codes, to whoever asked for it and may see the record."""

from typing import Final
from uuid import UUID

import orjson
from uuid_utils.compat import uuid7

from app.core.actors import Actor
from app.core.uow import UnitOfWork
from app.models import PlannedReminder
from app.rules import events
from app.services import dispatch, sight
from app.views.reminders import SUBJECTS
from app.vocabulary import WebhookEventType

EVENT: Final = WebhookEventType.REMINDER_TOLD


async def queue(uow: UnitOfWork, reminder: PlannedReminder) -> int:
    """To how many webhooks it goes. The same reminder told again has the same id, and goes nowhere twice."""
    told = [
        listener
        for audience in await dispatch.audiences(uow)
        for listener, wanted in audience.listeners
        if wanted.wants(EVENT, reminder.subject_id, frozenset()) and await _sees(uow, audience.actor, reminder)
    ]
    row = (_name(reminder), EVENT.value, reminder.subject, reminder.subject_id, _body(uow, reminder), uow.now)
    await dispatch.queue(uow, [(uuid7(), listener, *row, uow.now) for listener in told])
    return len(told)


def _name(reminder: PlannedReminder) -> UUID:
    return events.name(0, 0, str(PlannedReminder.__tablename__), reminder.id, EVENT)


def _body(uow: UnitOfWork, reminder: PlannedReminder) -> str:
    data = {
        "id": str(reminder.subject_id),
        "type": reminder.subject,
        "reminder_id": str(reminder.id),
        "rule_id": str(reminder.rule_id) if reminder.rule_id else None,
        "topic": reminder.topic,
        "thing": reminder.thing,
        "user_id": str(reminder.user_id),
        "is_late": reminder.is_late,
    }
    return orjson.dumps({"type": EVENT, "timestamp": f"{uow.now:%Y-%m-%dT%H:%M:%S.%fZ}", "data": data}).decode()


async def _sees(uow: UnitOfWork, actor: Actor, reminder: PlannedReminder) -> bool:
    model = SUBJECTS.get(reminder.subject)
    if model is None or reminder.personal_id is not None:
        return False
    return bool(await sight.seen(uow, actor, model, [reminder.subject_id]))
