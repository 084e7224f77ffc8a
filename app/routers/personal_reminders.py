from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.core.http import IfMatch, ResourceRouter, StrictRoute, answered, etag, fresh, myself, problems, signed_in
from app.core.queries import asked
from app.core.uow import Reader, UnitOfWork
from app.schemas.personal_reminders import (
    PersonalReminderFields,
    PersonalReminderPage,
    PersonalReminderPatch,
    PersonalReminderQuery,
    PersonalReminderRead,
)
from app.services import personal_reminders

router = ResourceRouter(prefix="/v1/personal-reminders", tags=["reminders"], route_class=StrictRoute)

Me = Annotated[Reader, signed_in()]
Own = Annotated[UnitOfWork, myself()]


def _shown(found: PersonalReminderRead, status: int = 200) -> Response:
    body = found.model_dump_json()
    place = {"Location": f"{router.prefix}/{found.id}"} if status == 201 else {}
    return fresh(body.encode(), status, ETag=etag(found.version, body), **place)


@router.get("", response_model=PersonalReminderPage, responses=problems())
async def list_personal_reminders(
    reader: Me, query: Annotated[PersonalReminderQuery, asked(PersonalReminderQuery)]
) -> Response:
    """What I asked to be reminded of, newest first."""
    return fresh((await personal_reminders.mine(reader, query)).model_dump_json().encode())


@router.post("", status_code=201, response_model=PersonalReminderRead, responses=problems(409, 413, 415))
async def create_personal_reminder(uow: Own, body: PersonalReminderFields) -> Response:
    """At a time on my clock, once or by a rule (RFC 5545), or so many days from the day of a record that I see."""
    id = await personal_reminders.create(uow, body)
    return await answered(uow, _shown(await personal_reminders.one(uow, id), 201))


@router.get("/{id}", response_model=PersonalReminderRead, responses=problems(404))
async def get_personal_reminder(reader: Me, id: UUID) -> Response:
    return _shown(await personal_reminders.one(reader, id))


@router.patch("/{id}", response_model=PersonalReminderRead, responses=problems(404, 412, 413, 415, 428))
async def edit_personal_reminder(uow: Own, id: UUID, version: IfMatch, body: PersonalReminderPatch) -> Response:
    """Merge patch (RFC 7396). One that was ended begins anew."""
    await personal_reminders.edit(uow, id, body, version)
    return await answered(uow, _shown(await personal_reminders.one(uow, id)))


@router.post("/{id}/end", response_model=PersonalReminderRead, responses=problems(404, 412, 428))
async def end_personal_reminder(uow: Own, id: UUID, version: IfMatch) -> Response:
    """I do not need it any more."""
    await personal_reminders.end(uow, id, version)
    return await answered(uow, _shown(await personal_reminders.one(uow, id)))
