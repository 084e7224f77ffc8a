from functools import partial
from typing import Annotated, Final
from uuid import UUID

from fastapi import Header, Request, Response

from app.core.http import (
    ResourceRouter,
    StrictRoute,
    answered,
    fresh,
    myself,
    problems,
    renewed,
    runtime,
    signed_in,
)
from app.core.queries import asked
from app.core.streams import EventStream
from app.core.uow import Reader, UnitOfWork
from app.schemas.notifications import (
    Counted,
    NotificationPage,
    NotificationQuery,
    NotificationRead,
    NotificationSettingsPatch,
    NotificationSettingsRead,
    PreferenceList,
    PreferencePatch,
    ReadAll,
    Snooze,
)
from app.services import notice_following, notices, notification_settings
from app.vocabulary import ReminderTopic

router = ResourceRouter(prefix="/v1", tags=["notifications"], route_class=StrictRoute)

Me = Annotated[Reader, signed_in()]
Own = Annotated[UnitOfWork, myself()]
LastSeen = Annotated[UUID | None, Header(alias="Last-Event-ID")]
VERB: Final = problems(404, 413, 415)


def _shown(found: NotificationRead | NotificationPage | Counted) -> Response:
    return fresh(found.model_dump_json().encode())


@router.get("/notifications", response_model=NotificationPage, responses=problems())
async def list_notifications(reader: Me, query: Annotated[NotificationQuery, asked(NotificationQuery)]) -> Response:
    """What I was told, newest first; without `state`, what is neither done nor put off."""
    return _shown(await notices.mine(reader, query))


@router.get("/notifications/stream", status_code=200, response_class=EventStream, responses=problems(429))
async def stream_notifications(request: Request, reader: Me, last: LastSeen = None) -> Response:
    """What I am told, the moment I am told it (server-sent events `notification`); first the number of unread ones.

    The stream ends after a while, and when your session does; whoever comes back with the last id misses nothing.
    """
    running = runtime(request)
    follower = notice_following.Follower(partial(renewed, request), running.wakeups, running.settings.feed)
    place = partial(running.streams.taken, (reader.actor.kind, reader.actor.id))
    return EventStream(follower.events(reader, last), place, running.settings.feed.write_seconds)


@router.post("/notifications/read-all", response_model=Counted, responses=problems(413, 415))
async def read_all_notifications(uow: Own, body: ReadAll) -> Response:
    """All that I have seen is read; `up_to` leaves out what came after it."""
    return await answered(uow, _shown(Counted(count=await notices.read_all(uow, body.up_to))))


@router.post("/notifications/{id}/read", response_model=NotificationRead, responses=problems(404))
async def read_notification(uow: Own, id: UUID) -> Response:
    return await answered(uow, _shown(await notices.mark_read(uow, id)))


@router.post("/notifications/{id}/unread", response_model=NotificationRead, responses=problems(404))
async def unread_notification(uow: Own, id: UUID) -> Response:
    """As if it had just come."""
    return await answered(uow, _shown(await notices.mark_unread(uow, id)))


@router.post("/notifications/{id}/snooze", response_model=NotificationRead, responses=VERB)
async def snooze_notification(uow: Own, id: UUID, body: Snooze) -> Response:
    """Comes back unread at that moment."""
    return await answered(uow, _shown(await notices.snooze(uow, id, body.until)))


@router.post("/notifications/{id}/done", response_model=NotificationRead, responses=problems(404))
async def finish_notification(uow: Own, id: UUID) -> Response:
    """I have dealt with it: nobody is told further up."""
    return await answered(uow, _shown(await notices.finish(uow, id)))


@router.get("/me/notification-settings", response_model=NotificationSettingsRead, responses=problems())
async def get_notification_settings(reader: Me) -> Response:
    return fresh((await notification_settings.read(reader)).model_dump_json().encode())


@router.patch("/me/notification-settings", response_model=NotificationSettingsRead, responses=problems(413, 415))
async def edit_notification_settings(uow: Own, body: NotificationSettingsPatch) -> Response:
    """My zone, my quiet hours and the hour of the daily letter. What is planned follows within a minute."""
    await notification_settings.edit(uow, body)
    uow.ring("plan_reminders")
    return await answered(uow, fresh((await notification_settings.read(uow)).model_dump_json().encode()))


@router.get("/me/notification-preferences", response_model=PreferenceList, responses=problems())
async def list_notification_preferences(reader: Me) -> Response:
    """How I am told of each topic."""
    return fresh((await notification_settings.preferences(reader)).model_dump_json().encode())


@router.patch("/me/notification-preferences/{topic}", response_model=PreferenceList, responses=problems(413, 415))
async def edit_notification_preference(uow: Own, topic: ReminderTopic, body: PreferencePatch) -> Response:
    """Legal deadlines cannot be muted, only passed on to somebody who may see the records."""
    await notification_settings.prefer(uow, topic, body)
    return await answered(uow, fresh((await notification_settings.preferences(uow)).model_dump_json().encode()))
