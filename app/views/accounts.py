from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from app.core.listing import Listing, Sort, equals
from app.core.reading import Children, View
from app.models import Grant, Organization, User
from app.schemas.accounts import GrantRead, UserQuery, UserRead

VIEW = View(
    model=User,
    read=UserRead,
    fields=lambda page: {"has_password": page.password_hash.is_not(None)},
    children={
        "grants": Children(
            model=Grant,
            read=GrantRead,
            parent=col(Grant.user_id),
            order=[col(Grant.valid_from), col(Grant.id)],
            joins=[(Organization, col(Organization.id) == col(Grant.organization_id))],
            fields={"organization_name": sa.func.coalesce(col(Organization.name_uk), col(Organization.name_en))},
        )
    },
)

LISTING = Listing(
    view=VIEW,
    query=UserQuery,
    filters={"email": equals(sa.func.lower(col(User.email))), "is_active": equals(col(User.is_active))},
    sorts={"email": Sort(col(User.email), str), "updated_at": Sort(col(User.updated_at), datetime)},
    default_sort="email",
)
