"""Consents: given in certain words, withdrawn on a day, never overwritten."""

from typing import Final
from uuid import UUID

from sqlmodel import col

from app.core import crud
from app.core.uow import Reader, UnitOfWork, require_visible
from app.errors import not_found, refused
from app.models import Consent, Person
from app.rules import consents as rules
from app.schemas.consents import ConsentCreate, ConsentRead, ConsentWithdrawal

ALL: Final = f"""
SELECT json_build_object('items', coalesce(json_agg(x), '[]'))::text FROM (
  SELECT {", ".join(ConsentRead.model_fields)} FROM consents WHERE person_id = $1
  ORDER BY given_on DESC, id DESC LIMIT {rules.MOST}
) x
"""  # noqa: S608 - column names and a number of ours


async def every(reader: Reader, person_id: UUID) -> bytes:
    await require_visible(reader, Person, person_id)
    rows = await reader.rows(ALL, [person_id])
    return str(rows[0][0]).encode()


async def give(uow: UnitOfWork, person_id: UUID, body: ConsentCreate) -> Consent:
    person = await uow.get(Person, person_id, lock=True)
    crud.require_live(person)
    known = await uow.children(Consent, col(Consent.person_id), person_id, col(Consent.id))
    found = rules.giving_objections(body.purpose, body.given_on, body.given_by, count=len(known), today=uow.today)
    if found:
        raise refused(*found)
    consent = Consent(person_id=person_id, **body.model_dump(exclude={"id"}))
    if body.id is not None:
        consent.id = body.id
    uow.add(consent)
    await uow.flush()
    return consent


async def withdraw(uow: UnitOfWork, person_id: UUID, id: UUID, body: ConsentWithdrawal) -> Consent:
    """What was agreed stays as history; from that day on it holds no longer."""
    person = await uow.get(Person, person_id, lock=True)
    crud.require_live(person)
    consent = await uow.session.get(Consent, id)
    if consent is None or consent.person_id != person_id:
        raise not_found()
    on = body.on or uow.today
    if found := rules.withdrawal_objections(consent.given_on, consent.withdrawn_on, on=on, today=uow.today):
        raise refused(*found)
    await uow.because(body.reason)
    consent.withdrawn_on = on
    await uow.flush()
    return consent
