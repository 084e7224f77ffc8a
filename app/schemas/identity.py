from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, model_validator

from app.rules.identity import purpose_objection
from app.schemas.base import Answer, Country, Day, Name, Reason, Redactable, Reference, Shape, Text, patch_of, problem
from app.vocabulary import DocumentKind, FieldClass, ParticularKind


def _purpose(value: str) -> str:
    if found := purpose_objection(value):
        raise problem(found.code, **found.facts)
    return value


Purpose = Annotated[
    Reason,
    AfterValidator(_purpose),
    Field(min_length=10, description="What it is needed for, in words. It stays in the journal with your name."),
]


class Discreet(BaseModel):
    """Shows nothing of what it holds, wherever it may be printed."""

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return []


class DocumentFields(Discreet, Shape):
    """The number and the issuer are sealed; no answer but that of `reveal` holds them."""

    kind: DocumentKind
    country: Country = Field(description="Who issued it.")
    number: Reference = Field(description="With its series, as one text.")
    issued_on: Day | None = None
    expires_on: Day | None = None
    issuer: Name | None = None


class DocumentCreate(DocumentFields):
    """Look-alike letters of the other alphabet and stray spaces are put right."""


@patch_of(DocumentFields)
class DocumentPatch(Discreet, Shape):
    """The fields to change."""


class ParticularGiven(Discreet, Shape):
    """A date of birth as 1980-03-31, sex as F, M or X, citizenship as the code of a country; the rest in words."""

    value: Text


class DocumentRead(Redactable, Answer):
    id: UUID
    kind: DocumentKind
    field_class: FieldClass
    country: str
    issued_on: date | None
    expires_on: date | None


class ParticularRead(Redactable, Answer):
    kind: ParticularKind
    field_class: FieldClass
    updated_at: datetime


class IdentityRead(Answer):
    """What is held about a person, and none of its values; `version` is the person's."""

    id: UUID
    version: int = Field(ge=1, description="Grows with every change; the ETag is the same number in quotes.")
    documents: list[DocumentRead]
    particulars: list[ParticularRead]
    erased_at: datetime | None = Field(description="When the key was destroyed; what is left opens no more.")


class DocumentPart(StrEnum):
    """The sealed parts of a document."""

    NUMBER = "number"
    ISSUER = "issuer"


class RevealAsked(Shape):
    """One fact: a part of one document, or one particular."""

    document_id: UUID | None = None
    part: DocumentPart = DocumentPart.NUMBER
    particular: ParticularKind | None = None
    purpose: Purpose

    @model_validator(mode="after")
    def _one_fact(self) -> Self:
        if (self.document_id is None) == (self.particular is None):
            raise problem("one_fact_at_a_time")
        return self


class Revealed(Discreet, Answer):
    value: str
    field_class: FieldClass


class NumberSought(Discreet, Shape):
    """A whole number, in either alphabet, with or without spaces; parts of a number find nothing."""

    number: Reference
    purpose: Purpose

    @model_validator(mode="after")
    def _purpose_without_number(self) -> Self:
        if found := purpose_objection(self.purpose, self.number):
            raise problem(found.code, **found.facts)
        return self


class PersonFound(Answer):
    id: UUID
    document_id: UUID
    document_kind: DocumentKind
    family_name_uk: str | None
    given_name_uk: str | None
    family_name_latin: str | None
    given_name_latin: str | None


class PeopleFound(Answer):
    """At most twenty."""

    items: Annotated[list[PersonFound], Field(max_length=20)]
