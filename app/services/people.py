"""People: their names, how to reach them, and what they are or were in which organization."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlmodel import col

from app.core import crud
from app.core.http import require_version
from app.core.uow import UnitOfWork
from app.errors import AppError, FieldError, invalid, not_found, refused, say
from app.models import Affiliation, ContactPoint, Organization, Person
from app.rules import contacts
from app.rules import people as rules
from app.schemas.base import Shape
from app.schemas.people import (
    AffiliationCreate,
    AffiliationEnd,
    AffiliationFields,
    ContactGiven,
    PersonCreate,
    PersonFields,
)
from app.services import parties

CHILDREN = {"id", "contacts", "affiliations"}
HOME = "UA"


async def create(uow: UnitOfWork, body: PersonCreate) -> Person:
    organizations = await _organizations(uow, body.affiliations)
    if not parties.has_own(uow, organizations.values()):
        raise AppError("forbidden", say("own_affiliation_needed"))
    appointing = [organizations[given.organization_id] for given in body.affiliations if given.is_coordinator]
    _require_say(uow, appointing)
    person = Person(**_values(body))
    if body.id is not None:
        person.id = body.id
    affiliations = [Affiliation(person_id=person.id, **given.model_dump()) for given in body.affiliations]
    _require_no_overlap(affiliations)
    region = organizations[affiliations[0].organization_id].country if affiliations else HOME
    points = _points(person.id, body.contacts, region)
    uow.add(person)
    await uow.flush()
    uow.add(*affiliations, *points)
    await uow.flush()
    return person


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int) -> Person:
    person = await _locked(uow, id, version)
    crud.require_live(person)
    rows = await uow.children(ContactPoint, col(ContactPoint.person_id), id, col(ContactPoint.id))
    whole = crud.merged(PersonFields, _current(person, rows), body)
    crud.apply(person, _values(whole))
    points = _points(id, whole.contacts, await _region(uow, id))
    await crud.replace(uow, rows, points, by=("kind", "value"))
    await uow.flush()
    return person


async def affiliate(uow: UnitOfWork, id: UUID, body: AffiliationCreate) -> Person:
    person = await uow.get(Person, id, lock=True)
    crud.require_live(person)
    organizations = await _organizations(uow, [body], at="")
    _require_say(uow, organizations.values() if body.is_coordinator else [])
    added = Affiliation(person_id=id, **body.model_dump())
    _require_no_overlap([*await _affiliations(uow, id), added])
    uow.add(added)
    await uow.flush()
    return person


async def edit_affiliation(uow: UnitOfWork, id: UUID, affiliation_id: UUID, body: Shape, version: int) -> Person:
    person = await _locked(uow, id, version)
    crud.require_live(person)
    affiliations = await _affiliations(uow, id)
    affiliation = _one(affiliations, affiliation_id)
    await _require_own(uow, affiliation)
    current = {name: getattr(affiliation, name) for name in AffiliationFields.model_fields}
    crud.apply(affiliation, crud.merged(AffiliationFields, current, body).model_dump())
    _require_no_overlap(affiliations)
    await uow.flush()
    return person


async def end_affiliation(uow: UnitOfWork, id: UUID, affiliation_id: UUID, body: AffiliationEnd) -> Person:
    """The person leaves; what they were there stays as history."""
    person = await uow.get(Person, id, lock=True)
    crud.require_live(person)
    affiliation = _one(await _affiliations(uow, id), affiliation_id)
    await _require_own(uow, affiliation)
    on = body.on or uow.today
    if found := rules.end_objections(affiliation.started_on, affiliation.ended_on, on):
        raise refused(*found)
    await uow.because(body.reason)
    affiliation.ended_on = on
    await uow.flush()
    return person


async def archive(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Person:
    person = await _locked(uow, id, version)
    await crud.archive(uow, person, reason)
    return person


async def restore(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Person:
    person = await _locked(uow, id, version)
    if person.erased_at is not None:
        raise refused(say("is_erased"))
    await crud.restore(uow, person, reason)
    return person


async def _locked(uow: UnitOfWork, id: UUID, version: int) -> Person:
    person = await uow.get(Person, id, lock=True)
    require_version(person, version)
    return person


async def _organizations(
    uow: UnitOfWork, given: list[AffiliationCreate], at: str = "/affiliations/{place}"
) -> Mapping[UUID, Organization]:
    """The organizations of new affiliations, which must be in use."""
    ids = [one.organization_id for one in given]
    rows = await uow.all(uow.select(Organization).where(col(Organization.id).in_(ids)))
    found = {row.id: row for row in rows if row.archived_at is None}
    missing = [f"{at}/organization_id".format(place=place) for place, id in enumerate(ids) if id not in found]
    if missing:
        raise invalid(*(FieldError(pointer, say("unknown_reference")) for pointer in missing))
    return found


async def _affiliations(uow: UnitOfWork, id: UUID) -> list[Affiliation]:
    return await uow.children(Affiliation, col(Affiliation.person_id), id, col(Affiliation.id))


def _one(affiliations: Iterable[Affiliation], id: UUID) -> Affiliation:
    found = next((affiliation for affiliation in affiliations if affiliation.id == id), None)
    if found is None:
        raise not_found()
    return found


def _require_say(uow: UnitOfWork, organizations: Iterable[Organization]) -> None:
    """Whom an organization appoints, and whom it lets go, is its own matter."""
    if not all(parties.has_own(uow, [organization]) for organization in organizations):
        raise AppError("forbidden", say("affiliation_of_others"))


async def _require_own(uow: UnitOfWork, affiliation: Affiliation) -> None:
    organization = await uow.session.get(Organization, affiliation.organization_id)
    _require_say(uow, [organization] if organization else [])


def _require_no_overlap(affiliations: Iterable[Affiliation]) -> None:
    periods = [rules.Period(one.organization_id, one.started_on, one.ended_on) for one in affiliations]
    if found := rules.overlaps(periods):
        raise refused(*found)


async def _region(uow: UnitOfWork, id: UUID) -> str:
    """The country in which the person's telephone numbers are dialled: that of their first organization."""
    affiliations = await _affiliations(uow, id)
    first = await uow.session.get(Organization, affiliations[0].organization_id) if affiliations else None
    return first.country if first else HOME


