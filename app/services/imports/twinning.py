"""The rows of a partnership that a list knows: formal, at the stage that its agreement stands for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from app.core.uow import UnitOfWork
from app.models import Agreement, AgreementParty, Partnership, PartnershipParty, StageEntry
from app.services import numbers, stage_log
from app.services.imports import bulk
from app.services.stage_log import Stay
from app.vocabulary import AgreementKind, AgreementStatus, PartnershipStatus, PartyRole, Stage, Track, Verification

Record = dict[str, Any]

KIND = AgreementKind.TWINNING_AGREEMENT


@dataclass(frozen=True)
class Twinning:
    line: int
    hromada_id: UUID
    partner_id: UUID
    title_uk: str
    title_en: str
    country: str
    source: str


async def write(uow: UnitOfWork, wanted: Sequence[Twinning]) -> dict[int, str]:
    """The numbers of the new partnerships by line."""
    if not wanted:
        return {}
    given = await numbers.take(uow, "PAR", len(wanted))
    documents = await numbers.take(uow, "AGR", len(wanted))
    papers: list[UUID] = [uuid7() for _ in wanted]
    begun = [_begun(uow, *facts) for facts in zip(wanted, given, papers, strict=True)]
    ids = [partnership["id"] for partnership, _ in begun]
    agreements = [_agreement(*facts) for facts in zip(wanted, ids, papers, documents, strict=True)]
    await bulk.insert(uow, Partnership, [partnership for partnership, _ in begun])
    await bulk.insert(uow, PartnershipParty, _flat(_parties(uow, *facts) for facts in zip(wanted, ids, strict=True)))
    await bulk.insert(uow, Agreement, agreements)
    await bulk.insert(uow, AgreementParty, _flat(_sides(*facts) for facts in zip(wanted, papers, strict=True)))
    await bulk.insert(uow, StageEntry, [entry for _, entry in begun])
    return {each.line: number for each, number in zip(wanted, given, strict=True)}


def _flat(rows: Iterable[list[Record]]) -> list[Record]:
    return [row for each in rows for row in each]


def _begun(uow: UnitOfWork, twinning: Twinning, number: str, agreement_id: UUID) -> tuple[Record, Record]:
    """Lists give no dates, so it begins on the day on which it became known."""
    id = uuid7()
    stay = Stay(KIND.supports or Stage.CONTACT, Track.FORMAL, PartnershipStatus.ACTIVE)
    columns, entry = stage_log.begun(uow, id, None, stay, by=agreement_id)
    partnership = columns | {
        "id": id,
        "number": number,
        "title_uk": twinning.title_uk,
        "title_en": twinning.title_en,
        "country": twinning.country,
        "started_on": uow.today,
        "source": twinning.source,
        "verification": Verification.UNVERIFIED,
    }
    return partnership, entry


def _parties(uow: UnitOfWork, twinning: Twinning, id: UUID) -> list[Record]:
    return [
        {
            "id": uuid7(),
            "partnership_id": id,
            "organization_id": organization,
            "role": PartyRole.PARTNER,
            "position": position,
            "joined_on": uow.today,
        }
        for position, organization in enumerate((twinning.hromada_id, twinning.partner_id))
    ]


def _agreement(twinning: Twinning, partnership_id: UUID, id: UUID, number: str) -> Record:
    """In force, or it would not be listed; when and by whom it was signed nobody has said yet."""
    return {
        "id": id,
        "number": number,
        "partnership_id": partnership_id,
        "kind": KIND,
        "status": AgreementStatus.IN_FORCE,
        "title_uk": f"Угода про побратимство: {twinning.title_uk}"[:300],
        "title_en": f"Twinning agreement: {twinning.title_en}"[:300],
        "is_itc": True,
        "requires_council_act": KIND.needs_council_act,
        "requires_ministry_approval": KIND.needs_ministry_approval,
        "source": twinning.source,
        "verification": Verification.UNVERIFIED,
    }


def _sides(twinning: Twinning, agreement_id: UUID) -> list[Record]:
    return [
        {"id": uuid7(), "agreement_id": agreement_id, "organization_id": organization, "position": position}
        for position, organization in enumerate((twinning.hromada_id, twinning.partner_id))
    ]
