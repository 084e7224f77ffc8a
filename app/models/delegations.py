from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import CheckConstraint, Column, Computed, Field, Index

from app.models.base import Aggregate, Row, empty_array, term, texts
from app.vocabulary import DelegationDirection, DelegationStatus, PartyRole, VisitType

SEARCHED = "title_uk || ' ' || coalesce(title_en, '') || ' ' || number"


class Delegation(Aggregate, table=True):
    __tablename__ = "delegations"
    __table_args__ = (
        Index("ix_delegations_updated", "updated_at", "id"),
        Index("ix_delegations_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
        Index("ix_delegations_starts", "starts_on", "id"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
    )

    number: str = Field(unique=True)
    title_uk: str
    title_en: str | None = None
    kind: VisitType = Field(sa_type=term(VisitType))
    direction: DelegationDirection = Field(sa_type=term(DelegationDirection))
    status: DelegationStatus = Field(sa_type=term(DelegationStatus))
    description: str | None = None
    countries: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    starts_on: date
    ends_on: date
    search: str | None = Field(
        default=None, sa_column=Column(sa.Text, Computed(f"search_fold({SEARCHED})", persisted=True))
    )


class DelegationPartnership(Row, table=True):
    __tablename__ = "delegation_partnerships"
    __table_args__ = (Index("uq_delegation_partnerships", "delegation_id", "partnership_id", unique=True),)

    delegation_id: UUID = Field(foreign_key="delegations.id")
    partnership_id: UUID = Field(foreign_key="partnerships.id", index=True)


class DelegationParty(Row, table=True):
    __tablename__ = "delegation_parties"
    __table_args__ = (Index("uq_delegation_parties", "delegation_id", "organization_id", unique=True),)

    delegation_id: UUID = Field(foreign_key="delegations.id")
    organization_id: UUID = Field(foreign_key="organizations.id", index=True)
    role: PartyRole = Field(sa_type=term(PartyRole))
    position: int
