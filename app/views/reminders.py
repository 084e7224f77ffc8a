"""Which reminders somebody may read: their own, and those about records that they look after."""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from app.core.actors import Reach
from app.core.reading import constant
from app.core.uow import Asker
from app.core.visibility import TASKED, own, renamed, visible
from app.models import PersonalReminder, PlannedReminder, Task
from app.rules.permissions import Permission

SUBJECTS: Final[Mapping[str, type[SQLModel]]] = {str(each.__tablename__): each for each in (*TASKED, Task)}
# What a reminder about nothing but itself hangs on.
ITSELF: Final = str(PersonalReminder.__tablename__)
MANAGED: Final = "managed_"


def mine() -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = col(PlannedReminder.user_id) == sa.bindparam("user_id", type_=sa.Uuid())
    return found


def seen_by_me(asker: Asker) -> sa.ColumnElement[bool]:
    """Mine, about a record that I still see, or about nothing but itself."""
    return sa.and_(mine(), about_seen(asker))


def about_seen(asker: Asker) -> sa.ColumnElement[bool]:
    """About a record that I see, or about nothing but itself."""
    return _about_seen(asker, whose=sa.true())


def seen_by_who_manages(asker: Asker) -> sa.ColumnElement[bool]:
    """Mine, and those of others about records within my right to manage; never what somebody noted for themselves."""
    managed = _managed(asker)
    if not managed:
        return seen_by_me(asker)
    others = col(PlannedReminder.personal_id).is_(None)
    return sa.or_(seen_by_me(asker), sa.and_(others, _about_seen(asker, whose=None)))


def values(asker: Asker) -> dict[str, object]:
    """The parameters of these conditions."""
    found: dict[str, object] = {"user_id": asker.actor.id}
    for table, model in SUBJECTS.items():
        found |= asker.reach(model).parameters(f"{table}_")
    return found | _managed(asker).parameters(MANAGED)


def shape(asker: Asker) -> tuple[Any, ...]:
    """What decides how the conditions are written."""
    reaches = [asker.reach(model) for model in SUBJECTS.values()]
    return (*(bool(reach) and reach.shape for reach in reaches), _managed(asker).shape)


def _managed(asker: Asker) -> Reach:
    return asker.actor.reach(Permission.REMINDERS_MANAGE, asker.today)


def _about_seen(asker: Asker, whose: sa.ColumnElement[bool] | None) -> sa.ColumnElement[bool]:
    """`whose` without a condition: of records within the right to manage."""
    found = [] if whose is None else [col(PlannedReminder.subject) == constant(ITSELF)]
    for table, model in SUBJECTS.items():
        id = col(model.id)  # type: ignore[attr-defined]  # every table has one
        further = renamed(own(model, _managed(asker)), MANAGED) if whose is None else whose
        is_seen = renamed(visible(model, asker.reach(model)), f"{table}_")
        there: Any = sa.select(sa.literal_column("1")).where(id == col(PlannedReminder.subject_id), is_seen, further)
        found.append(sa.and_(col(PlannedReminder.subject) == constant(table), there.exists()))
    return sa.or_(*found)
