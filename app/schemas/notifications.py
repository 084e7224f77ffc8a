from datetime import datetime
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.rules import notifications as rules
from app.schemas.base import Answer, Flag, Moment, Shape, patch_of, problem
from app.schemas.times import KYIV, ClockTime, Zone
from app.vocabulary import DatedThing, MailRhythm, NotificationState, ReminderTopic

CLOCK: Final = r"^\d{2}:\d{2}:\d{2}$"


class NotificationRead(Answer):
    """What I was told in the app."""

    id: UUID
    reminder_id: UUID
    topic: ReminderTopic
    thing: DatedThing | None = Field(description="The kind of day it is about; null for a reminder of one's own.")
    subject: str = Field(max_length=60, description="The kind of record it is about.")
    subject_id: UUID
    number: str | None = Field(max_length=100)
    title: str | None = Field(max_length=1000)
    on: str | None = Field(max_length=40, description="The day or the local time that it is about.")
    text: str = Field(max_length=4000, description="The sentence in the reader's language.")
    notes: Annotated[list[str], Field(max_length=10)] = Field(
        description="Why it comes now or to me: late, moved because of a holiday, passed on."
    )
    is_late: bool
    told_at: datetime
    read_at: datetime | None
    snoozed_until: datetime | None
    done_at: datetime | None


class NotificationPage(Answer):
    items: Annotated[list[NotificationRead], Field(max_length=200)]
    next_cursor: UUID | None
    unread_count: int = Field(ge=0, description="Of all, whatever the filter: neither read nor done, and not put off.")


class NotificationQuery(Shape):
    state: NotificationState = NotificationState.OPEN
    topic: ReminderTopic | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[UUID | None, Field(description="`next_cursor` of the page before.")] = None


class Snooze(Shape):
    until: Moment


class ReadAll(Shape):
    up_to: Annotated[UUID | None, Field(description="The newest notification that I have seen; later ones stay.")] = (
        None
    )


class Counted(Answer):
    count: int = Field(ge=0)


class NotificationSettingsFields(Shape):
    """My clock: where I am, when no letter should come, and when the one letter of a day does."""

    zone: Zone = KYIV
    quiet_from: ClockTime | None = None
    quiet_to: ClockTime | None = None
    digest_at: ClockTime = rules.DIGEST_AT

    @model_validator(mode="after")
    def _both_ends(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_to is None) or (
            self.quiet_from and self.quiet_from == self.quiet_to
        ):
            raise problem("quiet_hours_halves")
        return self


@patch_of(NotificationSettingsFields)
class NotificationSettingsPatch(Shape):
    """The fields to change."""


class NotificationSettingsRead(Answer):
    zone: str = Field(max_length=60)
    quiet_from: str | None = Field(pattern=CLOCK)
    quiet_to: str | None = Field(pattern=CLOCK)
    digest_at: str = Field(pattern=CLOCK)
    bounced_at: datetime | None = Field(description="Since when letters come back from my mailbox.")
    bounced_because: str | None = Field(max_length=300)


class PreferenceFields(Shape):
    """How I am told of a topic. Legal deadlines cannot be muted, only passed on."""

    in_app: Flag = True
    mail: MailRhythm = MailRhythm.DAILY
    redirect_to_id: Annotated[
        UUID | None, Field(description="Who is told instead of me, of records that they may see, too.")
    ] = None


@patch_of(PreferenceFields)
class PreferencePatch(Shape):
    """The fields to change."""


class PreferenceRead(Answer):
    topic: ReminderTopic
    in_app: bool
    mail: MailRhythm
    redirect_to_id: UUID | None
    is_default: bool = Field(description="Whether I never chose anything about this topic.")
    is_mandatory: bool = Field(description="Cannot be muted.")


class PreferenceList(Answer):
    items: Annotated[list[PreferenceRead], Field(max_length=50)]
