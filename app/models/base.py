"""What every table shares: time-ordered ids, a version that the database bumps, archive instead of delete."""

from datetime import datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from app.vocabulary.term import Term

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

TermT = TypeVar("TermT", bound=Term)


def term(kind: type[TermT]) -> Any:
    """A taxonomy as varchar: a new member needs no migration, pydantic checks the values."""
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda members: [m.value for m in members],
    )


def texts() -> Any:
    return pg.ARRAY(sa.Text())


def jsonb() -> Any:
    return pg.JSONB(none_as_null=True)


def money() -> Any:
    return sa.Numeric(18, 2)


def empty_array() -> dict[str, Any]:
    return {"server_default": sa.text("'{}'")}


def empty_list() -> dict[str, Any]:
    return {"server_default": sa.text("'[]'")}


class Row(SQLModel):
    """A row with a time-ordered id; children of an aggregate are plain rows."""

    # What the database computes is read through the reading path, never fetched back by an insert.
    __mapper_args__: ClassVar[dict[str, Any]] = {"eager_defaults": False}

    id: UUID = Field(default_factory=uuid7, primary_key=True)


class Aggregate(Row):
    """The root of an aggregate. `version` and `updated_at` belong to the database's triggers."""

    version: int = Field(default=1, sa_column_kwargs={"server_default": sa.text("1")})
    created_at: datetime | None = Field(
        default=None, sa_column_kwargs={"server_default": sa.text("now()"), "nullable": False}
    )
    updated_at: datetime | None = Field(
        default=None, sa_column_kwargs={"server_default": sa.text("now()"), "nullable": False}
    )
    archived_at: datetime | None = None
