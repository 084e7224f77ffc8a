"""Whose record it is: an activity or a task belongs to one of our organizations, unless what it is about says so."""

from uuid import UUID

from app.core.uow import UnitOfWork
from app.errors import AppError, FieldError, invalid, say
from app.models import Organization


async def home(uow: UnitOfWork, given: UUID | None, *, has_tie: bool) -> UUID | None:
    """The organization that was named, or the only one the actor has; a record without any tie would be nobody's."""
    reach = uow.own_reach()
    if given is not None:
        await uow.get(Organization, given)
        return given
    if len(reach.organizations) == 1 and not reach.oblasts and not reach.everything:
        return next(iter(reach.organizations))
    if has_tie or reach.everything:
        return None
    if not reach:
        raise AppError("forbidden", say("own_party_needed"))
    raise invalid(FieldError("/organization_id", say("organization_needed")))
