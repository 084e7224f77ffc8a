from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.core.http import ResourceRouter, StrictRoute, answered, fresh, may, problems, reading, runtime
from app.core.queries import asked
from app.core.uow import Reader, UnitOfWork
from app.rules.permissions import Permission
from app.schemas.reminders import DeadQuery, ReminderHealth, ReminderPage, ReminderQuery, ReminderRead
from app.services import reminder_care, reminder_health, reminder_reading

router = ResourceRouter(prefix="/v1/reminders", tags=["reminders"], route_class=StrictRoute)

ReminderReader = Annotated[Reader, reading(Permission.REMINDERS_READ)]
Owner = Annotated[UnitOfWork, may(Permission.REMINDERS_READ)]
Keeper = Annotated[Reader, reading(Permission.REMINDERS_MANAGE)]
Manager = Annotated[UnitOfWork, may(Permission.REMINDERS_MANAGE)]


@router.get("", response_model=ReminderPage, responses=problems())
async def list_reminders(
    request: Request, reader: ReminderReader, query: Annotated[ReminderQuery, asked(ReminderQuery)]
) -> Response:
    """What is planned and told: mine, and about records that I look after. Each with its state and what came of it."""
    found = await reminder_reading.listed(reader, query, runtime(request).cursors)
    return fresh(found.model_dump_json().encode())


@router.get("/health", response_model=ReminderHealth, responses=problems())
async def get_reminder_health(request: Request, reader: Keeper) -> Response:
    """How old the oldest reminder is that should have been told, what got stuck and why, and when jobs last ran."""
    late = timedelta(minutes=runtime(request).settings.reminders.late_minutes)
    return fresh((await reminder_health.health(reader, late)).model_dump_json().encode())


@router.get("/dead", response_model=ReminderPage, responses=problems())
async def list_dead_reminders(
    request: Request, reader: Keeper, query: Annotated[DeadQuery, asked(DeadQuery)]
) -> Response:
    """What could not be told, or came back, with the reason."""
    found = await reminder_reading.stuck(reader, query, runtime(request).cursors)
    return fresh(found.model_dump_json().encode())


@router.get("/{id}", response_model=ReminderRead, responses=problems(404))
async def get_reminder(reader: ReminderReader, id: UUID) -> Response:
    return fresh((await reminder_reading.one(reader, id)).model_dump_json().encode())


@router.post("/{id}/done", response_model=ReminderRead, responses=problems(404, 409))
async def finish_reminder(uow: Owner, id: UUID) -> Response:
    """I have dealt with it: nobody is told further up."""
    found = await reminder_care.finish(uow, id)
    return await answered(uow, fresh(found.model_dump_json().encode()))


@router.post("/{id}/replay", response_model=ReminderRead, responses=problems(404, 409))
async def replay_reminder(uow: Manager, id: UUID) -> Response:
    """Once more, from the beginning: what got stuck is due again, what arrived stays as it is."""
    found = await reminder_care.replay(uow, id)
    return await answered(uow, fresh(found.model_dump_json().encode()))
