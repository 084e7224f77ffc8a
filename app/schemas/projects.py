from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.core.listing import PastQuery
from app.schemas.base import ClientId, Day, Name, Reason, Record, Reference, Shape, Text, patch_of, problem
from app.schemas.parties import InvolvedParty, InvolvedPartyRead, refuse_repeats
from app.vocabulary import Direction, ProjectKind, ProjectStatus


class ProjectCreate(Shape):
    """Begins in preparation; what follows is reached through its status."""

    id: ClientId | None = None
    title_uk: Name
    title_en: Name | None = None
    kind: ProjectKind
    description: Text | None = None
    directions: Annotated[list[Direction], Field(max_length=60)] = []
    agreement_id: UUID | None = Field(default=None, description="Its contract, of one of the linked partnerships.")
    starts_on: Day | None = None
    ends_on: Day | None = None
    parties: Annotated[list[InvolvedParty], Field(max_length=50)] = []
    partnership_ids: Annotated[list[UUID], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise problem("end_before_start")
        return self

    @model_validator(mode="after")
    def _nothing_twice(self) -> Self:
        refuse_repeats([party.organization_id for party in self.parties], self.partnership_ids, self.directions)
        return self


@patch_of(ProjectCreate)
class ProjectPatch(Shape):
    """The fields to change. The status moves by its own verb."""


class ProjectStatusChange(Shape):
    to: ProjectStatus
    reason: Reason | None = Field(default=None, description="Needed for steps back, interruptions and early ends.")


class ProjectRead(Record):
    number: str
    title_uk: str
    title_en: str | None
    kind: ProjectKind
    status: ProjectStatus
    description: str | None
    directions: list[Direction]
    agreement_id: UUID | None
    starts_on: date | None
    ends_on: date | None
    parties: list[InvolvedPartyRead]
    partnership_ids: list[UUID]


class ProjectQuery(PastQuery):
    q: Annotated[str | None, Field(min_length=1, max_length=200, description="Part of a title or number.")] = None
    partnership_id: UUID | None = None
    organization_id: Annotated[UUID | None, Field(description="A party.")] = None
    status: Annotated[list[ProjectStatus] | None, Field(max_length=10)] = None
    kind: ProjectKind | None = None
    direction: Annotated[list[Direction] | None, Field(max_length=60)] = None
    starts_from: Annotated[Day | None, Field(description="Begins on this day or later.")] = None
    starts_to: Annotated[Day | None, Field(description="Begins on this day or earlier.")] = None
    sort: Annotated[
        Reference, Field(pattern="^-?(updated_at|number)$", description="`-` in front means descending.")
    ] = "-updated_at"
