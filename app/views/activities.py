from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col, select

from app.core.listing import Filter, Listing, Sort, at_least, at_most, contains, equals, one_of, related
from app.core.reading import Children, View, constant
from app.models import Activity, ActivityParticipant, ActivityPartnership, User
from app.schemas.activities import ActivityQuery, ActivityRead, ParticipantRead
from app.views.parties import linked
from app.vocabulary import FieldClass

OWN_ID: Final = col(Activity.id)
PARTICIPATES: Final = col(ActivityParticipant.activity_id)
AT_HOME: Final = col(ActivityParticipant.organization_id)


def wall_clock(column: Any) -> Any:
    """As it stood on the wall: it has no zone, and so no Z."""
    return sa.func.to_char(column, constant('YYYY-MM-DD"T"HH24:MI:SS'))


def _organizations(id: Any) -> Any:
    found = sa.func.coalesce(sa.func.array_agg(sa.distinct(AT_HOME)), sa.literal_column("'{}'::uuid[]"))
    return select(found).where(id == PARTICIPATES, AT_HOME.is_not(None)).correlate(id.table).scalar_subquery()


def _count(id: Any) -> Any:
    return select(sa.func.count()).where(id == PARTICIPATES).correlate(id.table).scalar_subquery()


def _of(name: str) -> sa.ColumnElement[bool]:
    """The organization's own records, and those of others in which it took part."""
    took_part = related(OWN_ID, PARTICIPATES, equals(AT_HOME))(name)
    return sa.or_(equals(col(Activity.organization_id))(name), took_part)


def _participant(column: Any) -> Filter:
    return related(OWN_ID, PARTICIPATES, equals(column))


LOCAL_DAY: Final = sa.cast(col(Activity.starts_local), sa.Date())

VIEW: Final = View(
    model=Activity,
    read=ActivityRead,
    joins=lambda page: [(User, col(User.id) == page.owner_id)],
    fields=lambda page: {
        "owner_name": col(User.name),
        "starts_local": wall_clock(page.starts_local),
        "ends_local": wall_clock(page.ends_local),
        "partnership_ids": linked(
            col(ActivityPartnership.activity_id), col(ActivityPartnership.partnership_id), page.id
        ),
        "participant_count": _count(page.id),
        "participant_organization_ids": _organizations(page.id),
    },
    children={
        "participants": Children(
            model=ActivityParticipant,
            read=ParticipantRead,
            parent=PARTICIPATES,
            order=[col(ActivityParticipant.position)],
        )
    },
)

LISTING: Final = Listing(
    view=VIEW,
    query=ActivityQuery,
    filters={
        "q": contains(col(Activity.search)),
        "partnership_id": related(
            OWN_ID, col(ActivityPartnership.activity_id), equals(col(ActivityPartnership.partnership_id))
        ),
        "organization_id": _of,
        "kind": one_of(col(Activity.kind)),
        "status": one_of(col(Activity.status)),
        "source": one_of(col(Activity.source)),
        "owner_id": equals(col(Activity.owner_id)),
        "person_id": _participant(col(ActivityParticipant.person_id)),
        "user_id": _participant(col(ActivityParticipant.user_id)),
        "starts_from": at_least(LOCAL_DAY),
        "starts_to": at_most(LOCAL_DAY),
        "next_step_to": at_most(col(Activity.next_step_on)),
    },
    sorts={
        "starts_at": Sort(col(Activity.starts_at), datetime),
        "updated_at": Sort(col(Activity.updated_at), datetime),
    },
    default_sort="-starts_at",
    classes={"person_id": FieldClass.PERSONAL, "user_id": FieldClass.PERSONAL},
)
