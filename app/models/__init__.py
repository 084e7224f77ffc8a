"""Every table, imported once, so that the metadata is complete wherever one of them is used."""

from app.models.accounts import Grant, RefreshToken, Session, SigningKey, Throttle, User
from app.models.activities import Activity, ActivityParticipant, ActivityPartnership
from app.models.agreements import Agreement, AgreementDraft, AgreementParty
from app.models.calendars import CalendarFeed, CalendarFeedUse, Invitation, ReceivedMail
from app.models.delegations import Delegation, DelegationPartnership, DelegationParty
from app.models.documents import Document, DocumentVersion, Upload
from app.models.factors import FactorChallenge, Passkey, RecoveryCode, TotpFactor
from app.models.identity import IdentityDocument, Particular, SubjectKey, VaultKey
from app.models.integrations import ApiKey, ApiKeyUse, Integration, IntegrationUse
from app.models.journal_files import JournalArchive, JournalExport
from app.models.letters import Campaign, Letter, LetterTemplate
from app.models.machinery import IdempotencyKey, JournalCursor, JournalEntry, JournalEpoch
from app.models.messages import AccountLink, Message
from app.models.openid import Identity, OpenIdAttempt
from app.models.operations import Operation
from app.models.organizations import AucMembership, Organization, OrganizationExternalId, Territory
from app.models.partnerships import NumberSeries, Partnership, PartnershipParty, StageEntry
from app.models.people import Affiliation, ContactPoint, Person
from app.models.personal import Consent, Erasure, JournalPersonal
from app.models.projects import Project, ProjectPartnership, ProjectParty
from app.models.reminders import (
    Heartbeat,
    Notice,
    NotificationPreference,
    NotificationSettings,
    PersonalReminder,
    PlannedReminder,
    ReminderRule,
)
from app.models.seals import JournalCheckpoint, JournalLeaf, JournalNode
from app.models.tasks import Handover, Task, TaskDependency, TaskItem
from app.models.webhooks import Webhook, WebhookAttempt, WebhookDelivery, WebhookHealth, WebhookSecret

__all__ = [
    "AccountLink",
    "Activity",
    "ActivityParticipant",
    "ActivityPartnership",
    "Affiliation",
    "Agreement",
    "AgreementDraft",
    "AgreementParty",
    "ApiKey",
    "ApiKeyUse",
    "AucMembership",
    "CalendarFeed",
    "CalendarFeedUse",
    "Campaign",
    "Consent",
    "ContactPoint",
    "Delegation",
    "DelegationPartnership",
    "DelegationParty",
    "Document",
    "DocumentVersion",
    "Erasure",
    "FactorChallenge",
    "Grant",
    "Handover",
    "Heartbeat",
    "IdempotencyKey",
    "Identity",
    "IdentityDocument",
    "Integration",
    "IntegrationUse",
    "Invitation",
    "JournalArchive",
    "JournalCheckpoint",
    "JournalCursor",
    "JournalEntry",
    "JournalEpoch",
    "JournalExport",
    "JournalLeaf",
    "JournalNode",
    "JournalPersonal",
    "Letter",
    "LetterTemplate",
    "Message",
    "Notice",
    "NotificationPreference",
    "NotificationSettings",
    "NumberSeries",
    "OpenIdAttempt",
    "Operation",
    "Organization",
    "OrganizationExternalId",
    "Particular",
    "Partnership",
    "PartnershipParty",
    "Passkey",
    "Person",
    "PersonalReminder",
    "PlannedReminder",
    "Project",
    "ProjectPartnership",
    "ProjectParty",
    "ReceivedMail",
    "RecoveryCode",
    "RefreshToken",
    "ReminderRule",
    "Session",
    "SigningKey",
    "StageEntry",
    "SubjectKey",
    "Task",
    "TaskDependency",
    "TaskItem",
    "Territory",
    "Throttle",
    "TotpFactor",
    "Upload",
    "User",
    "VaultKey",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookHealth",
    "WebhookSecret",
]
