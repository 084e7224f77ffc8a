"""What people are to be reminded of in the storm: their own reminders, and meetings that they accepted."""

import random
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from app.commands.work import unit
from app.core.uow import UnitOfWork
from app.models import (
    Activity,
    ActivityParticipant,
    Grant,
    NotificationPreference,
    NotificationSettings,
    PersonalReminder,
    ReminderRule,
    User,
)
from app.rules import wall_time
from app.services import reminder_rules
from app.settings import Database, Settings
from app.vocabulary import (
    ActivityKind,
    ActivityStatus,
    Audience,
    Channel,
    DatedThing,
    MailRhythm,
    OffsetUnit,
    ParticipantAnswer,
    ParticipantRole,
    ReminderTopic,
    Role,
    ScopeKind,
    Side,
)
from tests.storm.postbox import MARK
from tests.storm.town import SECRET, Town

PEOPLE: Final = 20
ZONES: Final = ("Europe/Kyiv", "Europe/Lisbon", "America/St_Johns", "Asia/Kathmandu", "Pacific/Chatham")
SETTINGS: Final[dict[str, str]] = {}
# Long enough for the workers to plan, even while they are killed.
AHEAD: Final = timedelta(seconds=75)


Told = tuple[str, str]


async def made(town: Town, occurrences: int, spread: int) -> set[Told]:
    """What somebody has to be told of, with their address: half of it one's own, and half meetings."""
    settings = Settings(database=Database(url=town.urls.owner, app_url=town.urls.app), secret=SECRET)
    async with unit(settings, "storm") as uow:
        people = await _people(uow)
        first = uow.now + AHEAD
        own = [
            _own(person, _some_moment(first, spread), number) for number, person in _shared(people, occurrences // 2)
        ]
        await reminder_rules.seed(uow)
        await uow.transaction.raw.execute("UPDATE reminder_rules SET is_enabled = false")
        uow.add(*(reminder for reminder, _ in own), _rule(uow.today))
        await uow.flush()
        meetings = -(-(occurrences - len(own)) // len(people))
        for number in range(meetings):
            await _meeting(uow, people, _some_moment(first, spread), number)
    told = {(reminder.text, address) for reminder, address in own}
    return told | {(_mark("M", number), person.email) for number in range(meetings) for person in people}


def _shared(people: list[User], count: int) -> list[tuple[int, User]]:
    return [(number, people[number % len(people)]) for number in range(count)]


def _mark(kind: str, number: int) -> str:
    return f"{MARK}{kind}{number:05}"


def _some_moment(first: datetime, spread: int) -> datetime:
    return first + timedelta(seconds=random.randrange(spread))


async def _people(uow: UnitOfWork) -> list[User]:
    """Each is told of everything by mail, at once; they live in zones with odd clocks."""
    people = [User(email=f"storm{number}@example.org", name=f"Людина {number}") for number in range(PEOPLE)]
    uow.add(*people)
    await uow.flush()
    for number, person in enumerate(people):
        zone = ZONES[number % len(ZONES)]
        uow.add(
            Grant(user_id=person.id, role=Role.COORDINATOR, scope=ScopeKind.ASSOCIATION, valid_from=uow.today),
            NotificationSettings(user_id=person.id, zone=zone, digest_at=time(8)),
            *(
                NotificationPreference(user_id=person.id, topic=topic, in_app=True, mail=MailRhythm.AT_ONCE)
                for topic in (ReminderTopic.PERSONAL, ReminderTopic.MEETING)
            ),
        )
    await uow.flush()
    return people


def _own(person: User, at: datetime, number: int) -> tuple[PersonalReminder, str]:
    zone = ZONES[number % len(ZONES)]
    local, fold = wall_time.local(at, zone)
    reminder = PersonalReminder(
        user_id=person.id, text=_mark("P", number), zone=zone, starts_local=local, starts_fold=fold
    )
    return reminder, person.email


def _rule(today: date) -> ReminderRule:
    """A minute before a meeting, to whoever said that they would come."""
    return ReminderRule(
        code="storm_meeting",
        name_uk="Зустріч у бурю",
        name_en="A meeting in the storm",
        text_uk="Незабаром «{title}».",
        text_en="Soon: “{title}”.",
        topic=ReminderTopic.MEETING,
        thing=DatedThing.ACTIVITY_START,
        unit=OffsetUnit.MINUTES,
        offsets=[-1],
        at_time=time(9),
        audience=[Audience.PARTICIPANTS],
        channels=[Channel.IN_APP, Channel.EMAIL],
        useful_days=1,
        avoids_holidays=False,
        is_mandatory=False,
        is_enabled=True,
        valid_from=today,
    )


async def _meeting(uow: UnitOfWork, people: list[User], told_at: datetime, number: int) -> None:
    starts_at = told_at + timedelta(minutes=1)
    local, fold = wall_time.local(starts_at, "Europe/Kyiv")
    activity = Activity(
        kind=ActivityKind.CALL,
        status=ActivityStatus.PLANNED,
        title=_mark("M", number),
        starts_local=local,
        starts_fold=fold,
        zone="Europe/Kyiv",
        starts_at=starts_at,
    )
    uow.add(activity)
    await uow.flush()
    uow.add(*(_participant(activity.id, person, place) for place, person in enumerate(people)))
    await uow.flush()


def _participant(activity_id: UUID, person: User, position: int) -> ActivityParticipant:
    return ActivityParticipant(
        activity_id=activity_id,
        position=position,
        side=Side.OURS,
        role=ParticipantRole.REQUIRED,
        answer=ParticipantAnswer.ACCEPTED,
        user_id=person.id,
    )
