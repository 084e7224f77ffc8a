from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.core.http import ResourceRouter, StrictRoute, answered, fresh, myself, problems, signed_in
from app.core.queries import asked
from app.core.uow import Reader, UnitOfWork
from app.schemas.operations import OperationPage, OperationQuery, OperationRead
from app.services import operations

router = ResourceRouter(prefix=operations.PLACE, tags=["operations"], route_class=StrictRoute)

Looker = Annotated[Reader, signed_in()]
Owner = Annotated[UnitOfWork, myself()]


@router.get("", response_model=OperationPage, responses=problems())
async def list_operations(reader: Looker, query: Annotated[OperationQuery, asked(OperationQuery)]) -> Response:
    """What you began and takes a while, newest first; administrators see what everybody began."""
    return fresh((await operations.page(reader, query)).model_dump_json().encode())


@router.get("/{id}", response_model=OperationRead, responses=problems(404))
async def get_operation(reader: Looker, id: UUID) -> Response:
    """How far it has come, and what came of it."""
    return fresh((await operations.one(reader, id)).model_dump_json().encode())


@router.post("/{id}/cancel", response_model=OperationRead, responses=problems(404, 409))
async def cancel_operation(uow: Owner, id: UUID) -> Response:
    """It ends after the step under way. What was done until then stays done; what is over cannot be cancelled."""
    return await answered(uow, fresh((await operations.cancel(uow, id)).model_dump_json().encode()))
