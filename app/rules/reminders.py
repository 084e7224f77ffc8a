"""When somebody is reminded: from an anchor and an offset to a moment on their own clock. Pure times, no rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from app.rules import wall_time
from app.rules.holidays import Holiday, holiday
from app.rules.months import months_after
from app.rules.notifications import Hours
from app.rules.working_days import add_working_days, is_working_day
from app.vocabulary import OffsetUnit

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "no_longer_needed": (
        "Про це вже не треба нагадувати: справу зроблено або запис змінився.",
        "There is nothing to be reminded of any more: it is done, or the record changed.",
    ),
    "anchor_moved": ("Дату змінено, тож нагадаємо за новою.", "The day was changed: the reminder goes by the new one."),
    "no_longer_in_audience": (
        "Ця особа вже не відповідає за запис.",
        "This person does not answer for the record any more.",
    ),
    "rule_changed": (
        "Правило змінено, і цього нагадування в ньому вже немає.",
        "The rule was changed: it has no such step any more.",
    ),
    "rule_off": ("Правило вимкнено.", "The rule is switched off."),
    "not_visible": ("Ця особа вже не бачить запису.", "This person does not see the record any more."),
    "dealt_with": ("Хтось уже взяв справу на себе.", "Somebody has dealt with it."),
    "overtaken": (
        "Настав наступний раз, тож про цей уже не нагадуємо.",
        "The next time has come: this one was passed over.",
    ),
}
HOME: Final = "UA"
KYIV: Final = "Europe/Kyiv"
# How far ahead everybody can see what is planned.
AHEAD: Final = timedelta(days=45)
# Whoever is told within so long is not told late.
GRACE: Final = timedelta(minutes=5)
ESCALATION: Final = "escalate"
# The longest row of days off that a reminder is moved over, and the widest that working days spread.
SPREAD: Final = timedelta(days=16)


@dataclass(frozen=True)
class Anchor:
    """What offsets are counted from: a day, or with `zone` a moment on the clock there. `country`: the partner's."""

    local: datetime
    zone: str | None = None
    fold: int = 0
    country: str | None = None

    def day_in(self, zone: str) -> date:
        """As whoever lives in that zone sees it."""
        return self.local.date() if self.zone is None else wall_time.day_in(self.instant, zone)

    @property
    def instant(self) -> datetime:
        return wall_time.instant(self.local, self.zone or KYIV, self.fold)


@dataclass(frozen=True)
class Plan:
    """The part of a rule that says when."""

    unit: OffsetUnit
    offsets: Sequence[int]
    at_time: time
    useful_days: int
    valid_from: date
    avoids_holidays: bool = True
    quiet: Hours = field(default_factory=Hours)
    escalate_after_days: int | None = None


@dataclass(frozen=True)
class Step:
    """One offset of a rule; an escalation comes so many days after the last of them."""

    name: str
    offset: int
    later_days: int = 0

    @property
    def is_escalation(self) -> bool:
        return self.name.startswith(ESCALATION)


@dataclass(frozen=True)
class When:
    """The local time is what was meant, the instant follows from it; `holiday`: because of which it was moved."""

    local: datetime
    zone: str
    at: datetime
    holiday: Holiday | None = None

    @property
    def shifted(self) -> dict[str, Any] | None:
        if self.holiday is None:
            return None
        found = self.holiday
        return {"country": found.country, "day": found.day.isoformat(), "name": dict(found.name)}


def steps(plan: Plan) -> list[Step]:
    found = [Step(str(offset), offset) for offset in sorted(set(plan.offsets))]
    if plan.escalate_after_days is not None and found:
        days = plan.escalate_after_days
        found.append(Step(f"{ESCALATION}:{days}", found[-1].offset, days))
    return found


