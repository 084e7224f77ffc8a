"""The dated records that calendars show: for each kind of date one statement, within what its reader may see."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import SQLModel, col, select

from app.core.actors import Reach
from app.core.reading import constant
from app.core.visibility import renamed, visible
from app.models import (
    Activity,
    ActivityParticipant,
    ActivityPartnership,
    Agreement,
    AgreementParty,
    Delegation,
    DelegationPartnership,
    DelegationParty,
    Letter,
    Partnership,
    PartnershipParty,
    Project,
    ProjectPartnership,
    ProjectParty,
    Task,
)
from app.rules import agreements
from app.vocabulary import (
    ActivityStatus,
    AgreementStatus,
    DatedThing,
    DelegationStatus,
    LetterDirection,
    LetterStatus,
    ParticipantAnswer,
    PartnershipStatus,
    ProjectStatus,
    ProlongationRule,
    TaskStatus,
    Term,
)

Condition = sa.ColumnElement[bool]
Ids = Any
NOTHING: Final = sa.null()
PREFIX: Final = "home_"


@dataclass(frozen=True)
class Dates:
    """`of` says which rows belong to some partnerships, `parties` which to an organization, `mine` which to a person.

    Without `mine` they are those of the partnerships that the person coordinates.
    """

    model: type[SQLModel]
    starts: Any
    live: Condition
    of: Callable[[Ids], Condition]
    parties: Condition
    mine: Condition | None = None
    ends: Any = NOTHING
    zone: Any = NOTHING
    starts_fold: Any = NOTHING
    ends_fold: Any = NOTHING
    number: Any = NOTHING
    title_uk: Any = None
    title_en: Any = NOTHING
    place: Any = NOTHING
    is_over: Condition | None = None


@dataclass(frozen=True)
class Chosen:
    """Which of the records: those of a person, or those that all of the given filters let through."""

    is_mine: bool = False
    by: frozenset[str] = frozenset()


def _is(column: Any, *terms: Term) -> Condition:
    found: Condition = column.in_([constant(str(each)) for each in sorted(terms)])
    return found


def _reader() -> Any:
    return sa.bindparam("reader_id", type_=sa.Uuid())


def _organization() -> Any:
    return sa.any_(sa.bindparam("organization_ids", type_=pg.ARRAY(sa.Uuid())))


def _through(own: Any, key: Any, partnership: Any) -> Callable[[Ids], Condition]:
    return lambda ids: own.in_(select(key).where(partnership.in_(ids)))


def _party(own: Any, key: Any, organization: Any) -> Condition:
    found: Condition = own.in_(select(key).where(organization == _organization()))
    return found


def _takes_part() -> Condition:
    """Whoever has declined has other plans."""
    declined = constant(ParticipantAnswer.DECLINED)
    invited = select(col(ActivityParticipant.activity_id)).where(
        col(ActivityParticipant.user_id) == _reader(), col(ActivityParticipant.answer) != declined
    )
    return sa.or_(col(Activity.owner_id) == _reader(), col(Activity.id).in_(invited))


def _tasks_of(ids: Ids) -> Condition:
    """On the partnerships themselves, and on what belongs to them."""
    places: Iterable[tuple[type[SQLModel], Any]] = (
        (Partnership, ids),
        *((model, select(col(model.id)).where(of(ids))) for model, of in OF.items()),  # type: ignore[attr-defined]  # every table has one
    )
    return sa.or_(
        *(
            sa.and_(
                col(Task.subject) == constant(str(model.__tablename__)),
                col(Task.subject_id).in_(found),
            )
            for model, found in places
        )
    )


OF: Final[Mapping[type[SQLModel], Callable[[Ids], Condition]]] = MappingProxyType(
    {
        Agreement: lambda ids: col(Agreement.partnership_id).in_(ids),
        Letter: lambda ids: col(Letter.partnership_id).in_(ids),
        Activity: _through(
            col(Activity.id), col(ActivityPartnership.activity_id), col(ActivityPartnership.partnership_id)
        ),
        Delegation: _through(
            col(Delegation.id), col(DelegationPartnership.delegation_id), col(DelegationPartnership.partnership_id)
        ),
        Project: _through(col(Project.id), col(ProjectPartnership.project_id), col(ProjectPartnership.partnership_id)),
    }
)
OF_AGREEMENT: Final[dict[str, Any]] = {
    "model": Agreement,
    "of": OF[Agreement],
    "parties": _party(col(Agreement.id), col(AgreementParty.agreement_id), col(AgreementParty.organization_id)),
    "number": col(Agreement.number),
    "title_uk": col(Agreement.title_uk),
    "title_en": col(Agreement.title_en),
}
OF_ACTIVITY: Final[dict[str, Any]] = {
    "model": Activity,
    "of": OF[Activity],
    "parties": sa.or_(
        col(Activity.organization_id) == _organization(),
        _party(col(Activity.id), col(ActivityParticipant.activity_id), col(ActivityParticipant.organization_id)),
    ),
    "title_uk": col(Activity.title),
}
IS_LIVE: Final = _is(col(Agreement.status), *agreements.LIVE)

T: Final = DatedThing
SOURCES: Final[Mapping[DatedThing, Dates]] = MappingProxyType(
    {
        T.ACTIVITY_START: Dates(
            starts=col(Activity.starts_local),
            ends=col(Activity.ends_local),
            zone=col(Activity.zone),
            starts_fold=col(Activity.starts_fold),
            ends_fold=col(Activity.ends_fold),
            place=col(Activity.place),
            live=_is(col(Activity.status), ActivityStatus.PLANNED, ActivityStatus.HELD),
            is_over=_is(col(Activity.status), ActivityStatus.CANCELLED),
            mine=_takes_part(),
            **OF_ACTIVITY,
        ),
        T.ACTIVITY_NEXT_STEP: Dates(
            starts=col(Activity.next_step_on),
            live=_is(col(Activity.status), ActivityStatus.HELD),
            mine=col(Activity.owner_id) == _reader(),
            **OF_ACTIVITY,
        ),
        T.TASK_DUE: Dates(
            Task,
            starts=col(Task.due_on) + sa.func.coalesce(col(Task.due_time), sa.literal_column("time '00:00'")),
            zone=sa.case((col(Task.due_time).is_not(None), col(Task.zone))),
            starts_fold=col(Task.due_fold),
            live=_is(col(Task.status), TaskStatus.OPEN),
            of=_tasks_of,
            parties=sa.or_(col(Task.organization_id) == _organization(), col(Task.counterpart_id) == _organization()),
            mine=col(Task.owner_id) == _reader(),
            title_uk=col(Task.title),
        ),
        T.AGREEMENT_REVIEW: Dates(
            starts=col(Agreement.review_due_on),
            live=_is(col(Agreement.status), AgreementStatus.UNDER_REVIEW) & col(Agreement.decision).is_(None),
            **OF_AGREEMENT,
        ),
        T.AGREEMENT_EXPIRY: Dates(starts=col(Agreement.expires_on), live=IS_LIVE, **OF_AGREEMENT),
        T.AGREEMENT_NOTICE: Dates(
            starts=col(Agreement.expires_on) - col(Agreement.notice_days),
            live=IS_LIVE & _is(col(Agreement.prolongation), ProlongationRule.AUTOMATIC),
            **OF_AGREEMENT,
        ),
        T.PARTNERSHIP_NEXT_STEP: Dates(
            Partnership,
            starts=col(Partnership.next_step_on),
            live=col(Partnership.status) != constant(PartnershipStatus.ENDED),
            of=lambda ids: col(Partnership.id).in_(ids),
            parties=_party(
                col(Partnership.id), col(PartnershipParty.partnership_id), col(PartnershipParty.organization_id)
            ),
            number=col(Partnership.number),
            title_uk=col(Partnership.title_uk),
            title_en=col(Partnership.title_en),
        ),
        T.LETTER_ANSWER: Dates(
            Letter,
            starts=col(Letter.answer_due_on),
            live=sa.and_(
                _is(col(Letter.status), LetterStatus.SENT),
                _is(col(Letter.direction), LetterDirection.OUTGOING),
                col(Letter.answered_on).is_(None),
            ),
            of=OF[Letter],
            parties=sa.or_(
                col(Letter.organization_id) == _organization(), col(Letter.correspondent_id) == _organization()
            ),
            mine=col(Letter.owner_id) == _reader(),
            number=col(Letter.number),
            title_uk=col(Letter.subject),
        ),
        T.DELEGATION_START: Dates(
            Delegation,
            starts=col(Delegation.starts_on),
            ends=col(Delegation.ends_on),
            live=~_is(col(Delegation.status), DelegationStatus.POSTPONED, DelegationStatus.CANCELLED),
            is_over=_is(col(Delegation.status), DelegationStatus.POSTPONED, DelegationStatus.CANCELLED),
            of=OF[Delegation],
            parties=_party(
                col(Delegation.id), col(DelegationParty.delegation_id), col(DelegationParty.organization_id)
            ),
            number=col(Delegation.number),
            title_uk=col(Delegation.title_uk),
            title_en=col(Delegation.title_en),
        ),
        T.PROJECT_END: Dates(
            Project,
            starts=col(Project.ends_on),
            live=_is(
                col(Project.status), ProjectStatus.CONTRACTED, ProjectStatus.IMPLEMENTING, ProjectStatus.FINALISING
            ),
            of=OF[Project],
            parties=_party(col(Project.id), col(ProjectParty.project_id), col(ProjectParty.organization_id)),
            number=col(Project.number),
            title_uk=col(Project.title_uk),
            title_en=col(Project.title_en),
        ),
    }
)
# What belongs to a partnership and is shown in its calendar.
OF_A_PARTNERSHIP: Final = tuple(SOURCES)


def _partnerships(reach: Reach, *which: Condition) -> Any:
    """Of the partnerships that exist for the reader."""
    return select(col(Partnership.id)).where(renamed(visible(Partnership, reach), PREFIX), *which)


def _coordinated(reach: Reach) -> Any:
    return _partnerships(reach, col(Partnership.coordinator_id) == _reader())


def _filters(dates: Dates, home: Reach, by: frozenset[str]) -> Iterable[Condition]:
    ids, countries = pg.ARRAY(sa.Uuid()), pg.ARRAY(sa.Text())
    if "partnership_ids" in by:
        wanted = col(Partnership.id) == sa.any_(sa.bindparam("partnership_ids", type_=ids))
        yield dates.of(_partnerships(home, wanted))
    if "countries" in by:
        wanted = col(Partnership.country) == sa.any_(sa.bindparam("countries", type_=countries))
        yield dates.of(_partnerships(home, wanted))
    if "organization_ids" in by:
        sides = select(col(PartnershipParty.partnership_id)).where(
            col(PartnershipParty.organization_id) == _organization()
        )
        yield sa.or_(dates.parties, dates.of(_partnerships(home, col(Partnership.id).in_(sides))))


def query(thing: DatedThing, chosen: Chosen, reach: Reach, home: Reach) -> Any:
    """Those nearest to today, what is to come before what is past; one more than fit shows that there are others."""
    dates = SOURCES[thing]
    model: Any = dates.model
    day = sa.cast(dates.starts, sa.Date)
    today = sa.bindparam("today", type_=sa.Date())
    is_cancelled = sa.false() if dates.is_over is None else dates.is_over
    since = sa.bindparam("cancelled_since", type_=sa.DateTime(timezone=True))
    shown = dates.live if dates.is_over is None else dates.live | (dates.is_over & (col(model.updated_at) >= since))
    which = list(_filters(dates, home, chosen.by))
    if chosen.is_mine:
        which = [dates.of(_coordinated(home)) if dates.mine is None else dates.mine]
    is_past = sa.case((day < today, sa.literal_column("1")), else_=sa.literal_column("0"))
    return (
        sa.select(
            col(model.id),
            col(model.version),
            col(model.updated_at),
            sa.cast(dates.starts, sa.DateTime).label("starts"),
            sa.cast(dates.ends, sa.DateTime).label("ends"),
            dates.zone.label("zone"),
            dates.starts_fold.label("starts_fold"),
            dates.ends_fold.label("ends_fold"),
            dates.number.label("number"),
            dates.title_uk.label("title_uk"),
            dates.title_en.label("title_en"),
            dates.place.label("place"),
            is_cancelled.label("is_cancelled"),
        )
        .where(visible(model, reach), col(model.archived_at).is_(None), shown, *which)
        .where(day >= sa.bindparam("since", type_=sa.Date()), day <= sa.bindparam("until", type_=sa.Date()))
        .order_by(is_past, sa.func.abs(day - today), col(model.id))
        .limit(sa.bindparam("most", type_=sa.BigInteger()))
    )
