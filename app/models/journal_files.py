"""Files made of the journal: what an auditor asked for, and the parts whose time in the database was over."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index

from app.models.base import Row, jsonb, term
from app.vocabulary import ExportStatus, JournalClass


class JournalExport(Row, table=True):
    """What somebody asked to be written out. The row is the truth, a job makes the file."""

    __tablename__ = "journal_exports"
    __table_args__ = (
        Index("ix_journal_exports_due", "asked_at", postgresql_where=sa.text("status = 'due'")),
        Index("ix_journal_exports_asked_by", "asked_by", "id"),
    )

    asked_by: UUID = Field(foreign_key="users.id")
    asked_at: datetime
    purpose: str
    filters: dict[str, Any] = Field(sa_type=jsonb())
    status: ExportStatus = Field(default=ExportStatus.DUE, sa_type=term(ExportStatus))
    fence: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    lease_until: datetime | None = None
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    made_at: datetime | None = None
    expires_at: datetime | None = None
    entry_count: int | None = None
    byte_count: int | None = Field(default=None, sa_type=sa.BigInteger)
    sha256: str | None = None
    checkpoint_size: int | None = Field(default=None, sa_type=sa.BigInteger)


class JournalArchive(Row, table=True):
    """A month of a class that left the database for a file. Its leaves stay, so every proof still holds."""

    __tablename__ = "journal_archives"

    part: str = Field(unique=True)
    kept: JournalClass = Field(sa_type=term(JournalClass))
    first_id: int = Field(sa_type=sa.BigInteger)
    last_id: int = Field(sa_type=sa.BigInteger)
    entry_count: int
    sha256: str
    checkpoint_size: int = Field(sa_type=sa.BigInteger)
    file: str
    archived_at: datetime
