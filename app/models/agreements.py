from datetime import date
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import CheckConstraint, Field, Index

from app.models.base import Aggregate, Row, empty_array, money, term, texts
from app.vocabulary import (
    AgreementKind,
    AgreementRelation,
    AgreementStatus,
    ApprovalActType,
    ItcKind,
    MinistryDecision,
    ProlongationRule,
    SigningFormat,
    TermType,
    Verification,
)


class Agreement(Aggregate, table=True):
    """A document of cooperation, from the first draft to its end."""

    __tablename__ = "agreements"
    __table_args__ = (
        Index("ix_agreements_partnership", "partnership_id", "signed_on"),
        Index("ix_agreements_updated", "updated_at", "id"),
        Index("ix_agreements_signed", "signed_on", "id"),
        Index(
            "ix_agreements_expires",
            "expires_on",
            postgresql_where=sa.text("status IN ('signed', 'registered', 'in_force')"),
        ),
        Index("uq_agreements_registration_number", "registration_number", unique=True),
        CheckConstraint("expires_on >= effective_on", name="term"),
        CheckConstraint("financing_amount >= 0", name="financing"),
    )

    number: str = Field(unique=True)
    partnership_id: UUID = Field(foreign_key="partnerships.id")
    kind: AgreementKind = Field(sa_type=term(AgreementKind))
    status: AgreementStatus = Field(sa_type=term(AgreementStatus))
    title_uk: str
    title_en: str | None = None
    itc_kind: ItcKind | None = Field(default=None, sa_type=term(ItcKind))
    is_itc: bool
    requires_council_act: bool
    requires_ministry_approval: bool
    sphere: str | None = None
    directions: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    languages: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    binding_languages: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    act_type: ApprovalActType | None = Field(default=None, sa_type=term(ApprovalActType))
    act_number: str | None = None
    act_on: date | None = None
    submitted_on: date | None = None
    submission_number: str | None = None
    review_due_on: date | None = None
    decision: MinistryDecision | None = Field(default=None, sa_type=term(MinistryDecision))
    decision_number: str | None = None
    decision_on: date | None = None
    decision_remarks: str | None = None
    signed_on: date | None = None
    signed_place: str | None = None
    signing_format: SigningFormat | None = Field(default=None, sa_type=term(SigningFormat))
    registration_number: str | None = None
    registered_on: date | None = None
    effective_on: date | None = None
    term_type: TermType | None = Field(default=None, sa_type=term(TermType))
    expires_on: date | None = None
    prolongation: ProlongationRule | None = Field(default=None, sa_type=term(ProlongationRule))
    prolongation_months: int | None = None
    notice_days: int | None = None
    has_financing: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    financing_amount: Decimal | None = Field(default=None, sa_type=money())
    financing_currency: str | None = None
    publication_url: str | None = None
    terminated_on: date | None = None
    termination_reason: str | None = None
    predecessor_id: UUID | None = Field(default=None, foreign_key="agreements.id", index=True)
    relation: AgreementRelation | None = Field(default=None, sa_type=term(AgreementRelation))
    source: str | None = None
    verification: Verification = Field(default=Verification.VERIFIED, sa_type=term(Verification))


class AgreementParty(Row, table=True):
    """A side of the document: who signs for it and on what authority."""

    __tablename__ = "agreement_parties"
    __table_args__ = (
        Index("uq_agreement_parties_organization", "agreement_id", "organization_id", unique=True),
        Index("ix_agreement_parties_organization", "organization_id"),
    )

    agreement_id: UUID = Field(foreign_key="agreements.id", index=True)
    organization_id: UUID = Field(foreign_key="organizations.id")
    position: int
    body_uk: str | None = None
    body_en: str | None = None
    signatory_name_uk: str | None = None
    signatory_name_en: str | None = None
    signatory_position_uk: str | None = None
    signatory_position_en: str | None = None
    authority_basis: str | None = None


class AgreementDraft(Row, table=True):
    """A version of the text: where it lies and its checksum, never the text itself."""

    __tablename__ = "agreement_drafts"
    __table_args__ = (Index("uq_agreement_drafts_number", "agreement_id", "version_number", unique=True),)

    agreement_id: UUID = Field(foreign_key="agreements.id")
    version_number: int
    language: str
    file_name: str | None = None
    url: str | None = None
    sha256: str | None = None
    note: str | None = None
    drafted_on: date
