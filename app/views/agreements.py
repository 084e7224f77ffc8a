from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col

from app.core.listing import Filter, Listing, Sort, at_least, at_most, contains, equals, one_of, related
from app.core.reading import Children, View, constant
from app.models import Agreement, AgreementDraft, AgreementParty, Organization, Partnership
from app.rules.agreements import LIVE
from app.schemas.agreements import AgreementPartyRead, AgreementQuery, AgreementRead, DraftRead
from app.vocabulary import FieldClass

BEFORE: Final = sa.orm.aliased(Agreement, name="predecessor")

PARTIES: Final = Children(
    model=AgreementParty,
    read=AgreementPartyRead,
    parent=col(AgreementParty.agreement_id),
    order=[col(AgreementParty.position)],
    joins=[(Organization, col(Organization.id) == col(AgreementParty.organization_id))],
    fields={
        "name_uk": col(Organization.name_uk),
        "name_en": col(Organization.name_en),
        "kind": col(Organization.kind),
        "country": col(Organization.country),
    },
)

DRAFTS: Final = Children(
    model=AgreementDraft,
    read=DraftRead,
    parent=col(AgreementDraft.agreement_id),
    order=[col(AgreementDraft.version_number)],
)


def is_live(status: Any) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = status.in_([constant(code) for code in sorted(LIVE)])
    return found


VIEW = View(
    model=Agreement,
    read=AgreementRead,
    joins=lambda page: [
        (Partnership, col(Partnership.id) == page.partnership_id),
        (BEFORE, col(BEFORE.id) == page.predecessor_id),
    ],
    fields=lambda page: {
        "is_live": is_live(page.status),
        "partnership_number": col(Partnership.number),
        "predecessor_number": col(BEFORE.number),
    },
    children={"parties": PARTIES, "drafts": DRAFTS},
)


def _live_is(name: str) -> sa.ColumnElement[bool]:
    return is_live(col(Agreement.status)) == sa.bindparam(name, type_=sa.Boolean())


def _ends_before(name: str) -> sa.ColumnElement[bool]:
    return col(Agreement.expires_on) < sa.bindparam(name, type_=sa.Date())


def _titled(name: str) -> sa.ColumnElement[bool]:
    space = constant(" ")
    title_en = sa.func.coalesce(col(Agreement.title_en), constant(""))
    whole = col(Agreement.title_uk).concat(space).concat(title_en).concat(space).concat(col(Agreement.number))
    return contains(sa.func.search_fold(whole))(name)


PARTY_OF: Final[Filter] = related(
    col(Agreement.id), col(AgreementParty.agreement_id), equals(col(AgreementParty.organization_id))
)

LISTING = Listing(
    view=VIEW,
    query=AgreementQuery,
    filters={
        "q": _titled,
        "partnership_id": equals(col(Agreement.partnership_id)),
        "organization_id": PARTY_OF,
        "predecessor_id": equals(col(Agreement.predecessor_id)),
        "kind": one_of(col(Agreement.kind)),
        "status": one_of(col(Agreement.status)),
        "is_live": _live_is,
        "signed_from": at_least(col(Agreement.signed_on)),
        "signed_to": at_most(col(Agreement.signed_on)),
        "expires_before": _ends_before,
        "verification": equals(col(Agreement.verification)),
    },
    sorts={
        "updated_at": Sort(col(Agreement.updated_at), datetime),
        "number": Sort(col(Agreement.number), str),
    },
    default_sort="-updated_at",
    classes={"verification": FieldClass.INTERNAL},
)
