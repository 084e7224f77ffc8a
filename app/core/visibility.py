"""Which rows exist for an actor: one condition per table, used by every list, read, search, history and write."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.sql import visitors
from sqlmodel import SQLModel, col, select

from app.core.actors import CLOSER, Reach
from app.models import (
    Activity,
    ActivityPartnership,
    Affiliation,
    Agreement,
    AgreementParty,
    Campaign,
    Delegation,
    DelegationPartnership,
    DelegationParty,
    Document,
    Grant,
    Integration,
    Letter,
    LetterTemplate,
    Organization,
    Partnership,
    PartnershipParty,
    Person,
    Project,
    ProjectPartnership,
    ProjectParty,
    ReminderRule,
    Task,
    User,
    Webhook,
)
from app.rules.permissions import Permission
from app.vocabulary import FieldClass

Condition = sa.ColumnElement[bool]

READING: Final[Mapping[type[SQLModel], Permission]] = {
    Organization: Permission.ORGANIZATIONS_READ,
    Person: Permission.PEOPLE_READ,
    Partnership: Permission.PARTNERSHIPS_READ,
    Agreement: Permission.AGREEMENTS_READ,
    Project: Permission.PROJECTS_READ,
    Delegation: Permission.DELEGATIONS_READ,
    User: Permission.USERS_READ,
    Integration: Permission.INTEGRATIONS_READ,
    Webhook: Permission.INTEGRATIONS_READ,
    Activity: Permission.ACTIVITIES_READ,
    Task: Permission.TASKS_READ,
    Letter: Permission.LETTERS_READ,
    LetterTemplate: Permission.LETTERS_READ,
    Campaign: Permission.LETTERS_READ,
    Document: Permission.DOCUMENTS_READ,
    ReminderRule: Permission.REMINDERS_READ,
}


def _own_organizations() -> Any:
    """The organizations of the actor's grants, by name or by oblast."""
    organizations = sa.bindparam("reach_organizations", type_=pg.ARRAY(sa.Uuid()))
    oblasts = sa.bindparam("reach_oblasts", type_=pg.ARRAY(sa.Text()))
    return select(col(Organization.id)).where(
        sa.or_(col(Organization.id) == sa.any_(organizations), col(Organization.oblast_code) == sa.any_(oblasts))
    )


def _of_parties(own: Any, key: Any, organization: Any, *when: Condition) -> Condition:
    found: Condition = own.in_(select(key).where(organization.in_(_own_organizations()), *when))
    return found


def _still_there() -> Condition:
    """The day of leaving is the last one."""
    left = col(PartnershipParty.left_on)
    return sa.or_(left.is_(None), left >= _today())


def _employed() -> Condition:
    """The day on which a position ends no longer counts."""
    ended = col(Affiliation.ended_on)
    return sa.or_(ended.is_(None), ended > _today())


def _today() -> Any:
    return sa.bindparam("reach_today", type_=sa.Date())


def _partnerships(*when: Condition) -> Condition:
    parties = col(PartnershipParty.partnership_id), col(PartnershipParty.organization_id)
    return _of_parties(col(Partnership.id), *parties, *when)


def _within_partnerships(column: Any) -> Condition:
    parties = col(PartnershipParty.partnership_id), col(PartnershipParty.organization_id)
    return _of_parties(column, *parties, _still_there())


def _linked(own: Any, key: Any, partnership: Any) -> Condition:
    found: Condition = own.in_(select(key).where(_within_partnerships(partnership)))
    return found


def _agreements() -> Condition:
    parties = _of_parties(col(Agreement.id), col(AgreementParty.agreement_id), col(AgreementParty.organization_id))
    return sa.or_(_within_partnerships(col(Agreement.partnership_id)), parties)


def _projects() -> Condition:
    return sa.or_(
        _linked(col(Project.id), col(ProjectPartnership.project_id), col(ProjectPartnership.partnership_id)),
        _of_parties(col(Project.id), col(ProjectParty.project_id), col(ProjectParty.organization_id)),
    )


def _delegations() -> Condition:
    return sa.or_(
        _linked(
            col(Delegation.id), col(DelegationPartnership.delegation_id), col(DelegationPartnership.partnership_id)
        ),
        _of_parties(col(Delegation.id), col(DelegationParty.delegation_id), col(DelegationParty.organization_id)),
    )


def _activities() -> Condition:
    return sa.or_(
        _linked(col(Activity.id), col(ActivityPartnership.activity_id), col(ActivityPartnership.partnership_id)),
        col(Activity.organization_id).in_(_own_organizations()),
    )


def _letters() -> Condition:
    return sa.or_(
        col(Letter.organization_id).in_(_own_organizations()), _within_partnerships(col(Letter.partnership_id))
    )


def _about(subject: Any, id: Any, names: tuple[type[SQLModel], ...]) -> Condition:
    """Rows that hang on a record of any kind are within the reach in which that record is."""
    return sa.or_(
        *(
            sa.and_(
                subject == sa.literal_column(f"'{model.__tablename__}'"),
                id.in_(select(col(model.id)).where(OWN_PART[model]())),  # type: ignore[attr-defined]  # every table has one
            )
            for model in names
        )
    )


