from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from app.core.listing import PastQuery
from app.rules import codes
from app.schemas.base import (
    Amount,
    Answer,
    ClientId,
    Country,
    Currency,
    Day,
    Degrees,
    Distinct,
    Edrpou,
    Internal,
    Katottg,
    LanguageTag,
    Line,
    Name,
    Record,
    Redactable,
    Reference,
    Shape,
    Text,
    WebAddress,
    patch_of,
    problem,
)
from app.vocabulary import (
    CooperationMode,
    Direction,
    ExperienceTopic,
    HromadaType,
    Network,
    OrganizationKind,
    PartnerCriterion,
    Purpose,
)


class Need(Shape):
    """What the organization looks for in a partner."""

    title: Line
    direction: Direction
    mode: CooperationMode | None = None
    purpose: Purpose | None = None
    amount: Amount | None = None
    currency: Currency | None = None

    @model_validator(mode="after")
    def _amount_has_a_currency(self) -> Self:
        if (self.amount is None) != (self.currency is None):
            raise problem("together", fields="amount, currency")
        return self


class Offer(Shape):
    """What a partner can learn or get from the organization."""

    topic: ExperienceTopic
    description: Line | None = None


class ExternalId(Shape):
    """What another system calls the organization."""

    system: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$", max_length=40)]
    value: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class AucMembershipPeriod(Shape):
    """A period of membership in the Association; without `left_on` it goes on."""

    joined_on: Day
    left_on: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.left_on is not None and self.left_on <= self.joined_on:
            raise problem("end_before_start")
        return self


class OrganizationCreate(Shape):
    """A name in Ukrainian or in English is needed; the missing English one is romanised by Resolution 55."""

    id: ClientId | None = None
    kind: OrganizationKind
    name_uk: Name | None = None
    name_en: Name | None = None
    name_local: Name | None = None
    local_language: LanguageTag | None = None
    country: Country
    region: Line | None = Field(default=None, description="The region in the partner's own country, as it is written.")
    katottg: Katottg | None = None
    edrpou: Edrpou | None = None
    nuts: Annotated[str, StringConstraints(max_length=10)] | None = None
    lau_code: Annotated[str, StringConstraints(max_length=20)] | None = None
    lau_year: Annotated[int, Field(ge=1990, le=2100)] | None = None
    latitude: Annotated[Degrees, Field(ge=-90, le=90, max_digits=9, decimal_places=6)] | None = None
    longitude: Annotated[Degrees, Field(ge=-180, le=180, max_digits=9, decimal_places=6)] | None = None
    population: Annotated[int, Field(ge=0, le=2_000_000_000)] | None = None
    population_year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    website: WebAddress | None = None
    description_uk: Text | None = None
    description_en: Text | None = None
    purposes: Annotated[list[Purpose], Field(max_length=20), Distinct] = []
    directions: Annotated[list[Direction], Field(max_length=60), Distinct] = []
    networks: Annotated[list[Network], Field(max_length=20), Distinct] = []
    criteria: Annotated[list[PartnerCriterion], Field(max_length=20), Distinct] = []
    needs: Annotated[list[Need], Field(max_length=100), Distinct] = []
    offers: Annotated[list[Offer], Field(max_length=100), Distinct] = []
    external_ids: Annotated[list[ExternalId], Field(max_length=50), Distinct] = []
    auc_memberships: Annotated[list[AucMembershipPeriod], Field(max_length=50), Distinct] = []

    @model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if self.name_uk is None and self.name_en is None:
            raise problem("organization_name_needed")
        return self

    @model_validator(mode="after")
    def _codes_fit(self) -> Self:
        try:
            if self.katottg is not None and self.kind is OrganizationKind.HROMADA:
                codes.hromada_katottg(self.katottg)
            if self.nuts is not None:
                self.nuts = codes.nuts(self.nuts, self.country)
            if self.lau_code is not None:
                self.lau_code = codes.lau(self.lau_code, self.country)
        except codes.BadCode as error:
            raise problem(error.code, **error.params) from error
        if self.country != "UA" and (self.katottg or self.edrpou):
            raise problem("ukrainian_codes_only")
        return self

    @model_validator(mode="after")
    def _pairs_are_whole(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise problem("together", fields="latitude, longitude")
        if (self.population is None) != (self.population_year is None):
            raise problem("together", fields="population, population_year")
        if (self.lau_code is None) != (self.lau_year is None):
            raise problem("together", fields="lau_code, lau_year")
        return self


@patch_of(OrganizationCreate)
class OrganizationPatch(Shape):
    """The fields to change."""


class ExternalIdRead(Answer):
    system: str
    value: str


class AucMembershipRead(Answer):
    joined_on: date
    left_on: date | None


class OrganizationRead(Redactable, Record):
    kind: OrganizationKind
    name_uk: str | None
    name_en: str
    name_local: str | None
    local_language: str | None
    country: str
    region: str | None
    katottg: str | None
    edrpou: str | None
    nuts: str | None
    lau_code: str | None
    lau_year: int | None
    hromada_type: HromadaType | None
    oblast_code: str | None = Field(description="KATOTTG code of the oblast.")
    oblast_name_uk: str | None
    oblast_name_en: str | None
    raion_name_uk: str | None
    replaced_by_id: UUID | None
    latitude: str | None
    longitude: str | None
    population: int | None
    population_year: int | None
    website: str | None
    description_uk: str | None
    description_en: str | None
    purposes: list[Purpose]
    directions: list[Direction]
    networks: list[Network]
    criteria: list[PartnerCriterion]
    needs: list[Need]
    offers: list[Offer]
    external_ids: list[ExternalIdRead]
    auc_memberships: list[AucMembershipRead]
    source: Internal[str | None]


class OrganizationQuery(PastQuery):
    q: Annotated[
        str | None,
        Field(min_length=1, max_length=200, description="Part of a name in any of its languages, or of a code."),
    ] = None
    kind: Annotated[list[OrganizationKind] | None, Field(max_length=20)] = None
    country: Annotated[list[Country] | None, Field(max_length=50)] = None
    oblast_code: Annotated[str | None, Field(max_length=19)] = None
    hromada_type: Annotated[list[HromadaType] | None, Field(max_length=5)] = None
    katottg: Annotated[str | None, Field(max_length=19)] = None
    edrpou: Annotated[str | None, Field(max_length=8)] = None
    external_system: Annotated[str | None, Field(max_length=40)] = None
    external_value: Annotated[str | None, Field(max_length=200)] = None
    member_on: Annotated[Day | None, Field(description="Members of the Association on this day.")] = None
    purpose: Annotated[list[Purpose] | None, Field(max_length=20)] = None
    direction: Annotated[list[Direction] | None, Field(max_length=60)] = None
    network: Annotated[list[Network] | None, Field(max_length=20)] = None
    sort: Annotated[
        Reference,
        Field(pattern="^-?(name|updated_at)$", description="`name` by the Ukrainian alphabet, or `-updated_at`."),
    ] = "name"
