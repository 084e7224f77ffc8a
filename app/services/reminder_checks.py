"""Looks at a reminder once more before somebody is told: what was planned may not hold any more."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.core.uow import UnitOfWork
from app.models import PersonalReminder, PlannedReminder, ReminderRule
from app.rules.reminders import ESCALATION
from app.services import notification_settings, reminder_audiences, reminder_sources
from app.services.reminder_audiences import FALLBACK
from app.services.reminder_drafts import Draft, Frame, of
from app.views.reminders import ITSELF

DEALT_WITH: Final = """
SELECT EXISTS (SELECT FROM notices n JOIN planned_reminders p ON p.id = n.reminder_id
               WHERE p.source_id = $1 AND p.subject_id = $2 AND p.anchor = $3 AND n.done_at IS NOT NULL)
"""


@dataclass(frozen=True)
class Fresh:
    """`because`: why nobody needs to be told; otherwise what is told, as it is today."""

    because: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


async def refresh(uow: UnitOfWork, reminder: PlannedReminder) -> Fresh:
    if reminder.subject != ITSELF and not await notification_settings.sees(uow, reminder.user_id, reminder):
        return Fresh("not_visible")
    return await (_own if reminder.personal_id is not None else _of_rule)(uow, reminder)


async def _own(uow: UnitOfWork, reminder: PlannedReminder) -> Fresh:
    source = await uow.session.get(PersonalReminder, reminder.personal_id)
    if source is None or source.archived_at is not None or source.ended_at is not None:
        return Fresh("no_longer_needed")
    if source.thing is None:
        return Fresh()
    found = await reminder_sources.named(uow, source.thing, {}, [reminder.subject_id])
    if not found:
        return Fresh("no_longer_needed")
    return Fresh() if found[0].anchor.local == reminder.anchor else Fresh("anchor_moved")


async def _of_rule(uow: UnitOfWork, reminder: PlannedReminder) -> Fresh:
    rule = await uow.session.get(ReminderRule, reminder.rule_id)
    if rule is None or not rule.is_enabled or rule.archived_at is not None:
        return Fresh("rule_off")
    found = await reminder_sources.named(uow, rule.thing, rule.filters, [reminder.subject_id])
    if not found or found[0].anchor.local != reminder.anchor:
        return Fresh("anchor_moved" if found else "no_longer_needed")
    if reminder.step.startswith(ESCALATION) and await _is_dealt_with(uow, reminder):
        return Fresh("dealt_with")
    frame = Frame(rule, await reminder_audiences.crowd(uow, found, rule.roles), uow.now)
    return _for_person(reminder, [each for each in of(frame, found[0]) if each.found.step.name == reminder.step])


def _for_person(reminder: PlannedReminder, drafts: Sequence[Draft]) -> Fresh:
    mine = next((each for each in drafts if each.user_id == reminder.user_id), None)
    if mine is not None:
        return Fresh(facts=dict(mine.facts))
    if reminder.facts.get("why") == FALLBACK and drafts:
        return Fresh(facts=dict(drafts[0].facts) | {"why": FALLBACK})
    return Fresh("no_longer_in_audience" if drafts else "rule_changed")


async def _is_dealt_with(uow: UnitOfWork, reminder: PlannedReminder) -> bool:
    [[found]] = await uow.rows(DEALT_WITH, [reminder.source_id, reminder.subject_id, reminder.anchor])
    return bool(found)
