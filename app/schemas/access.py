from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.rules.permissions import Permission
from app.schemas.accounts import GrantGiven
from app.schemas.base import Answer, Shape
from app.vocabulary import FieldClass, Role, ScopeKind


class ResourceKind(StrEnum):
    """The kinds of records that are visible to some and not to others."""

    ORGANIZATIONS = "organizations"
    PEOPLE = "people"
    PARTNERSHIPS = "partnerships"
    AGREEMENTS = "agreements"
    PROJECTS = "projects"
    DELEGATIONS = "delegations"


class Place(Answer):
    """Where a grant holds. Without an organization and an oblast: in the whole association."""

    scope: ScopeKind
    organization_id: UUID | None
    oblast_code: str | None
    name: str | None


class AllowedBy(Answer):
    grant_id: UUID | None
    role: Role | None
    place: Place
    valid_to: date | None


class Allowed(Answer):
    permission: Permission
    by: Annotated[list[AllowedBy], Field(max_length=100)]


class Access(Answer):
    """Everything that today's grants allow, where, and by which of them."""

    on: date
    classes: list[FieldClass] = Field(description="The classes of fields shown somewhere.")
    permissions: Annotated[list[Allowed], Field(max_length=100)]


class ResourceGiven(Shape):
    kind: ResourceKind
    id: UUID


class Question(Shape):
    """May this person do this, to this record? Without `user_id` the question is about yourself."""

    user_id: UUID | None = None
    permission: Permission
    resource: ResourceGiven | None = None


class Decision(Answer):
    """One grant or rule that decided, in the reader's language."""

    code: str = Field(max_length=60)
    detail: str = Field(max_length=2000)
    grant_id: UUID | None


class Explanation(Answer):
    """`allowed` says what grants and visibility decide; the state of the record may still refuse (409)."""

    allowed: bool
    decided_by: Annotated[list[Decision], Field(max_length=100)]


class ChangeAsked(Shape):
    """A change of grants to think through before it is made."""

    user_id: UUID
    give: Annotated[list[GrantGiven], Field(max_length=20)] = []
    revoke: Annotated[list[UUID], Field(max_length=50, description="Ids of grants.")] = []


class Named(Answer):
    id: UUID
    name: str


class Difference(Answer):
    """Counts stop at 1000; the names are the first few."""

    kind: ResourceKind
    appears_count: int = Field(ge=0, le=1000)
    vanishes_count: int = Field(ge=0, le=1000)
    appears: Annotated[list[Named], Field(max_length=20)]
    vanishes: Annotated[list[Named], Field(max_length=20)]


class AccessChange(Answer):
    gained: list[Permission]
    lost: list[Permission]
    records: Annotated[list[Difference], Field(max_length=20)]
