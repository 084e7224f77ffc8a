from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import CheckConstraint, Column, Computed, Field, Index

from app.models.base import Aggregate, Row, empty_array, term, texts
from app.vocabulary import PartyRole, ProjectKind, ProjectStatus

SEARCHED = "title_uk || ' ' || coalesce(title_en, '') || ' ' || number"


class Project(Aggregate, table=True):
    __tablename__ = "projects"
    __table_args__ = (
        Index("ix_projects_updated", "updated_at", "id"),
        Index("ix_projects_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
        CheckConstraint("ends_on >= starts_on", name="dates"),
    )

    number: str = Field(unique=True)
    title_uk: str
    title_en: str | None = None
    kind: ProjectKind = Field(sa_type=term(ProjectKind))
    status: ProjectStatus = Field(sa_type=term(ProjectStatus))
    description: str | None = None
    directions: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    agreement_id: UUID | None = Field(default=None, foreign_key="agreements.id", index=True)
    starts_on: date | None = None
    ends_on: date | None = None
    search: str | None = Field(
        default=None, sa_column=Column(sa.Text, Computed(f"search_fold({SEARCHED})", persisted=True))
    )


class ProjectPartnership(Row, table=True):
    __tablename__ = "project_partnerships"
    __table_args__ = (Index("uq_project_partnerships", "project_id", "partnership_id", unique=True),)

    project_id: UUID = Field(foreign_key="projects.id")
    partnership_id: UUID = Field(foreign_key="partnerships.id", index=True)


class ProjectParty(Row, table=True):
    __tablename__ = "project_parties"
    __table_args__ = (Index("uq_project_parties", "project_id", "organization_id", unique=True),)

    project_id: UUID = Field(foreign_key="projects.id")
    organization_id: UUID = Field(foreign_key="organizations.id", index=True)
    role: PartyRole = Field(sa_type=term(PartyRole))
    position: int
