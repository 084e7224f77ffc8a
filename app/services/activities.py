"""Meetings, calls and notes: planned or entered afterwards, held or cancelled. They say when there was a contact."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from app.core import crud
from app.core.http import require_version
from app.core.uow import UnitOfWork
from app.errors import FieldError, invalid, refused, say
from app.models import Activity, ActivityParticipant, ActivityPartnership
from app.rules import activities as rules
from app.rules import wall_time
from app.schemas.activities import ActivityCreate, ActivityFields, ActivityHeld
from app.schemas.base import Shape
from app.services import contacts, homes, participants, parties, sight
from app.vocabulary import ActivitySource, ActivityStatus, ParticipantAnswer, ParticipantRole

CHILDREN: Final = {"id", "status", "partnership_ids", "participants"}
TIMES: Final = frozenset({"starts_local", "starts_fold", "ends_local", "ends_fold", "zone"})
PLAN: Final = "plan_reminders"


async def create(uow: UnitOfWork, body: ActivityCreate) -> Activity:
    return await enter(uow, body, source=ActivitySource.ENTERED)


async def enter(uow: UnitOfWork, body: ActivityCreate, *, source: ActivitySource) -> Activity:
    """What was imported or entered in bulk is kept like everything else, and is no proof of a contact."""
    await parties.link(uow, body.partnership_ids)
    status = body.status or rules.status_at(body.kind, body.starts_at, uow.now)
    activity = Activity(status=status, source=source, **_values(body))
    if body.id is not None:
        activity.id = body.id
    if found := rules.entry_objections(_facts(uow, activity)):
        raise invalid(*(FieldError("/starts_local", sentence) for sentence in found))
    activity.organization_id = await homes.home(uow, body.organization_id, has_tie=bool(body.partnership_ids))
    if uow.actor.kind == "user" and "owner_id" not in body.model_fields_set:
        activity.owner_id = uow.actor.id
    rows = await participants.rows(uow, activity.id, body.participants, body.partnership_ids)
    uow.add(activity)
    await uow.flush()
    uow.add(*rows, *_links(activity.id, body.partnership_ids))
    await uow.flush()
    await sight.require_owner(uow, activity, activity.owner_id)
    await _tell(uow, activity, body.partnership_ids)
    return activity


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int) -> Activity:
    activity = await _locked(uow, id, version)
    crud.require_live(activity)
    if activity.status is ActivityStatus.CANCELLED:
        raise refused(say("activity_is_cancelled"))
    rows, links = await _people(uow, id), await _partnerships(uow, id)
    whole = crud.merged(ActivityFields, _current(activity, rows, links), body)
    await parties.link(uow, whole.partnership_ids, links)
    was_at, was_contact = (activity.starts_at, activity.ends_at), _is_contact(activity)
    organization = activity.organization_id
    crud.apply(activity, _values(whole))
    if whole.organization_id != organization or not whole.partnership_ids:
        activity.organization_id = await homes.home(uow, whole.organization_id, has_tie=bool(whole.partnership_ids))
    if body.model_fields_set & TIMES and (found := rules.entry_objections(_facts(uow, activity))):
        raise invalid(*(FieldError("/starts_local", sentence) for sentence in found))
    if "participants" in body.model_fields_set:
        wanted = await participants.rows(uow, id, whole.participants, whole.partnership_ids, rows)
        await crud.replace(uow, rows, wanted, by=participants.KEY)
    elif (activity.starts_at, activity.ends_at) != was_at and activity.status is ActivityStatus.PLANNED:
        _ask_again(rows)
    await _relink(uow, id, links, whole.partnership_ids)
    await uow.flush()
    if "owner_id" in body.model_fields_set:
        await sight.require_owner(uow, activity, activity.owner_id)
    if was_contact or _is_contact(activity):
        await contacts.recount(uow, {*links, *whole.partnership_ids})
    uow.ring(PLAN)
    return activity


async def hold(uow: UnitOfWork, id: UUID, body: ActivityHeld, version: int) -> Activity:
    """It took place: what came of it, who was there, and what follows."""
    activity = await _locked(uow, id, version)
    crud.require_live(activity)
    if found := rules.objections(_facts(uow, activity), ActivityStatus.HELD):
        raise refused(*found)
    if body.attended is not None:
        _note_who_came(await _people(uow, id), set(body.attended))
    crud.apply(activity, body.model_dump(exclude={"attended"}, exclude_unset=True) | {"status": ActivityStatus.HELD})
    await uow.flush()
    await _tell(uow, activity, await _partnerships(uow, id))
    return activity


async def cancel(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Activity:
    activity = await _locked(uow, id, version)
    crud.require_live(activity)
    if found := rules.objections(_facts(uow, activity), ActivityStatus.CANCELLED):
        raise refused(*found)
    await uow.because(reason)
    crud.apply(activity, {"status": ActivityStatus.CANCELLED, "cancelled_because": reason})
    await uow.flush()
    uow.ring(PLAN)
    return activity


async def archive(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Activity:
    """Out of the lists, and no contact any more: the partnerships fall back to the one before."""
    activity = await _locked(uow, id, version)
    await crud.archive(uow, activity, reason)
    await _recount(uow, activity)
    return activity


async def restore(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Activity:
    activity = await _locked(uow, id, version)
    await crud.restore(uow, activity, reason)
    await _recount(uow, activity)
    return activity


async def record_answer(
    uow: UnitOfWork, activity_id: UUID, email: str, answer: ParticipantAnswer, at: datetime
) -> bool:
    """What somebody answered to an invitation; False when nobody was asked under this address, or said so later."""
    query = (
        select(ActivityParticipant)
        .where(col(ActivityParticipant.activity_id) == activity_id, col(ActivityParticipant.email) == email.lower())
        .with_for_update()
    )
    row = (await uow.session.scalars(query)).first()
    if row is None or (row.answered_at is not None and row.answered_at >= at):
        return False
    crud.apply(row, {"answer": answer, "answered_at": at})
    await uow.flush()
    uow.ring(PLAN)
    return True


async def touch_contact(uow: UnitOfWork, partnership_ids: Collection[UUID], on: date) -> None:
    await contacts.touch(uow, partnership_ids, on)


async def _tell(uow: UnitOfWork, activity: Activity, partnership_ids: Collection[UUID]) -> None:
    if _is_contact(activity):
        await contacts.touch(uow, partnership_ids, activity.starts_local.date())
    uow.ring(PLAN)


async def _recount(uow: UnitOfWork, activity: Activity) -> None:
    if _is_contact(activity):
        await contacts.recount(uow, await _partnerships(uow, activity.id))
    uow.ring(PLAN)


def _is_contact(activity: Activity) -> bool:
    return rules.is_contact(activity.kind, activity.status, activity.source)


def _facts(uow: UnitOfWork, activity: Activity) -> rules.Facts:
    return rules.Facts(
        kind=activity.kind,
        status=activity.status,
        starts_at=activity.starts_at,
        begins_on=activity.starts_local.date(),
        now=uow.now,
        today=wall_time.day_in(uow.now, activity.zone),
    )


def _ask_again(rows: Sequence[ActivityParticipant]) -> None:
    """Who accepted the time before has not accepted this one."""
    for row in rows:
        if row.role is not ParticipantRole.ORGANIZER:
            crud.apply(row, {"answer": ParticipantAnswer.NEEDS_ACTION, "answered_at": None})


def _note_who_came(rows: Sequence[ActivityParticipant], attended: set[UUID]) -> None:
    if attended - {row.id for row in rows}:
        raise invalid(FieldError("/attended", say("unknown_participant")))
    for row in rows:
        crud.apply(row, {"was_there": row.id in attended})


async def _locked(uow: UnitOfWork, id: UUID, version: int) -> Activity:
    activity = await uow.get(Activity, id, lock=True)
    require_version(activity, version)
    return activity


async def _people(uow: UnitOfWork, id: UUID) -> list[ActivityParticipant]:
    place = col(ActivityParticipant.position)
    return await uow.children(ActivityParticipant, col(ActivityParticipant.activity_id), id, place)


async def _partnerships(uow: UnitOfWork, id: UUID) -> list[UUID]:
    links = await uow.children(ActivityPartnership, col(ActivityPartnership.activity_id), id)
    return [link.partnership_id for link in links]


async def _relink(uow: UnitOfWork, id: UUID, was: Sequence[UUID], wanted: Sequence[UUID]) -> None:
    if set(was) != set(wanted):
        rows = await uow.children(ActivityPartnership, col(ActivityPartnership.activity_id), id)
        await crud.replace(uow, rows, _links(id, wanted), by=("partnership_id",))


def _links(id: UUID, partnership_ids: Sequence[UUID]) -> list[ActivityPartnership]:
    return [ActivityPartnership(activity_id=id, partnership_id=partnership) for partnership in partnership_ids]


def _values(body: ActivityFields) -> dict[str, Any]:
    return body.model_dump(exclude=CHILDREN) | {"starts_at": body.starts_at, "ends_at": body.ends_at}


def _current(activity: Activity, rows: Sequence[ActivityParticipant], links: Sequence[UUID]) -> dict[str, Any]:
    fields = ActivityFields.model_fields.keys() - CHILDREN
    return {name: getattr(activity, name) for name in fields} | {
        "participants": [participants.given(row) for row in rows],
        "partnership_ids": list(links),
    }
