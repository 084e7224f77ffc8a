"""The parties and partnerships of a project or a delegation, as both show them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import SQLModel, col, select

from app.core.reading import Children
from app.models import Organization
from app.schemas.parties import InvolvedPartyRead


def parties(model: type[SQLModel], *, parent: Any, organization: Any, position: Any) -> Children:
    return Children(
        model=model,
        read=InvolvedPartyRead,
        parent=parent,
        order=[position],
        joins=[(Organization, col(Organization.id) == organization)],
        fields={
            "name_uk": col(Organization.name_uk),
            "name_en": col(Organization.name_en),
            "kind": col(Organization.kind),
            "country": col(Organization.country),
        },
    )


def linked(parent: Any, partnership: Any, id: Any) -> Any:
    """The ids of the partnerships only: what else they hold is for those who may see them."""
    ids = sa.func.array_agg(pg.aggregate_order_by(partnership, partnership))
    found = select(sa.func.coalesce(ids, sa.literal_column("'{}'::uuid[]"))).where(parent == id)
    return found.correlate(id.table).scalar_subquery()
