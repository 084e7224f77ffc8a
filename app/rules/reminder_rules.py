"""The rules by which people are reminded: what may be said in one, and those that come with the program."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from functools import cache
from typing import Any, Final

from app.errors import Sentence, say
from app.rules.packs import Entry, load
from app.rules.reminder_texts import PLACEHOLDERS, unknown
from app.vocabulary import Audience, Channel, DatedThing, OffsetUnit, ReminderTopic, Role

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "text_placeholder": (
        "Такої підстановки немає: {found}. Можна вживати: {known}.",
        "There is no such placeholder: {found}. These can be used: {known}.",
    ),
    "offset_too_far": (
        "Нагадати можна щонайбільше за {most} ({unit}) до або після.",
        "A reminder can come {most} at most before or after ({unit}).",
    ),
    "roles_for_audience": (
        "Ролі вказують разом з аудиторією role, і навпаки.",
        "Roles go with the audience `role`, and it with them.",
    ),
    "no_participants": (
        "У цього запису немає учасників, яких можна було б спитати про згоду.",
        "This kind of record has no participants who could have accepted.",
    ),
    "minutes_need_an_hour": (
        "Хвилини лічать лише від події, що має годину: зустрічі або завдання.",
        "Minutes are only counted from what has an hour: a meeting or a task.",
    ),
    "escalation_halves": (
        "Передання вище має строк і адресатів: вкажіть і те, і те або нічого.",
        "An escalation has a day and people: give both or neither.",
    ),
    "filter_unknown": (
        "За «{name}» ці записи не відбирають. Можна за: {known}.",
        "These records cannot be picked by “{name}”. They can by: {known}.",
    ),
    "filter_value": (
        "Значення «{value}» для «{name}» не буває.",
        "“{value}” is no value of “{name}”.",
    ),
    "deadline_is_mandatory": (
        "Строки за законом обов’язкові: залиште is_mandatory увімкненим.",
        "Legal deadlines are mandatory: leave is_mandatory on.",
    ),
    "shipped_stays": (
        "Це правило постачається з програмою: його змінюють або вимикають (is_enabled), але не архівують.",
        "This rule comes with the program: it can be changed or switched off (is_enabled), but not archived.",
    ),
    "shipped_thing": (
        "Від чого лічить правило програми, не змінюють. Створіть власне правило.",
        "What a rule of the program counts from is not changed. Make a rule of your own.",
    ),
}

FARTHEST: Final[Mapping[OffsetUnit, int]] = {
    OffsetUnit.CALENDAR_DAYS: 1100,
    OffsetUnit.WORKING_DAYS: 260,
    OffsetUnit.MONTHS: 120,
    OffsetUnit.MINUTES: 14 * 24 * 60,
}
WITH_AN_HOUR: Final = frozenset({DatedThing.ACTIVITY_START, DatedThing.TASK_DUE})
WITH_PARTICIPANTS: Final = frozenset({DatedThing.ACTIVITY_START})

Found = Iterator[tuple[str, Sentence]]


@dataclass(frozen=True)
class Given:
    """A rule as it would be, as far as it can be wrong in itself."""

    text_uk: str
    text_en: str
    topic: ReminderTopic
    thing: DatedThing
    unit: OffsetUnit
    offsets: Sequence[int]
    audience: Sequence[Audience]
    roles: Sequence[Role]
    escalate_after_days: int | None
    escalate_to: Sequence[Audience]
    filters: Mapping[str, Sequence[str]]
    is_mandatory: bool


def objections(given: Given, known_filters: Mapping[str, frozenset[str] | None]) -> list[tuple[str, Sentence]]:
    """What is wrong, by field. `known_filters`: of this kind of record, with the values of each if they are few."""
    found = [_texts(given), _distances(given), _people(given), _filters(given, known_filters)]
    return [each for part in found for each in part]


def _texts(given: Given) -> Found:
    for name in ("text_uk", "text_en"):
        if wrong := unknown(getattr(given, name)):
            yield name, say("text_placeholder", found=_braced(wrong), known=_braced(PLACEHOLDERS))
    if given.topic is ReminderTopic.LEGAL_DEADLINE and not given.is_mandatory:
        yield "is_mandatory", say("deadline_is_mandatory")


def _braced(names: Sequence[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def _distances(given: Given) -> Found:
    most = FARTHEST[given.unit]
    if any(abs(offset) > most for offset in given.offsets):
        yield "offsets", say("offset_too_far", most=most, unit=given.unit)
    if given.unit is OffsetUnit.MINUTES and given.thing not in WITH_AN_HOUR:
        yield "unit", say("minutes_need_an_hour")


def _people(given: Given) -> Found:
    if (Audience.ROLE in {*given.audience, *given.escalate_to}) != bool(given.roles):
        yield "roles", say("roles_for_audience")
    if Audience.PARTICIPANTS in {*given.audience, *given.escalate_to} and given.thing not in WITH_PARTICIPANTS:
        yield "audience", say("no_participants")
    if (given.escalate_after_days is None) != (not given.escalate_to):
        yield "escalate_to", say("escalation_halves")


def _filters(given: Given, known: Mapping[str, frozenset[str] | None]) -> Found:
    for name, values in given.filters.items():
        if name not in known:
            yield f"filters/{name}", say("filter_unknown", name=name, known=", ".join(sorted(known)) or "—")
            continue
        allowed = known[name]
        for value in values:
            if allowed is not None and value not in allowed:
                yield f"filters/{name}", say("filter_value", name=name, value=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped(Entry):
    """A rule that comes with the program; the file says the rest in plain strings."""

    code: str
    name: Mapping[str, str]
    text: Mapping[str, str]
    topic: str
    thing: str
    offsets: Sequence[int]
    audience: Sequence[str]
    useful_days: int
    unit: str = OffsetUnit.CALENDAR_DAYS
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    at_time: time = time(9)
    channels: Sequence[str] = (Channel.IN_APP, Channel.EMAIL, Channel.WEBHOOK)
    roles: Sequence[str] = ()
    escalate_after_days: int | None = None
    escalate_to: Sequence[str] = ()
    avoids_holidays: bool = True
    is_mandatory: bool = False
    is_enabled: bool = True

    def values(self) -> dict[str, Any]:
        """The columns of its row."""
        return {
            "code": self.code,
            "name_uk": self.name["uk"],
            "name_en": self.name["en"],
            "text_uk": self.text["uk"],
            "text_en": self.text["en"],
            "topic": ReminderTopic(self.topic),
            "thing": DatedThing(self.thing),
            "unit": OffsetUnit(self.unit),
            "offsets": list(self.offsets),
            "filters": {name: list(values) for name, values in self.filters.items()},
            "at_time": self.at_time,
            "audience": list(self.audience),
            "roles": list(self.roles),
            "channels": list(self.channels),
            "escalate_after_days": self.escalate_after_days,
            "escalate_to": list(self.escalate_to),
            "avoids_holidays": self.avoids_holidays,
            "useful_days": self.useful_days,
            "is_mandatory": self.is_mandatory,
            "is_enabled": self.is_enabled,
            "valid_from": self.valid_from,
            "source_ref": f"{self.source['uk']} · {self.source['en']}",
            "is_shipped": True,
        }


@cache
def shipped() -> tuple[Shipped, ...]:
    return load("reminders", Shipped)
