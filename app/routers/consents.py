from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.core.http import ResourceRouter, StrictRoute, answered, fresh, may, problems, reading
from app.core.uow import Reader, UnitOfWork
from app.models import Consent
from app.rules.permissions import Permission
from app.schemas.consents import ConsentCreate, ConsentRead, Consents, ConsentWithdrawal
from app.services import consents

router = ResourceRouter(prefix="/v1/people", tags=["people"], route_class=StrictRoute)

PersonReader = Annotated[Reader, reading(Permission.PEOPLE_READ)]
Writer = Annotated[UnitOfWork, may(Permission.PEOPLE_WRITE)]


@router.get("/{id}/consents", response_model=Consents, responses=problems(404))
async def list_consents(reader: PersonReader, id: UUID) -> Response:
    """Everything the person agreed to, the newest first."""
    return fresh(await consents.every(reader, id))


@router.post("/{id}/consents", status_code=201, response_model=ConsentRead, responses=problems(404, 409, 413, 415))
async def give_consent(uow: Writer, id: UUID, body: ConsentCreate) -> Response:
    """A consent to a later text stands beside the earlier one."""
    return await answered(uow, fresh(_shown(await consents.give(uow, id, body)), 201))


@router.post("/{id}/consents/{consent_id}/withdraw", response_model=ConsentRead, responses=problems(404, 409, 413, 415))
async def withdraw_consent(uow: Writer, id: UUID, consent_id: UUID, body: ConsentWithdrawal) -> Response:
    """Whoever may not use the data any more finds the day here."""
    return await answered(uow, fresh(_shown(await consents.withdraw(uow, id, consent_id, body))))


def _shown(consent: Consent) -> bytes:
    return ConsentRead.model_validate(consent, from_attributes=True).model_dump_json().encode()
