"""What is kept about personal data itself: consents, erasures, and the half of the journal that an erasure removes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel

from app.models.base import Row, jsonb, term
from app.vocabulary import ConsentPurpose, ConsentSource, ErasureGround, Language


class Consent(Row, table=True):
    """What a person agreed to, in which words. A later text is another consent, so the earlier one stays."""

    __tablename__ = "consents"
    __table_args__ = (
        Index("uq_consents_given", "person_id", "purpose", "text_version", "given_on", unique=True),
        CheckConstraint("withdrawn_on >= given_on", name="order"),
    )

    person_id: UUID = Field(foreign_key="people.id")
    purpose: ConsentPurpose = Field(sa_type=term(ConsentPurpose))
    text_version: str
    language: Language = Field(sa_type=term(Language))
    source: ConsentSource = Field(sa_type=term(ConsentSource))
    given_on: date
    given_by: str | None = None
    withdrawn_on: date | None = None
    note: str | None = None


class Erasure(Row, table=True):
    """The ledger: whose data was erased. It names nobody, so that it can be kept where a restore does not reach."""

    __tablename__ = "erasures"
    __table_args__ = (Index("uq_erasures_subject", "subject", "subject_id", unique=True),)

    subject: str
    subject_id: UUID
    at: datetime
    ground: ErasureGround = Field(sa_type=term(ErasureGround))
    reason: str
    by_id: UUID | None = None


class JournalPersonal(SQLModel, table=True):
    """The values for which the journal holds commitments: sha256(salt || value as PostgreSQL writes it as jsonb).

    The journal itself never changes; these rows go when the person is erased.
    """

    __tablename__ = "journal_personal"
    __table_args__ = (Index("ix_journal_personal_subject", "subject", "subject_id"),)

    journal_id: int = Field(sa_column=Column(sa.BigInteger, primary_key=True, autoincrement=False))
    field: str = Field(primary_key=True)
    subject: str
    subject_id: UUID | None = None
    salt: bytes
    before: Any = Field(default=None, sa_column=Column(jsonb(), nullable=True))
    after: Any = Field(default=None, sa_column=Column(jsonb(), nullable=True))
