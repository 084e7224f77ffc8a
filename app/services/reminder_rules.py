"""The rules of reminders: those that came with the program, tuned by administrators, and those of their own."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from app.core import context, crud
from app.core.http import require_version
from app.core.uow import UnitOfWork
from app.errors import AppError, FieldError, invalid, refused, say
from app.models import ReminderRule
from app.rules import reminder_rules as rules
from app.schemas.base import Shape
from app.schemas.reminder_rules import (
    DryRun,
    ReminderRuleCreate,
    ReminderRuleFields,
    ReminderRulePatch,
    WouldTell,
)
from app.services import planned_rows, reminder_drafts, reminder_sources, reminder_words
from app.services.reminder_drafts import Draft
from app.vocabulary import ReminderState

PLAN: Final = "plan_reminders"
SHOWN: Final = 200
NAMES: Final = "SELECT id, name FROM users WHERE id = ANY ($1::uuid[])"


async def create(uow: UnitOfWork, body: ReminderRuleCreate) -> ReminderRule:
    rule = _rule(uow, body)
    if body.id is not None:
        rule.id = body.id
    if await uow.session.scalar(select(ReminderRule.id).where(col(ReminderRule.code) == body.code)):
        raise AppError("already_exists", pointer="/code")
    uow.add(rule)
    await uow.flush()
    uow.ring(PLAN)
    return rule


def _rule(uow: UnitOfWork, body: ReminderRuleFields, code: str | None = None) -> ReminderRule:
    """A row that is not written yet."""
    _require_sound(body)
    values = _values(body) | {"valid_from": body.valid_from or uow.today}
    return ReminderRule(**{"code": code} | values) if code else ReminderRule(**values)


async def edit(uow: UnitOfWork, id: UUID, body: ReminderRulePatch, version: int) -> ReminderRule:
    rule = await _locked(uow, id, version)
    crud.require_live(rule)
    whole = crud.merged(ReminderRuleFields, _current(rule), body)
    if rule.is_shipped and whole.thing is not rule.thing:
        raise refused(say("shipped_thing"))
    _require_sound(whole)
    crud.apply(rule, _values(whole) | {"valid_from": whole.valid_from or rule.valid_from})
    await uow.flush()
    uow.ring(PLAN)
    return rule


async def archive(uow: UnitOfWork, id: UUID, version: int, reason: str) -> ReminderRule:
    rule = await _locked(uow, id, version)
    if rule.is_shipped:
        raise refused(say("shipped_stays"))
    await crud.archive(uow, rule, reason)
    uow.ring(PLAN)
    return rule


async def restore(uow: UnitOfWork, id: UUID, version: int, reason: str) -> ReminderRule:
    rule = await _locked(uow, id, version)
    await crud.restore(uow, rule, reason)
    uow.ring(PLAN)
    return rule


async def seed(uow: UnitOfWork) -> int:
    """Writes the rules of the program that are not there yet; what was changed since stays as it is."""
    there = set((await uow.session.scalars(select(ReminderRule.code))).all())
    missing = [ReminderRule(**each.values()) for each in rules.shipped() if each.code not in there]
    uow.add(*missing)
    await uow.flush()
    return len(missing)


async def try_out(uow: UnitOfWork, rule: ReminderRule) -> DryRun:
    """Who would be told what by this rule, on today's data."""
    drafted = await reminder_drafts.drafted(uow, rule)
    coming = [draft for draft in drafted.drafts if draft.found.is_wanted]
    seen = await reminder_drafts.visible(uow, drafted.frame, coming)
    found = sorted({draft.key: draft for draft in seen}.values(), key=lambda each: (each.found.when.at, each.user_id))
    shown = found[:SHOWN]
    names = {row[0]: row[1] for row in await uow.rows(NAMES, [[draft.user_id for draft in shown]])}
    told = await _told(uow, rule, shown)
    return DryRun(
        record_count=len(drafted.occasions),
        reminder_count=len(found),
        person_count=len({draft.user_id for draft in found}),
        until=(uow.now + drafted.frame.horizon).date(),
        items=[_would_tell(draft, names.get(draft.user_id, ""), draft.key in told) for draft in shown],
    )


async def try_out_unsaved(uow: UnitOfWork, body: ReminderRuleFields) -> DryRun:
    return await try_out(uow, _rule(uow, body, code="unsaved"))


async def try_out_saved(uow: UnitOfWork, id: UUID) -> DryRun:
    return await try_out(uow, await uow.get(ReminderRule, id))


async def _told(uow: UnitOfWork, rule: ReminderRule, drafts: Sequence[Draft]) -> set[reminder_drafts.Key]:
    there = await planned_rows.known(uow, [rule.id], [draft.occasion.subject_id for draft in drafts])
    return {key[1:] for key, row in there.rows.items() if row["state"] == ReminderState.TOLD}


def _would_tell(draft: Draft, name: str, is_told: bool) -> WouldTell:
    language, found, occasion = context.language.get(), draft.found, draft.occasion
    return WouldTell(
        subject=occasion.subject,
        subject_id=occasion.subject_id,
        number=occasion.number,
        title=occasion.title,
        on=draft.facts["on"],
        user_id=draft.user_id,
        user_name=name,
        why=draft.why,
        step=found.step.name,
        due_local=found.when.local.isoformat(timespec="minutes"),
        due_zone=found.when.zone,
        due_at=found.when.at,
        is_late=found.is_late,
        is_told=is_told,
        text=draft.facts["text"][language],
        notes=reminder_words.notes(found.when.shifted, language, is_late=found.is_late, because=None),
    )


async def _locked(uow: UnitOfWork, id: UUID, version: int) -> ReminderRule:
    rule = await uow.get(ReminderRule, id, lock=True)
    require_version(rule, version)
    return rule


def _require_sound(body: ReminderRuleFields) -> None:
    given = rules.Given(**{name: getattr(body, name) for name in rules.Given.__dataclass_fields__})
    if found := rules.objections(given, reminder_sources.known_filters(body.thing)):
        raise invalid(*(FieldError(f"/{field}", sentence) for field, sentence in found))


def _values(body: Shape) -> dict[str, Any]:
    return body.model_dump(exclude={"id"})


def _current(rule: ReminderRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in ReminderRuleFields.model_fields}
