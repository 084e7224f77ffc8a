"""Correspondence: the registers of letters, their templates, and campaigns that send one proposal to many."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import CheckConstraint, Column, Computed, Field, Index

from app.models.base import Aggregate, term
from app.vocabulary import (
    CampaignStatus,
    Language,
    LetterChannel,
    LetterDirection,
    LetterOutcome,
    LetterStatus,
    Pathway,
)

SEARCHED = "subject || ' ' || coalesce(number, '') || ' ' || coalesce(their_number, '')"

# By year and number, as a register is read; drafts come before.
REGISTER_PLACE = "coalesce(split_part(number, '-', 2)::bigint * 1000000000 + split_part(number, '-', 3)::bigint, 0)"


class Letter(Aggregate, table=True):
    """A letter in the register of one of our organizations. It gets its number when it is registered."""

    __tablename__ = "letters"
    __table_args__ = (
        Index("ix_letters_updated", "updated_at", "id"),
        Index("uq_letters_number", "organization_id", "direction", "number", unique=True),
        Index("ix_letters_partnership", "partnership_id"),
        Index("ix_letters_correspondent", "correspondent_id"),
        Index("ix_letters_campaign", "campaign_id", "status"),
        Index("uq_letters_campaign_correspondent", "campaign_id", "correspondent_id", unique=True),
        Index("ix_letters_answer_due", "answer_due_on", "id", postgresql_where=sa.text("status = 'sent'")),
        Index("ix_letters_register", "organization_id", "direction", "register_place", "id"),
        Index("ix_letters_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
        CheckConstraint("answered_on >= sent_on", name="answer"),
    )

    organization_id: UUID = Field(foreign_key="organizations.id")
    direction: LetterDirection = Field(sa_type=term(LetterDirection))
    status: LetterStatus = Field(sa_type=term(LetterStatus))
    number: str | None = None
    registered_on: date | None = None
    partnership_id: UUID | None = Field(default=None, foreign_key="partnerships.id")
    correspondent_id: UUID | None = Field(default=None, foreign_key="organizations.id")
    correspondent_name: str | None = None
    addressee_id: UUID | None = Field(default=None, foreign_key="people.id", index=True)
    addressee_name: str | None = None
    addressee_position: str | None = None
    signatory_name: str | None = None
    signatory_position: str | None = None
    language: Language = Field(sa_type=term(Language))
    subject: str
    body: str | None = None
    template_id: UUID | None = Field(default=None, foreign_key="letter_templates.id", index=True)
    campaign_id: UUID | None = Field(default=None, foreign_key="campaigns.id")
    pathway: Pathway | None = Field(default=None, sa_type=term(Pathway))
    their_number: str | None = None
    their_date: date | None = None
    sent_on: date | None = None
    sent_via: LetterChannel | None = Field(default=None, sa_type=term(LetterChannel))
    received_on: date | None = None
    answer_due_on: date | None = None
    answered_on: date | None = None
    answers_id: UUID | None = Field(default=None, foreign_key="letters.id", index=True)
    outcome: LetterOutcome | None = Field(default=None, sa_type=term(LetterOutcome))
    owner_id: UUID | None = Field(default=None, foreign_key="users.id", index=True)
    document_id: UUID | None = Field(default=None, foreign_key="documents.id", index=True)
    activity_id: UUID | None = Field(default=None, foreign_key="activities.id", index=True)
    register_place: int | None = Field(
        default=None, sa_column=Column(sa.BigInteger, Computed(REGISTER_PLACE, persisted=True), nullable=False)
    )
    search: str | None = Field(
        default=None, sa_column=Column(sa.Text, Computed(f"search_fold({SEARCHED})", persisted=True))
    )


class LetterTemplate(Aggregate, table=True):
    """A text with placeholders. Without an organization it is everybody's."""

    __tablename__ = "letter_templates"
    __table_args__ = (
        Index("ix_letter_templates_updated", "updated_at", "id"),
        Index(
            "uq_letter_templates",
            "organization_id",
            "code",
            "language",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    organization_id: UUID | None = Field(default=None, foreign_key="organizations.id")
    code: str
    language: Language = Field(sa_type=term(Language))
    name: str
    subject: str
    body: str
    signatory_name: str | None = None
    signatory_position: str | None = None


class Campaign(Aggregate, table=True):
    """One proposal to many; each letter of it is followed until it is answered or not."""

    __tablename__ = "campaigns"
    __table_args__ = (
        Index("ix_campaigns_updated", "updated_at", "id"),
        CheckConstraint("answer_days BETWEEN 1 AND 365", name="answer_days"),
    )

    number: str = Field(unique=True)
    organization_id: UUID = Field(foreign_key="organizations.id", index=True)
    owner_id: UUID | None = Field(default=None, foreign_key="users.id", index=True)
    title: str
    pathway: Pathway = Field(sa_type=term(Pathway))
    status: CampaignStatus = Field(sa_type=term(CampaignStatus))
    template_uk_id: UUID | None = Field(default=None, foreign_key="letter_templates.id")
    template_en_id: UUID | None = Field(default=None, foreign_key="letter_templates.id")
    answer_days: int = Field(default=14, sa_column_kwargs={"server_default": sa.text("14")})
    closed_at: datetime | None = None
