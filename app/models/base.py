"""What every table shares: time-ordered ids, a version that the database bumps, archive instead of delete."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.types import TypeDecorator
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


class TermText(TypeDecorator[Term]):
    """A taxonomy as text: a new member needs no migration, pydantic checks the values."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: type[Term]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Term | str | None, _: Any) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, _: Any) -> Term | None:
        return None if value is None else self.kind(value)


def term(kind: type[Term]) -> Any:
    return TermText(kind)


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
