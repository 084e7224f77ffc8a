from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.listing import PageQuery
from app.schemas.base import Answer, ClientId, Distinct, Line, Name, Record, Reference, Shape, patch_of
from app.vocabulary import CampaignStatus, Language, LetterChannel, LetterOutcome, Pathway


class CampaignFields(Shape):
    """One proposal to many, in the language of each."""

    organization_id: UUID | None = Field(default=None, description="Who writes; yours, when you have only one.")
    owner_id: UUID | None = None
    title: Line
    pathway: Pathway = Pathway.PROPOSAL_LETTER
    template_uk_id: UUID | None = None
    template_en_id: UUID | None = None
    answer_days: Annotated[int, Field(ge=1, le=365, strict=True)] = 14


class CampaignCreate(CampaignFields):
    id: ClientId | None = None


@patch_of(CampaignFields)
class CampaignPatch(Shape):
    """The fields to change, until it is closed."""


class Recipient(Shape):
    correspondent_id: UUID
    partnership_id: UUID | None = None
    language: Language | None = Field(
        default=None, description="Ukrainian within Ukraine and English abroad when absent."
    )
    addressee_id: UUID | None = None
    addressee_name: Name | None = None
    addressee_position: Name | None = None


class RecipientsGiven(Shape):
    recipients: Annotated[list[Recipient], Field(min_length=1, max_length=500), Distinct]


class CampaignSend(Shape):
    sent_via: LetterChannel = LetterChannel.EMAIL


class CampaignRead(Record):
    number: str
    organization_id: UUID
    owner_id: UUID | None
    title: str
    pathway: Pathway
    status: CampaignStatus
    template_uk_id: UUID | None
    template_en_id: UUID | None
    answer_days: int
    closed_at: datetime | None


class CampaignFigures(Answer):
    """How far it has come, letter by letter."""

    draft_count: int = Field(ge=0)
    sent_count: int = Field(ge=0)
    waiting_count: int = Field(ge=0, description="Sent, and neither answered nor given up.")
    answered_count: int = Field(ge=0)
    unanswered_count: int = Field(ge=0)
    cancelled_count: int = Field(ge=0)
    outcomes: dict[LetterOutcome, Annotated[int, Field(ge=0)]]


class PathwayYield(Answer):
    """What letters of one pathway brought."""

    pathway: Pathway
    sent_count: int = Field(ge=0)
    answered_count: int = Field(ge=0)
    interested_count: int = Field(ge=0)
    partnership_count: int = Field(ge=0, description="Partnerships with whom we wrote to, begun after the letter.")


class PathwayYields(Answer):
    items: Annotated[list[PathwayYield], Field(max_length=50)]


class YieldQuery(Shape):
    organization_id: UUID | None = None
    campaign_id: UUID | None = None


class CampaignQuery(PageQuery):
    organization_id: UUID | None = None
    status: Annotated[list[CampaignStatus] | None, Field(max_length=5)] = None
    pathway: Pathway | None = None
    owner_id: UUID | None = None
    sort: Annotated[Reference, Field(pattern="^-?(number|updated_at)$")] = "-updated_at"
