from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.core.http import ResourceRouter, StrictRoute, answered, fresh, may, problems, signed_in
from app.core.uow import Reader, UnitOfWork
from app.rules.permissions import Permission
from app.schemas.handovers import HandoverGiven, HandoverRead
from app.services import handovers

router = ResourceRouter(prefix="/v1", tags=["users"], route_class=StrictRoute)


@router.post("/users/{id}/handover", response_model=HandoverRead, responses=problems(404, 409, 413, 415))
async def hand_over_records(
    uow: Annotated[UnitOfWork, may(Permission.HANDOVERS_WRITE)], id: UUID, body: HandoverGiven, dry_run: bool = False
) -> Response:
    """Everything open of a leaving colleague goes to a successor, who gets a summary; what was done stays theirs."""
    if dry_run:
        uow.rehearse()
    found = await handovers.hand_over(uow, id, body)
    return await answered(uow, fresh(found.model_dump_json().encode()))


@router.get("/handovers/{id}", response_model=HandoverRead, responses=problems(404))
async def get_handover(reader: Annotated[Reader, signed_in()], id: UUID) -> Response:
    """What was handed over: for both of them, and for who hands over."""
    return fresh((await handovers.one(reader, id)).model_dump_json().encode())
