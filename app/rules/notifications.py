"""On which channels somebody is told, when a letter may go, and what waits for a digest: pure facts and times."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, TypeVar
from uuid import UUID

from app.errors import Sentence, say
from app.rules import wall_time
from app.vocabulary import Channel, MailRhythm, NoticeStatus, ReminderTopic

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "deadline_not_muted": (
        "Строки за законом не вимикають. Їх можна отримувати раз на день або передати іншій особі в redirect_to_id.",
        "Legal deadlines cannot be muted. Get them once a day, or pass them on to somebody else in redirect_to_id.",
    ),
    "redirect_to_oneself": (
        "Передати сповіщення можна лише іншій особі. Щоб отримувати їх самому, залиште поле порожнім.",
        "Notifications can only be passed on to somebody else. To get them yourself, leave the field empty.",
    ),
    "redirect_unknown": (
        "Такого чинного облікового запису немає або він поза вашою організацією.",
        "There is no active account like this, or it is outside your organization.",
    ),
    "quiet_hours_halves": (
        "Тихі години мають початок і кінець, і вони різні. Щоб їх не було, залиште обидва поля порожніми.",
        "Quiet hours have a beginning and an end, and these differ. To have none, leave both fields empty.",
    ),
    "snooze_in_the_past": (
        "Відкласти можна лише на майбутнє.",
        "A notification can only be put off to a later moment.",
    ),
    "snooze_too_long": (
        "Відкласти можна щонайбільше на рік. Позначте виконаним те, що вже не потрібне.",
        "A notification can be put off for a year at most. Mark as done what is no longer needed.",
    ),
    "not_told_yet": (
        "Про це ще не нагадано. Якщо справу вже зроблено, змініть сам запис: нагадування зникне саме.",
        "Nobody was reminded of this yet. If it is done, change the record itself: the reminder goes by itself.",
    ),
    "nothing_dead": (
        "Це нагадування не зупинялося: повторювати нічого.",
        "This reminder did not get stuck: there is nothing to repeat.",
    ),
    "unsubscribe_unknown": (
        "Це посилання не діє. Змінити сповіщення можна в налаштуваннях облікового запису.",
        "This link does not work. Notifications can be changed in the settings of the account.",
    ),
    "told_late": (
        "Нагадуємо із запізненням: потрібний день минув раніше, ніж про нього стало відомо.",
        "This comes late: the day for it had passed before it could be known.",
    ),
    "moved_for_holiday": (
        "Перенесено через свято: {name} ({country}), {on}.",
        "Moved because of a holiday: {name} ({country}), {on}.",
    ),
    "redirected": (
        "Вам передано сповіщення іншої особи.",
        "Somebody else's notification was passed on to you.",
    ),
    "redirect_failed": (
        "Особа, якій ви передали сповіщення, не може бачити цього запису, тож про нього повідомлено вас.",
        "The person to whom you pass notifications on may not see this record, so you are told of it yourself.",
    ),
    "backlog": (
        "Нагадувань назбиралося багато, тому вони надійшли одним листом.",
        "So many reminders had gathered that they came in one letter.",
    ),
    "account_off": (
        "Обліковий запис вимкнено.",
        "The account is switched off.",
    ),
    "end_of_use": (
        "Нагадування спізнилося настільки, що користі з нього вже немає.",
        "The reminder came so late that it was of no use any more.",
    ),
}

MANDATORY: Final = frozenset({ReminderTopic.LEGAL_DEADLINE})
LONGEST_SNOOZE: Final = timedelta(days=366)
DIGEST_AT: Final = time(8)
# Of one's own reminders nothing says how late is too late.
ALWAYS_OF_USE: Final = timedelta(days=36_500)
PAUSES: Final = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)

ItemT = TypeVar("ItemT")


@dataclass(frozen=True)
class Choice:
    """What somebody chose for a topic."""

    in_app: bool = True
    mail: MailRhythm = MailRhythm.DAILY
    redirect_to_id: UUID | None = None


AT_ONCE: Final = Choice(mail=MailRhythm.AT_ONCE)
# What nobody chose about: what has an hour goes at once, the rest can wait for the morning.
DEFAULTS: Final[Mapping[ReminderTopic, Choice]] = {
    ReminderTopic.LEGAL_DEADLINE: AT_ONCE,
    ReminderTopic.MEETING: AT_ONCE,
    ReminderTopic.PERSONAL: AT_ONCE,
}


def default(topic: ReminderTopic) -> Choice:
    return DEFAULTS.get(topic, Choice())


def objection(topic: ReminderTopic, choice: Choice) -> Sentence | None:
    """Why this cannot be chosen."""
    if topic in MANDATORY and (not choice.in_app or choice.mail is MailRhythm.NEVER):
        return say("deadline_not_muted")
    return None


def held_to(choice: Choice, *, is_mandatory: bool) -> Choice:
    """A rule that must be heard is, whatever was chosen for its topic."""
    if not is_mandatory:
        return choice
    mail = MailRhythm.AT_ONCE if choice.mail is MailRhythm.NEVER else choice.mail
    return Choice(True, mail, choice.redirect_to_id)


@dataclass(frozen=True)
class Hours:
    """When somebody wishes to be told, on the clock of their wall."""

    zone: str = "Europe/Kyiv"
    quiet_from: time | None = None
    quiet_to: time | None = None
    digest_at: time = DIGEST_AT

    def quiet_until(self, now: datetime) -> datetime:
        """The end of the quiet hours that it is now, or now."""
        if self.quiet_from is None or self.quiet_to is None:
            return now
        local, _ = wall_time.local(now, self.zone)
        clock, begin, end = local.time(), self.quiet_from, self.quiet_to
        crosses = begin > end
        within = (begin <= clock or clock < end) if crosses else begin <= clock < end
        if not within:
            return now
        days = 1 if crosses and clock >= begin else 0
        over = datetime.combine(local.date() + timedelta(days=days), end)
        return max(now, wall_time.instant(over, self.zone))

    def is_same_day(self, one: datetime, other: datetime) -> bool:
        return wall_time.day_in(one, self.zone) == wall_time.day_in(other, self.zone)

    def next_digest(self, now: datetime, last: datetime | None = None) -> datetime:
        """The next moment for the one letter of a day; `last`: when the one before left."""
        local, _ = wall_time.local(now, self.zone)
        day = local.date()
        if last is not None:
            day = max(day, wall_time.day_in(last, self.zone) + timedelta(days=1))
        found = wall_time.instant(datetime.combine(day, self.digest_at), self.zone)
        if found >= now:
            return found
        return wall_time.instant(datetime.combine(day + timedelta(days=1), self.digest_at), self.zone)


@dataclass(frozen=True)
class Way:
    """How one channel is gone about."""

    status: NoticeStatus
    rhythm: MailRhythm
    due_at: datetime


def way(channel: Channel, choice: Choice, hours: Hours, now: datetime, *, is_bounced: bool = False) -> Way:
    """To a mailbox that sent something back one letter a day goes: it may work again."""
    if channel is Channel.WEBHOOK:
        return Way(NoticeStatus.DELIVERED, MailRhythm.AT_ONCE, now)
    if channel is Channel.IN_APP:
        return Way(NoticeStatus.DELIVERED if choice.in_app else NoticeStatus.MUTED, MailRhythm.AT_ONCE, now)
    if choice.mail is MailRhythm.NEVER:
        return Way(NoticeStatus.MUTED, MailRhythm.NEVER, now)
    if choice.mail is MailRhythm.DAILY or is_bounced:
        return Way(NoticeStatus.DUE, MailRhythm.DAILY, hours.next_digest(now))
    return Way(NoticeStatus.DUE, MailRhythm.AT_ONCE, hours.quiet_until(now))


def parted(waiting: Sequence[ItemT], most: int) -> tuple[list[ItemT], list[ItemT]]:
    """Those that go alone, and those that go together because there are too many at the same moment."""
    return list(waiting[:most]), list(waiting[most:])


def snooze_objection(until: datetime, now: datetime) -> Sentence | None:
    if until <= now:
        return say("snooze_in_the_past")
    return say("snooze_too_long") if until > now + LONGEST_SNOOZE else None


def pause(attempts: int) -> timedelta | None:
    """How long to wait after so many attempts in vain; None when it is time to give up."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def of_use_until(due_at: datetime, useful_days: int | None, begins_at: datetime | None) -> datetime:
    """After this moment telling helps nobody; `begins_at`: of what somebody is to be told before it begins."""
    late = due_at + (ALWAYS_OF_USE if useful_days is None else timedelta(days=useful_days))
    return late if begins_at is None else min(late, begins_at)


def chosen(rows: Iterable[tuple[str, bool, str, UUID | None]]) -> dict[ReminderTopic, Choice]:
    """Every topic, with what somebody chose or with what holds for who chose nothing."""
    own = {ReminderTopic(topic): Choice(in_app, MailRhythm(mail), to) for topic, in_app, mail, to in rows}
    return {topic: own.get(topic, default(topic)) for topic in ReminderTopic}
