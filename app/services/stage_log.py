"""The one function that writes a stage: a stay begins with the columns and with the entry that explains them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from app.core.uow import UnitOfWork
from app.vocabulary import PartnershipStatus, Stage, Track


@dataclass(frozen=True)
class Stay:
    """Where a partnership stands from now on."""

    stage: Stage
    track: Track
    status: PartnershipStatus


def begun(
    uow: UnitOfWork,
    partnership_id: UUID,
    was: Stage | None,
    stay: Stay,
    *,
    reason: str | None = None,
    by: UUID | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of the partnership and the row of its log; `by` is the document that led here."""
    columns: dict[str, Any] = {
        "stage": stay.stage,
        "track": stay.track,
        "status": stay.status,
        "ended_on": uow.today if stay.status is PartnershipStatus.ENDED else None,
    }
    if was is not stay.stage:
        columns["stage_entered_at"] = uow.now
    entry = {
        "id": uuid7(),
        "partnership_id": partnership_id,
        "from_stage": was,
        "stage": stay.stage,
        "track": stay.track,
        "status": stay.status,
        "actor_id": uow.actor.id if uow.actor.kind == "user" else None,
        "actor_name": uow.actor.recorded_name,
        "reason": reason,
        "agreement_id": by,
        "entered_at": uow.now,
    }
    return columns, entry
