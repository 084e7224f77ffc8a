"""What each role may do at all. Where it may do it is the grant's scope; which rows it sees is `core/visibility.py`."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.vocabulary import FieldClass, Role


class Permission(StrEnum):
    ORGANIZATIONS_READ = "organizations:read"
    ORGANIZATIONS_WRITE = "organizations:write"
    ORGANIZATIONS_CREATE = "organizations:create"
    ORGANIZATIONS_ARCHIVE = "organizations:archive"
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    PARTNERSHIPS_READ = "partnerships:read"
    PARTNERSHIPS_WRITE = "partnerships:write"
    AGREEMENTS_READ = "agreements:read"
    AGREEMENTS_WRITE = "agreements:write"
    PROJECTS_READ = "projects:read"
    PROJECTS_WRITE = "projects:write"
    DELEGATIONS_READ = "delegations:read"
    DELEGATIONS_WRITE = "delegations:write"
    ACTIVITIES_READ = "activities:read"
    ACTIVITIES_WRITE = "activities:write"
    TASKS_READ = "tasks:read"
    TASKS_WRITE = "tasks:write"
    LETTERS_READ = "letters:read"
    LETTERS_WRITE = "letters:write"
    DOCUMENTS_READ = "documents:read"
    DOCUMENTS_WRITE = "documents:write"
    REMINDERS_READ = "reminders:read"
    REMINDERS_MANAGE = "reminders:manage"
    REMINDER_RULES_WRITE = "reminder_rules:write"
    HANDOVERS_WRITE = "handovers:write"
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"
    GRANTS_WRITE = "grants:write"
    ACCESS_READ = "access:read"
    INTEGRATIONS_READ = "integrations:read"
    INTEGRATIONS_WRITE = "integrations:write"
    JOURNAL_READ = "journal:read"
    IDENTITY_READ = "identity:read"
    IDENTITY_WRITE = "identity:write"
    IDENTITY_REVEAL = "identity:reveal"
    PERSONAL_DATA_EXPORT = "personal_data:export"
    PERSONAL_DATA_ERASE = "personal_data:erase"


_P = Permission

PUBLIC_FACTS: Final = frozenset({_P.ORGANIZATIONS_READ})
OWN_MATTERS: Final = PUBLIC_FACTS | {
    _P.PARTNERSHIPS_READ,
    _P.AGREEMENTS_READ,
    _P.PROJECTS_READ,
    _P.DELEGATIONS_READ,
    _P.REMINDERS_READ,
}
# What was said and written between the sides, and what is to be done: for our own people, not for guests.
CORRESPONDENCE: Final = frozenset(
    {_P.ACTIVITIES_READ, _P.TASKS_READ, _P.LETTERS_READ, _P.DOCUMENTS_READ},
)
WORK: Final = (
    OWN_MATTERS
    | CORRESPONDENCE
    | {
        _P.ACTIVITIES_WRITE,
        _P.TASKS_WRITE,
        _P.LETTERS_WRITE,
        _P.DOCUMENTS_WRITE,
        _P.REMINDERS_MANAGE,
        _P.PEOPLE_READ,
        _P.PEOPLE_WRITE,
        _P.ORGANIZATIONS_WRITE,
        _P.ORGANIZATIONS_CREATE,
        _P.PARTNERSHIPS_WRITE,
        _P.AGREEMENTS_WRITE,
        _P.PROJECTS_WRITE,
        _P.DELEGATIONS_WRITE,
        _P.INTEGRATIONS_READ,
        _P.INTEGRATIONS_WRITE,
        _P.IDENTITY_READ,
        _P.IDENTITY_WRITE,
        _P.IDENTITY_REVEAL,
    }
)

# What no key of another system may ever be given: a machine makes no accounts, and reveals nobody.
FOR_PEOPLE: Final = frozenset(
    {
        _P.USERS_READ,
        _P.USERS_WRITE,
        _P.GRANTS_WRITE,
        _P.ACCESS_READ,
        _P.INTEGRATIONS_READ,
        _P.INTEGRATIONS_WRITE,
        _P.JOURNAL_READ,
        _P.IDENTITY_READ,
        _P.IDENTITY_WRITE,
        _P.IDENTITY_REVEAL,
        _P.PERSONAL_DATA_EXPORT,
        _P.PERSONAL_DATA_ERASE,
        _P.REMINDERS_READ,
        _P.REMINDERS_MANAGE,
        _P.REMINDER_RULES_WRITE,
        _P.HANDOVERS_WRITE,
    }
)

GRANTS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.COORDINATOR: WORK | {_P.ORGANIZATIONS_ARCHIVE, _P.USERS_READ, _P.HANDOVERS_WRITE},
    Role.HROMADA_MANAGER: WORK,
    Role.HROMADA_MEMBER: OWN_MATTERS | CORRESPONDENCE | {_P.PEOPLE_READ},
    Role.PARTNER_GUEST: OWN_MATTERS,
    Role.ANALYST: OWN_MATTERS | CORRESPONDENCE,
    # Looks at everything that was done, and does nothing.
    Role.AUDITOR: OWN_MATTERS | CORRESPONDENCE | {_P.JOURNAL_READ, _P.USERS_READ, _P.INTEGRATIONS_READ},
}

# The most closely held class that ordinary answers show to each role. Identity, health and a minor's data are shown to
# nobody in passing: they are revealed one at a time.
CLEARANCE: Final[Mapping[Role, FieldClass]] = {
    Role.ADMINISTRATOR: FieldClass.PERSONAL,
    Role.COORDINATOR: FieldClass.PERSONAL,
    Role.HROMADA_MANAGER: FieldClass.PERSONAL,
    Role.HROMADA_MEMBER: FieldClass.PERSONAL,
    Role.PARTNER_GUEST: FieldClass.PUBLIC,
    Role.ANALYST: FieldClass.INTERNAL,
    Role.AUDITOR: FieldClass.INTERNAL,
}
SHOWN: Final = (FieldClass.PUBLIC, FieldClass.INTERNAL, FieldClass.PERSONAL)


def shows(role: Role | None, wanted: FieldClass) -> bool:
    """Whether a role (or, without one, an integration) is shown fields of this class in ordinary answers."""
    most = CLEARANCE[role] if role else FieldClass.PERSONAL
    return wanted in SHOWN[: SHOWN.index(most) + 1]
