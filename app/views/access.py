"""Statements that ask what somebody else would see."""

from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from app.core.actors import Reach
from app.core.reading import constant
from app.core.visibility import renamed, visible
from app.models import Agreement, Delegation, Organization, Partnership, Person, Project
from app.schemas.access import ResourceKind

MODELS: Final[dict[ResourceKind, Any]] = {
    ResourceKind.ORGANIZATIONS: Organization,
    ResourceKind.PEOPLE: Person,
    ResourceKind.PARTNERSHIPS: Partnership,
    ResourceKind.AGREEMENTS: Agreement,
    ResourceKind.PROJECTS: Project,
    ResourceKind.DELEGATIONS: Delegation,
}
SAMPLE: Final = 20
MOST: Final = 1000
THEN: Final = "then_"
NOW: Final = "now_"


def _name(model: Any) -> Any:
    """What a person calls the record."""
    if model is Organization:
        return sa.func.coalesce(col(Organization.name_uk), col(Organization.name_en))
    if model is Person:
        own = col(Person.family_name_uk).concat(constant(" ")).concat(col(Person.given_name_uk))
        latin = col(Person.family_name_latin).concat(constant(" ")).concat(col(Person.given_name_latin))
        return sa.func.coalesce(own, latin)
    return model.number.concat(constant(" ")).concat(model.title_uk)


def appearing(kind: ResourceKind, now: Reach, then: Reach) -> Any:
    """The first thousand ids and names of what `then` shows and `now` does not."""
    model: type[SQLModel] = MODELS[kind]
    id_column = col(model.id)  # type: ignore[attr-defined]  # every table has one
    later, before = renamed(visible(model, then), THEN), renamed(visible(model, now), NOW)
    # Every shape of the question takes the same parameters.
    found = sa.select(id_column, _name(model).label("name")).where(later, sa.not_(before))
    return found.order_by(id_column).limit(sa.literal_column(str(MOST)))
