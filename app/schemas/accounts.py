from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from app.core.listing import PageQuery
from app.rules.emails import normalised
from app.schemas.base import Answer, ClientId, Day, Flag, Name, Record, Reference, Shape, patch_of, problem
from app.vocabulary import GrantSource, Language, Role, ScopeKind

Email = Annotated[str, BeforeValidator(normalised), StringConstraints(min_length=3, max_length=320)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
Device = Annotated[
    Reference | None, Field(description="What the app calls itself; the person finds it in the list of their sessions.")
]


class SessionCreate(Shape):
    email: Annotated[str, StringConstraints(min_length=1, max_length=320)]
    password: Password
    device: Device = None


class SessionRefresh(Shape):
    refresh_token: Annotated[str, StringConstraints(min_length=20, max_length=200)]


class Tokens(Answer):
    """Send the access token as `Authorization: Bearer …`; use the refresh token once, for the next pair."""

    access_token: str = Field(max_length=4096)
    token_type: str = Field(max_length=10)
    expires_in: int = Field(ge=0, description="Seconds until the access token ends.")
    refresh_token: str = Field(max_length=200)
    session_id: UUID


class GrantGiven(Shape):
    """A role, where it holds, and the days on which it does. The end day itself no longer counts."""

    role: Role
    scope: ScopeKind
    organization_id: UUID | None = None
    oblast_code: Annotated[str, StringConstraints(max_length=19)] | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None

    @model_validator(mode="after")
    def _scope_is_named(self) -> Self:
        if (self.scope is ScopeKind.ORGANIZATION) != (self.organization_id is not None):
            raise problem("grant_scope_needs", field="organization_id", scope=ScopeKind.ORGANIZATION)
        if (self.scope is ScopeKind.OBLAST) != (self.oblast_code is not None):
            raise problem("grant_scope_needs", field="oblast_code", scope=ScopeKind.OBLAST)
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise problem("end_before_start")
        return self


class UserCreate(Shape):
    id: ClientId | None = None
    email: Email
    name: Name
    language: Language = Language.UK
    password: Password | None = Field(default=None, description="Without one the person is invited by a letter.")
    grants: Annotated[list[GrantGiven], Field(max_length=50)] = []


class UserFields(Shape):
    """What of an account can be changed."""

    name: Name
    language: Language = Language.UK
    is_active: Flag = True


@patch_of(UserFields)
class UserPatch(Shape):
    """The fields to change."""


class GrantRead(Answer):
    id: UUID
    role: Role
    scope: ScopeKind
    organization_id: UUID | None
    organization_name: str | None
    oblast_code: str | None
    valid_from: date
    valid_to: date | None
    source: GrantSource = Field(description="What came from a provider's groups goes when the person leaves the group.")


class UserRead(Record):
    email: str
    name: str
    language: Language
    is_active: bool
    has_password: bool = Field(description="False while the person was only invited, or signs in elsewhere.")
    grants: list[GrantRead]


class Me(Answer):
    id: UUID
    name: str
    email: str
    language: Language
    session_id: UUID
    grants: list[GrantRead]
    permissions: list[str] = Field(description="Everything these grants allow, somewhere.")


class UserQuery(PageQuery):
    email: Annotated[str | None, Field(max_length=320)] = None
    is_active: bool | None = None
    sort: Annotated[Reference, Field(pattern="^-?(email|updated_at)$")] = "email"
