"""Addresses of other systems that are told of events, and what was sent to them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import Field, Index

from app.models.base import Aggregate, Row, empty_array, jsonb, term, texts
from app.vocabulary import DeliveryFailure, DeliveryStatus, WebhookStatus, WebhookStop


class Webhook(Aggregate, table=True):
    """Where an integration is told of what, with its rights; an empty filter leaves nothing out."""

    __tablename__ = "webhooks"
    __table_args__ = (
        Index("ix_webhooks_updated", "updated_at", "id"),
        Index("ix_webhooks_name", "name", "id"),
    )

    integration_id: UUID = Field(foreign_key="integrations.id", index=True)
    name: str
    url: str
    event_types: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    record_ids: list[UUID] = Field(default_factory=list, sa_type=pg.ARRAY(sa.Uuid()), sa_column_kwargs=empty_array())
    fields: list[str] = Field(default_factory=list, sa_type=texts(), sa_column_kwargs=empty_array())
    status: WebhookStatus = Field(default=WebhookStatus.PENDING, sa_type=term(WebhookStatus))
    disabled_because: WebhookStop | None = Field(default=None, sa_type=term(WebhookStop))
    activated_at: datetime | None = None


class WebhookSecret(Row, table=True):
    """What its messages are signed with, sealed with a key of the settings. Two sign while one takes over."""

    __tablename__ = "webhook_secrets"

    webhook_id: UUID = Field(foreign_key="webhooks.id", index=True)
    kek_id: str
    wrapped: str
    public_key: str
    made_at: datetime
    signs_until: datetime | None = None


class WebhookHealth(Row, table=True):
    """How its deliveries went lately. A row of its own, and locked by who claims: sending changes no record."""

    __tablename__ = "webhook_healths"

    webhook_id: UUID = Field(foreign_key="webhooks.id", unique=True)
    failures: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    failing_since: datetime | None = None
    paused_until: datetime | None = None
    delivered_at: datetime | None = None


class WebhookDelivery(Row, table=True):
    """An event on its way to one webhook. The row is the truth; the queue only executes."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("uq_webhook_deliveries", "webhook_id", "event_id", unique=True),
        Index("ix_webhook_deliveries_due", "webhook_id", "due_at", postgresql_where=sa.text("status = 'due'")),
        Index("ix_webhook_deliveries_leased", "webhook_id", postgresql_where=sa.text("lease_until IS NOT NULL")),
        Index("ix_webhook_deliveries_listed", "webhook_id", "id"),
        Index("ix_webhook_deliveries_over", "queued_at", postgresql_where=sa.text("status <> 'due'")),
    )

    webhook_id: UUID = Field(foreign_key="webhooks.id")
    event_id: UUID
    type: str
    subject: str
    subject_id: UUID | None = None
    body: str
    at: datetime
    queued_at: datetime = Field(sa_column_kwargs={"server_default": sa.text("now()")})
    status: DeliveryStatus = Field(
        default=DeliveryStatus.DUE, sa_type=term(DeliveryStatus), sa_column_kwargs={"server_default": sa.text("'due'")}
    )
    due_at: datetime
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    fence: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    lease_until: datetime | None = None
    delivered_at: datetime | None = None
    last_failure: DeliveryFailure | None = Field(default=None, sa_type=term(DeliveryFailure))


class WebhookAttempt(Row, table=True):
    """One try to deliver: what was sent beside the body, and what came back."""

    __tablename__ = "webhook_attempts"

    delivery_id: UUID = Field(foreign_key="webhook_deliveries.id", ondelete="CASCADE", index=True)
    at: datetime
    duration_ms: int
    request_headers: dict[str, Any] = Field(sa_type=jsonb())
    status_code: int | None = None
    failure: DeliveryFailure | None = Field(default=None, sa_type=term(DeliveryFailure))
    response_excerpt: str | None = None
