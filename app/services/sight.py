"""What exists for other people: who can answer for a record, and who may be named by whom."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from app.core.actors import Actor
from app.core.holders import holder
from app.core.uow import UnitOfWork
from app.core.visibility import READING, visible
from app.errors import FieldError, invalid, say
from app.models import Grant, Organization, PartnershipParty
from app.vocabulary import ScopeKind


async def actor(uow: UnitOfWork, user_id: UUID) -> Actor | None:
    """The person with what they may do today; None for whoever can no longer sign in."""
    return await holder(uow.transaction.raw, user_id)


async def seen(uow: UnitOfWork, person: Actor, model: type[SQLModel], ids: Collection[UUID]) -> set[UUID]:
    """Those of these records that exist for the person."""
    if not ids:
        return set()
    reach = person.reach(READING[model], uow.today)
    id_column = col(model.id)  # type: ignore[attr-defined]  # every table has one
    query = select(id_column).where(id_column.in_(ids), visible(model, reach))
    return set((await uow.session.scalars(query.params(**reach.parameters()))).all())


async def require_owner(uow: UnitOfWork, row: SQLModel, user_id: UUID | None) -> None:
    """Whoever answers for a record is an active account for which it exists; asked when the row is written.

    Why somebody may not is told only of those whom the actor may name: a stranger's account looks like none.
    """
    if user_id is None:
        return
    person = await actor(uow, user_id)
    id: UUID = row.id  # type: ignore[attr-defined]  # every table has one
    if person is not None and await seen(uow, person, type(row), [id]):
        return
    is_known = person is not None and await may_name(uow, [user_id], ())
    raise invalid(FieldError("/owner_id", say("cannot_see_it" if is_known else "unknown_reference")))


async def may_name(uow: UnitOfWork, user_ids: Collection[UUID], partnership_ids: Collection[UUID]) -> set[UUID]:
    """Those of these accounts that the actor may name: colleagues, people of the Association, and of the partners."""
    reach = uow.own_reach()
    if reach.everything:
        return set(user_ids)
    ends = col(Grant.valid_to)
    near = select(col(PartnershipParty.organization_id)).where(
        col(PartnershipParty.partnership_id).in_(partnership_ids)
    )
    own = select(col(Organization.oblast_code)).where(col(Organization.id).in_(reach.organizations))
    within = sa.or_(
        col(Grant.scope) == ScopeKind.ASSOCIATION,
        col(Grant.organization_id).in_(reach.organizations),
        col(Grant.organization_id).in_(near),
        col(Grant.oblast_code).in_(reach.oblasts),
        col(Grant.oblast_code).in_(own),
    )
    is_valid = sa.and_(col(Grant.valid_from) <= uow.today, sa.or_(ends.is_(None), ends > uow.today))
    query = select(col(Grant.user_id)).where(col(Grant.user_id).in_(user_ids), is_valid, within)
    return {*(await uow.session.scalars(query)).all(), *(id for id in user_ids if id == uow.actor.id)}
