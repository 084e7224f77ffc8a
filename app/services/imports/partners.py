"""Foreign partners that a list names: the ones we have, found again, and new ones, each once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from uuid_utils.compat import uuid7

from app.core.uow import UnitOfWork
from app.models import Organization, OrganizationExternalId
from app.rules.places import Point, kilometres
from app.rules.twin_towns import Resolved, partner_key
from app.vocabulary import OrganizationKind

# What lists call a partner; kept so that a renamed or moved one is known again.
SYSTEM: Final = "twin_town_lists"
SAME_PLACE_KM: Final = 30.0
KINDS: Final = {"municipality": OrganizationKind.FOREIGN_MUNICIPALITY, "region": OrganizationKind.REGION}

Key = tuple[OrganizationKind, str, frozenset[str]]


class Partner(NamedTuple):
    id: UUID
    name: str
    name_en: str
    point: Point | None
    is_archived: bool


@dataclass
class Directory:
    """`new` and `markers` are the rows to write; looking up writes nothing."""

    by_key: dict[Key, list[Partner]] = field(default_factory=lambda: defaultdict(list))
    by_marker: dict[str, Partner] = field(default_factory=dict)
    new: list[dict[str, Any]] = field(default_factory=list)
    markers: list[dict[str, Any]] = field(default_factory=list)

    def find(self, wanted: Resolved) -> list[Partner]:
        """One when it is certain, several when it is not, none when the partner is new."""
        known = self.by_marker.get(marker(wanted))
        if known is not None:
            return [known]
        namesakes = self.by_key.get(_key(wanted), [])
        return _nearest(wanted.point, [each for each in namesakes if not each.is_archived]) or _nearest(
            wanted.point, [each for each in namesakes if each.is_archived]
        )

    def remember(self, wanted: Resolved, partner: Partner) -> None:
        value = marker(wanted)
        if value not in self.by_marker:
            self.by_marker[value] = partner
            self.markers.append({"id": uuid7(), "organization_id": partner.id, "system": SYSTEM, "value": value})

    def add(self, wanted: Resolved, source: str) -> Partner:
        name = wanted.foreign_name
        partner = Partner(uuid7(), name, name, wanted.point, is_archived=False)
        self.by_key[_key(wanted)].append(partner)
        self.new.append(
            {
                "id": partner.id,
                "kind": KINDS[wanted.foreign_kind],
                "name_en": name,
                "country": wanted.country,
                "region": wanted.region,
                "latitude": wanted.point.lat if wanted.point else None,
                "longitude": wanted.point.lon if wanted.point else None,
                "source": source,
            }
        )
        return partner


def marker(wanted: Resolved) -> str:
    name = " + ".join(sorted(partner_key(wanted.foreign_name)))[:150]
    place = f" @ {wanted.point.lat:.2f} {wanted.point.lon:.2f}" if wanted.point else ""
    return f"{wanted.country} {wanted.foreign_kind} {name}{place}"


async def directory(uow: UnitOfWork, countries: Iterable[str]) -> Directory:
    """Everything we have in these countries, archived partners too."""
    query = sa.select(
        col(Organization.id),
        col(Organization.kind),
        col(Organization.country),
        col(Organization.name_uk),
        col(Organization.name_en),
        col(Organization.name_local),
        col(Organization.latitude),
        col(Organization.longitude),
        col(Organization.archived_at).is_not(None).label("is_archived"),
    ).where(col(Organization.kind).in_(KINDS.values()), col(Organization.country).in_(sorted(set(countries))))
    found, by_id = Directory(), {}
    for row in (await uow.session.execute(query)).all():
        point = Point(float(row.latitude), float(row.longitude)) if row.latitude is not None else None
        partner = Partner(row.id, row.name_uk or row.name_en, row.name_en, point, row.is_archived)
        by_id[row.id] = partner
        for key in {partner_key(name) for name in (row.name_uk, row.name_en, row.name_local) if name}:
            found.by_key[row.kind, row.country, key].append(partner)
    for id, value in await _markers(uow):
        if id in by_id:
            found.by_marker[value] = by_id[id]
    return found


async def _markers(uow: UnitOfWork) -> Sequence[tuple[UUID, str]]:
    """Of the same name twice, the live one: an archived partner gives its code back."""
    query = (
        select(col(OrganizationExternalId.organization_id), col(OrganizationExternalId.value))
        .where(col(OrganizationExternalId.system) == SYSTEM)
        .order_by(col(OrganizationExternalId.is_live))
    )
    return [(id, value) for id, value in (await uow.session.execute(query)).all()]


def _key(wanted: Resolved) -> Key:
    return KINDS[wanted.foreign_kind], wanted.country, partner_key(wanted.foreign_name)


def _nearest(point: Point | None, namesakes: list[Partner]) -> list[Partner]:
    placed = [(kilometres(point, each.point), each) for each in namesakes if point and each.point]
    near = [each for km, each in placed if km <= SAME_PLACE_KM]
    return near or [each for each in namesakes if point is None or each.point is None]
