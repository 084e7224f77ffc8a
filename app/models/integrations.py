from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index

from app.models.base import Aggregate, Row, empty_array, texts


class Integration(Aggregate, table=True):
    """Another system that speaks to us with keys; without an organization it acts in the whole association."""

    __tablename__ = "integrations"
    __table_args__ = (
        Index("ix_integrations_updated", "updated_at", "id"),
        Index("ix_integrations_name", "name", "id"),
    )

    name: str
    description: str | None = None
    contact_email: str
    organization_id: UUID | None = Field(default=None, foreign_key="organizations.id", index=True)
    scopes: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    allowed_networks: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    is_active: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})


class ApiKey(Row, table=True):
    """Of its text only the part that names it is kept, and a digest."""

    __tablename__ = "api_keys"

    integration_id: UUID = Field(foreign_key="integrations.id", index=True)
    key_id: str = Field(unique=True)
    secret_hash: bytes
    created_at: datetime
    created_by: UUID | None = Field(default=None, foreign_key="users.id", index=True)
    expires_at: datetime
    revoked_at: datetime | None = None
    revoked_because: str | None = None


class ApiKeyUse(Row, table=True):
    """When a key was last used and from where, to within a minute. A row of its own: a use changes no record."""

    __tablename__ = "api_key_uses"

    api_key_id: UUID = Field(foreign_key="api_keys.id", unique=True)
    used_at: datetime
    used_from: str


class IntegrationUse(Row, table=True):
    """How often an integration called an operation on a day. Counted in memory, added here every few seconds."""

    __tablename__ = "integration_uses"
    __table_args__ = (Index("uq_integration_uses", "integration_id", "day", "operation", unique=True),)

    integration_id: UUID = Field(foreign_key="integrations.id")
    day: date
    operation: str
    count: int
    refused_count: int
    is_deprecated: bool
