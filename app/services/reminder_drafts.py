"""What follows from a rule today: who would be told what, when and why. Nothing is written here."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.core.uow import UnitOfWork
from app.core.wording import day
from app.models import ReminderRule
from app.rules import reminder_texts, wall_time
from app.rules import reminders as rules
from app.rules.notifications import Hours
from app.services import reminder_audiences as audiences
from app.services import reminder_sources as sources
from app.services.reminder_audiences import FALLBACK, Crowd, substitutes
from app.services.reminder_sources import Occasion
from app.vocabulary import Language, OffsetUnit

Key = tuple[UUID, datetime, str, UUID]


@dataclass(frozen=True)
class Draft:
    """One occurrence for one person; `why`: as which of the rule's audience they are told."""

    occasion: Occasion
    user_id: UUID
    why: str
    found: rules.Occurrence
    facts: Mapping[str, Any]

    @property
    def key(self) -> Key:
        """What makes it one: the record, its anchor, the step, the person."""
        return *self.step, self.user_id

    @property
    def step(self) -> tuple[UUID, datetime, str]:
        return *self.occasion.key, self.found.step.name


@dataclass(frozen=True)
class Drafted:
    """All that follows, with what it follows from."""

    drafts: list[Draft]
    occasions: list[Occasion]
    frame: "Frame"


def plan_of(rule: ReminderRule) -> rules.Plan:
    return rules.Plan(
        unit=OffsetUnit(rule.unit),
        offsets=tuple(rule.offsets),
        at_time=rule.at_time,
        useful_days=rule.useful_days,
        valid_from=rule.valid_from,
        avoids_holidays=rule.avoids_holidays,
        quiet=Hours(quiet_from=rule.quiet_from, quiet_to=rule.quiet_to),
        escalate_after_days=rule.escalate_after_days,
    )


@dataclass(frozen=True)
class Frame:
    """The rule, the people that were looked up for it, and the stretch of time that is looked at."""

    rule: ReminderRule
    crowd: Crowd
    now: datetime
    horizon: timedelta = rules.AHEAD

    def occurrences(self, occasion: Occasion, user_id: UUID) -> list[rules.Occurrence]:
        plan, zone = plan_of(self.rule), self.crowd.zone(user_id)
        return rules.occurrences(plan, occasion.anchor, zone, self.now, self.horizon)

    def draft(self, occasion: Occasion, user_id: UUID, why: str, found: rules.Occurrence) -> Draft:
        told = facts(self.rule, occasion, found.step, self.crowd.zone(user_id), why)
        return Draft(occasion, user_id, why, found, told)


async def drafted(
    uow: UnitOfWork, rule: ReminderRule, also: Sequence[UUID] = (), horizon: timedelta = rules.AHEAD
) -> Drafted:
    """Of all records that come near, and of those that something was planned for before."""
    window = rules.window(plan_of(rule), uow.now, horizon)
    occasions = await sources.within(uow, rule.thing, rule.filters, window)
    near = {each.subject_id for each in occasions}
    occasions += await sources.named(uow, rule.thing, rule.filters, [id for id in also if id not in near])
    crowd = await audiences.crowd(uow, occasions, rule.roles) if occasions else Crowd()
    frame = Frame(rule, crowd, uow.now, horizon)
    return Drafted([draft for each in occasions for draft in of(frame, each)], occasions, frame)


def of(frame: Frame, occasion: Occasion) -> list[Draft]:
    """All that follows from one record, its escalation for those whom that is meant for."""
    drafts = []
    for is_escalation in (False, True):
        wanted = audiences.of_rule(frame.rule, is_escalation=is_escalation)
        people = audiences.meant(occasion, wanted, frame.rule.roles, frame.crowd) if wanted else {}
        drafts += [
            frame.draft(occasion, user_id, why, found)
            for user_id, why in people.items()
            for found in frame.occurrences(occasion, user_id)
            if found.step.is_escalation == is_escalation
        ]
    return drafts


async def visible(uow: UnitOfWork, frame: Frame, drafts: Sequence[Draft]) -> list[Draft]:
    """Those whose person may see the record today; a step that nobody is left for goes to who stands in."""
    kept = await _seen(uow, frame, drafts)
    kept += await _seen(
        uow, frame, _instead(frame, _orphans(drafts, kept), lambda each: substitutes(each, frame.crowd))
    )
    everybody = dict.fromkeys(frame.crowd.administrators, FALLBACK)
    return kept + _instead(frame, _orphans(drafts, kept), lambda _: everybody)


async def _seen(uow: UnitOfWork, frame: Frame, drafts: Sequence[Draft]) -> list[Draft]:
    wanted: dict[UUID, set[UUID]] = defaultdict(set)
    for draft in drafts:
        wanted[draft.user_id].add(draft.occasion.subject_id)
    seen = await audiences.seeing(uow, sources.SOURCES[frame.rule.thing].model, wanted)
    return [draft for draft in drafts if (draft.user_id, draft.occasion.subject_id) in seen]


def _orphans(drafts: Sequence[Draft], kept: Sequence[Draft]) -> list[Draft]:
    served = {draft.step for draft in kept}
    return list({draft.step: draft for draft in drafts if draft.step not in served}.values())


def _instead(frame: Frame, orphans: Sequence[Draft], who: Callable[[Occasion], Iterable[UUID]]) -> list[Draft]:
    return [
        frame.draft(draft.occasion, user_id, FALLBACK, found)
        for draft in orphans
        for user_id in who(draft.occasion)
        for found in frame.occurrences(draft.occasion, user_id)
        if found.step == draft.found.step
    ]


def facts(rule: ReminderRule, occasion: Occasion, step: rules.Step, zone: str, why: str) -> dict[str, Any]:
    """What a reminder tells, in both languages: the days as the reader's own calendar shows them."""
    on = _shown(occasion.anchor, zone)
    texts = {Language.UK: rule.text_uk, Language.EN: rule.text_en}
    said = {
        language.value: reminder_texts.filled(
            text,
            {
                "number": occasion.number or "",
                "title": occasion.title,
                "on": _spoken(on, language),
                "left": reminder_texts.amount(step.offset, OffsetUnit(rule.unit), language),
            },
        )
        for language, text in texts.items()
    }
    return {"text": said, "title": occasion.title, "number": occasion.number, "on": on, "why": why}


def _shown(anchor: rules.Anchor, zone: str) -> str:
    if anchor.zone is None:
        return anchor.local.date().isoformat()
    return wall_time.local(anchor.instant, zone)[0].isoformat(timespec="minutes")


AT: Final[Mapping[Language, str]] = {Language.UK: "о", Language.EN: "at"}


def _spoken(on: str, language: Language) -> str:
    told = day(date.fromisoformat(on[:10]), language)
    return f"{told} {AT[language]} {on[11:16]}" if "T" in on else told
