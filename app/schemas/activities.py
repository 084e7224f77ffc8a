from datetime import date, datetime, timedelta
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from app.core.listing import PageQuery
from app.rules import wall_time
from app.rules.activities import LONGEST_DAYS
from app.schemas.accounts import Email
from app.schemas.base import (
    Answer,
    ClientId,
    Day,
    Distinct,
    Flag,
    Line,
    Name,
    Personal,
    Record,
    Redactable,
    Reference,
    Shape,
    Text,
    patch_of,
    problem,
)
from app.schemas.times import KYIV, Fold, WallTime, Zone, require_on_clock
from app.vocabulary import (
    ActivityKind,
    ActivitySource,
    ActivityStatus,
    ParticipantAnswer,
    ParticipantRole,
    Side,
)


def _https(value: Any) -> Any:
    if isinstance(value, str) and not value.strip().lower().startswith("https://"):
        raise problem("https_only")
    return value.strip() if isinstance(value, str) else value


OnlineAddress = Annotated[
    str, BeforeValidator(_https), StringConstraints(pattern=r"^https://[^\s/$.?#][^\s]*$", max_length=1000)
]


class ParticipantGiven(Shape):
    """Somebody who takes part: by account, by card, or by what is known of them. Name and address are copied once."""

    side: Side
    role: ParticipantRole = ParticipantRole.REQUIRED
    answer: ParticipantAnswer = ParticipantAnswer.NEEDS_ACTION
    was_there: Flag | None = None
    user_id: UUID | None = None
    person_id: UUID | None = None
    organization_id: UUID | None = None
    name: Name | None = None
    email: Email | None = None

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        if self.user_id and self.person_id:
            raise problem("participant_one_identity")
        if not any((self.user_id, self.person_id, self.organization_id, self.name, self.email)):
            raise problem("participant_needs_someone")
        return self


class ActivityFields(Shape):
    """One record, however many partnerships it is about. Times are those on the clock where it takes place."""

    kind: ActivityKind
    title: Name
    summary: Text | None = None
    outcome: Text | None = None
    organization_id: UUID | None = Field(
        default=None, description="Whose record it is; your organization, when you have only one."
    )
    owner_id: UUID | None = Field(default=None, description="Who answers for it; the maker when absent on create.")
    starts_local: WallTime
    starts_fold: Fold = 0
    ends_local: WallTime | None = None
    ends_fold: Fold = 0
    zone: Zone = KYIV
    place: Line | None = None
    online_url: OnlineAddress | None = None
    next_step: Line | None = None
    next_step_on: Day | None = None
    partnership_ids: Annotated[list[UUID], Field(max_length=50), Distinct] = []
    participants: Annotated[list[ParticipantGiven], Field(max_length=200)] = []

    @property
    def starts_at(self) -> datetime:
        return wall_time.instant(self.starts_local, self.zone, self.starts_fold)

    @property
    def ends_at(self) -> datetime | None:
        return wall_time.instant(self.ends_local, self.zone, self.ends_fold) if self.ends_local else None

    @model_validator(mode="after")
    def _takes_place_on_the_clock(self) -> Self:
        for local in filter(None, (self.starts_local, self.ends_local)):
            require_on_clock(local, self.zone)
        if self.ends_at and self.ends_at < self.starts_at:
            raise problem("end_before_start")
        if self.ends_at and self.ends_at - self.starts_at > timedelta(days=LONGEST_DAYS):
            raise problem("activity_too_long", days=LONGEST_DAYS)
        return self

    @model_validator(mode="after")
    def _step_has_words(self) -> Self:
        if self.next_step_on is not None and self.next_step is None:
            raise problem("together", fields="next_step, next_step_on")
        return self


class ActivityCreate(ActivityFields):
    """What has begun counts as held, what has not as planned, unless `status` says otherwise."""

    id: ClientId | None = None
    status: ActivityStatus | None = Field(default=None, description="`planned` or `held`.")

    @model_validator(mode="after")
    def _is_not_cancelled_yet(self) -> Self:
        if self.status is ActivityStatus.CANCELLED:
            raise problem("enum", expected="planned, held")
        return self


@patch_of(ActivityFields)
class ActivityPatch(Shape):
    """The fields to change. A new time asks everybody anew whether they come."""


class ActivityHeld(Shape):
    """What came of it. With `attended`, everybody else on the list was not there."""

    outcome: Text | None = None
    attended: Annotated[list[UUID], Field(max_length=200), Distinct] | None = Field(
        default=None, description="Ids of the participants who were there."
    )
    next_step: Line | None = None
    next_step_on: Day | None = None

    @model_validator(mode="after")
    def _step_has_words(self) -> Self:
        if self.next_step_on is not None and self.next_step is None:
            raise problem("together", fields="next_step, next_step_on")
        return self


class ParticipantRead(Answer):
    id: UUID
    side: Side
    role: ParticipantRole
    answer: ParticipantAnswer
    answered_at: datetime | None
    was_there: bool | None
    user_id: UUID | None
    person_id: UUID | None
    organization_id: UUID | None
    name: str | None
    email: str | None


class ActivityRead(Redactable, Record):
    kind: ActivityKind
    status: ActivityStatus
    source: ActivitySource
    title: str
    summary: str | None
    outcome: str | None
    organization_id: UUID | None
    owner_id: UUID | None
    owner_name: str | None
    starts_local: str = Field(description="On the clock in `zone`: this is what was agreed.")
    starts_fold: int
    ends_local: str | None
    ends_fold: int
    zone: str
    starts_at: datetime = Field(description="The instant that follows from the local time and the zone.")
    ends_at: datetime | None
    place: str | None
    online_url: str | None
    next_step: str | None
    next_step_on: date | None
    cancelled_because: str | None
    partnership_ids: list[UUID]
    participants: Personal[list[ParticipantRead]]
    participant_count: int
    participant_organization_ids: list[UUID]


class ActivityQuery(PageQuery):
    q: Annotated[str | None, Field(min_length=1, max_length=200, description="Part of title, summary or outcome.")] = (
        None
    )
    partnership_id: UUID | None = None
    organization_id: Annotated[UUID | None, Field(description="Whose record it is, or who took part.")] = None
    kind: Annotated[list[ActivityKind] | None, Field(max_length=10)] = None
    status: Annotated[list[ActivityStatus] | None, Field(max_length=10)] = None
    source: Annotated[list[ActivitySource] | None, Field(max_length=10)] = None
    owner_id: UUID | None = None
    person_id: Annotated[UUID | None, Field(description="Took part, by their card.")] = None
    user_id: Annotated[UUID | None, Field(description="Took part, by their account.")] = None
    starts_from: Annotated[Day | None, Field(description="Begins on this local day or later.")] = None
    starts_to: Annotated[Day | None, Field(description="Begins on this local day or earlier.")] = None
    next_step_to: Annotated[Day | None, Field(description="Its next step falls on this day or earlier.")] = None
    sort: Annotated[
        Reference, Field(pattern="^-?(starts_at|updated_at)$", description="`-` in front means descending.")
    ] = "-starts_at"
