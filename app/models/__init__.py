"""Every table, imported once, so that the metadata is complete wherever one of them is used."""

from app.models.accounts import Grant, RefreshToken, Session, SigningKey, User
from app.models.agreements import Agreement, AgreementDraft, AgreementParty
from app.models.delegations import Delegation, DelegationPartnership, DelegationParty
from app.models.machinery import IdempotencyKey, JournalEntry, Reminder
from app.models.organizations import AucMembership, Organization, OrganizationExternalId, Territory
from app.models.partnerships import NumberSeries, Partnership, PartnershipParty, StageEntry
from app.models.people import Affiliation, ContactPoint, Person
from app.models.projects import Project, ProjectPartnership, ProjectParty

__all__ = [
    "Affiliation",
    "Agreement",
    "AgreementDraft",
    "AgreementParty",
    "AucMembership",
    "ContactPoint",
    "Delegation",
    "DelegationPartnership",
    "DelegationParty",
    "Grant",
    "IdempotencyKey",
    "JournalEntry",
    "NumberSeries",
    "Organization",
    "OrganizationExternalId",
    "Partnership",
    "PartnershipParty",
    "Person",
    "Project",
    "ProjectPartnership",
    "ProjectParty",
    "RefreshToken",
    "Reminder",
    "Session",
    "SigningKey",
    "StageEntry",
    "Territory",
    "User",
]
