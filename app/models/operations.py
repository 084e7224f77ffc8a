"""What takes longer than an answer may take."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index

from app.models.base import Row, jsonb, term
from app.vocabulary import OperationKind, OperationStatus


class Operation(Row, table=True):
    """One long piece of work that somebody asked for. The row is the truth: `state` is where the next step begins."""

    __tablename__ = "operations"
    __table_args__ = (
        sa.CheckConstraint("(finished_at IS NULL) = (status IN ('queued', 'running'))", name="finished"),
        Index("ix_operations_due", "due_at", postgresql_where=sa.text("finished_at IS NULL")),
        Index("ix_operations_asked_by", "asked_by", "id"),
        Index("ix_operations_subject", "subject_id", postgresql_where=sa.text("finished_at IS NULL")),
        Index("ix_operations_over", "finished_at", postgresql_where=sa.text("finished_at IS NOT NULL")),
    )

    kind: OperationKind = Field(sa_type=term(OperationKind))
    status: OperationStatus = Field(
        default=OperationStatus.QUEUED,
        sa_type=term(OperationStatus),
        sa_column_kwargs={"server_default": sa.text("'queued'")},
    )
    subject: str
    subject_id: UUID
    asked_by: UUID = Field(foreign_key="users.id")
    asked_at: datetime
    params: dict[str, Any] = Field(sa_type=jsonb())
    state: dict[str, Any] = Field(default_factory=dict, sa_type=jsonb(), sa_column_kwargs={"server_default": "{}"})
    done: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": sa.text("0")})
    total: int | None = Field(default=None, sa_type=sa.BigInteger)
    result: dict[str, Any] | None = Field(default=None, sa_type=jsonb())
    failure: str | None = None
    due_at: datetime
    lease_until: datetime | None = None
    fence: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    started_at: datetime | None = None
    finished_at: datetime | None = None
