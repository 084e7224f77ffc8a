from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.core.listing import PastQuery
from app.schemas.base import ClientId, Country, Day, Name, Reason, Record, Reference, Shape, Text, patch_of, problem
from app.schemas.parties import InvolvedParty, InvolvedPartyRead, refuse_repeats
from app.vocabulary import DelegationDirection, DelegationStatus, VisitType


class DelegationCreate(Shape):
    """Begins as a draft; what follows is reached through its status."""

    id: ClientId | None = None
    title_uk: Name
    title_en: Name | None = None
    kind: VisitType
    direction: DelegationDirection
    description: Text | None = None
    countries: Annotated[list[Country], Field(max_length=20)] = []
    starts_on: Day
    ends_on: Day
    parties: Annotated[list[InvolvedParty], Field(max_length=50)] = []
    partnership_ids: Annotated[list[UUID], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.ends_on < self.starts_on:
            raise problem("end_before_start")
        return self

    @model_validator(mode="after")
    def _nothing_twice(self) -> Self:
        refuse_repeats([party.organization_id for party in self.parties], self.partnership_ids, self.countries)
        return self


@patch_of(DelegationCreate)
class DelegationPatch(Shape):
    """The fields to change. The status moves by its own verb."""


class DelegationStatusChange(Shape):
    to: DelegationStatus
    reason: Reason | None = Field(default=None, description="Needed to postpone, to cancel and to invite again.")


class DelegationRead(Record):
    number: str
    title_uk: str
    title_en: str | None
    kind: VisitType
    direction: DelegationDirection
    status: DelegationStatus
    description: str | None
    countries: list[str]
    starts_on: date
    ends_on: date
    parties: list[InvolvedPartyRead]
    partnership_ids: list[UUID]


class DelegationQuery(PastQuery):
    q: Annotated[str | None, Field(min_length=1, max_length=200, description="Part of a title or number.")] = None
    partnership_id: UUID | None = None
    organization_id: Annotated[UUID | None, Field(description="A party.")] = None
    status: Annotated[list[DelegationStatus] | None, Field(max_length=15)] = None
    kind: Annotated[list[VisitType] | None, Field(max_length=15)] = None
    direction: DelegationDirection | None = None
    country: Annotated[list[Country] | None, Field(max_length=50)] = None
    starts_from: Annotated[Day | None, Field(description="Begins on this day or later.")] = None
    starts_to: Annotated[Day | None, Field(description="Begins on this day or earlier.")] = None
    sort: Annotated[
        Reference, Field(pattern="^-?(updated_at|starts_on|number)$", description="`-` in front means descending.")
    ] = "-updated_at"
