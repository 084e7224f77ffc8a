"""Identity and health data, sealed, and the keys that it is sealed with.

A column whose name ends in `_sealed` holds what `core/sealing.py` writes; nothing that it held is found beside it.
"""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import CheckConstraint, Field, Index

from app.models.base import Row, term
from app.vocabulary import DocumentKind, ParticularKind


class IdentityDocument(Row, table=True):
    """`number_index` finds a number without opening any; it goes when the person's key is destroyed."""

    __tablename__ = "identity_documents"
    __table_args__ = (
        Index("uq_identity_documents_number", "person_id", "kind", "number_index", unique=True),
        Index("ix_identity_documents_number", "number_index"),
        CheckConstraint("expires_on > issued_on", name="order"),
    )

    person_id: UUID = Field(foreign_key="people.id")
    kind: DocumentKind = Field(sa_type=term(DocumentKind))
    country: str
    number_sealed: str
    number_index: bytes | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    issuer_sealed: str | None = None
    created_at: datetime
    updated_at: datetime


class Particular(Row, table=True):
    """One fact of a kind about a person."""

    __tablename__ = "particulars"
    __table_args__ = (Index("uq_particulars_person_kind", "person_id", "kind", unique=True),)

    person_id: UUID = Field(foreign_key="people.id")
    kind: ParticularKind = Field(sa_type=term(ParticularKind))
    value_sealed: str
    created_at: datetime
    updated_at: datetime


class SubjectKey(Row, table=True):
    """The key of everything sealed about one person, itself sealed with a key of the settings.

    Without `wrapped` it is destroyed, and what it sealed is erased. `made_under`: the key of the settings that was
    the newest when this one was made.
    """

    __tablename__ = "subject_keys"

    subject_id: UUID = Field(foreign_key="people.id", unique=True)
    kid: str
    kek_id: str = Field(index=True)
    made_under: str
    wrapped: str | None = None
    created_at: datetime
    destroyed_at: datetime | None = None


class VaultKey(Row, table=True):
    """The key of the blind index under each key of the settings: that it opens proves the other to be right."""

    __tablename__ = "vault_keys"

    kek_id: str = Field(unique=True)
    wrapped: str
    created_at: datetime
