from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import col

from app.core.listing import Listing, Sort, equals
from app.core.reading import Children, View
from app.models import ApiKey, ApiKeyUse, Integration, Organization
from app.schemas.integrations import ApiKeyRead, IntegrationQuery, IntegrationRead

KEYS: Final = Children(
    model=ApiKey,
    read=ApiKeyRead,
    parent=col(ApiKey.integration_id),
    order=[col(ApiKey.created_at), col(ApiKey.id)],
    joins=[(ApiKeyUse, col(ApiKeyUse.api_key_id) == col(ApiKey.id))],
    fields={"last_used_at": col(ApiKeyUse.used_at), "last_used_from": col(ApiKeyUse.used_from)},
)

VIEW: Final = View(
    model=Integration,
    read=IntegrationRead,
    joins=lambda page: [(Organization, col(Organization.id) == page.organization_id)],
    fields=lambda _: {"organization_name": sa.func.coalesce(col(Organization.name_uk), col(Organization.name_en))},
    children={"keys": KEYS},
)

LISTING: Final = Listing(
    view=VIEW,
    query=IntegrationQuery,
    filters={
        "organization_id": equals(col(Integration.organization_id)),
        "is_active": equals(col(Integration.is_active)),
    },
    sorts={
        "name": Sort(col(Integration.name), str),
        "updated_at": Sort(col(Integration.updated_at), datetime),
    },
    default_sort="name",
)
