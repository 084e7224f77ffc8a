from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from app.core.listing import Listing, Sort, contains, equals, has_any, one_of, related
from app.core.reading import Children, View
from app.models import AucMembership, Organization, OrganizationExternalId, Territory
from app.schemas.organizations import AucMembershipRead, ExternalIdRead, OrganizationQuery, OrganizationRead

OBLAST = sa.orm.aliased(Territory, name="oblast")
RAION = sa.orm.aliased(Territory, name="raion")


def _member_on(name: str) -> sa.ColumnElement[bool]:
    on: Any = sa.bindparam(name, type_=sa.Date())
    joined, left = col(AucMembership.joined_on), col(AucMembership.left_on)
    members = select(col(AucMembership.organization_id)).where(joined <= on, sa.or_(left.is_(None), left > on))
    return col(Organization.id).in_(members)


VIEW = View(
    model=Organization,
    read=OrganizationRead,
    joins=lambda page: [
        (OBLAST, col(OBLAST.code) == page.oblast_code),
        (RAION, col(RAION.code) == page.raion_code),
    ],
    fields=lambda _: {
        "oblast_name_uk": col(OBLAST.name_uk),
        "oblast_name_en": col(OBLAST.name_en),
        "raion_name_uk": col(RAION.name_uk),
    },
    children={
        "external_ids": Children(
            model=OrganizationExternalId,
            read=ExternalIdRead,
            parent=col(OrganizationExternalId.organization_id),
            order=[col(OrganizationExternalId.system), col(OrganizationExternalId.value)],
        ),
        "auc_memberships": Children(
            model=AucMembership,
            read=AucMembershipRead,
            parent=col(AucMembership.organization_id),
            order=[col(AucMembership.joined_on)],
        ),
    },
)

LISTING = Listing(
    view=VIEW,
    query=OrganizationQuery,
    filters={
        "q": contains(col(Organization.search)),
        "kind": one_of(col(Organization.kind)),
        "country": one_of(col(Organization.country)),
        "oblast_code": equals(col(Organization.oblast_code)),
        "hromada_type": one_of(col(Organization.hromada_type)),
        "katottg": equals(col(Organization.katottg)),
        "edrpou": equals(col(Organization.edrpou)),
        "external_system": related(
            col(Organization.id),
            col(OrganizationExternalId.organization_id),
            equals(col(OrganizationExternalId.system)),
        ),
        "external_value": related(
            col(Organization.id), col(OrganizationExternalId.organization_id), equals(col(OrganizationExternalId.value))
        ),
        "member_on": _member_on,
        "purpose": has_any(col(Organization.purposes)),
        "direction": has_any(col(Organization.directions)),
        "network": has_any(col(Organization.networks)),
    },
    sorts={
        "name": Sort(col(Organization.sort_name), str),
        "updated_at": Sort(col(Organization.updated_at), datetime),
    },
    default_sort="name",
)