def _values(body: PersonFields) -> dict[str, Any]:
    values = body.model_dump(exclude=CHILDREN)
    return values | {"languages": [spoken.model_dump(mode="json") for spoken in body.languages]}


def _current(person: Person, rows: Iterable[ContactPoint]) -> dict[str, Any]:
    fields = PersonFields.model_fields.keys() - CHILDREN
    shown = ContactGiven.model_fields.keys()
    return {name: getattr(person, name) for name in fields} | {
        "contacts": [{name: getattr(row, name) for name in shown} for row in rows]
    }


def _points(id: UUID, given: list[ContactGiven], region: str) -> list[ContactPoint]:
    """In their one form, none twice; the first of a kind is primary where nobody said which one is."""
    has_primary = {contact.kind for contact in given if contact.is_primary}
    points: dict[tuple[str, str], ContactPoint] = {}
    errors = []
    for place, contact in enumerate(given):
        try:
            value = contacts.normalised(contact.kind, contact.value, region)
        except contacts.BadContactError as error:
            errors.append(FieldError(f"/contacts/{place}/value", say(error.code)))
            continue
        if (contact.kind, value) in points:
            errors.append(FieldError(f"/contacts/{place}/value", say("repeated")))
        is_primary = contact.is_primary or contact.kind not in has_primary
        has_primary.add(contact.kind)
        points[contact.kind, value] = ContactPoint(
            person_id=id, kind=contact.kind, value=value, label=contact.label, is_primary=is_primary
        )
    if errors:
        raise invalid(*errors)
    return list(points.values())
