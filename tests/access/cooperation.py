"""What is between two organizations: a partnership with documents in every state, a project and a delegation."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from app.core.uow import UnitOfWork
from app.models import AgreementParty, Partnership, StageEntry
from app.schemas.agreements import AgreementCreate, AgreementRead
from app.schemas.delegations import DelegationCreate, DelegationRead
from app.schemas.partnerships import PartnershipCreate, PartnershipRead, StageEntryRead
from app.schemas.projects import ProjectCreate, ProjectRead
from app.services import agreements, delegations, partnerships, projects
from app.vocabulary import AgreementStatus, ApprovalActType, MinistryDecision, Track, Verification
from tests.access import correspondence
from tests.access.canaries import Canaries, Word, words
from tests.access.people import Made, Record, record, told
from tests.access.places import Bond
from tests.support.world import World

ACT: Final = {"act_type": ApprovalActType.COUNCIL_DECISION, "act_number": "4512", "act_on": date(2026, 10, 1)}
SENT: Final = {"submitted_on": date(2026, 10, 20), "review_due_on": date(2026, 11, 20)}
APPROVED: Final = {"decision": MinistryDecision.APPROVED, "decision_number": "1542", "decision_on": date(2026, 11, 10)}
SIGNED: Final = {"signed_on": date(2026, 11, 20), "effective_on": date(2026, 11, 20), "status": AgreementStatus.SIGNED}
OVER: Final = {"terminated_on": date(2026, 11, 21), "status": AgreementStatus.TERMINATED}

# As the columns would be after the steps of each document; its kind, where it is not a memorandum.
STATES: Final[dict[str, dict[str, Any]]] = {
    "draft": {},
    "acted": ACT,
    "submitted": ACT | SENT | {"status": AgreementStatus.UNDER_REVIEW},
    "letter": {"kind": "letter_of_intent"},
    "signed": SIGNED | {"kind": "letter_of_intent"},
    "approved": ACT | SENT | APPROVED | SIGNED,
    "unverified": SIGNED | {"verification": Verification.UNVERIFIED},
}


async def bond(world: World, canaries: Canaries, between: Bond, parties: list[UUID], coordinator: UUID | None) -> Made:
    """`former` is a second partnership of the same two, whose document has ended."""
    made = await _partnership(world, canaries, between, parties, coordinator)
    former = await _partnership(world, canaries, between, parties, coordinator)
    found = {"partnerships": made, "partnerships.former": former}
    for state, values in STATES.items():
        found[f"agreements.{state}"], title = await _agreement(world, canaries, between, made.id, values)
        if state == "approved":
            found["agreements.registered"] = record(found[f"agreements.{state}"].id, title)
    await _agreement(world, canaries, between, former.id, SIGNED | OVER)
    async with world.work() as uow:
        (await uow.get(Partnership, former.id, lock=True)).track = Track.FORMAL
    found["projects"] = await _project(world, canaries, between, made.id, parties)
    found["delegations"] = await _delegation(world, canaries, between, made.id)
    found |= await correspondence.bond(world, canaries, between, made.id, parties[0])
    return found


async def _partnership(
    world: World, canaries: Canaries, between: Bond, parties: list[UUID], coordinator: UUID | None
) -> Record:
    word = words(canaries, "partnerships", between, PartnershipRead)
    body = PartnershipCreate(
        title_uk=f"Побратимство {word('title_uk')}",
        title_en=word("title_en"),
        parties=[{"organization_id": party} for party in parties],
        vision={"why_us": word("vision"), "expected_results": {"long_term": word("vision")}},
        description=word("description"),
        next_step=word("next_step"),
        next_step_on="2026-12-01",
        started_on="2025-11-20",
        coordinator_id=coordinator,
    )
    async with world.work() as uow:
        await uow.because(told(canaries, "partnerships", between))
        made = await partnerships.create(uow, body)
        made.source = word("source")
        await _tell_stages(uow, canaries, between, made.id)
        return record(made.id)


async def _tell_stages(uow: UnitOfWork, canaries: Canaries, between: Bond, id: UUID) -> None:
    word = words(canaries, "partnerships", between, StageEntryRead)
    stay = (await uow.session.scalars(select(StageEntry).where(col(StageEntry.partnership_id) == id))).one()
    stay.reason, stay.actor_name = word("reason"), word("actor_name")


async def _agreement(
    world: World, canaries: Canaries, between: Bond, partnership: UUID, columns: dict[str, Any]
) -> tuple[Record, str]:
    word = words(canaries, "agreements", between, AgreementRead)
    columns = dict(columns)
    title = word("title_uk")
    body = AgreementCreate(
        partnership_id=partnership,
        kind=columns.pop("kind", "memorandum"),
        title_uk=title,
        sphere=word("sphere"),
        itc_kind="transnational",
        drafts=[{"language": "uk", "file_name": word("drafts"), "note": word("drafts")}],
    )
    async with world.work() as uow:
        await uow.because(told(canaries, "agreements", between))
        made = await agreements.create(uow, body)
        await _sign_for_each(uow, made.id, word)
        made.source, made.decision_remarks = word("source"), word("decision_remarks")
        made.termination_reason, made.signed_place = word("termination_reason"), word("signed_place")
        for name, value in columns.items():
            setattr(made, name, value)
        return record(made.id), title


async def _sign_for_each(uow: UnitOfWork, id: UUID, word: Word) -> None:
    for side in await uow.children(AgreementParty, col(AgreementParty.agreement_id), id):
        side.signatory_name_en, side.signatory_position_en = word("parties"), word("parties")
        side.authority_basis, side.body_en = word("parties"), word("parties")


async def _project(world: World, canaries: Canaries, between: Bond, partnership: UUID, parties: list[UUID]) -> Record:
    word = words(canaries, "projects", between, ProjectRead)
    body = ProjectCreate(
        title_uk=word("title_uk"),
        kind="soft",
        description=word("description"),
        parties=[{"organization_id": party} for party in parties],
        partnership_ids=[partnership],
    )
    async with world.work() as uow:
        await uow.because(told(canaries, "projects", between))
        return record((await projects.create(uow, body)).id)


async def _delegation(world: World, canaries: Canaries, between: Bond, partnership: UUID) -> Record:
    word = words(canaries, "delegations", between, DelegationRead)
    body = DelegationCreate(
        title_uk=word("title_uk"),
        kind="study_visit",
        direction="outgoing",
        description=word("description"),
        starts_on="2027-02-08",
        ends_on="2027-02-12",
        countries=["PL"],
        partnership_ids=[partnership],
    )
    async with world.work() as uow:
        await uow.because(told(canaries, "delegations", between))
        return record((await delegations.create(uow, body)).id)
