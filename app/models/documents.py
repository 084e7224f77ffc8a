"""Files on records. The bytes lie in the storage; here is what they are and to which record they belong."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import CheckConstraint, Column, Computed, Field, Index

from app.models.base import Aggregate, Row, term
from app.vocabulary import FieldClass, FileKind, ScanStatus


class Document(Aggregate, table=True):
    """A file in all its versions. Who may see the record may see it, as far as its class is shown to them."""

    __tablename__ = "documents"
    __table_args__ = (
        Index("ix_documents_updated", "updated_at", "id"),
        Index("ix_documents_subject", "subject", "subject_id", "id"),
        Index("ix_documents_organization", "organization_id"),
        Index("ix_documents_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
    )

    subject: str
    subject_id: UUID
    organization_id: UUID | None = Field(default=None, foreign_key="organizations.id")
    title: str
    kind: FileKind = Field(sa_type=term(FileKind))
    language: str | None = None
    sensitivity: FieldClass = Field(sa_type=term(FieldClass))
    current_number: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    search: str | None = Field(default=None, sa_column=Column(sa.Text, Computed("search_fold(title)", persisted=True)))


class DocumentVersion(Row, table=True):
    """What was uploaded once. It is never replaced."""

    __tablename__ = "document_versions"
    __table_args__ = (
        Index("uq_document_versions", "document_id", "number", unique=True),
        Index("ix_document_versions_scan", "scan", postgresql_where=sa.text("scan = 'pending'")),
        CheckConstraint("size >= 0", name="size"),
    )

    document_id: UUID = Field(foreign_key="documents.id")
    number: int
    file_name: str
    media_type: str
    size: int = Field(sa_type=sa.BigInteger)
    sha256: str
    stored_as: str
    scan: ScanStatus = Field(sa_type=term(ScanStatus))
    scanned_at: datetime | None = None
    note: str | None = None
    uploaded_by_id: UUID | None = Field(default=None, foreign_key="users.id")
    uploaded_at: datetime


class Upload(Row, table=True):
    """A file that has arrived and waits for a day to be put on a record."""

    __tablename__ = "uploads"
    __table_args__ = (
        Index("ix_uploads_made", "made_at"),
        CheckConstraint("size > 0", name="size"),
    )

    made_by_id: UUID
    file_name: str
    media_type: str
    size: int = Field(sa_type=sa.BigInteger)
    sha256: str
    stored_as: str = Field(unique=True)
    scan: ScanStatus = Field(sa_type=term(ScanStatus))
    made_at: datetime
