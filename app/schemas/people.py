from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

import orjson
from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from app.core.listing import PageQuery
from app.rules import people
from app.rules.names import tidy
from app.schemas.base import (
    Answer,
    ClientId,
    Day,
    Flag,
    Internal,
    LanguageTag,
    Line,
    Name,
    Reason,
    Record,
    Redactable,
    Reference,
    Shape,
    Text,
    patch_of,
    problem,
)
from app.vocabulary import CefrLevel, ContactKind


def _ukrainian(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = tidy(value)
    if not people.is_ukrainian_name(found):
        raise problem("ukrainian_name_form")
    return found


def _passport(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = people.passport_name(tidy(value))
    if found is None:
        raise problem("passport_name_form")
    return found


UkrainianName = Annotated[str, BeforeValidator(_ukrainian), StringConstraints(min_length=1, max_length=100)]
PassportName = Annotated[
    str,
    BeforeValidator(_passport),
    StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z]+([ '-][A-Za-z]+)*$"),
]


class SpokenLanguage(Shape):
    language: LanguageTag
    level: CefrLevel


class ContactGiven(Shape):
    """Kept in one form: telephones as E.164, addresses in lower case. The first of a kind is its primary one."""

    kind: ContactKind
    value: Line
    label: Name | None = None
    is_primary: Flag = False


class AffiliationFields(Shape):
    """From the first day to the day on which it is over."""

    position_uk: Name | None = None
    position_en: Name | None = None
    is_coordinator: Flag = False
    started_on: Day | None = None
    ended_on: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.started_on and self.ended_on and self.ended_on <= self.started_on:
            raise problem("ends_after_start")
        return self


class AffiliationCreate(AffiliationFields):
    organization_id: UUID


@patch_of(AffiliationFields)
class AffiliationPatch(Shape):
    """The fields to change; another organization is another affiliation."""


class AffiliationEnd(Shape):
    on: Day | None = Field(default=None, description="The first day without it; today when absent.")
    reason: Reason


class PersonFields(Shape):
    """Family and given name are needed in Ukrainian, or in Latin letters as the passport has them."""

    family_name_uk: UkrainianName | None = None
    given_name_uk: UkrainianName | None = None
    patronymic_uk: UkrainianName | None = None
    family_name_latin: PassportName | None = None
    given_name_latin: PassportName | None = None
    languages: Annotated[list[SpokenLanguage], Field(max_length=30)] = []
    contacts: Annotated[list[ContactGiven], Field(max_length=30)] = []
    note: Text | None = None

    @model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if (self.family_name_uk is None) != (self.given_name_uk is None):
            raise problem("together", fields="family_name_uk, given_name_uk")
        if (self.family_name_latin is None) != (self.given_name_latin is None):
            raise problem("together", fields="family_name_latin, given_name_latin")
        if self.family_name_uk is None and (self.family_name_latin is None or self.patronymic_uk is not None):
            raise problem("person_name_needed")
        return self

    @model_validator(mode="after")
    def _nothing_twice(self) -> Self:
        primary = [contact.kind for contact in self.contacts if contact.is_primary]
        if len(set(primary)) != len(primary):
            raise problem("one_primary_per_kind")
        spoken = [one.language for one in self.languages]
        if len(set(spoken)) != len(spoken):
            raise problem("repeated")
        return self


class PersonCreate(PersonFields):
    """Whoever may not write for the whole association adds people to their own organizations."""

    id: ClientId | None = None
    affiliations: Annotated[list[AffiliationCreate], Field(max_length=30)] = []


@patch_of(PersonFields)
class PersonPatch(Shape):
    """The fields to change. Affiliations have their own operations."""


class ContactRead(Answer):
    kind: ContactKind
    value: str
    label: str | None
    is_primary: bool


class AffiliationRead(Answer):
    id: UUID
    organization_id: UUID
    organization_name_uk: str | None
    organization_name_en: str
    country: str
    position_uk: str | None
    position_en: str | None
    is_coordinator: bool
    started_on: date | None
    ended_on: date | None


class PersonRead(Redactable, Record):
    family_name_uk: str | None
    given_name_uk: str | None
    patronymic_uk: str | None
    family_name_latin: str | None
    given_name_latin: str | None
    languages: list[SpokenLanguage]
    contacts: list[ContactRead]
    affiliations: list[AffiliationRead] = Field(description="The present ones first, then history.")
    note: Internal[str | None]
    is_erased: bool = Field(description="The personal data is gone; what stands in place of the names names nobody.")


class Affiliated(StrEnum):
    """Which affiliations count: today's, or former ones too."""

    CURRENT = "current"
    ANY = "any"


class PersonQuery(PageQuery):
    q: Annotated[str | None, Field(min_length=1, max_length=200, description="Part of a name in either alphabet.")] = (
        None
    )
    organization_id: UUID | None = None
    affiliated: Annotated[Affiliated, Field(description="Whether former affiliations count for `organization_id`.")] = (
        Affiliated.CURRENT
    )
    is_coordinator: Annotated[
        bool | None, Field(description="Coordinators of `organization_id`, or of any organization today.")
    ] = None
    language: LanguageTag | None = None
    level: Annotated[CefrLevel | None, Field(description="At least this level of `language`.")] = None
    sort: Annotated[
        Reference, Field(pattern="^-?(name|updated_at)$", description="`name` by the Ukrainian alphabet.")
    ] = "name"

    @model_validator(mode="after")
    def _level_of_a_language(self) -> Self:
        if self.level is not None and self.language is None:
            raise problem("language_needed")
        return self

    @property
    def member_of(self) -> UUID | None:
        return self._organization(Affiliated.CURRENT, coordinating=False)

    @property
    def ever_member_of(self) -> UUID | None:
        return self._organization(Affiliated.ANY, coordinating=False)

    @property
    def coordinator_of(self) -> UUID | None:
        return self._organization(Affiliated.CURRENT, coordinating=True)

    @property
    def ever_coordinator_of(self) -> UUID | None:
        return self._organization(Affiliated.ANY, coordinating=True)

    @property
    def coordinates(self) -> bool | None:
        return None if self.is_coordinator and self.organization_id else self.is_coordinator

    @property
    def speaks(self) -> list[str] | None:
        """What the list of a person's languages may hold: the language at any level that is high enough."""
        if self.language is None:
            return None
        if self.level is None:
            return [orjson.dumps([{"language": self.language}]).decode()]
        levels = people.at_least(self.level)
        return [orjson.dumps([{"language": self.language, "level": level.value}]).decode() for level in levels]

    def _organization(self, affiliated: Affiliated, *, coordinating: bool) -> UUID | None:
        is_asked = self.affiliated is affiliated and bool(self.is_coordinator) is coordinating
        return self.organization_id if is_asked else None
