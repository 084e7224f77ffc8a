from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import CheckConstraint, Column, Computed, Field, Index

from app.models.base import Aggregate, Row, empty_array, jsonb, term, texts
from app.vocabulary import PartnershipStatus, PartyRole, Pathway, Stage, Track, Verification

ALIVE = sa.text("archived_at IS NULL")
NAMED = "title_uk || ' ' || coalesce(title_en, '') || ' ' || number"
TOLD = "coalesce(description, '') || ' ' || coalesce(next_step, '')"


class Partnership(Aggregate, table=True):
    __tablename__ = "partnerships"
    __table_args__ = (
        Index("ix_partnerships_stage_country_updated", "stage", "country", "updated_at", "id", postgresql_where=ALIVE),
        Index("ix_partnerships_country_updated", "country", "updated_at", "id", postgresql_where=ALIVE),
        Index("ix_partnerships_stage_updated", "stage", "updated_at", "id", postgresql_where=ALIVE),
        Index("ix_partnerships_updated", "updated_at", "id"),
        Index("ix_partnerships_coordinator", "coordinator_id"),
        Index("ix_partnerships_next_step", "next_step_on", "id", postgresql_where=sa.text("next_step_on IS NOT NULL")),
        Index("ix_partnerships_words", "words", postgresql_using="gin"),
        Index(
            "ix_partnerships_title",
            "title_fold",
            postgresql_using="gin",
            postgresql_ops={"title_fold": "gin_trgm_ops"},
        ),
        CheckConstraint("ended_on >= started_on", name="dates"),
    )

    number: str = Field(unique=True)
    title_uk: str
    title_en: str | None = None
    track: Track = Field(sa_type=term(Track))
    stage: Stage = Field(sa_type=term(Stage))
    status: PartnershipStatus = Field(sa_type=term(PartnershipStatus))
    country: str | None = None
    pathway: Pathway | None = Field(default=None, sa_type=term(Pathway))
    purposes: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    directions: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    vision: dict[str, Any] | None = Field(default=None, sa_type=jsonb())
    description: str | None = None
    coordinator_id: UUID | None = Field(default=None, foreign_key="users.id")
    next_step: str | None = None
    next_step_on: date | None = None
    started_on: date
    ended_on: date | None = None
    stage_entered_at: datetime
    last_contact_on: date | None = None
    source: str | None = None
    verification: Verification = Field(default=Verification.VERIFIED, sa_type=term(Verification))
    title_fold: str | None = Field(
        default=None,
        sa_column=Column(sa.Text, Computed(f"search_fold({NAMED})", persisted=True)),
    )
    words: str | None = Field(
        default=None,
        sa_column=Column(
            pg.TSVECTOR,
            Computed(
                f"setweight(to_tsvector('simple', search_fold({NAMED})), 'A')"
                f" || setweight(to_tsvector('simple', search_fold({TOLD})), 'B')",
                persisted=True,
            ),
        ),
    )


class PartnershipParty(Row, table=True):
    """An organization in a partnership, in a role and from when to when."""

    __tablename__ = "partnership_parties"
    __table_args__ = (
        Index("ix_partnership_parties_partnership", "partnership_id", "position"),
        Index("ix_partnership_parties_organization", "organization_id", "partnership_id"),
        Index(
            "uq_partnership_parties_current",
            "partnership_id",
            "organization_id",
            unique=True,
            postgresql_where=sa.text("left_on IS NULL"),
        ),
        CheckConstraint("left_on >= joined_on", name="dates"),
    )

    partnership_id: UUID = Field(foreign_key="partnerships.id")
    organization_id: UUID = Field(foreign_key="organizations.id")
    role: PartyRole = Field(sa_type=term(PartyRole))
    position: int
    joined_on: date
    left_on: date | None = None


class StageEntry(Row, table=True):
    """One stay in a stage (or status): the durations of all entries add up to the partnership's age."""

    __tablename__ = "partnership_stages"
    __table_args__ = (
        Index("ix_partnership_stages_partnership", "partnership_id", "entered_at"),
        Index("uq_partnership_stages_open", "partnership_id", unique=True, postgresql_where=sa.text("left_at IS NULL")),
    )

    partnership_id: UUID = Field(foreign_key="partnerships.id")
    from_stage: Stage | None = Field(default=None, sa_type=term(Stage))
    stage: Stage = Field(sa_type=term(Stage))
    track: Track = Field(sa_type=term(Track))
    status: PartnershipStatus = Field(sa_type=term(PartnershipStatus))
    actor_id: UUID | None = Field(default=None, foreign_key="users.id")
    actor_name: str
    reason: str | None = None
    agreement_id: UUID | None = Field(default=None, foreign_key="agreements.id")
    entered_at: datetime
    left_at: datetime | None = None


class NumberSeries(Row, table=True):
    """The last number given in a series and year: `PAR`, 2026, 17."""

    __tablename__ = "number_series"
    __table_args__ = (Index("uq_number_series_prefix_year", "prefix", "year", unique=True),)

    prefix: str
    year: int
    last: int
