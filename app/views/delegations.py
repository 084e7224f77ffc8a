from datetime import date, datetime
from typing import Final

from sqlmodel import col

from app.core.listing import Listing, Sort, at_least, at_most, contains, equals, has_any, one_of, related
from app.core.reading import View
from app.models import Delegation, DelegationPartnership, DelegationParty
from app.schemas.delegations import DelegationQuery, DelegationRead
from app.views.parties import linked, parties

PARTIES: Final = parties(
    DelegationParty,
    parent=col(DelegationParty.delegation_id),
    organization=col(DelegationParty.organization_id),
    position=col(DelegationParty.position),
)

VIEW: Final = View(
    model=Delegation,
    read=DelegationRead,
    fields=lambda page: {
        "partnership_ids": linked(
            col(DelegationPartnership.delegation_id), col(DelegationPartnership.partnership_id), page.id
        )
    },
    children={"parties": PARTIES},
)

LISTING: Final = Listing(
    view=VIEW,
    query=DelegationQuery,
    filters={
        "q": contains(col(Delegation.search)),
        "partnership_id": related(
            col(Delegation.id),
            col(DelegationPartnership.delegation_id),
            equals(col(DelegationPartnership.partnership_id)),
        ),
        "organization_id": related(
            col(Delegation.id), col(DelegationParty.delegation_id), equals(col(DelegationParty.organization_id))
        ),
        "status": one_of(col(Delegation.status)),
        "kind": one_of(col(Delegation.kind)),
        "direction": equals(col(Delegation.direction)),
        "country": has_any(col(Delegation.countries)),
        "starts_from": at_least(col(Delegation.starts_on)),
        "starts_to": at_most(col(Delegation.starts_on)),
    },
    sorts={
        "updated_at": Sort(col(Delegation.updated_at), datetime),
        "starts_on": Sort(col(Delegation.starts_on), date),
        "number": Sort(col(Delegation.number), str),
    },
    default_sort="-updated_at",
)
