"""What the ministry's register is made of: signed agreements of territories with their parties and places."""

from datetime import date
from typing import Final

import sqlalchemy as sa
from pydantic import BaseModel
from sqlmodel import col

from app.core.listing import Listing, Sort, at_most
from app.core.reading import Children, View
from app.models import Agreement, AgreementParty, Organization, Territory
from app.schemas.agreement_reading import RegisterQuery
from app.views.agreements import PARTY_OF

OBLAST: Final = sa.orm.aliased(Territory, name="oblast")
RAION: Final = sa.orm.aliased(Territory, name="raion")


class SubjectSource(BaseModel):
    kind: str
    country: str
    name_uk: str | None
    name_en: str
    name_local: str | None
    region: str | None
    body_uk: str | None
    body_en: str | None
    oblast_name: str | None
    oblast_category: str | None
    raion_name: str | None


class RegisterSource(BaseModel):
    registration_number: str | None
    title_uk: str
    signed_on: date
    itc_kind: str | None
    sphere: str | None
    status: str
    term_type: str | None
    expires_on: date | None
    prolongation: str | None
    prolongation_months: int | None
    terminated_on: date | None
    parties: list[SubjectSource]


PARTIES: Final = Children(
    model=AgreementParty,
    read=SubjectSource,
    parent=col(AgreementParty.agreement_id),
    order=[col(AgreementParty.position)],
    joins=[
        (Organization, col(Organization.id) == col(AgreementParty.organization_id)),
        (OBLAST, col(OBLAST.code) == col(Organization.oblast_code)),
        (RAION, col(RAION.code) == col(Organization.raion_code)),
    ],
    fields={
        "kind": col(Organization.kind),
        "country": col(Organization.country),
        "name_uk": col(Organization.name_uk),
        "name_en": col(Organization.name_en),
        "name_local": col(Organization.name_local),
        "region": col(Organization.region),
        "oblast_name": col(OBLAST.name_uk),
        "oblast_category": col(OBLAST.category),
        "raion_name": col(RAION.name_uk),
    },
)


def _signed_from(name: str) -> sa.ColumnElement[bool]:
    # Every question has a first day, so this is also where the register begins to differ from the list.
    return sa.and_(col(Agreement.is_itc), col(Agreement.signed_on) >= sa.bindparam(name, type_=sa.Date()))


def _is_registered(name: str) -> sa.ColumnElement[bool]:
    return sa.type_coerce(col(Agreement.registration_number).is_not(None), sa.Boolean()) == sa.bindparam(
        name, type_=sa.Boolean()
    )


REGISTER: Final = Listing(
    view=View(model=Agreement, read=RegisterSource, children={"parties": PARTIES}),
    query=RegisterQuery,
    filters={
        "signed_from": _signed_from,
        "signed_to": at_most(col(Agreement.signed_on)),
        "organization_id": PARTY_OF,
        "is_registered": _is_registered,
    },
    sorts={"signed_on": Sort(col(Agreement.signed_on), date)},
    default_sort="signed_on",
)
