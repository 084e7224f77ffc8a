"""What partnerships, projects and delegations share: who takes part and which partnerships they belong to."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlmodel import col

from app.core import crud
from app.core.uow import UnitOfWork
from app.errors import AppError, FieldError, Sentence, invalid, say
from app.models import Organization, Partnership
from app.rules import aggressors, parties


async def organizations(uow: UnitOfWork, ids: list[UUID], known: Collection[UUID] = ()) -> Mapping[UUID, Organization]:
    """The parties' organizations. New ones must be live and of no aggressor state; `known` ones are there already."""
    found = {row.id: row for row in await uow.all(uow.select(Organization).where(col(Organization.id).in_(ids)))}
    new = [(place, id) for place, id in enumerate(ids) if id not in known]
    objections = [(place, _objection(found.get(id), uow.today)) for place, id in new]
    errors = [FieldError(f"/parties/{place}/organization_id", sentence) for place, sentence in objections if sentence]
    if errors:
        raise invalid(*errors)
    return found


def country_objection(country: str, on: date, *, is_archived: bool = False) -> Sentence | None:
    is_blocked = aggressors.blocked(country, on, aggressors.pack()) is not None
    return parties.objection(parties.Side(country, is_archived, is_blocked))


def _objection(organization: Organization | None, on: date) -> Sentence | None:
    if organization is None:
        return parties.objection(None)
    return country_objection(organization.country, on, is_archived=organization.archived_at is not None)


async def link(uow: UnitOfWork, wanted: Collection[UUID], known: Collection[UUID] = ()) -> None:
    """Whoever links a partnership, or unlinks one, must have a say in it; 404 when it does not exist for them."""
    for id in sorted(set(wanted) ^ set(known)):
        partnership = await uow.get(Partnership, id)
        if id in wanted:
            crud.require_live(partnership)


def has_own(uow: UnitOfWork, organizations: Iterable[Organization]) -> bool:
    """Whether the actor has a say over one of the organizations, or over the whole association."""
    reach = uow.own_reach()
    return reach.everything or any(
        row.id in reach.organizations or row.oblast_code in reach.oblasts for row in organizations
    )


def require_own(uow: UnitOfWork, organizations: Iterable[Organization], partnership_ids: Collection[UUID]) -> None:
    """A record with no tie to the actor would be invisible to its own maker."""
    if not partnership_ids and not has_own(uow, organizations):
        raise AppError("forbidden", say("own_party_needed"))
