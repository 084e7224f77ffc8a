from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import col, select

from app.core.listing import Filter, Listing, Sort, contains
from app.core.reading import Children, View
from app.models import Affiliation, ContactPoint, Organization, Person
from app.schemas.people import AffiliationRead, ContactRead, PersonQuery, PersonRead

VIEW: Final = View(
    model=Person,
    read=PersonRead,
    fields=lambda person: {"is_erased": person.erased_at.is_not(None)},
    children={
        "contacts": Children(
            model=ContactPoint,
            read=ContactRead,
            parent=col(ContactPoint.person_id),
            order=[col(ContactPoint.kind), col(ContactPoint.is_primary).desc(), col(ContactPoint.id)],
        ),
        "affiliations": Children(
            model=Affiliation,
            read=AffiliationRead,
            parent=col(Affiliation.person_id),
            order=[
                col(Affiliation.ended_on).desc().nulls_first(),
                col(Affiliation.started_on).desc().nulls_last(),
                col(Affiliation.id),
            ],
            joins=[(Organization, col(Organization.id) == col(Affiliation.organization_id))],
            fields={
                "organization_name_uk": col(Organization.name_uk),
                "organization_name_en": col(Organization.name_en),
                "country": col(Organization.country),
            },
        ),
    },
)

_TODAY: Final[Any] = sa.bindparam("today", type_=sa.Date())
_CURRENT: Final = (
    sa.or_(col(Affiliation.started_on).is_(None), col(Affiliation.started_on) <= _TODAY),
    sa.or_(col(Affiliation.ended_on).is_(None), col(Affiliation.ended_on) > _TODAY),
)
_COORDINATOR: Final = (col(Affiliation.is_coordinator),)


def _affiliated(*conditions: Any) -> Filter:
    """People with an affiliation in the organization that meets the conditions."""
    organization = col(Affiliation.organization_id)
    return lambda name: col(Person.id).in_(
        select(col(Affiliation.person_id)).where(organization == sa.bindparam(name, type_=sa.Uuid()), *conditions)
    )


def _coordinates(name: str) -> sa.ColumnElement[bool]:
    coordinators = select(col(Affiliation.person_id)).where(*_COORDINATOR, *_CURRENT)
    found: sa.ColumnElement[bool] = col(Person.id).in_(coordinators) == sa.bindparam(name, type_=sa.Boolean())
    return found


def _speaks(name: str) -> sa.ColumnElement[bool]:
    """The list of languages holds any of the fragments."""
    fragments = sa.cast(sa.bindparam(name, type_=pg.ARRAY(sa.Text())), pg.ARRAY(pg.JSONB()))
    found: sa.ColumnElement[bool] = col(Person.languages).op("@>", is_comparison=True)(sa.any_(fragments))
    return found


LISTING: Final = Listing(
    view=VIEW,
    query=PersonQuery,
    filters={
        "q": contains(col(Person.search)),
        "member_of": _affiliated(*_CURRENT),
        "ever_member_of": _affiliated(),
        "coordinator_of": _affiliated(*_COORDINATOR, *_CURRENT),
        "ever_coordinator_of": _affiliated(*_COORDINATOR),
        "coordinates": _coordinates,
        "speaks": _speaks,
    },
    sorts={
        "name": Sort(col(Person.sort_name), str),
        "updated_at": Sort(col(Person.updated_at), datetime),
    },
    default_sort="name",
)
