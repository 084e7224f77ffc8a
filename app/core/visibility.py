"""Which rows exist for an actor: one condition per table, used by every list, read, search, history and write."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import SQLModel, col, select

from app.core.actors import Reach
from app.models import (
    Affiliation,
    Agreement,
    AgreementParty,
    Delegation,
    DelegationPartnership,
    DelegationParty,
    Organization,
    Partnership,
    PartnershipParty,
    Person,
    Project,
    ProjectPartnership,
    ProjectParty,
    User,
)
from app.rules.permissions import Permission

Condition = sa.ColumnElement[bool]

READING: Final[Mapping[type[SQLModel], Permission]] = {
    Organization: Permission.ORGANIZATIONS_READ,
    Person: Permission.PEOPLE_READ,
    Partnership: Permission.PARTNERSHIPS_READ,
    Agreement: Permission.AGREEMENTS_READ,
    Project: Permission.PROJECTS_READ,
    Delegation: Permission.DELEGATIONS_READ,
    User: Permission.USERS_READ,
}


def _own_organizations() -> Any:
    """The organizations of the actor's grants, by name or by oblast."""
    organizations = sa.bindparam("reach_organizations", type_=pg.ARRAY(sa.Uuid()))
    oblasts = sa.bindparam("reach_oblasts", type_=pg.ARRAY(sa.Text()))
    return select(col(Organization.id)).where(
        sa.or_(col(Organization.id) == sa.any_(organizations), col(Organization.oblast_code) == sa.any_(oblasts))
    )


def _of_parties(own: Any, key: Any, organization: Any) -> Condition:
    found: Condition = own.in_(select(key).where(organization.in_(_own_organizations())))
    return found


def _partnerships() -> Condition:
    return _of_parties(col(Partnership.id), col(PartnershipParty.partnership_id), col(PartnershipParty.organization_id))


def _within_partnerships(column: Any) -> Condition:
    visible = select(col(PartnershipParty.partnership_id)).where(
        col(PartnershipParty.organization_id).in_(_own_organizations())
    )
    found: Condition = column.in_(visible)
    return found


def _linked(own: Any, key: Any, partnership: Any) -> Condition:
    found: Condition = own.in_(select(key).where(_within_partnerships(partnership)))
    return found


def _agreements() -> Condition:
    parties = _of_parties(col(Agreement.id), col(AgreementParty.agreement_id), col(AgreementParty.organization_id))
    return sa.or_(_within_partnerships(col(Agreement.partnership_id)), parties)


def _projects() -> Condition:
    return sa.or_(
        _linked(col(Project.id), col(ProjectPartnership.project_id), col(ProjectPartnership.partnership_id)),
        _of_parties(col(Project.id), col(ProjectParty.project_id), col(ProjectParty.organization_id)),
    )


def _delegations() -> Condition:
    return sa.or_(
        _linked(
            col(Delegation.id), col(DelegationPartnership.delegation_id), col(DelegationPartnership.partnership_id)
        ),
        _of_parties(col(Delegation.id), col(DelegationParty.delegation_id), col(DelegationParty.organization_id)),
    )


OWN_PART: Final[Mapping[type[SQLModel], Callable[[], Condition]]] = {
    Organization: lambda: col(Organization.id).in_(_own_organizations()),
    Person: lambda: _of_parties(col(Person.id), col(Affiliation.person_id), col(Affiliation.organization_id)),
    Partnership: _partnerships,
    Agreement: _agreements,
    Project: _projects,
    Delegation: _delegations,
    User: sa.false,
}

PUBLIC: Final = frozenset({Organization})


def own(model: type[SQLModel], reach: Reach) -> Condition:
    """The rows of this table within a reach; with `reach.parameters()` as its values."""
    if not reach:
        return sa.false()
    return sa.true() if reach.everything else OWN_PART[model]()


def visible(model: type[SQLModel], reach: Reach) -> Condition:
    """As `own`, but what is public exists for everybody who may read the table at all."""
    return sa.true() if reach and model in PUBLIC else own(model, reach)
