from typing import Annotated

from pydantic import Field

from app.schemas.base import Answer


class TermRead(Answer):
    code: str = Field(max_length=60)
    label_uk: str = Field(max_length=300)
    label_en: str = Field(max_length=300)
    sort_order: int = Field(ge=1, le=10_000)
    is_seed: bool = Field(description="True for the rows of the Association's own lists.")
    parent: str | None = Field(max_length=60)
    facts: dict[str, list[str]] = Field(description="What else the taxonomy says of the term, such as DAC codes.")


class Taxonomy(Answer):
    taxonomy: str = Field(max_length=60)
    terms: Annotated[list[TermRead], Field(max_length=1000)]


class TaxonomyList(Answer):
    taxonomies: Annotated[list[str], Field(max_length=200)]


class ProblemKind(Answer):
    code: str = Field(max_length=60)
    status: int = Field(ge=400, le=599)
    title_uk: str = Field(max_length=200)
    title_en: str = Field(max_length=200)
    retryable: bool
