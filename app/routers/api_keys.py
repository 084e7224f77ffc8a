"""For who holds a key, and for who finds one."""

from typing import Annotated

from fastapi import Response

from app.core.http import ResourceRouter, StrictRoute, anyone, fresh, problems, signed_in
from app.core.queries import asked
from app.core.uow import Reader, UnitOfWork
from app.schemas.integrations import FoundKey, OwnIntegration, UsageQuery, UsageRead
from app.services import api_keys, integration_usage

router = ResourceRouter(prefix="/v1", tags=["integrations"], route_class=StrictRoute)

Holder = Annotated[Reader, signed_in("integration")]


@router.get("/integration", response_model=OwnIntegration, responses=problems())
async def get_own_integration(reader: Holder) -> Response:
    """Who I am here, what my scopes are, and when this key expires."""
    found = await integration_usage.myself(reader)
    return fresh(found.model_dump_json().encode())


@router.get("/integration/usage", response_model=UsageRead, responses=problems())
async def get_own_usage(reader: Holder, query: Annotated[UsageQuery, asked(UsageQuery)]) -> Response:
    """What I called on which day, how often I was refused, and which of it is deprecated, with its last day."""
    found = await integration_usage.own(reader, query)
    return fresh(found.model_dump_json().encode())


@router.post("/api-keys/revoke", status_code=204, responses=problems(413, 415))
async def revoke_found_key(uow: Annotated[UnitOfWork, anyone()], body: FoundKey) -> Response:
    """For whoever finds a key where it does not belong. It is over at once; the answer is the same for every text."""
    await api_keys.revoke_found(uow, body.key)
    return Response(status_code=204)
