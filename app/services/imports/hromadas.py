"""A hromada of the register as an organization, and back."""

from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from uuid_utils.compat import uuid7

from app.core.uow import UnitOfWork
from app.models import Organization, Territory
from app.rules import codes
from app.rules.codifier import Hromada
from app.vocabulary import HromadaType, OrganizationKind


class Stored(NamedTuple):
    id: UUID
    version: int
    code: str
    name_uk: str | None
    name_en: str
    type: HromadaType | None
    oblast_code: str | None
    raion_code: str | None
    is_archived: bool


async def stored(uow: UnitOfWork) -> list[Stored]:
    """Every hromada that has a code, the archived ones too: a code must not come twice."""
    query = (
        sa.select(
            col(Organization.id),
            col(Organization.version),
            col(Organization.katottg),
            col(Organization.name_uk),
            col(Organization.name_en),
            col(Organization.hromada_type),
            col(Organization.oblast_code),
            col(Organization.raion_code),
            col(Organization.archived_at).is_not(None),
        )
        .where(col(Organization.kind) == OrganizationKind.HROMADA, col(Organization.katottg).is_not(None))
        .order_by(col(Organization.archived_at).nulls_first())
    )
    return [Stored._make(row) for row in (await uow.session.execute(query)).all()]


async def territory_names(uow: UnitOfWork) -> dict[str, str]:
    rows = (await uow.session.execute(select(col(Territory.code), col(Territory.name_uk)))).all()
    return {row.code: row.name_uk for row in rows}


def full_name(hromada: Hromada) -> str:
    """«Сумська», urban → Сумська міська територіальна громада"""
    return f"{hromada.name_uk}{_ending(hromada.type)}"


def as_in_register(row: Stored, names: dict[str, str], like: Hromada | None) -> Hromada:
    """What the register would say of the stored row; its centre is not stored, so it is taken from `like`."""
    return Hromada(
        code=row.code,
        name_uk=(row.name_uk or "").removesuffix(_ending(row.type)),
        name_en=row.name_en,
        type=row.type,
        oblast_code=row.oblast_code or "",
        oblast_name=names.get(row.oblast_code or "", ""),
        raion_code=row.raion_code,
        raion_name=names.get(row.raion_code or "") if row.raion_code else None,
        centre_code=like.centre_code if like else "",
        centre_name=like.centre_name if like else "",
        centre_category=like.centre_category if like else "",
        in_crimea=codes.is_crimean(row.code),
    )


def columns(hromada: Hromada) -> dict[str, Any]:
    """What the register decides; everything else belongs to people."""
    return {
        "katottg": hromada.code,
        "name_uk": full_name(hromada),
        "hromada_type": hromada.type,
        "oblast_code": hromada.oblast_code,
        "raion_code": hromada.raion_code,
    }


def new_row(hromada: Hromada, like: Hromada | None, source: str) -> dict[str, Any]:
    """A ministry's file has no coordinates: they are those we know of the same hromada."""
    spot = hromada if hromada.lat is not None else like
    return columns(hromada) | {
        "id": uuid7(),
        "kind": OrganizationKind.HROMADA,
        "name_en": hromada.name_en,
        "country": "UA",
        "latitude": _degrees(spot.lat) if spot else None,
        "longitude": _degrees(spot.lon) if spot else None,
        "source": source,
    }


def _ending(type: HromadaType | None) -> str:
    return f" {type.uk} територіальна громада" if type else ""


def _degrees(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
