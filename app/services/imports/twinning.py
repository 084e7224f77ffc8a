"""The rows of a partnership that a list knows: formal, at the stage that its agreement stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from app.core.uow import UnitOfWork
from app.models import Agreement, AgreementParty, Partnership, PartnershipParty, StageEntry
from app.services import numbers
from app.services.imports import bulk
from app.vocabulary import AgreementKind, AgreementStatus, PartnershipStatus, PartyRole, Stage, Track, Verification

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
    partnerships = [_partnership(uow, each, number) for each, number in zip(wanted, given, strict=True)]
    ids: list[UUID] = [row["id"] for row in partnerships]
    agreements = [_agreement(each, id, number) for each, id, number in zip(wanted, ids, documents, strict=True)]
    await bulk.insert(uow, Partnership, partnerships)
    await bulk.insert(
        uow, PartnershipParty, [row for each, id in zip(wanted, ids, strict=True) for row in _parties(uow, each, id)]
    )
    await bulk.insert(uow, Agreement, agreements)
    await bulk.insert(
        uow, AgreementParty, [row for each, a in zip(wanted, agreements, strict=True) for row in _sides(each, a["id"])]
    )
    await bulk.insert(uow, StageEntry, [_first_entry(uow, a["partnership_id"], a["id"]) for a in agreements])
    return {each.line: number for each, number in zip(wanted, given, strict=True)}


def _partnership(uow: UnitOfWork, twinning: Twinning, number: str) -> dict[str, Any]:
    """Lists give no dates, so it begins on the day on which it became known."""
    return {
        "id": uuid7(),
        "number": number,
        "title_uk": twinning.title_uk,
        "title_en": twinning.title_en,
        **_standing(),
        "country": twinning.country,
        "started_on": uow.today,
        "stage_entered_at": uow.now,
        "source": twinning.source,
        "verification": Verification.UNVERIFIED,
    }


def _standing() -> dict[str, Any]:
    return {"stage": KIND.supports or Stage.CONTACT, "track": Track.FORMAL, "status": PartnershipStatus.ACTIVE}


def _first_entry(uow: UnitOfWork, partnership_id: UUID, agreement_id: UUID) -> dict[str, Any]:
    return _standing() | {
        "id": uuid7(),
        "partnership_id": partnership_id,
        "actor_name": uow.actor.name,
        "agreement_id": agreement_id,
        "entered_at": uow.now,
    }


def _parties(uow: UnitOfWork, twinning: Twinning, id: UUID) -> list[dict[str, Any]]:
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


def _agreement(twinning: Twinning, partnership_id: UUID, number: str) -> dict[str, Any]:
    """In force, or it would not be listed; when and by whom it was signed nobody has said yet."""
    return {
        "id": uuid7(),
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


def _sides(twinning: Twinning, agreement_id: UUID) -> list[dict[str, Any]]:
    return [
        {"id": uuid7(), "agreement_id": agreement_id, "organization_id": organization, "position": position}
        for position, organization in enumerate((twinning.hromada_id, twinning.partner_id))
    ]
