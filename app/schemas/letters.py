from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.core.listing import PageQuery
from app.schemas.base import (
    Answer,
    ClientId,
    Day,
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
from app.vocabulary import (
    Language,
    LetterChannel,
    LetterDirection,
    LetterOutcome,
    LetterStatus,
    Pathway,
)


class LetterFields(Shape):
    """A letter of ours, or one that came. Texts of ours may hold placeholders, filled in when it is registered."""

    direction: LetterDirection = LetterDirection.OUTGOING
    organization_id: UUID | None = Field(default=None, description="Whose register; yours, when you have only one.")
    partnership_id: UUID | None = None
    correspondent_id: UUID | None = Field(default=None, description="The organization on the other side.")
    correspondent_name: Name | None = None
    addressee_id: UUID | None = Field(default=None, description="The person it is addressed to, by their card.")
    addressee_name: Name | None = None
    addressee_position: Name | None = None
    signatory_name: Name | None = Field(default=None, description="Who signs for us; that of the template when absent.")
    signatory_position: Name | None = None
    language: Language
    subject: Line | None = None
    body: Text | None = None
    template_id: UUID | None = Field(
        default=None, description="Where subject, text and signature are taken from, as far as they are absent."
    )
    pathway: Pathway | None = None
    owner_id: UUID | None = Field(default=None, description="Who follows it; the maker when absent on create.")
    their_number: Reference | None = None
    their_date: Day | None = None
    received_on: Day | None = Field(default=None, description="Of an incoming letter.")
    answers_id: UUID | None = Field(default=None, description="The letter that this one answers.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not (self.correspondent_id or self.correspondent_name):
            raise problem("letter_needs_correspondent")
        if self.direction is LetterDirection.INCOMING and self.received_on is None:
            raise problem("letter_needs_received_on")
        if self.direction is LetterDirection.INCOMING and self.subject is None:
            raise problem("letter_needs_text")
        if self.direction is LetterDirection.OUTGOING and not self.template_id and not (self.subject and self.body):
            raise problem("letter_needs_text")
        if self.their_date and self.received_on and self.their_date > self.received_on:
            raise problem("letter_before", on=self.their_date)
        return self


class LetterCreate(LetterFields):
    """An outgoing letter begins as a draft; an incoming one is registered at once."""

    id: ClientId | None = None


@patch_of(LetterFields)
class LetterPatch(Shape):
    """The fields to change: all of a draft; later who follows it, and the pathway. Another template brings its text."""


class LetterSend(Shape):
    sent_on: Day
    sent_via: LetterChannel
    expects_answer: bool = True
    answer_due_on: Day | None = Field(default=None, description="Two weeks later when absent and one is expected.")


class LetterOutcomeGiven(Shape):
    """What came of it: an answer, or none."""

    outcome: LetterOutcome | None = Field(default=None, description="Absent: nobody answered.")
    answered_on: Day | None = None

    @model_validator(mode="after")
    def _knows_the_day(self) -> Self:
        if (self.outcome is None) != (self.answered_on is None):
            raise problem("together", fields="outcome, answered_on")
        return self


class LetterRead(Redactable, Record):
    organization_id: UUID
    direction: LetterDirection
    status: LetterStatus
    number: str | None
    registered_on: date | None
    partnership_id: UUID | None
    correspondent_id: UUID | None
    correspondent_name: str | None
    addressee_id: UUID | None
    addressee_name: Personal[str | None]
    addressee_position: Personal[str | None]
    signatory_name: str | None
    signatory_position: str | None
    language: Language
    subject: str
    body: str | None
    template_id: UUID | None
    campaign_id: UUID | None
    pathway: Pathway | None
    owner_id: UUID | None
    their_number: str | None
    their_date: date | None
    sent_on: date | None
    sent_via: LetterChannel | None
    received_on: date | None
    answer_due_on: date | None
    answered_on: date | None
    answers_id: UUID | None
    outcome: LetterOutcome | None
    document_id: UUID | None = Field(description="The PDF that was made when it was registered.")
    activity_id: UUID | None


class LetterPreview(Answer):
    """How the letter would read now, and what is still missing."""

    subject: str = Field(max_length=2000)
    body: str = Field(max_length=40_000)
    missing: Annotated[list[str], Field(max_length=50)]


class LetterQuery(PageQuery):
    q: Annotated[str | None, Field(min_length=1, max_length=200, description="Part of subject or number.")] = None
    organization_id: UUID | None = None
    direction: LetterDirection | None = None
    status: Annotated[list[LetterStatus] | None, Field(max_length=10)] = None
    partnership_id: UUID | None = None
    correspondent_id: UUID | None = None
    campaign_id: UUID | None = None
    owner_id: UUID | None = None
    outcome: Annotated[list[LetterOutcome] | None, Field(max_length=10)] = None
    pathway: Pathway | None = None
    number: Reference | None = None
    registered_from: Day | None = None
    registered_to: Day | None = None
    sent_from: Day | None = None
    sent_to: Day | None = None
    received_from: Day | None = None
    received_to: Day | None = None
    answer_due_to: Annotated[
        Day | None,
        Field(description="An answer was expected by this day or earlier; with `status=sent`, those it is late for."),
    ] = None
    sort: Annotated[
        Reference,
        Field(pattern="^-?(number|updated_at)$", description="`number` is the order of the register, by year."),
    ] = "-updated_at"


class TemplateFields(Shape):
    organization_id: UUID | None = Field(default=None, description="Whose it is; without one it is everybody's.")
    name: Name
    subject: Line
    body: Text
    signatory_name: Name | None = Field(default=None, description="Who signs letters made of it.")
    signatory_position: Name | None = None


class TemplateAbout(Shape):
    """What a letter made of the template would be about."""

    organization_id: UUID | None = Field(default=None, description="Who writes; yours, when you have only one.")
    partnership_id: UUID | None = None
    correspondent_id: UUID | None = None
    correspondent_name: Name | None = None
    addressee_id: UUID | None = None
    addressee_name: Name | None = None
    addressee_position: Name | None = None


class TemplateCreate(TemplateFields):
    """A text with placeholders such as `{{addressee.salutation}}`; a refusal names those that there are."""

    id: ClientId | None = None
    code: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{1,59}$", max_length=60)]
    language: Language


@patch_of(TemplateFields)
class TemplatePatch(Shape):
    """The fields to change. Letters that were made of it stay as they are."""


class TemplateRead(Record):
    organization_id: UUID | None
    code: str
    language: Language
    name: str
    subject: str
    body: str
    signatory_name: str | None
    signatory_position: str | None


class TemplateQuery(PageQuery):
    organization_id: UUID | None = None
    code: Reference | None = None
    language: Language | None = None
    sort: Annotated[Reference, Field(pattern="^-?(updated_at)$")] = "-updated_at"
