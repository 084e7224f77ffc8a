"""Other systems that speak to us: what they may do, where, and who answers for them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from app.core import crud
from app.core.http import require_version
from app.core.uow import UnitOfWork
from app.errors import FieldError, invalid, refused, say
from app.models import Integration, Organization
from app.rules import integrations as rules
from app.rules.permissions import Permission
from app.schemas.base import Shape
from app.schemas.integrations import IntegrationCreate, IntegrationFields


async def create(uow: UnitOfWork, body: IntegrationCreate) -> Integration:
    organization = await _organization(uow, body.organization_id)
    require_giveable(uow, body.scopes, organization)
    integration = Integration(organization_id=body.organization_id, **_values(body))
    if body.id is not None:
        integration.id = body.id
    uow.add(integration)
    await uow.flush()
    return integration


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int) -> Integration:
    """Acts with the next request of each of its keys."""
    integration = await locked(uow, id)
    require_version(integration, version)
    crud.require_live(integration)
    current = {name: getattr(integration, name) for name in IntegrationFields.model_fields}
    whole = crud.merged(IntegrationFields, current, body)
    # Also what it has already: whoever loosens the networks of a key answers for all that it may do.
    require_giveable(uow, whole.scopes, await organization_of(uow, integration))
    crud.apply(integration, _values(whole))
    await uow.flush()
    return integration


async def archive(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Integration:
    """Its keys stop working at once; restoring it revives those that are not over."""
    integration = await locked(uow, id)
    require_version(integration, version)
    await crud.archive(uow, integration, reason)
    return integration


async def restore(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Integration:
    """Whoever revives the keys gives anew what they may do."""
    integration = await locked(uow, id)
    require_version(integration, version)
    require_giveable(uow, map(Permission, integration.scopes), await organization_of(uow, integration))
    await crud.restore(uow, integration, reason)
    return integration


async def locked(uow: UnitOfWork, id: UUID) -> Integration:
    return await uow.get(Integration, id, lock=True)


async def organization_of(uow: UnitOfWork, integration: Integration) -> Organization | None:
    return await uow.session.get(Organization, integration.organization_id) if integration.organization_id else None


def require_giveable(uow: UnitOfWork, scopes: Iterable[Permission], organization: Organization | None) -> None:
    """Nobody gives what they do not hold over the same organization, and to no system what is for people only."""
    given = list(scopes)
    if errors := rules.people_only(given):
        raise invalid(*errors)
    held = [permission for permission in given if _extends_to(uow, permission, organization)]
    if objections := rules.giving_objections(given, held):
        raise refused(*objections)


def _extends_to(uow: UnitOfWork, permission: Permission, organization: Organization | None) -> bool:
    reach = uow.actor.reach(permission, uow.today)
    if reach.everything or organization is None:
        return reach.everything
    return organization.id in reach.organizations or organization.oblast_code in reach.oblasts


async def _organization(uow: UnitOfWork, id: UUID | None) -> Organization | None:
    """Within the maker's reach: 404 when there is none such, 403 when it is somebody else's."""
    if id is None:
        if not uow.own_reach().everything:
            raise invalid(FieldError("/organization_id", say("whole_association_needed")))
        return None
    organization = await uow.get(Organization, id)
    crud.require_live(organization)
    return organization


def _values(body: IntegrationFields) -> dict[str, Any]:
    values = body.model_dump(include=set(IntegrationFields.model_fields))
    return values | {"scopes": [scope.value for scope in body.scopes]}
