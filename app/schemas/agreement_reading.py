from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.core.listing import PageQuery
from app.schemas.base import Answer, Day
from app.vocabulary import AgreementKind, AgreementRelation, AgreementStatus

ChainPlace = Literal["before", "this", "after"]


class RegisterQuery(PageQuery):
    """In the order of signing."""

    signed_from: Annotated[Day, Field(description="Signed on this day or later.")] = date(1900, 1, 1)
    signed_to: Day | None = None
    organization_id: Annotated[UUID | None, Field(description="A party to the document.")] = None
    is_registered: Annotated[bool | None, Field(description="Whether the ministry has given it a number.")] = None


class RegisterRow(Answer):
    """The twelve columns of the ministry's register, in their order."""

    row_number: int = Field(ge=1, description="№ з/п: counted over all pages of this question.")
    registration_number: str | None = Field(description="Реєстраційний номер")
    title: str = Field(description="Назва угоди")
    signed_on: date = Field(description="Дата підписання")
    cooperation_kind: str | None = Field(description="Вид співробітництва")
    sphere: str | None = Field(description="Сфера співробітництва")
    ukrainian_region: str | None = Field(description="Регіон України")
    ukrainian_subject: str | None = Field(description="Суб’єкт України (найменування та адреса)")
    foreign_state: str | None = Field(description="Іноземна держава: офіційна назва")
    foreign_unit: str | None = Field(description="Територіальна одиниця іноземної держави")
    foreign_subject: str | None = Field(description="Суб’єкт іноземної держави")
    term: str | None = Field(description="Строк дії")


class ChainLink(Answer):
    id: UUID
    number: str
    kind: AgreementKind
    status: AgreementStatus
    is_live: bool
    title_uk: str
    title_en: str | None
    relation: AgreementRelation | None = Field(description="How it follows its predecessor.")
    predecessor_id: UUID | None
    signed_on: date | None
    effective_on: date | None
    expires_on: date | None
    is_archived: bool
    place: ChainPlace


class Chain(Answer):
    """From the first document before this one to the last after it."""

    items: Annotated[list[ChainLink], Field(max_length=10_000)]


class SpanRead(Answer):
    starts_on: date
    ends_on: date | None = Field(description="The last day; null when there is none.")


class PeriodRead(SpanRead):
    agreement_id: UUID
    number: str
    kind: AgreementKind
    status: AgreementStatus


class OverlapRead(SpanRead):
    agreement_ids: Annotated[list[UUID], Field(min_length=2, max_length=2)]
    is_same_kind: bool = Field(description="Two documents of one kind at once deserve a look.")


class CoverageRead(Answer):
    """Both ends of every period belong to it."""

    partnership_id: UUID
    is_covered_today: bool
    periods: Annotated[list[PeriodRead], Field(max_length=10_000)]
    covered: Annotated[list[SpanRead], Field(max_length=10_000)]
    gaps: Annotated[list[SpanRead], Field(max_length=10_000)]
    overlaps: Annotated[list[OverlapRead], Field(max_length=100_000)]
    undated: Annotated[list[UUID], Field(max_length=10_000, description="Signed documents without days of force.")]