def _tasks() -> Condition:
    about = _about(col(Task.subject), col(Task.subject_id), TASKED)
    return sa.or_(col(Task.organization_id).in_(_own_organizations()), about)


# The records that tasks and files may hang on.
TASKED: Final = (Partnership, Agreement, Project, Delegation, Activity, Letter, Organization)
FILED: Final = (*TASKED, Task, Person)

OWN_PART: Final[Mapping[type[SQLModel], Callable[[], Condition]]] = {
    Organization: lambda: col(Organization.id).in_(_own_organizations()),
    Person: lambda: _of_parties(
        col(Person.id), col(Affiliation.person_id), col(Affiliation.organization_id), _employed()
    ),
    Partnership: lambda: _partnerships(_still_there()),
    Agreement: _agreements,
    Project: _projects,
    Delegation: _delegations,
    User: lambda: _of_parties(col(User.id), col(Grant.user_id), col(Grant.organization_id)),
    Integration: lambda: col(Integration.organization_id).in_(_own_organizations()),
    Webhook: lambda: _of_parties(col(Webhook.integration_id), col(Integration.id), col(Integration.organization_id)),
    Activity: _activities,
    Task: _tasks,
    Letter: _letters,
    LetterTemplate: lambda: col(LetterTemplate.organization_id).in_(_own_organizations()),
    Campaign: lambda: col(Campaign.organization_id).in_(_own_organizations()),
    Document: lambda: _about(col(Document.subject), col(Document.subject_id), FILED),
    ReminderRule: sa.false,
}

# Who left a partnership still reads it: it is their past, too.
ALSO_READ: Final[Mapping[type[SQLModel], Callable[[], Condition]]] = {
    Partnership: _partnerships,
    # A template without an organization is everybody's.
    LetterTemplate: lambda: sa.or_(
        col(LetterTemplate.organization_id).is_(None), col(LetterTemplate.organization_id).in_(_own_organizations())
    ),
}

PUBLIC: Final = frozenset({Organization, ReminderRule})


def own(model: type[SQLModel], reach: Reach) -> Condition:
    """The rows of this table within a reach, for writing; with `reach.parameters()` as its values."""
    return _within(reach, model, OWN_PART[model]) & _of_shown_class(model, reach)


def visible(model: type[SQLModel], reach: Reach) -> Condition:
    """As `own`, with the past that may still be read; what is public exists for whoever may read the table at all."""
    if reach and model in PUBLIC:
        return sa.true()
    return _within(reach, model, ALSO_READ.get(model, OWN_PART[model])) & _of_shown_class(model, reach)


def _within(reach: Reach, model: type[SQLModel], part: Callable[[], Condition]) -> Condition:
    if not reach:
        return sa.false()
    if reach.rows is not None:
        return _named(model)
    return sa.true() if reach.everything else part()


# A file cannot be shown in part: whoever is not shown its class does not see it at all.
CLASSED: Final[Mapping[type[SQLModel], Any]] = {Document: col(Document.sensitivity)}


def _of_shown_class(model: type[SQLModel], reach: Reach) -> Condition:
    if model not in CLASSED or not reach:
        return sa.true()
    own_class = CLASSED[model]
    shown = (
        sa.and_(own_class == sa.literal_column(f"'{wanted}'"), shown_on(model, reach, wanted, col(model.id)))  # type: ignore[attr-defined]  # every table has one
        for wanted in CLOSER
    )
    return sa.or_(own_class == sa.literal_column(f"'{FieldClass.PUBLIC}'"), *shown)


def _named(model: type[SQLModel]) -> Condition:
    """Rights of today over rows of the past: they were looked up before and are named one by one."""
    found: Condition = col(model.id) == sa.any_(sa.bindparam("reach_rows", type_=pg.ARRAY(sa.Uuid())))  # type: ignore[attr-defined]  # every table has one
    return found


def shown_on(model: type[SQLModel], reach: Reach, wanted: FieldClass, id: Any) -> Condition:
    """Whether fields of this class are shown on the row with this id, which lies within `reach`."""
    closer = reach.seeing(wanted)
    if closer.everything or not closer:
        return sa.true() if closer else sa.false()
    if closer.rows is not None:
        return renamed(id == sa.any_(sa.bindparam("reach_rows", type_=pg.ARRAY(sa.Uuid()))), f"{wanted}_")
    rows = renamed(OWN_PART[model](), f"{wanted}_")
    found: Condition = id.in_(select(col(model.id)).where(rows))  # type: ignore[attr-defined]  # every table has one
    return found


def renamed(condition: Condition, prefix: str) -> Condition:
    """The same condition over the parameters of another reach."""

    def other(element: Any, **_: Any) -> Any:
        if isinstance(element, sa.BindParameter):
            return sa.bindparam(prefix + element.key, type_=element.type)
        return None

    found: Condition = visitors.replacement_traverse(condition, {}, other)
    return found
