"""The world of the truth table: everybody who asks, everything that could leak, and which relation is which record."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from uuid_utils.compat import uuid7

from app.core.uow import UnitOfWork
from app.models import Notice, PersonalReminder, PlannedReminder
from app.schemas.accounts import GrantGiven
from app.schemas.reminder_rules import ReminderRuleCreate, ReminderRuleRead
from app.services import reminder_rules
from app.vocabulary import (
    Channel,
    DatedThing,
    MailRhythm,
    NoticeStatus,
    ReminderState,
    ReminderTopic,
    Role,
    ScopeKind,
)
from tests.access import closed, cooperation, people
from tests.access.canaries import Canaries, Held, words
from tests.access.people import Record, record
from tests.access.places import FROM_SUMY, FROM_ZAMOSC, Bond, Place, Relation, Standpoint, Town
from tests.support import factories
from tests.support.client import Client
from tests.support.world import World

ABSENT: Final = UUID("019aabcd-0000-7000-8000-000000000000")
SUMY_OBLAST: Final = "UA59000000000057109"
VERSIONED: Final = (
    "organizations",
    "people",
    "users",
    "partnerships",
    "agreements",
    "projects",
    "delegations",
    "activities",
    "tasks",
    "letters",
    "letter_templates",
    "campaigns",
    "documents",
    "integrations",
    "webhooks",
    "reminder_rules",
)

# What has the version of its person.
OF_PEOPLE: Final = ("affiliations", "documents", "consents")


@dataclass
class Subject:
    """Somebody who asks: a column of the table. `own`: what exists for this person alone."""

    name: str
    client: Client
    standpoint: Standpoint
    user_id: UUID | None = None
    email: str = ""
    refresh_token: str = ""
    own: dict[tuple[str, Relation], Record] = field(default_factory=dict)


@dataclass
class Truth:
    """`records` by kind and place; `parties` are the two sides of each partnership."""

    world: World
    canaries: Canaries
    subjects: dict[str, Subject] = field(default_factory=dict)
    records: dict[tuple[str, Place], Record] = field(default_factory=dict)
    parties: dict[Bond, tuple[UUID, UUID]] = field(default_factory=dict)

    def record(self, subject: Subject, kind: str, relation: Relation) -> Record:
        """What of this kind stands in this relation to the subject."""
        if (kind, relation) in subject.own:
            return subject.own[kind, relation]
        return self.records[kind, subject.standpoint.place(kind, relation)]

    def counterpart(self, subject: Subject, relation: Relation) -> UUID:
        """The other side of the partnership in this relation."""
        own = self.record(subject, "organizations", relation).id
        one, other = self.parties[subject.standpoint.bonds[relation]]
        return other if one == own else one

    @asynccontextmanager
    async def undone(self) -> AsyncIterator[None]:
        """What happens in it leaves no trace."""
        async with self.world.db.reading() as connection:
            await connection.execute("SAVEPOINT cell")
        try:
            yield
        finally:
            async with self.world.db.reading() as connection:
                await connection.execute("ROLLBACK TO SAVEPOINT cell; RELEASE SAVEPOINT cell")


def _scoped(role: Role, **where: object) -> GrantGiven:
    return GrantGiven.model_validate({"role": role} | where)


def _grants(sumy: UUID, zamosc: UUID) -> Mapping[str, list[GrantGiven]]:
    """Of the people who ask, by the columns of the table."""
    everywhere = {"scope": ScopeKind.ASSOCIATION}
    in_sumy = {"scope": ScopeKind.ORGANIZATION, "organization_id": sumy}
    return {
        "administrator": [_scoped(Role.ADMINISTRATOR, **everywhere)],
        "coordinator": [_scoped(Role.COORDINATOR, **everywhere)],
        "oblast coordinator": [_scoped(Role.COORDINATOR, scope=ScopeKind.OBLAST, oblast_code=SUMY_OBLAST)],
        "manager": [_scoped(Role.HROMADA_MANAGER, **in_sumy)],
        "member": [_scoped(Role.HROMADA_MEMBER, **in_sumy)],
        "guest": [_scoped(Role.PARTNER_GUEST, scope=ScopeKind.ORGANIZATION, organization_id=zamosc)],
        "analyst": [_scoped(Role.ANALYST, **everywhere)],
        "auditor": [_scoped(Role.AUDITOR, **everywhere)],
        "without a role": [],
    }


async def build(world: World) -> Truth:
    truth = Truth(world, Canaries())
    keys = {town: await _town(truth, town) for town in Town}
    await _bonds(truth)
    await _rule(truth)
    await _people(truth)
    truth.subjects["integration"] = Subject("integration", world.client(keys[Town.SUMY]), FROM_SUMY)
    await _see_versions(truth)
    return truth


async def _town(truth: Truth, town: Town) -> str:
    """The text of the key of its other system."""
    world, canaries = truth.world, truth.canaries
    made = await people.town(world, canaries, town)
    made |= await closed.facts(world, canaries, town, made["people"].id)
    system, key = await closed.system(world, canaries, town, made["organizations"].id)
    truth.records |= {(kind, town): found for kind, found in (made | system).items()}
    return key


async def _bonds(truth: Truth) -> None:
    place = {town: truth.records["organizations", town].id for town in Town}
    farther = await people.farther(truth.world)
    truth.parties = {
        Bond.SUMY_ZAMOSC: (place[Town.SUMY], place[Town.ZAMOSC]),
        Bond.SUMY_CELJE: (place[Town.SUMY], farther["Celje"]),
        Bond.ROMNY_OLAINE: (place[Town.ROMNY], farther["Olaine"]),
        Bond.LVIV_FREIBURG: (place[Town.LVIV], farther["Freiburg"]),
        Bond.VINNYTSIA_ZAMOSC: (farther["Vinnytsia"], place[Town.ZAMOSC]),
        Bond.ODESA_VARNA: (place[Town.ODESA], farther["Varna"]),
    }
    looks_after = {bond: town for town, bonds in people.LOOKS_AFTER.items() for bond in bonds}
    for between, parties in truth.parties.items():
        coordinator = truth.records["users", looks_after[between]].id if between in looks_after else None
        made = await cooperation.bond(truth.world, truth.canaries, between, list(parties), coordinator)
        truth.records |= {(kind, between): found for kind, found in made.items()}


async def _rule(truth: Truth) -> None:
    """The same for everybody, wherever they are."""
    word = words(truth.canaries, "rules", Bond.SUMY_ZAMOSC, ReminderRuleRead)
    body = ReminderRuleCreate(
        code="canary",
        name_uk=word("name_uk"),
        name_en="Canary",
        text_uk="{title}",
        text_en="{title}",
        topic="agreement",
        thing="agreement_expiry",
        offsets=[-700],
        audience=["coordinator"],
    )
    async with truth.world.work() as uow:
        made = record((await reminder_rules.create(uow, body)).id)
    truth.records |= {("rules", place): made for place in Bond}


async def _people(truth: Truth) -> None:
    sumy, zamosc = (truth.records["organizations", town].id for town in (Town.SUMY, Town.ZAMOSC))
    for name, grants in _grants(sumy, zamosc).items():
        standpoint = FROM_ZAMOSC if name == "guest" else FROM_SUMY
        truth.subjects[name] = subject = await _signed_in(truth.world, name, standpoint, grants)
        await _reminders(truth, subject)
    truth.subjects["nobody"] = Subject("nobody", truth.world.client(), FROM_SUMY)


async def _signed_in(world: World, name: str, standpoint: Standpoint, grants: list[GrantGiven]) -> Subject:
    user = await factories.user(world, *grants)
    client = world.client()
    tokens = await client.made("/v1/sessions", {"email": user.email, "password": factories.PASSWORD})
    client.token = tokens["access_token"]
    mine = {("sessions", Relation.OWN): record(UUID(tokens["session_id"]))}
    return Subject(name, client, standpoint, user.id, user.email, tokens["refresh_token"], mine)


async def _reminders(truth: Truth, subject: Subject) -> None:
    """To each person one about the partnership in each relation, told in the app, though they may not see it any more.

    Whether a list of reminders shows what is told of a record is asked for those of the town's own people.
    """
    async with truth.world.work() as uow:
        mine = await _own_reminder(uow, subject)
        for relation in Relation:
            about, bond = truth.record(subject, "partnerships", relation).id, subject.standpoint.bonds[relation]
            title = truth.canaries.word(Held("partnerships", bond, "title_uk"))
            reminder = planned(about, subject.user_id or ABSENT, title, uow.now)
            notice = told(reminder, uow.now)
            uow.add(reminder)
            await uow.flush()
            uow.add(notice)
            subject.own["reminders", relation] = record(reminder.id)
            subject.own["notices", relation] = record(notice.id)
            subject.own["own reminders", relation] = mine
            truth.records.setdefault(("own reminders", bond), mine)
            truth.records.setdefault(("reminders", bond), record(reminder.id))
            truth.records.setdefault(("notices", bond), record(notice.id))


async def _own_reminder(uow: UnitOfWork, subject: Subject) -> Record:
    reminder = PersonalReminder(
        user_id=subject.user_id or ABSENT,
        text="Зателефонувати",
        starts_local=datetime(2027, 1, 5, 9),  # noqa: DTZ001 - on the wall
        zone="Europe/Kyiv",
    )
    uow.add(reminder)
    await uow.flush()
    return record(reminder.id)


def planned(about: UUID, user_id: UUID, title: str, now: datetime) -> PlannedReminder:
    source = uuid7()
    return PlannedReminder(
        source_id=source,
        topic=ReminderTopic.PARTNERSHIP,
        thing=DatedThing.PARTNERSHIP_CONTACT,
        subject="partnerships",
        subject_id=about,
        user_id=user_id,
        anchor=datetime(2026, 11, 1),  # noqa: DTZ001 - on the wall
        step="12",
        due_local=datetime(2026, 11, 1, 9),  # noqa: DTZ001 - on the wall
        due_zone="Europe/Kyiv",
        due_at=now - timedelta(hours=1),
        tzdata="2026f",
        state=ReminderState.TOLD,
        facts={"text": {"uk": title, "en": title}, "title": title, "number": None, "on": "2026-11-01", "why": "owner"},
        planned_at=now,
        told_at=now,
    )


def told(reminder: PlannedReminder, now: datetime) -> Notice:
    return Notice(
        reminder_id=reminder.id,
        user_id=reminder.user_id,
        channel=Channel.IN_APP,
        topic=reminder.topic,
        status=NoticeStatus.DELIVERED,
        rhythm=MailRhythm.AT_ONCE,
        due_at=now,
        delivered_at=now,
    )


async def _see_versions(truth: Truth) -> None:
    versions: dict[UUID, int] = {}
    for table in VERSIONED:
        rows = await truth.world.rows(f"SELECT id, version FROM {table}")  # noqa: S608 - the names are ours
        versions |= {row[0]: row[1] for row in rows}
    people_of = {town: versions[truth.records["people", town].id] for town in Town}
    for (kind, place), found in truth.records.items():
        version = people_of[Town(place)] if kind in OF_PEOPLE else versions.get(found.id, 1)
        truth.records[kind, place] = replace(found, version=version)
