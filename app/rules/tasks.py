"""Tasks, promises and obligations: when they are due, and what keeps them from being done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from app.errors import Sentence, say
from app.rules import recurrence, wall_time
from app.vocabulary import TaskKind, TaskStatus

S = TaskStatus

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "task_is": ("Завдання вже в стані «{status}».", "The task is already “{status}”."),
    "task_is_closed": (
        "Завдання в стані «{status}» не змінюють: спершу відкрийте його знову.",
        "A task that is “{status}” is not changed: reopen it first.",
    ),
    "task_waits": (
        "Спершу має бути виконано те, на що чекає це завдання: {tasks}.",
        "What this task waits for has to be done first: {tasks}.",
    ),
    "task_waits_for_others": (
        "Спершу має бути виконано завдання інших, на які чекає це: {count}.",
        "Tasks of others that this one waits for have to be done first: {count}.",
    ),
    "task_points_open": (
        "У переліку ще не позначено: {points}. Позначте або вилучіть ці пункти.",
        "Not ticked yet: {points}. Tick these points or take them off the list.",
    ),
    "task_circle": (
        "Завдання чекало б саме на себе: {task} уже залежить від нього.",
        "The task would wait for itself: {task} already depends on it.",
    ),
    "obligation_code": (
        "Вид обов’язку вказують саме для обов’язків, і для них він потрібен.",
        "The code of an obligation goes with obligations, and they need one.",
    ),
    "obligation_day_needed": (
        "Вкажіть день, від якого рахувати строк (counts_from), або сам строк (due_on).",
        "Give the day that is counted from (counts_from), or the due day itself (due_on).",
    ),
    "obligation_without_rule": (
        "На {on} правила для такого строку ще не було: вкажіть його самі (due_on).",
        "On {on} there was no rule for this yet: give the due day yourself (due_on).",
    ),
    "due_day_needed": ("Спершу вкажіть день строку (due_on).", "Give the due day first (due_on)."),
    "counterpart_needed": (
        "Вкажіть, хто з боку партнера це зробить: організацію або ім’я.",
        "Say who on the partner’s side will do it: an organization or a name.",
    ),
    "owner_needed": ("Вкажіть, хто за це відповідає.", "Say who answers for it."),
    "unknown_item": ("Такого пункту в цьому переліку немає.", "This list has no such point."),
}


@dataclass(frozen=True)
class Facts:
    """`waits_for` are the titles of open tasks that the asker sees, `waits_for_hidden` counts the others."""

    status: TaskStatus
    waits_for: Sequence[str] = ()
    waits_for_hidden: int = 0
    open_points: Sequence[str] = ()


def due_at(on: date | None, at: time | None, zone: str, fold: int = 0) -> datetime | None:
    """The instant; a day without an hour is over when the next one begins in its zone."""
    if on is None:
        return None
    if at is None:
        return wall_time.instant(datetime.combine(on + timedelta(days=1), time()), zone)
    return wall_time.instant(datetime.combine(on, at), zone, fold)


def objections(facts: Facts, to: TaskStatus) -> list[Sentence]:
    """Why it cannot become this now; empty when it can."""
    if facts.status is to or (to is not S.OPEN and facts.status is not S.OPEN):
        return [say("task_is", status=facts.status)]
    if to is not S.DONE:
        return []
    found = []
    if facts.waits_for:
        found.append(say("task_waits", tasks=list(facts.waits_for)))
    if facts.waits_for_hidden:
        found.append(say("task_waits_for_others", count=facts.waits_for_hidden))
    if facts.open_points:
        found.append(say("task_points_open", points=list(facts.open_points)))
    return found


def next_occurrence(kind: TaskKind, rule: str, first: date, this: date, today: date) -> tuple[date | None, int]:
    """When it comes again, and how often it was passed over.

    What we owe to somebody is owed for each time, so promises and obligations come one by one. A task of our own that
    was missed is not made up for: it goes on with the first day that has not passed.
    """
    if kind is TaskKind.TASK:
        return recurrence.caught_up(rule, first, this, today)
    return recurrence.following(rule, first, this), 0
