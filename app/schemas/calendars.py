from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from app.rules.calendars import PREFIXES
from app.schemas.base import Answer, ClientId, Country, Distinct, Flag, Name, Shape, problem
from app.vocabulary import CalendarKind, DatedThing, InvitationStatus, Language

MOST_CHOSEN = 50


def _shown(value: DatedThing) -> DatedThing:
    if value not in PREFIXES:
        raise problem("thing_not_in_calendars", known=", ".join(PREFIXES))
    return value


Things = Annotated[list[Annotated[DatedThing, AfterValidator(_shown)]], Field(max_length=20), Distinct]
Ids = Annotated[list[UUID], Field(max_length=MOST_CHOSEN), Distinct]


class FeedFilters(Shape):
    """What a calendar of deadlines holds: records that all given filters let through, each by any of its values."""

    things: Things | None = Field(default=None, description="Kinds of dates; left out, all of them.")
    partnership_ids: Ids | None = Field(default=None, description="Of these partnerships.")
    organization_ids: Ids | None = Field(default=None, description="In which one of these organizations takes part.")
    countries: Annotated[list[Country], Field(max_length=MOST_CHOSEN), Distinct] | None = Field(
        default=None, description="Of partnerships with these countries."
    )


class CalendarFeedCreate(Shape):
    id: ClientId | None = None
    kind: CalendarKind
    name: Name | None = Field(default=None, description="What programs call it; left out, its kind.")
    language: Language | None = Field(default=None, description="Left out, your own.")
    partnership_id: UUID | None = None
    filters: FeedFilters | None = None

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        is_partnership = self.kind is CalendarKind.PARTNERSHIP
        if is_partnership is not (self.partnership_id is not None):
            raise problem("calendar_of_partnership")
        given = self.filters is not None and any(self.filters.model_dump().values())
        if given is not (self.kind is CalendarKind.DEADLINES):
            raise problem("calendar_has_filters")
        return self


class CalendarFeedRead(Answer):
    id: UUID
    kind: CalendarKind
    name: str
    language: Language
    partnership_id: UUID | None
    filters: FeedFilters
    made_at: datetime = Field(description="When its address was made.")
    used_at: datetime | None = Field(description="When some program last asked for it, to the hour.")
    revoked_at: datetime | None


class CalendarFeedMade(CalendarFeedRead):
    url: str | None = Field(
        max_length=2000,
        description="The address to subscribe to. Whoever has it sees the calendar; it is shown this once.",
    )


class InvitationsAsked(Shape):
    participant_ids: Annotated[list[UUID], Field(max_length=200, min_length=1), Distinct] | None = Field(
        default=None,
        description="Send to these, even if they know already; left out, to everybody who has not been told yet.",
    )
    shows_participants: Flag = Field(
        default=False, description="Whether every guest is shown the names and addresses of all the others."
    )


class InvitationOutcome(StrEnum):
    """What became of a participant."""

    SENT = "sent"
    ALREADY_TOLD = "already_told"
    DECLINED = "declined"
    NO_ADDRESS = "no_address"


class InvitationAsked(Answer):
    participant_id: UUID
    outcome: InvitationOutcome = Field(
        description="`sent`: on its way. `already_told`: knows it as it is. `declined`: is not asked again."
    )


class InvitationsSent(Answer):
    items: Annotated[list[InvitationAsked], Field(max_length=200)]


class InvitationRead(Answer):
    """What a participant was last told by mail; the address stands with the participant."""

    participant_id: UUID
    status: InvitationStatus
    sequence: int = Field(ge=0, description="Of the meeting as they know it; it grows with every change.")
    language: Language
    shows_participants: bool
    sent_at: datetime


class Invitations(Answer):
    items: Annotated[list[InvitationRead], Field(max_length=1000)]


class CalendarFeeds(Answer):
    items: Annotated[list[CalendarFeedRead], Field(max_length=1000)]
