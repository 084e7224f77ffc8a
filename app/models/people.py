from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import CheckConstraint, Column, Computed, Field, Index

from app.models.base import Aggregate, Row, empty_list, jsonb, term
from app.vocabulary import ContactKind

UKRAINIAN_NAME = "(family_name_uk || ' ' || given_name_uk)"
PASSPORT_NAME = "(family_name_latin || ' ' || given_name_latin)"

SEARCHED_NAMES = (
    f"coalesce({UKRAINIAN_NAME}, '') || ' ' || coalesce(patronymic_uk, '') || ' ' || coalesce({PASSPORT_NAME}, '')"
)


class Person(Aggregate, table=True):
    __tablename__ = "people"
    __table_args__ = (
        Index("ix_people_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
        Index("ix_people_name", "sort_name", "id"),
        Index("ix_people_updated", "updated_at", "id"),
        # A foreign partner's contact often has only the name of the passport.
        CheckConstraint(f"{UKRAINIAN_NAME} IS NOT NULL OR {PASSPORT_NAME} IS NOT NULL", name="name"),
    )

    family_name_uk: str | None = None
    given_name_uk: str | None = None
    patronymic_uk: str | None = None
    family_name_latin: str | None = None
    given_name_latin: str | None = None
    languages: list[dict[str, Any]] = Field(default_factory=list, sa_type=jsonb(), sa_column_kwargs=empty_list())
    note: str | None = None
    user_id: UUID | None = Field(default=None, foreign_key="users.id", unique=True)
    erased_at: datetime | None = None
    search: str | None = Field(
        default=None, sa_column=Column(sa.Text, Computed(f"search_fold({SEARCHED_NAMES})", persisted=True))
    )
    sort_name: str | None = Field(
        default=None,
        sa_column=Column(
            sa.Text(collation="C"), Computed(f"uk_sort(coalesce({UKRAINIAN_NAME}, {PASSPORT_NAME}))", persisted=True)
        ),
    )


class Affiliation(Row, table=True):
    """What a person is or was in an organization; an ended one stays as history."""

    __tablename__ = "affiliations"
    __table_args__ = (
        pg.ExcludeConstraint(
            ("person_id", "="),
            ("organization_id", "="),
            (sa.text("daterange(started_on, ended_on, '[)')"), "&&"),
            name="ex_affiliations_overlap",
        ),
        CheckConstraint("ended_on > started_on", name="order"),
    )

    person_id: UUID = Field(foreign_key="people.id", index=True)
    organization_id: UUID = Field(foreign_key="organizations.id", index=True)
    position_uk: str | None = None
    position_en: str | None = None
    is_coordinator: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    started_on: date | None = None
    ended_on: date | None = None


class ContactPoint(Row, table=True):
    __tablename__ = "contact_points"
    __table_args__ = (Index("uq_contact_points_person_kind_value", "person_id", "kind", "value", unique=True),)

    person_id: UUID = Field(foreign_key="people.id", index=True)
    kind: ContactKind = Field(sa_type=term(ContactKind))
    value: str
    label: str | None = None
    is_primary: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
