from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from app.core.listing import PastQuery
from app.schemas.base import (
    Answer,
    ClientId,
    Country,
    Day,
    Distinct,
    Internal,
    Line,
    Moment,
    Name,
    Reason,
    Record,
    Redactable,
    Reference,
    Shape,
    Text,
    patch_of,
    problem,
)
from app.vocabulary import (
    Direction,
    PartnershipStatus,
    PartyRole,
    Pathway,
    Provider,
    Purpose,
    Stage,
    Track,
    Verification,
)


class ExpectedResults(Shape):
    short_term: Text | None = None
    medium_term: Text | None = None
    long_term: Text | None = None


class Vision(Shape):
    """Why, for whom, to what end and with what results: the four questions of the Association."""

    why_us: Text | None = None
    who_needs_it: Text | None = None
    what_goal: Text | None = None
    expected_results: ExpectedResults | None = None


class PartyGiven(Shape):
    """An organization in the partnership; without `joined_on` it joins with the partnership's start."""

    organization_id: UUID
    role: PartyRole = PartyRole.PARTNER
    joined_on: Day | None = None
    left_on: Day | None = None

    @model_validator(mode="after")
    def _leaves_after_joining(self) -> Self:
        if self.joined_on and self.left_on and self.left_on < self.joined_on:
            raise problem("end_before_start")
        return self


def _each_once(parties: list[PartyGiven]) -> list[PartyGiven]:
    """An organization takes part once at a time; a former party may come back."""
    current = [party.organization_id for party in parties if party.left_on is None]
    if len(set(current)) != len(current):
        raise problem("repeated")
    return parties


class PartnershipCreate(Shape):
    """Begins as an informal contact: stages and the formal track are reached, not declared."""

    id: ClientId | None = None
    title_uk: Name | None = Field(default=None, description="Made from the parties' names when it is absent.")
    title_en: Name | None = None
    parties: Annotated[list[PartyGiven], Field(min_length=2, max_length=50), AfterValidator(_each_once)]
    pathway: Pathway | None = None
    purposes: Annotated[list[Purpose], Field(max_length=20), Distinct] = []
    directions: Annotated[list[Direction], Field(max_length=60), Distinct] = []
    vision: Vision | None = None
    description: Text | None = None
    coordinator_id: UUID | None = Field(
        default=None, description="Who looks after it and is reminded; the maker when absent on create."
    )
    next_step: Line | None = None
    next_step_on: Day | None = None
    started_on: Day | None = Field(default=None, description="The day of the first contact; today when absent.")
    last_contact_on: Day | None = None

    @model_validator(mode="after")
    def _step_has_words(self) -> Self:
        if self.next_step_on is not None and self.next_step is None:
            raise problem("together", fields="next_step, next_step_on")
        return self


@patch_of(PartnershipCreate)
class PartnershipPatch(Shape):
    """The fields to change. Stage, track and status move by their own verbs."""


class StageChange(Shape):
    to: Stage
    reason: Reason | None = Field(default=None, description="Needed for a step back and for a return from the end.")


class TrackChange(Shape):
    to: Track
    reason: Reason | None = None


class StatusChange(Shape):
    to: PartnershipStatus
    reason: Reason | None = None


class PartyRead(Answer):
    organization_id: UUID
    name_uk: str | None
    name_en: str
    kind: str
    country: str
    role: PartyRole
    joined_on: date
    left_on: date | None


class PartnershipRead(Redactable, Record):
    number: str
    title_uk: str
    title_en: str | None
    track: Track
    stage: Stage
    status: PartnershipStatus
    country: str | None = Field(description="The country of the first foreign party.")
    pathway: Internal[Pathway | None]
    purposes: list[Purpose]
    directions: list[Direction]
    vision: Vision | None
    description: str | None
    coordinator_id: UUID | None
    coordinator_name: str | None
    next_step: Internal[str | None]
    next_step_on: Internal[date | None]
    started_on: date
    ended_on: date | None
    stage_entered_at: datetime
    last_contact_on: date | None
    source: Internal[str | None]
    verification: Internal[Verification]
    parties: list[PartyRead]


