"""What was said, written and promised in the samples: so that there is something to be reminded of."""

from datetime import datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from app.core.uow import UnitOfWork
from app.schemas.activities import ActivityCreate, ParticipantGiven
from app.schemas.letters import LetterCreate
from app.schemas.tasks import TaskCreate, TaskItemGiven, TaskSubject
from app.services import activities, letters, tasks
from app.vocabulary import (
    ActivityKind,
    Language,
    LetterDirection,
    Obligation,
    Side,
    TaskKind,
)


class Between(NamedTuple):
    """A partnership of the samples, with whose it is and who answers for it."""

    partnership: UUID
    hromada: UUID
    partner: UUID
    coordinator: UUID


async def load(uow: UnitOfWork, between: Between) -> None:
    dinner = await _meetings(uow, between)
    await _promises(uow, between, dinner)
    await _letters(uow, between)


async def _meetings(uow: UnitOfWork, between: Between) -> UUID:
    """The id of the one that was held."""
    guests = [
        ParticipantGiven(side=Side.OURS, user_id=between.coordinator),
        ParticipantGiven(side=Side.THEIRS, name="Anna Berg", email="anna.berg@kalmar.example"),
    ]
    held = ActivityCreate(
        kind=ActivityKind.MEETING,
        title="Робоча зустріч щодо водоканалу",
        starts_local=_at(uow, -9, 15),
        outcome="Кальмар дасть два насоси; ми надішлемо перелік потреб",
        organization_id=between.hromada,
        owner_id=between.coordinator,
        partnership_ids=[between.partnership],
        participants=guests,
        next_step="Надіслати перелік потреб",
        next_step_on=uow.today + timedelta(days=2),
    )
    found = await activities.create(uow, held)
    coming = ActivityCreate(
        kind=ActivityKind.ONLINE_MEETING,
        title="Підготовка весняного візиту",
        starts_local=_at(uow, 1, 11),
        ends_local=_at(uow, 1, 12),
        organization_id=between.hromada,
        owner_id=between.coordinator,
        partnership_ids=[between.partnership],
        participants=guests,
    )
    await activities.create(uow, coming)
    return found.id


async def _promises(uow: UnitOfWork, between: Between, dinner: UUID) -> None:
    about = {"subject": TaskSubject.PARTNERSHIPS, "subject_id": between.partnership}
    ours = {"organization_id": between.hromada, "owner_id": between.coordinator}
    for wanted in (
        TaskCreate(
            kind=TaskKind.PROMISE,
            title="Два насоси для водоканалу",
            side=Side.THEIRS,
            counterpart_id=between.partner,
            activity_id=dinner,
            due_on=uow.today - timedelta(days=1),
            **about,
            **ours,
        ),
        TaskCreate(
            title="Програма весняного візиту",
            due_on=uow.today + timedelta(days=1),
            items=[TaskItemGiven(title="Укриття для кожної зупинки"), TaskItemGiven(title="Перекладач", is_done=True)],
            **about,
            **ours,
        ),
        TaskCreate(
            kind=TaskKind.OBLIGATION,
            obligation=Obligation.HUMANITARIAN_REPORT,
            title="Звіт про насоси, ввезені як гуманітарна допомога",
            counts_from=uow.today - timedelta(days=75),
            **about,
            **ours,
        ),
    ):
        await tasks.create(uow, wanted)


async def _letters(uow: UnitOfWork, between: Between) -> None:
    """One that came, and our answer to it, which is still a draft."""
    shared = {
        "organization_id": between.hromada,
        "correspondent_id": between.partner,
        "partnership_id": between.partnership,
        "owner_id": between.coordinator,
    }
    came = LetterCreate(
        direction=LetterDirection.INCOMING,
        language=Language.EN,
        subject="Invitation to the Baltic water forum",
        their_number="KS 2026/114",
        received_on=uow.today - timedelta(days=4),
        **shared,
    )
    asked = await letters.create(uow, came)
    answer = LetterCreate(
        direction=LetterDirection.OUTGOING,
        language=Language.EN,
        subject="Your invitation",
        body="Dear colleagues of {{correspondent.name}},\nwe thank you for the invitation and shall come.",
        answers_id=asked.id,
        **shared,
    )
    await letters.create(uow, answer)


def _at(uow: UnitOfWork, days: int, hour: int) -> datetime:
    return datetime.combine(uow.today + timedelta(days=days), time(hour))
