from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col

from app.core.listing import Listing, Sort, equals
from app.core.reading import Children, View, as_json, constant
from app.models import Integration, Webhook, WebhookHealth, WebhookSecret
from app.schemas.webhooks import SigningKeyRead, WebhookHealthRead, WebhookQuery, WebhookRead

KEYS: Final = Children(
    model=WebhookSecret,
    read=SigningKeyRead,
    parent=col(WebhookSecret.webhook_id),
    order=[col(WebhookSecret.id).desc()],
)


def _health() -> Any:
    names = WebhookHealthRead.model_fields
    return sa.func.json_build_object(
        *(part for name in names for part in (constant(name), as_json(getattr(WebhookHealth, name))))
    )


VIEW: Final = View(
    model=Webhook,
    read=WebhookRead,
    joins=lambda page: [
        (Integration, col(Integration.id) == page.integration_id),
        (WebhookHealth, col(WebhookHealth.webhook_id) == page.id),
    ],
    fields=lambda _: {"integration_name": col(Integration.name), "health": _health()},
    children={"signing_keys": KEYS},
)

LISTING: Final = Listing(
    view=VIEW,
    query=WebhookQuery,
    filters={
        "integration_id": equals(col(Webhook.integration_id)),
        "status": equals(col(Webhook.status)),
    },
    sorts={
        "name": Sort(col(Webhook.name), str),
        "updated_at": Sort(col(Webhook.updated_at), datetime),
    },
    default_sort="name",
)
