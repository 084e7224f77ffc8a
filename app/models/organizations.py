from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import CheckConstraint, Column, Computed, Field, Index

from app.models.base import Aggregate, Row, empty_array, empty_list, jsonb, term, texts
from app.vocabulary import HromadaType, OrganizationKind

ALIVE = sa.text("archived_at IS NULL")

SEARCHED = (
    "coalesce(name_uk, '') || ' ' || name_en || ' ' || coalesce(name_local, '') || ' ' ||"
    " coalesce(katottg, '') || ' ' || coalesce(edrpou, '')"
)


class Territory(Row, table=True):
    """An oblast, a special city or a raion of the ministry's codifier."""

    __tablename__ = "territories"

    code: str = Field(unique=True)
    category: str
    name_uk: str
    name_en: str
    oblast_code: str = Field(index=True)


class Organization(Aggregate, table=True):
    __tablename__ = "organizations"
    __table_args__ = (
        Index("uq_organizations_katottg", "katottg", unique=True, postgresql_where=ALIVE),
        Index("uq_organizations_edrpou", "edrpou", unique=True, postgresql_where=ALIVE),
        Index("uq_organizations_lau", "country", "lau_code", "lau_year", unique=True, postgresql_where=ALIVE),
        Index("ix_organizations_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
        Index("ix_organizations_name", "sort_name", "id"),
        Index("ix_organizations_updated", "updated_at", "id"),
        Index("ix_organizations_country_name", "country", "sort_name", "id"),
        Index("ix_organizations_oblast", "oblast_code"),
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="coordinates"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="coordinates_together"),
        CheckConstraint("population >= 0", name="population"),
    )

    kind: OrganizationKind = Field(sa_type=term(OrganizationKind))
    name_uk: str | None = None
    name_en: str
    name_local: str | None = None
    local_language: str | None = None
    country: str
    region: str | None = None
    katottg: str | None = None
    edrpou: str | None = None
    nuts: str | None = None
    lau_code: str | None = None
    lau_year: int | None = None
    hromada_type: HromadaType | None = Field(default=None, sa_type=term(HromadaType))
    oblast_code: str | None = None
    raion_code: str | None = None
    replaced_by_id: UUID | None = Field(default=None, foreign_key="organizations.id")
    latitude: Decimal | None = Field(default=None, sa_type=sa.Numeric(9, 6))
    longitude: Decimal | None = Field(default=None, sa_type=sa.Numeric(9, 6))
    population: int | None = None
    population_year: int | None = None
    website: str | None = None
    description_uk: str | None = None
    description_en: str | None = None
    purposes: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    directions: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    networks: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    criteria: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    needs: list[dict[str, Any]] = Field(default_factory=list, sa_type=jsonb(), sa_column_kwargs=empty_list())
    offers: list[dict[str, Any]] = Field(default_factory=list, sa_type=jsonb(), sa_column_kwargs=empty_list())
    source: str | None = None
    search: str | None = Field(
        default=None, sa_column=Column(sa.Text, Computed(f"search_fold({SEARCHED})", persisted=True))
    )
    sort_name: str | None = Field(
        default=None,
        sa_column=Column(sa.Text(collation="C"), Computed("uk_sort(coalesce(name_uk, name_en))", persisted=True)),
    )


class OrganizationExternalId(Row, table=True):
    """What another system calls this organization; `is_live` follows the archive so that a code can be used again."""

    __tablename__ = "organization_external_ids"
    __table_args__ = (
        Index(
            "uq_organization_external_ids_system_value",
            "system",
            "value",
            unique=True,
            postgresql_where=sa.text("is_live"),
        ),
    )

    organization_id: UUID = Field(foreign_key="organizations.id", index=True)
    system: str
    value: str
    is_live: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})


class AucMembership(Row, table=True):
    """A period in which a hromada is a member of the association; periods of one hromada never overlap."""

    __tablename__ = "auc_memberships"
    __table_args__ = (
        pg.ExcludeConstraint(
            ("organization_id", "="),
            (sa.text("daterange(joined_on, left_on, '[)')"), "&&"),
            name="ex_auc_memberships_overlap",
        ),
        CheckConstraint("left_on > joined_on", name="order"),
    )

    organization_id: UUID = Field(foreign_key="organizations.id", index=True)
    joined_on: date
    left_on: date | None = None
