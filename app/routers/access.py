from typing import Annotated

from fastapi import Response

from app.core.http import ResourceRouter, StrictRoute, fresh, may, myself, problems, signed_in
from app.core.uow import Reader, UnitOfWork
from app.rules.permissions import Permission
from app.schemas.access import Access, AccessChange, ChangeAsked, Explanation, Question
from app.services import access

router = ResourceRouter(prefix="/v1", tags=["access"], route_class=StrictRoute)


@router.get("/me/access", response_model=Access, responses=problems())
async def get_my_access(reader: Annotated[Reader, signed_in()]) -> Response:
    """What I may do today, where, until when and by which grant."""
    return fresh((await access.mine(reader)).model_dump_json().encode())


@router.post("/access/explain", response_model=Explanation, responses=problems(404, 413, 415))
async def explain_access(uow: Annotated[UnitOfWork, myself()], body: Question) -> Response:
    """Whether somebody may do something, and which grant or rule decides it; about others with `access:read`."""
    return fresh((await access.explain(uow, body)).model_dump_json().encode())


@router.post("/access/preview", response_model=AccessChange, responses=problems(404, 413, 415))
async def preview_access(uow: Annotated[UnitOfWork, may(Permission.ACCESS_READ)], body: ChangeAsked) -> Response:
    """What a change of grants would make appear and vanish; nothing is changed."""
    return fresh((await access.preview(uow, body)).model_dump_json().encode())
