from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from app.core.listing import PageQuery
from app.schemas.base import (
    Answer,
    ClientId,
    Day,
    Distinct,
    Flag,
    Line,
    Name,
    Record,
    Reference,
    Shape,
    patch_of,
    problem,
)
from app.schemas.times import ClockTime
from app.vocabulary import Audience, Channel, DatedThing, OffsetUnit, ReminderTopic, Role

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,59}$", max_length=60)]
FilterName = Annotated[str, StringConstraints(min_length=1, max_length=40)]
FilterValues = Annotated[list[Reference], Field(min_length=1, max_length=300)]
Offset = Annotated[int, Field(ge=-40_000, le=40_000, strict=True)]


class ReminderRuleFields(Shape):
    """Who is told what, how long before (negative) or after which day.

    The texts know `{number}`, `{title}`, `{on}` (the day) and `{left}` (the distance, as people say it).
    """

    name_uk: Name
    name_en: Name
    text_uk: Line
    text_en: Line
    topic: ReminderTopic
    thing: DatedThing = Field(description="The kind of record, and which day of it counts.")
    filters: Mapping[FilterName, FilterValues] = Field(
        default={}, max_length=10, description="Only records with one of these values.", examples=[{"country": ["PL"]}]
    )
    unit: OffsetUnit = OffsetUnit.CALENDAR_DAYS
    offsets: Annotated[list[Offset], Field(min_length=1, max_length=20), Distinct]
    at_time: ClockTime = Field(default=time(9), description="On the recipient's own clock.")
    audience: Annotated[list[Audience], Field(min_length=1, max_length=10), Distinct]
    roles: Annotated[list[Role], Field(max_length=10), Distinct] = []
    channels: Annotated[list[Channel], Field(min_length=1, max_length=5), Distinct] = [Channel.IN_APP, Channel.EMAIL]
    escalate_after_days: Annotated[
        int | None, Field(ge=1, le=365, description="After the last step, when nobody has dealt with it.")
    ] = None
    escalate_to: Annotated[list[Audience], Field(max_length=10), Distinct] = []
    avoids_holidays: Flag = Field(default=True, description="Public holidays of Ukraine and of the partner's country.")
    quiet_from: ClockTime | None = None
    quiet_to: ClockTime | None = None
    useful_days: Annotated[int, Field(ge=0, le=3660, description="How late somebody may still be told.")] = 30
    is_mandatory: Flag = False
    is_enabled: Flag = True
    valid_from: Day | None = Field(default=None, description="Nothing that was due before is told; today when absent.")
    source_ref: Line | None = None

    @model_validator(mode="after")
    def _both_ends(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_to is None) or (
            self.quiet_from and self.quiet_from == self.quiet_to
        ):
            raise problem("quiet_hours_halves")
        return self


class ReminderRuleCreate(ReminderRuleFields):
    id: ClientId | None = None
    code: Code = Field(description="A lasting name for programs.", examples=["ministry_review"])


@patch_of(ReminderRuleFields)
class ReminderRulePatch(Shape):
    """The fields to change. Of a rule that comes with the program, all but `thing`."""


class ReminderRuleRead(Record):
    code: str
    name_uk: str
    name_en: str
    text_uk: str
    text_en: str
    topic: ReminderTopic
    thing: DatedThing
    filters: Mapping[str, list[str]]
    unit: OffsetUnit
    offsets: list[int]
    at_time: ClockTime
    audience: list[Audience]
    roles: list[Role]
    channels: list[Channel]
    escalate_after_days: int | None
    escalate_to: list[Audience]
    avoids_holidays: bool
    quiet_from: ClockTime | None
    quiet_to: ClockTime | None
    useful_days: int
    is_mandatory: bool
    is_enabled: bool
    valid_from: date
    source_ref: str | None
    is_shipped: bool = Field(description="It comes with the program: it can be tuned and switched off.")


class ReminderRuleQuery(PageQuery):
    topic: ReminderTopic | None = None
    thing: DatedThing | None = None
    is_enabled: bool | None = None
    is_shipped: bool | None = None
    sort: Annotated[Reference, Field(pattern="^-?(code|updated_at)$")] = "code"


class WouldTell(Answer):
    """One reminder that would come of the rule."""

    subject: str = Field(max_length=60)
    subject_id: UUID
    number: str | None = Field(max_length=100)
    title: str = Field(max_length=1000)
    on: str = Field(max_length=40, description="The day that is counted from.")
    user_id: UUID
    user_name: str = Field(max_length=300)
    why: str = Field(max_length=40, description="As which of the audience; `fallback` when there is nobody else.")
    step: str = Field(max_length=60)
    due_local: str = Field(max_length=30)
    due_zone: str = Field(max_length=60)
    due_at: datetime
    is_late: bool
    is_told: bool = Field(description="This person was told of it already, so it would not be told again.")
    text: str = Field(max_length=4000)
    notes: Annotated[list[str], Field(max_length=10)] = Field(description="Why it comes when it does.")


class DryRun(Answer):
    """Of today's data; nothing is written and nobody is told."""

    record_count: int = Field(ge=0, description="Records that the rule looks at now.")
    reminder_count: int = Field(ge=0)
    person_count: int = Field(ge=0)
    until: date = Field(description="The last day that was looked at.")
    items: Annotated[list[WouldTell], Field(max_length=200)] = Field(description="The first of them, by due moment.")
