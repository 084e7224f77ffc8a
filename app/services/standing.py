"""Where a partnership stands: the facts that its rules decide on, gathered in four queries."""

from uuid import UUID

from sqlmodel import col, select

from app.core.uow import UnitOfWork
from app.models import Agreement, AgreementParty, Organization, Partnership
from app.rules import agreements, stages
from app.services import delegations, projects
from app.vocabulary import AgreementStatus

ENDED = frozenset({AgreementStatus.TERMINATED, AgreementStatus.EXPIRED})


async def of(uow: UnitOfWork, partnership: Partnership) -> stages.Facts:
    linked, without_contract = await projects.facts(uow, partnership.id)
    return stages.Facts(
        id=partnership.id,
        track=partnership.track,
        stage=partnership.stage,
        status=partnership.status,
        documents=await documents(uow, partnership.id),
        projects=linked,
        projects_without_contract=without_contract,
        delegations=await delegations.facts(uow, partnership.id),
    )


async def documents(uow: UnitOfWork, partnership_id: UUID) -> tuple[stages.Document, ...]:
    """The partnership's documents, the latest signature first."""
    query = (
        select(Agreement)
        .where(col(Agreement.partnership_id) == partnership_id, col(Agreement.archived_at).is_(None))
        .order_by(col(Agreement.signed_on).desc().nulls_last(), col(Agreement.id).desc())
    )
    found = list((await uow.session.scalars(query)).all())
    parties = await _parties(uow, [agreement.id for agreement in found])
    return tuple(_document(uow, agreement, parties.get(agreement.id, [])) for agreement in found)


def agreement_facts(
    uow: UnitOfWork, agreement: Agreement, parties: list[tuple[AgreementParty, str]]
) -> agreements.Facts:
    """What the rules of agreements need to know of one; `parties` with the country of each."""
    return agreements.Facts(
        id=agreement.id,
        kind=agreement.kind,
        status=agreement.status,
        is_itc=agreement.is_itc,
        requires_council_act=agreement.requires_council_act,
        requires_ministry_approval=agreement.requires_ministry_approval,
        act_on=agreement.act_on,
        submitted_on=agreement.submitted_on,
        decision=agreement.decision,
        decision_on=agreement.decision_on,
        signed_on=agreement.signed_on,
        expires_on=agreement.expires_on,
        is_registered=agreement.registration_number is not None,
        has_itc_kind=agreement.itc_kind is not None,
        ukrainian_parties=sum(country == "UA" for _, country in parties),
        parties=len(parties),
        parties_without_signatory=sum(not _has_signatory(party) for party, _ in parties),
        today=uow.today,
    )


async def agreement_parties(uow: UnitOfWork, agreement_id: UUID) -> list[tuple[AgreementParty, str]]:
    return (await _parties(uow, [agreement_id])).get(agreement_id, [])


def _has_signatory(party: AgreementParty) -> bool:
    return bool(party.signatory_name_uk or party.signatory_name_en)


def _document(uow: UnitOfWork, agreement: Agreement, parties: list[tuple[AgreementParty, str]]) -> stages.Document:
    facts = agreement_facts(uow, agreement, parties)
    is_open = agreement.status in agreements.OPEN
    has_passed = agreement.expires_on is not None and agreement.expires_on < uow.today
    return stages.Document(
        id=agreement.id,
        kind=agreement.kind,
        is_live=agreement.status in agreements.LIVE and not has_passed,
        is_ended=agreement.status in ENDED,
        missing=tuple(agreements.missing_for_signature(facts)) if is_open else (),
    )


async def _parties(uow: UnitOfWork, ids: list[UUID]) -> dict[UUID, list[tuple[AgreementParty, str]]]:
    query = (
        select(AgreementParty, col(Organization.country))
        .join(Organization, col(Organization.id) == col(AgreementParty.organization_id))
        .where(col(AgreementParty.agreement_id).in_(ids))
        .order_by(col(AgreementParty.position))
    )
    found: dict[UUID, list[tuple[AgreementParty, str]]] = {}
    for party, country in (await uow.session.execute(query)).all():
        found.setdefault(party.agreement_id, []).append((party, country))
    return found
