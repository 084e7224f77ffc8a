from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.core.http import ResourceRouter, StrictRoute, answered, fresh, may, problems, reading
from app.core.queries import asked
from app.core.uow import Reader, UnitOfWork
from app.rules.permissions import Permission
from app.schemas.reminders import ReminderPage, ReminderQuery, ReminderRead
from app.services import reminders

router = ResourceRouter(prefix="/v1/reminders", tags=["reminders"], route_class=StrictRoute)

ReminderReader = Annotated[Reader, reading(Permission.REMINDERS_READ)]
Owner = Annotated[UnitOfWork, may(Permission.REMINDERS_READ)]


@router.get("", response_model=ReminderPage, responses=problems())
async def list_reminders(reader: ReminderReader, query: Annotated[ReminderQuery, asked(ReminderQuery)]) -> Response:
    """My reminders, newest first."""
    found = await reminders.mine(reader, query.limit, query.cursor)
    return fresh(found.model_dump_json().encode())


@router.post("/{id}/done", response_model=ReminderRead, responses=problems(404, 409))
async def finish_reminder(uow: Owner, id: UUID) -> Response:
    """I have dealt with it."""
    reminder = await reminders.done(uow, id)
    return await answered(uow, fresh(reminders.read(reminder).model_dump_json().encode()))
