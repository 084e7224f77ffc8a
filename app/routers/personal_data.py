from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.core.http import ResourceRouter, StrictRoute, answered, fresh, may, problems
from app.core.uow import UnitOfWork
from app.rules.permissions import Permission
from app.schemas.personal_data import ErasureRead, ErasureRequest, ExportRequest, PersonalDataExport
from app.services import erasures, subject_access

router = ResourceRouter(prefix="/v1/people", tags=["personal data"], route_class=StrictRoute)

Exporter = Annotated[UnitOfWork, may(Permission.PERSONAL_DATA_EXPORT, proof=True)]
Eraser = Annotated[UnitOfWork, may(Permission.PERSONAL_DATA_ERASE, proof=True)]
DryRun = Annotated[bool, Query(description="Checks and answers as the real thing would; nothing is kept.")]


@router.post("/{id}/personal-data-export", response_model=PersonalDataExport, responses=problems(404, 409, 413, 415))
async def export_personal_data(uow: Exporter, id: UUID, body: ExportRequest) -> Response:
    """Everything held about the person, with identity and health data in clear, and who read it. Each export counts.

    An `Idempotency-Key` is accepted but the answer is not kept, so a repeated request is another export.
    """
    found = await subject_access.export(uow, id, body.purpose)
    return fresh(found.model_dump_json().encode())


@router.post("/{id}/erasure", response_model=ErasureRead, responses=problems(404, 409, 413, 415))
async def erase_person(uow: Eraser, id: UUID, body: ErasureRequest, dry_run: DryRun = False) -> Response:
    """For good: no restore brings it back. `dry_run` lists what would go and what must stay, and why."""
    if dry_run:
        uow.rehearse()
    found = await erasures.erase(uow, id, body)
    return await answered(uow, fresh(found.model_dump_json().encode()))
