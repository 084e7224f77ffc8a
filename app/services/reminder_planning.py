"""Writes down what follows from the rules, ahead of time, and takes back what does not follow any more.

Planning twice makes nothing new: a unique key holds each occurrence. What was told stays told.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from sqlmodel import col, select

from app.core.uow import UnitOfWork
from app.models import ReminderRule
from app.services import personal_planning, planned_rows, reminder_drafts, reminder_health
from app.services.planned_rows import Wanted
from app.services.reminder_drafts import Draft

JOB: Final = "plan_reminders"
ALONE: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('plan_reminders', 0))"
OFF: Final = """
UPDATE planned_reminders p SET state = 'stopped', state_because = 'rule_off', lease_until = NULL
FROM reminder_rules r
WHERE r.id = p.rule_id AND p.state = 'planned' AND (NOT r.is_enabled OR r.archived_at IS NOT NULL)
"""


async def plan(uow: UnitOfWork) -> Counter[str] | None:
    """How many rows were planned, changed and taken back; None while another worker is planning."""
    [[is_alone]] = await uow.rows(ALONE, [])
    if not is_alone:
        return None
    done: Counter[str] = Counter()
    await uow.transaction.raw.execute(OFF)
    for rule in await _rules(uow):
        done += await follow(uow, rule)
    done += await personal_planning.follow(uow)
    await reminder_health.beat(uow, JOB)
    return done


async def _rules(uow: UnitOfWork) -> Sequence[ReminderRule]:
    rules = select(ReminderRule).where(col(ReminderRule.is_enabled), col(ReminderRule.archived_at).is_(None))
    return (await uow.session.scalars(rules.order_by(col(ReminderRule.code)))).all()


async def follow(uow: UnitOfWork, rule: ReminderRule) -> Counter[str]:
    """One rule over all records: what it asks for is planned, what it does not ask for any more is taken back."""
    drafted = await reminder_drafts.drafted(uow, rule, await planned_rows.waiting_for(uow, rule.id))
    wanted = {(each := _wanted(rule, draft)).key: (each, draft) for draft in drafted.drafts}
    there = await planned_rows.known(uow, [rule.id], {each.subject_id for each in drafted.occasions})
    all_ = [each for each, _ in wanted.values()]
    new = [wanted[each.key][1] for each in [*there.missing(all_, uow.now), *there.unheard(all_)]]
    seen = [_wanted(rule, draft) for draft in await reminder_drafts.visible(uow, drafted.frame, new)]
    return await planned_rows.write(uow, there, all_, there.missing(seen, uow.now))


def _wanted(rule: ReminderRule, draft: Draft) -> Wanted:
    occasion, found = draft.occasion, draft.found
    return Wanted(
        source_id=rule.id,
        rule_id=rule.id,
        personal_id=None,
        topic=rule.topic,
        thing=rule.thing,
        subject=occasion.subject,
        subject_id=occasion.subject_id,
        user_id=draft.user_id,
        anchor=occasion.anchor.local,
        step=found.step.name,
        when=found.when,
        is_late=found.is_late,
        is_wanted=found.is_wanted,
        facts=draft.facts,
    )
