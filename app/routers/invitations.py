from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.core.http import ResourceRouter, StrictRoute, answered, fresh, may, problems, reading, runtime
from app.core.uow import Reader, UnitOfWork
from app.rules.permissions import Permission
from app.schemas.calendars import InvitationAsked, InvitationOutcome, Invitations, InvitationsAsked, InvitationsSent
from app.services import invitation_reading, invitations

router = ResourceRouter(prefix="/v1/activities", tags=["activities"], route_class=StrictRoute)

ActivityReader = Annotated[Reader, reading(Permission.ACTIVITIES_READ)]
Writer = Annotated[UnitOfWork, may(Permission.ACTIVITIES_WRITE)]


@router.get("/{id}/invitations", response_model=Invitations, responses=problems(404))
async def list_invitations(reader: ActivityReader, id: UUID) -> Response:
    """What each participant was last told by mail."""
    found = Invitations(items=await invitation_reading.of(reader, id))
    return fresh(found.model_dump_json().encode())


@router.post("/{id}/invitations", response_model=InvitationsSent, responses=problems(404, 409, 413, 415))
async def send_invitations(request: Request, uow: Writer, id: UUID, body: InvitationsAsked) -> Response:
    """Invites participants by mail, with a part that calendars read (RFC 6047).

    Whoever was invited is told of changes without being asked for: another time or place, and that it is cancelled.
    """
    settings, chosen = runtime(request).settings, body.participant_ids
    asked = await invitations.invite(uow, settings, id, chosen, shows_others=body.shows_participants)
    items = [
        InvitationAsked(participant_id=one.participant_id, outcome=InvitationOutcome(one.outcome)) for one in asked
    ]
    return await answered(uow, fresh(InvitationsSent(items=items).model_dump_json().encode()))
