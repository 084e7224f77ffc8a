from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.core.listing import PageQuery
from app.rules import networks
from app.rules.permissions import Permission
from app.schemas.accounts import Email
from app.schemas.base import (
    Answer,
    ClientId,
    Day,
    Distinct,
    Flag,
    Moment,
    Name,
    Record,
    Reference,
    Shape,
    Text,
    patch_of,
    problem,
)


def _network(text: str) -> str:
    try:
        return networks.network(text)
    except ValueError as error:
        raise problem("network_form") from error


NetworkText = Annotated[str, StringConstraints(min_length=2, max_length=50), AfterValidator(_network)]
Scopes = Annotated[list[Permission], Field(min_length=1, max_length=60), Distinct]
Networks = Annotated[list[NetworkText], Field(max_length=50), Distinct]
KeyText = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class IntegrationFields(Shape):
    """What of an integration can be changed. Nobody gives a scope that they do not hold themselves."""

    name: Name
    description: Text | None = None
    contact_email: Email = Field(description="Who is told when something happens to its keys.")
    scopes: Scopes = Field(description="What its keys may do; some permissions are for people only.")
    allowed_networks: Networks = Field(
        default=[], description="Where its keys may come from; from anywhere when empty."
    )
    is_active: Flag = True


class IntegrationCreate(IntegrationFields):
    """Without an organization it acts in the whole Association; where it acts never changes."""

    id: ClientId | None = None
    organization_id: UUID | None = None


@patch_of(IntegrationFields)
class IntegrationPatch(Shape):
    """The fields to change. The organization stays."""


class ApiKeyCreate(Shape):
    expires_at: Moment = Field(description="A year from now at most.")


class ApiKeyMade(Answer):
    """The key itself is shown this once; it is null when the answer is repeated for an `Idempotency-Key`."""

    id: UUID
    key_id: str = Field(max_length=12, description="The part of the key that names it, for logs and lists.")
    key: str | None = Field(max_length=200)
    created_at: datetime
    expires_at: datetime


class ApiKeyRead(Answer):
    id: UUID
    key_id: str = Field(max_length=12)
    created_at: datetime
    created_by: UUID | None
    expires_at: datetime
    last_used_at: datetime | None = Field(description="To within a minute.")
    last_used_from: str | None = Field(max_length=50)
    revoked_at: datetime | None
    revoked_because: str | None


class IntegrationRead(Record):
    name: str
    description: str | None
    contact_email: str
    organization_id: UUID | None
    organization_name: str | None
    scopes: list[Permission]
    allowed_networks: list[str]
    is_active: bool
    keys: list[ApiKeyRead]


class IntegrationQuery(PageQuery):
    organization_id: UUID | None = None
    is_active: bool | None = None
    sort: Annotated[Reference, Field(pattern="^-?(name|updated_at)$")] = "name"


class FoundKey(Shape):
    """A key that was found where it does not belong."""

    key: KeyText


class OwnKey(Answer):
    key_id: str = Field(max_length=12)
    expires_at: datetime


class OwnIntegration(Answer):
    id: UUID
    name: str
    organization_id: UUID | None
    organization_name: str | None
    scopes: list[Permission]
    allowed_networks: list[str]
    key: OwnKey = Field(description="The key that this was asked with.")


class UsageQuery(BaseModel):
    """Whole days in Kyiv, a month at most; the last thirty when nothing is said."""

    model_config = ConfigDict(extra="forbid")

    starts_on: Annotated[Day | None, Field(alias="from", description="The first day.")] = None
    ends_on: Annotated[Day | None, Field(alias="to", description="The last day.")] = None


class UsedOperation(Answer):
    day: date
    operation: str = Field(max_length=100)
    count: int = Field(ge=0)
    refused_count: int = Field(ge=0, description="How many of them were answered with an error.")
    is_deprecated: bool
    sunset_on: date | None = Field(description="From this day on the operation may be gone.")


class UsageRead(Answer):
    """Counted to within some seconds."""

    starts_on: date
    ends_on: date
    items: list[UsedOperation] = Field(max_length=10_000)