class PartnershipCard(Redactable, Answer):
    """What a list shows of a partnership; the whole record is one read away."""

    id: UUID
    version: int = Field(ge=1)
    number: str
    title_uk: str
    title_en: str | None
    track: Track
    stage: Stage
    status: PartnershipStatus
    country: str | None
    pathway: Internal[Pathway | None]
    purposes: list[Purpose]
    directions: list[Direction]
    coordinator_id: UUID | None
    coordinator_name: str | None
    next_step: Internal[str | None]
    next_step_on: Internal[date | None]
    started_on: date
    ended_on: date | None
    stage_entered_at: datetime
    last_contact_on: date | None
    verification: Internal[Verification]
    updated_at: datetime
    archived_at: datetime | None
    parties: list[PartyRead]


class StageEntryRead(Redactable, Answer):
    id: UUID
    from_stage: Stage | None
    stage: Stage
    track: Track
    status: PartnershipStatus
    actor_id: Internal[UUID | None]
    actor_name: Internal[str]
    reason: Internal[str | None]
    agreement_id: UUID | None
    agreement_number: str | None
    entered_at: datetime
    left_at: datetime | None
    seconds: int = Field(ge=0, description="How long this stay lasted, or lasts until now.")


class StageLog(Answer):
    """The stays follow each other without a gap: their seconds add up to the age."""

    age_seconds: int = Field(ge=0)
    entries: Annotated[list[StageEntryRead], Field(max_length=10_000)]


class MissingRead(Answer):
    code: str = Field(max_length=60)
    detail: str = Field(max_length=2000, description="The sentence in the reader's language.")
    provider: Provider
    provider_label: str = Field(max_length=200)
    where: str = Field(max_length=300, description="The operation's path where it is provided.")


class TransitionRead(Answer):
    stage: Stage
    label: str = Field(max_length=200)
    is_current: bool
    allowed: bool = Field(description="True when the move can be made now, with a reason where one is needed.")
    needs_reason: bool
    is_step_back: bool
    missing: Annotated[list[MissingRead], Field(max_length=50)]


class Transitions(Answer):
    track: Track
    stage: Stage
    status: PartnershipStatus
    transitions: Annotated[list[TransitionRead], Field(max_length=20)]


Words = Annotated[str, Field(min_length=1, max_length=200)]


class PartnershipQuery(PastQuery):
    title: Annotated[Words | None, Field(description="Part of a title or number; case and marks do not matter.")] = None
    stage: Annotated[list[Stage] | None, Field(max_length=10)] = None
    track: Track | None = None
    status: Annotated[list[PartnershipStatus] | None, Field(max_length=5)] = None
    country: Annotated[Country | None, Field(description="The country of the first foreign party.")] = None
    party_country: Annotated[Country | None, Field(description="The country of any party.")] = None
    organization_id: Annotated[UUID | None, Field(description="A party, now or formerly.")] = None
    oblast_code: Annotated[str | None, Field(max_length=19, description="KATOTTG code of a party's oblast.")] = None
    coordinator_id: UUID | None = None
    pathway: Annotated[list[Pathway] | None, Field(max_length=20)] = None
    purpose: Annotated[list[Purpose] | None, Field(max_length=20)] = None
    direction: Annotated[list[Direction] | None, Field(max_length=60)] = None
    verification: Verification | None = None
    next_step_before: Day | None = None
    updated_since: Moment | None = None
    sort: Annotated[
        Reference, Field(pattern="^-?(updated_at|started_on|number)$", description="`-` in front means descending.")
    ] = "-updated_at"


class SearchQuery(Shape):
    """The best matches first; a search has no further pages: narrow the words instead."""

    q: Line
    limit: Annotated[int, Field(ge=1, le=50)] = 20


class Found(Answer):
    items: Annotated[list[PartnershipCard], Field(max_length=50)]
