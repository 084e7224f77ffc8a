"""An organization in a project or a delegation, in a role."""

from collections.abc import Hashable, Iterable
from uuid import UUID

from app.schemas.base import Answer, Shape, problem
from app.vocabulary import PartyRole


class InvolvedParty(Shape):
    """An organization that takes part; the order of the list is kept."""

    organization_id: UUID
    role: PartyRole = PartyRole.PARTNER


class InvolvedPartyRead(Answer):
    organization_id: UUID
    name_uk: str | None
    name_en: str
    kind: str
    country: str
    role: PartyRole


def refuse_repeats(*lists: Iterable[Hashable]) -> None:
    for values in map(list, lists):
        if len(set(values)) != len(values):
            raise problem("repeated")
