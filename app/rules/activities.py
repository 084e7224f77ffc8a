"""Meetings and calls: planned, then held or cancelled; and which of them show that a contact is alive."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from app.errors import Sentence, say
from app.vocabulary import ActivityKind, ActivitySource, ActivityStatus

S = ActivityStatus

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "activity_is": (
        "Запис уже в стані «{status}». Якщо його внесено помилково, перенесіть його до архіву.",
        "It is already “{status}”. If it was entered by mistake, archive it.",
    ),
    "activity_is_cancelled": (
        "Подію скасовано, і вона більше не змінюється: заплануйте нову.",
        "It was cancelled and does not change any more: plan a new one.",
    ),
    "activity_not_begun": (
        "Подія ще не почалася, тож відбутися не могла. Початок: {on}.",
        "It has not begun yet, so it cannot have been held. It begins on {on}.",
    ),
    "activity_in_the_past": (
        "{on} уже минуло: внесіть подію як таку, що відбулася (status: held).",
        "{on} has passed: enter it as held (status: held).",
    ),
    "note_is_no_plan": (
        "Нотатку не планують: для справи на майбутнє є завдання або зустріч.",
        "A note is not planned: for something to come there are tasks and meetings.",
    ),
    "activity_too_long": (
        "Подія триває не більше {days} днів: довше — це проєкт або кілька подій.",
        "It lasts {days} days at most: what is longer is a project, or several of them.",
    ),
    "participant_needs_someone": (
        "Вкажіть, хто це: обліковий запис, картку особи, ім’я, адресу або організацію.",
        "Say who it is: an account, a person’s card, a name, an address or an organization.",
    ),
    "participant_one_identity": (
        "Вкажіть або обліковий запис, або картку особи, а не обидва.",
        "Give the account or the person’s card, not both.",
    ),
    "https_only": ("Посилання має починатися з https://.", "The link must begin with https://."),
    "unknown_participant": ("Такого учасника в цій події немає.", "This activity has no such participant."),
    "cannot_see_it": (
        "Ця особа не бачить запису, тож не може за нього відповідати. Спершу надайте їй роль.",
        "This person cannot see the record and so cannot answer for it. Give them a role first.",
    ),
    "organization_needed": (
        "Вкажіть, від якої організації це запис: у вас їх кілька.",
        "Name the organization that this belongs to: you have several.",
    ),
}

# Longer than any meeting or forum.
LONGEST_DAYS: Final = 92
# What shows that two sides are in touch: not what was said to oneself, nor what came in with a file.
CONTACTS: Final = frozenset(ActivityKind) - {ActivityKind.NOTE}
PROOFS: Final = frozenset({ActivitySource.ENTERED, ActivitySource.LETTER})


@dataclass(frozen=True)
class Facts:
    """`begins_on` and `today` are days where the activity takes place."""

    kind: ActivityKind
    status: ActivityStatus
    starts_at: datetime
    begins_on: date
    now: datetime
    today: date


def status_at(kind: ActivityKind, starts_at: datetime, now: datetime) -> ActivityStatus:
    """Without a word: what has begun was held, what has not is planned; a note is always of now."""
    return S.PLANNED if starts_at > now and kind is not ActivityKind.NOTE else S.HELD


def entry_objections(facts: Facts) -> list[Sentence]:
    """Why nothing can be entered like this: no meeting is planned for yesterday, none was held tomorrow."""
    if facts.kind is ActivityKind.NOTE:
        return [say("note_is_no_plan")] if facts.status is S.PLANNED else []
    if facts.status is S.HELD and facts.starts_at > facts.now:
        return [say("activity_not_begun", on=facts.begins_on)]
    if facts.status is S.PLANNED and facts.begins_on < facts.today:
        return [say("activity_in_the_past", on=facts.begins_on)]
    return []


def objections(facts: Facts, to: ActivityStatus) -> list[Sentence]:
    """Why it cannot become this now; empty when it can."""
    if facts.status is not S.PLANNED:
        return [say("activity_is", status=facts.status)]
    if to is S.HELD and facts.starts_at > facts.now:
        return [say("activity_not_begun", on=facts.begins_on)]
    return []


def is_contact(kind: ActivityKind, status: ActivityStatus, source: ActivitySource) -> bool:
    return kind in CONTACTS and status is S.HELD and source in PROOFS
