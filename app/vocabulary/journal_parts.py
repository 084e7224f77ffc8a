"""What people call the parts of records in a history, in Ukrainian and English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Label = tuple[str, str]

PARTS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "account_links": ("Посилання з листа", "Link in a letter"),
        "activities": ("Подія", "Activity"),
        "activity_participants": ("Учасник події", "Participant"),
        "activity_partnerships": ("Партнерство події", "Partnership of the activity"),
        "affiliations": ("Місце роботи", "Affiliation"),
        "agreement_drafts": ("Редакція тексту", "Version of the text"),
        "agreement_parties": ("Сторона документа", "Party of the agreement"),
        "agreements": ("Документ", "Agreement"),
        "api_keys": ("Ключ", "Key"),
        "auc_memberships": ("Членство в Асоціації", "Membership in the Association"),
        "calendar_feeds": ("Календар за посиланням", "Calendar by link"),
        "campaigns": ("Розсилка пропозицій", "Campaign"),
        "consents": ("Згода", "Consent"),
        "contact_points": ("Контакт", "Contact"),
        "delegation_parties": ("Учасник делегації", "Party of the delegation"),
        "delegation_partnerships": ("Партнерство делегації", "Partnership of the delegation"),
        "delegations": ("Делегація", "Delegation"),
        "document_versions": ("Версія файлу", "Version of the file"),
        "documents": ("Файл", "File"),
        "erasures": ("Стирання", "Erasure"),
        "grants": ("Роль", "Role"),
        "handovers": ("Передання справ", "Handover"),
        "identities": ("Запис у зовнішнього постачальника входу", "Account at an outside provider"),
        "identity_documents": ("Документ, що посвідчує особу", "Identity document"),
        "integrations": ("Інтеграція", "Integration"),
        "journal_archives": ("Архів журналу", "Archive of the journal"),
        "journal_exports": ("Вивантаження журналу", "Export of the journal"),
        "letter_templates": ("Шаблон листа", "Template of a letter"),
        "letters": ("Лист", "Letter"),
        "notification_preferences": ("Налаштування сповіщень", "Notification preference"),
        "organization_external_ids": ("Код в іншій системі", "Code in another system"),
        "organizations": ("Організація", "Organization"),
        "particulars": ("Відомості про особу", "Particular"),
        "partnership_parties": ("Учасник партнерства", "Party of the partnership"),
        "partnership_stages": ("Перебування на етапі", "Stay in a stage"),
        "partnerships": ("Партнерство", "Partnership"),
        "passkeys": ("Ключ доступу", "Passkey"),
        "people": ("Особа", "Person"),
        "personal_reminders": ("Власне нагадування", "Personal reminder"),
        "project_parties": ("Учасник проєкту", "Party of the project"),
        "project_partnerships": ("Партнерство проєкту", "Partnership of the project"),
        "projects": ("Проєкт", "Project"),
        "recovery_codes": ("Код відновлення", "Recovery code"),
        "reminder_rules": ("Правило нагадувань", "Reminder rule"),
        "sessions": ("Сесія", "Session"),
        "signing_keys": ("Ключ підпису", "Signing key"),
        "task_dependencies": ("Залежність завдання", "Dependency of the task"),
        "task_items": ("Пункт завдання", "Point of the task"),
        "tasks": ("Завдання", "Task"),
        "territories": ("Територія", "Territory"),
        "totp_factors": ("Одноразові коди", "One-time codes"),
        "users": ("Обліковий запис", "Account"),
        "webhook_secrets": ("Ключ підпису подій", "Signing key of the events"),
        "webhooks": ("Підписка на події", "Webhook"),
    }
)


def part_label(part: str, language: str) -> str:
    return said(PARTS.get(part), part, language)


def said(label: Label | None, name: str, language: str) -> str:
    """What has no label is called by its name: nothing of a history may be lost."""
    if label is None:
        return name
    return label[0 if language == "uk" else 1]
