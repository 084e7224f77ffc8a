"""What somebody asked to be reminded of themselves. Nobody else sees it, not even an administrator."""

from typing import Final
from uuid import UUID

from sqlmodel import col, select

from app.core import crud
from app.core.http import require_version
from app.core.uow import Reader, UnitOfWork, require_visible
from app.errors import AppError, FieldError, invalid, not_found, say
from app.models import PersonalReminder
from app.rules import wall_time
from app.schemas.base import Shape
from app.schemas.personal_reminders import (
    PersonalReminderFields,
    PersonalReminderPage,
    PersonalReminderQuery,
    PersonalReminderRead,
)
from app.services.reminder_sources import SOURCES
from app.views.reminders import SUBJECTS

PLAN: Final = "plan_reminders"
# As many as a person can look after.
MOST: Final = 500
MINE: Final = """
SELECT r.id, r.version, r.created_at, r.updated_at, r.text, r.subject, r.subject_id, r.thing, r.offset_days, r.at_time,
       to_char(r.starts_local, 'YYYY-MM-DD"T"HH24:MI:SS') AS starts_local, r.starts_fold, r.zone, r.recurrence,
       r.ended_at, (SELECT min(p.due_at) FROM planned_reminders p
                    WHERE p.personal_id = r.id AND p.state = 'planned') AS next_at
FROM personal_reminders r WHERE r.user_id = $1 AND r.archived_at IS NULL
"""
PAGE: Final = f"""{MINE} AND ($2::uuid IS NULL OR r.id < $2) AND ($3::text IS NULL OR r.subject = $3)
  AND ($4::uuid IS NULL OR r.subject_id = $4) AND ($5 OR r.ended_at IS NULL) ORDER BY r.id DESC LIMIT $6"""
COUNT: Final = "SELECT count(*) FROM personal_reminders WHERE user_id = $1 AND archived_at IS NULL AND ended_at IS NULL"


async def mine(reader: Reader, query: PersonalReminderQuery) -> PersonalReminderPage:
    asked = [reader.actor.id, query.cursor, query.subject, query.subject_id, query.with_ended, query.limit + 1]
    rows = await reader.rows(PAGE, asked)
    items = [PersonalReminderRead.model_validate(dict(row)) for row in rows[: query.limit]]
    return PersonalReminderPage(items=items, next_cursor=items[-1].id if len(rows) > query.limit else None)


async def one(asker: Reader | UnitOfWork, id: UUID) -> PersonalReminderRead:
    rows = await asker.rows(f"{MINE} AND r.id = $2", [asker.actor.id, id])
    if not rows:
        raise not_found()
    return PersonalReminderRead.model_validate(dict(rows[0]))


async def create(uow: UnitOfWork, body: PersonalReminderFields) -> UUID:
    if uow.actor.id is None:
        raise AppError("forbidden", say("people_only"))
    [[count]] = await uow.rows(COUNT, [uow.actor.id])
    if count >= MOST:
        raise AppError("conflict", say("too_many_personal", most=MOST))
    await _require_sound(uow, body)
    reminder = PersonalReminder(user_id=uow.actor.id, **body.model_dump())
    uow.add(reminder)
    await uow.flush()
    uow.ring(PLAN)
    return reminder.id


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int) -> None:
    reminder = await _locked(uow, id, version)
    known = {name: getattr(reminder, name) for name in PersonalReminderFields.model_fields}
    whole = crud.merged(PersonalReminderFields, known, body)
    await _require_sound(uow, whole)
    crud.apply(reminder, whole.model_dump() | {"ended_at": None})
    await uow.flush()
    uow.ring(PLAN)


async def end(uow: UnitOfWork, id: UUID, version: int) -> None:
    """No more of it; what was told stays."""
    reminder = await _locked(uow, id, version)
    crud.apply(reminder, {"ended_at": reminder.ended_at or uow.now})
    await uow.flush()
    uow.ring(PLAN)


async def _locked(uow: UnitOfWork, id: UUID, version: int) -> PersonalReminder:
    query = select(PersonalReminder).where(
        col(PersonalReminder.id) == id,
        col(PersonalReminder.user_id) == uow.actor.id,
        col(PersonalReminder.archived_at).is_(None),
    )
    reminder = (await uow.session.scalars(query.with_for_update())).one_or_none()
    if reminder is None:
        raise not_found()
    require_version(reminder, version)
    return reminder


async def _require_sound(uow: UnitOfWork, body: PersonalReminderFields) -> None:
    found: list[FieldError] = []
    if body.subject is not None and body.subject not in SUBJECTS:
        found.append(FieldError("/subject", say("subject_not_dated", known=", ".join(sorted(SUBJECTS)))))
    if body.thing is not None and body.subject != (wanted := SOURCES[body.thing].subject):
        found.append(FieldError("/subject", say("thing_of_subject", wanted=wanted)))
    if body.starts_local is not None and body.recurrence is None:
        at = wall_time.instant(body.starts_local, body.zone, body.starts_fold)
        found += [FieldError("/starts_local", say("personal_in_the_past"))] if at <= uow.now else []
    if found:
        raise invalid(*found)
    await _require_seen(uow, body)


async def _require_seen(uow: UnitOfWork, body: PersonalReminderFields) -> None:
    if body.subject is None or body.subject_id is None:
        return
    try:
        await require_visible(uow, SUBJECTS[body.subject], body.subject_id)
    except AppError as error:
        raise invalid(FieldError("/subject_id", say("unknown_reference"))) from error
