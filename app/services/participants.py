"""Who takes part in an activity: looked up, named as they are called today, and told apart."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from app.core.uow import UnitOfWork
from app.errors import FieldError, Sentence, invalid, say
from app.models import ActivityParticipant, ContactPoint, Organization, Person, User
from app.schemas.activities import ParticipantGiven
from app.services import parties, sight
from app.vocabulary import ContactKind, ParticipantAnswer

FIELDS: Final = tuple(ParticipantGiven.model_fields)
KEY: Final = ("user_id", "person_id", "organization_id", "name", "email")
NOBODY: Final = UUID(int=0)
Named = tuple[str | None, str | None]


async def rows(
    uow: UnitOfWork,
    activity_id: UUID,
    given: Sequence[ParticipantGiven],
    partnership_ids: Sequence[UUID],
    known: Sequence[ActivityParticipant] = (),
) -> list[ActivityParticipant]:
    """The rows as they are wanted; who is there already needs no look-up, whatever became of them since."""
    there = {key: {getattr(row, key) for row in known} for key in ("user_id", "person_id", "organization_id")}
    new = {key: {getattr(one, key) for one in given} - found - {None} for key, found in there.items()}
    users = await _users(uow, new["user_id"], partnership_ids)
    people = await _people(uow, new["person_id"])
    refused = await _refused(uow, new["organization_id"])
    errors = [
        FieldError(f"/participants/{place}/{name}", sentence)
        for place, one in enumerate(given)
        for name, sentence in _objections(one, new, users, people, refused)
    ]
    if errors:
        raise invalid(*errors)
    answered = {_key(row): (row.answer, row.answered_at) for row in known}
    found = [_row(activity_id, place, one, users | people, uow.now, answered) for place, one in enumerate(given)]
    _require_each_once(found)
    return found


def _objections(
    one: ParticipantGiven,
    new: Mapping[str, set[Any]],
    users: Mapping[UUID, Named],
    people: Mapping[UUID, Named],
    refused: Mapping[UUID, Sentence],
) -> Iterable[tuple[str, Sentence]]:
    if one.user_id in new["user_id"] and one.user_id not in users:
        yield "user_id", say("unknown_reference")
    if one.person_id in new["person_id"] and one.person_id not in people:
        yield "person_id", say("unknown_reference")
    if sentence := refused.get(one.organization_id or NOBODY):
        yield "organization_id", sentence


async def _users(uow: UnitOfWork, ids: set[UUID], partnership_ids: Sequence[UUID]) -> dict[UUID, Named]:
    if not ids:
        return {}
    named = await sight.may_name(uow, ids, partnership_ids)
    active = select(User).where(col(User.id).in_(named), col(User.is_active), col(User.archived_at).is_(None))
    return {user.id: (user.name, user.email) for user in (await uow.session.scalars(active)).all()}


async def _people(uow: UnitOfWork, ids: set[UUID]) -> dict[UUID, Named]:
    """Those that exist for the actor, with their first address."""
    if not ids:
        return {}
    query = uow.select(Person).where(
        col(Person.id).in_(ids), col(Person.archived_at).is_(None), col(Person.erased_at).is_(None)
    )
    found = await uow.all(query)
    points = select(ContactPoint).where(
        col(ContactPoint.person_id).in_([one.id for one in found]), col(ContactPoint.kind) == ContactKind.EMAIL
    )
    ordered = (
        await uow.session.scalars(points.order_by(col(ContactPoint.is_primary), col(ContactPoint.id).desc()))
    ).all()
    addresses = {point.person_id: point.value for point in ordered}
    return {one.id: (_called(one), addresses.get(one.id)) for one in found}


def _called(person: Person) -> str:
    uk = (person.given_name_uk, person.family_name_uk)
    return " ".join(part for part in (uk if any(uk) else (person.given_name_latin, person.family_name_latin)) if part)


async def _refused(uow: UnitOfWork, ids: set[UUID]) -> dict[UUID, Sentence]:
    """Organizations that cannot take part: unknown ones, and those of an aggressor state."""
    known = {row.id: row for row in await uow.all(uow.select(Organization).where(col(Organization.id).in_(ids)))}
    found = {id: parties.country_objection(known[id].country, uow.today) for id in ids if id in known}
    found |= {id: say("unknown_reference") for id in ids - known.keys()}
    return {id: sentence for id, sentence in found.items() if sentence}


def _row(
    activity_id: UUID,
    place: int,
    one: ParticipantGiven,
    known: Mapping[UUID, Named],
    now: datetime,
    answered: Mapping[Any, tuple[ParticipantAnswer, datetime | None]],
) -> ActivityParticipant:
    name, email = known.get(one.user_id or NOBODY) or known.get(one.person_id or NOBODY) or (None, None)
    values = one.model_dump() | {"name": one.name or name, "email": one.email or (email.lower() if email else None)}
    row = ActivityParticipant(activity_id=activity_id, position=place, **values)
    was, at = answered.get(_key(row), (ParticipantAnswer.NEEDS_ACTION, None))
    row.answered_at = at if row.answer is was else now
    return row


def _key(row: ActivityParticipant) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in KEY)


def _require_each_once(rows: Sequence[ActivityParticipant]) -> None:
    """By account, by card and by address; without these by name and organization."""
    seen: set[tuple[str, Any]] = set()
    for place, row in enumerate(rows):
        marks = {(name, value) for name in ("user_id", "person_id", "email") if (value := getattr(row, name))}
        marks = marks or {("name", ((row.name or "").casefold(), row.organization_id))}
        if seen & marks:
            raise invalid(FieldError(f"/participants/{place}", say("repeated")))
        seen |= marks


def given(row: ActivityParticipant) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS}