def when(plan: Plan, anchor: Anchor, step: Step, zone: str) -> When:
    """For somebody who lives in this zone."""
    if plan.unit is OffsetUnit.MINUTES:
        at = anchor.instant + timedelta(minutes=step.offset, days=step.later_days)
        return When(wall_time.local(at, zone)[0], zone, at)
    meant = COUNTED[plan.unit](anchor.day_in(zone), step.offset) + timedelta(days=step.later_days)
    day, because = _open_day(meant, anchor, back=step.offset < 0) if plan.avoids_holidays else (meant, None)
    if step.offset == 0 and not step.later_days:
        day, because = meant, None  # on the day itself there is nothing to put off
    at = Hours(zone, plan.quiet.quiet_from, plan.quiet.quiet_to).quiet_until(
        wall_time.instant(datetime.combine(day, plan.at_time), zone)
    )
    return When(wall_time.local(at, zone)[0], zone, at, because)


def _open_day(day: date, anchor: Anchor, *, back: bool) -> tuple[date, Holiday | None]:
    """Off a public holiday of either country: to the last working day before it, or to the first one after it."""
    because = holiday(day, HOME) or holiday(day, anchor.country)
    if because is None:
        return day, None
    step = timedelta(days=-1 if back else 1)
    while not is_working_day(day, HOME, anchor.country):
        day += step
    return day, because


COUNTED: Final[Mapping[OffsetUnit, Any]] = {
    OffsetUnit.CALENDAR_DAYS: lambda day, count: day + timedelta(days=count),
    OffsetUnit.WORKING_DAYS: add_working_days,
    OffsetUnit.MONTHS: months_after,
}


def window(plan: Plan, now: datetime, horizon: timedelta = AHEAD) -> tuple[datetime, datetime]:
    """The first and the last anchor, on any clock, from which something may follow that is due by the horizon."""
    reaches = [_reach(plan.unit, step) for step in steps(plan)] or [timedelta()]
    today = now.replace(tzinfo=None)
    first = today - timedelta(days=plan.useful_days) - max(reaches) - SPREAD
    return first, today + horizon - min(reaches) + SPREAD


def _reach(unit: OffsetUnit, step: Step) -> timedelta:
    """At least so far from the anchor; what is missing is within the spread."""
    count = step.offset
    far = {
        OffsetUnit.MINUTES: timedelta(minutes=count),
        OffsetUnit.CALENDAR_DAYS: timedelta(days=count),
        OffsetUnit.WORKING_DAYS: timedelta(days=round(count * 7 / 5)),
        OffsetUnit.MONTHS: timedelta(days=round(count * 30.44)),
    }
    return far[unit] + timedelta(days=step.later_days)


@dataclass(frozen=True)
class Occurrence:
    """`is_wanted`: to be planned if it is not yet; otherwise it is only known to follow from the rule."""

    step: Step
    when: When
    is_late: bool
    is_wanted: bool


def occurrences(plan: Plan, anchor: Anchor, zone: str, now: datetime, horizon: timedelta = AHEAD) -> list[Occurrence]:
    """All that follows from an anchor. Of what has passed already only the last is still told of, marked late.

    A rule never reaches behind the day from which it holds, and what nobody could use any more is left out.
    """
    timed = [(step, when(plan, anchor, step, zone)) for step in steps(plan)]
    held = [(step, found) for step, found in timed if found.local.date() >= plan.valid_from]
    last = max((found.at for step, found in held if found.at <= now and not step.is_escalation), default=None)
    useful_from = now - timedelta(days=plan.useful_days)
    return [
        Occurrence(
            step,
            found,
            is_late=found.at <= now - GRACE,
            is_wanted=found.at <= now + horizon and (found.at > now or (found.at == last and found.at >= useful_from)),
        )
        for step, found in held
    ]


def repeated(days: Iterator[date], clock: time, zone: str, fold: int, bounds: tuple[datetime, datetime]) -> list[When]:
    """Of a row of days the moments between the bounds, and the last one that has passed before them."""
    since, until = bounds
    passed: list[When] = []
    coming: list[When] = []
    for day in days:
        local = datetime.combine(day, clock)
        at = wall_time.instant(local, zone, fold)
        if at > until:
            break
        found = When(wall_time.local(at, zone)[0], zone, at)
        if at <= since:
            passed = [found]
        else:
            coming.append(found)
    return passed + coming
