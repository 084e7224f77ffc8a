from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.core.http import ResourceRouter, StrictRoute, fresh, may, problems
from app.core.uow import UnitOfWork
from app.rules.permissions import Permission
from app.schemas.agreement_reading import CoverageRead
from app.services import agreement_reading

router = ResourceRouter(prefix="/v1/partnerships", tags=["agreements"], route_class=StrictRoute)

Looker = Annotated[UnitOfWork, may(Permission.AGREEMENTS_READ)]


@router.get("/{id}/coverage", response_model=CoverageRead, responses=problems(404))
async def get_partnership_coverage(uow: Looker, id: UUID) -> Response:
    """The days that signed documents cover, the gaps between them, and where two hold at once."""
    return fresh((await agreement_reading.covered(uow, id)).model_dump_json().encode())
