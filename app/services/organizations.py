"""Organizations of every kind: created, corrected, archived and restored."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from uuid_utils.compat import uuid7

from app.adapters import register
from app.core import crud
from app.core.http import require_version
from app.core.uow import UnitOfWork
from app.errors import AppError, FieldError, invalid, refused, say
from app.models import AucMembership, Organization, OrganizationExternalId, PartnershipParty, Territory
from app.rules import codes, names
from app.schemas.base import Shape
from app.schemas.organizations import AucMembershipPeriod, ExternalId, OrganizationCreate
from app.views.organizations import VIEW
from app.vocabulary import HromadaType, OrganizationKind

CHILDREN = {"id", "external_ids", "auc_memberships"}
OFFICIAL = ("kind", "katottg", "country", "auc_memberships")


async def create(uow: UnitOfWork, body: OrganizationCreate) -> Organization:
    if body.auc_memberships and not uow.own_reach().everything:
        raise AppError("forbidden", say("official_facts", fields=["auc_memberships"]))
    values = await _values(uow, body) | {"id": body.id or uuid7()}
    organization = Organization(**values)
    await uow.insert(VIEW, organization, values)
    uow.add(*_known(organization.id, body.external_ids), *_periods(organization.id, body.auc_memberships))
    await uow.flush()
    return organization


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int) -> Organization:
    organization = await uow.get(Organization, id, lock=True)
    require_version(organization, version)
    crud.require_live(organization)
    known = await uow.children(OrganizationExternalId, col(OrganizationExternalId.organization_id), id)
    periods = await uow.children(AucMembership, col(AucMembership.organization_id), id)
    current = _current(organization, known, periods)
    whole = crud.merged(OrganizationCreate, current, body)
    _require_say_over_official_facts(uow, current, whole)
    is_placed = whole.katottg == organization.katottg and whole.kind is organization.kind
    values = await _values(uow, whole, is_placed=is_placed)
    if whole.country != organization.country:
        await _require_no_part(uow, id)
    crud.apply(organization, values)
    await crud.replace(uow, known, _known(id, whole.external_ids), by=("system", "value"))
    await crud.replace(uow, periods, _periods(id, whole.auc_memberships), by=("joined_on", "left_on"))
    await uow.flush()
    return organization


async def archive(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Organization:
    organization = await uow.get(Organization, id, lock=True)
    require_version(organization, version)
    await _live_codes(uow, id, is_live=False)
    await crud.archive(uow, organization, reason)
    return organization


async def restore(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Organization:
    """Refused when another live organization has taken one of its codes meanwhile."""
    organization = await uow.get(Organization, id, lock=True)
    require_version(organization, version)
    await _live_codes(uow, id, is_live=True)
    await crud.restore(uow, organization, reason)
    return organization


def _require_say_over_official_facts(uow: UnitOfWork, current: Mapping[str, Any], whole: OrganizationCreate) -> None:
    """What decides who sees what, and who is a member: whoever has no say over the association leaves it alone."""
    wanted = whole.model_dump(include=set(OFFICIAL))
    changed = [name for name in OFFICIAL if wanted[name] != current[name]]
    if changed and not uow.own_reach().everything:
        raise AppError("forbidden", say("official_facts", fields=changed))


async def _require_no_part(uow: UnitOfWork, id: UUID) -> None:
    """A party cannot move to another country: its partnerships were checked and counted with this one."""
    query = select(col(PartnershipParty.id)).where(col(PartnershipParty.organization_id) == id).limit(1)
    if (await uow.session.scalars(query)).first() is not None:
        raise refused(say("country_of_a_party"))


def _current(
    organization: Organization, known: Iterable[OrganizationExternalId], periods: Iterable[AucMembership]
) -> dict[str, Any]:
    fields = OrganizationCreate.model_fields.keys() - CHILDREN
    return {name: getattr(organization, name) for name in fields} | {
        "external_ids": [{"system": row.system, "value": row.value} for row in known],
        "auc_memberships": [{"joined_on": row.joined_on, "left_on": row.left_on} for row in periods],
    }


async def _values(uow: UnitOfWork, body: OrganizationCreate, *, is_placed: bool = False) -> dict[str, Any]:
    """The columns: the English name proposed where there is none, type and place taken from the code."""
    values = body.model_dump(mode="python", exclude=CHILDREN)
    values["needs"] = [need.model_dump(mode="json") for need in body.needs]
    values["offers"] = [offer.model_dump(mode="json") for offer in body.offers]
    for name in ("purposes", "directions", "networks", "criteria"):
        values[name] = [str(member) for member in values[name]]
    placed = {} if is_placed else await _placed(uow, body)
    if values["name_en"] is None:
        values["name_en"] = _english(body.name_uk or "", placed.get("hromada_type"))
    return values | placed


async def _placed(uow: UnitOfWork, body: OrganizationCreate) -> dict[str, Any]:
    """What the official register says of the code; asked only when the code is new."""
    place = await _place(uow, body.katottg) if body.katottg else {"oblast_code": None, "raion_code": None}
    return place | {"hromada_type": _type(body) if body.kind is OrganizationKind.HROMADA else None}


def _type(body: OrganizationCreate) -> HromadaType | None:
    """From the official register; a hromada without its code is asked which of its namesakes it is."""
    known = register.shipped().hromadas
    if body.katottg is None:
        first_word = names.search_key(body.name_uk or body.name_en or "").partition(" ")[0]
        alike = [found for found in known if names.search_key(found.name_uk).partition(" ")[0] == first_word]
        candidates = [f"{found.name_uk} ({found.oblast_name}) {found.code}" for found in alike[:20]]
        raise invalid(FieldError("/katottg", say("hromada_code_needed", candidates=candidates or "—")))
    found = next((found for found in known if found.code == body.katottg), None)
    if found is None:
        raise invalid(FieldError("/katottg", say("unknown_code", value=body.katottg)))
    return found.type


def _english(name_uk: str, kind: HromadaType | None) -> str:
    """A proposal by Resolution 55: «Згурівська» of a settlement is Zghurivska settlement hromada."""
    if kind is not None and " " not in name_uk:
        return names.hromada_name_en(name_uk, kind.value)
    return names.romanise(name_uk)


async def _place(uow: UnitOfWork, katottg: str) -> dict[str, Any]:
    """Oblast and raion of a code, by its prefixes in the register."""
    query = select(Territory).where(col(Territory.code).startswith(codes.oblast_prefix(katottg)))
    rows = (await uow.session.scalars(query)).all()
    oblast = next((row for row in rows if row.category in {"O", "K"}), None)
    if oblast is None:
        raise invalid(FieldError("/katottg", say("unknown_code", value=katottg)))
    raion = next(
        (row for row in rows if row.category == "P" and row.code.startswith(codes.raion_prefix(katottg))), None
    )
    return {"oblast_code": oblast.code, "raion_code": raion.code if raion else None}


def _known(id: UUID, given: Iterable[ExternalId]) -> list[OrganizationExternalId]:
    return [OrganizationExternalId(organization_id=id, system=one.system, value=one.value) for one in given]


def _periods(id: UUID, given: Iterable[AucMembershipPeriod]) -> list[AucMembership]:
    return [AucMembership(organization_id=id, joined_on=one.joined_on, left_on=one.left_on) for one in given]


async def _live_codes(uow: UnitOfWork, id: UUID, *, is_live: bool) -> None:
    for row in await uow.children(OrganizationExternalId, col(OrganizationExternalId.organization_id), id):
        row.is_live = is_live
