"""What other systems can be told of by webhooks. The labels are whole sentences: people read them in catalogues."""

from app.vocabulary.term import Term


class WebhookEventType(Term):
    ORGANIZATION_CREATED = "organization.created", "Організацію додано.", "An organization was added."
    ORGANIZATION_UPDATED = "organization.updated", "Дані організації змінено.", "An organization was changed."
    ORGANIZATION_ARCHIVED = "organization.archived", "Організацію передано в архів.", "An organization was archived."
    ORGANIZATION_RESTORED = (
        "organization.restored",
        "Організацію повернуто з архіву.",
        "An organization was brought back from the archive.",
    )
    PERSON_CREATED = "person.created", "Картку особи додано.", "A person was added."
    PERSON_UPDATED = "person.updated", "Картку особи змінено.", "A person was changed."
    PERSON_ARCHIVED = "person.archived", "Картку особи передано в архів.", "A person was archived."
    PERSON_RESTORED = (
        "person.restored",
        "Картку особи повернуто з архіву.",
        "A person was brought back from the archive.",
    )
    PERSON_ERASED = "person.erased", "Особисті дані особи стерто.", "The personal data of a person was erased."
    PARTNERSHIP_CREATED = "partnership.created", "Партнерство розпочато.", "A partnership was opened."
    PARTNERSHIP_UPDATED = "partnership.updated", "Дані партнерства змінено.", "A partnership was changed."
    PARTNERSHIP_ARCHIVED = "partnership.archived", "Партнерство передано в архів.", "A partnership was archived."
    PARTNERSHIP_RESTORED = (
        "partnership.restored",
        "Партнерство повернуто з архіву.",
        "A partnership was brought back from the archive.",
    )
    PARTNERSHIP_STAGE_CHANGED = (
        "partnership.stage_changed",
        "Партнерство перейшло на інший етап.",
        "A partnership moved to another stage.",
    )
    PARTNERSHIP_TRACK_CHANGED = (
        "partnership.track_changed",
        "Партнерство стало формальним або знову неформальним.",
        "A partnership became formal, or informal again.",
    )
    PARTNERSHIP_STATUS_CHANGED = (
        "partnership.status_changed",
        "Партнерство призупинено, завершено або поновлено.",
        "A partnership came to rest, ended or was taken up again.",
    )
    PARTNERSHIP_PARTIES_CHANGED = (
        "partnership.parties_changed",
        "Склад учасників партнерства змінено.",
        "The parties of a partnership changed.",
    )
    PARTNERSHIP_COORDINATOR_CHANGED = (
        "partnership.coordinator_changed",
        "Координатора партнерства змінено.",
        "A partnership has another coordinator.",
    )
    AGREEMENT_CREATED = "agreement.created", "Документ додано.", "An agreement was added."
    AGREEMENT_UPDATED = "agreement.updated", "Дані документа змінено.", "An agreement was changed."
    AGREEMENT_ARCHIVED = "agreement.archived", "Документ передано в архів.", "An agreement was archived."
    AGREEMENT_RESTORED = (
        "agreement.restored",
        "Документ повернуто з архіву.",
        "An agreement was brought back from the archive.",
    )
    AGREEMENT_STATUS_CHANGED = (
        "agreement.status_changed",
        "Статус документа змінився.",
        "The status of an agreement changed.",
    )
    AGREEMENT_SIGNED = "agreement.signed", "Документ підписано.", "An agreement was signed."
    AGREEMENT_REGISTERED = "agreement.registered", "Документ зареєстровано.", "An agreement was registered."
    AGREEMENT_ENTERED_INTO_FORCE = (
        "agreement.entered_into_force",
        "Документ набрав чинності.",
        "An agreement entered into force.",
    )
    AGREEMENT_EXPIRED = "agreement.expired", "Строк дії документа сплив.", "The term of an agreement ran out."
    AGREEMENT_TERMINATED = "agreement.terminated", "Дію документа припинено.", "An agreement was terminated."
    PROJECT_CREATED = "project.created", "Проєкт додано.", "A project was added."
    PROJECT_UPDATED = "project.updated", "Дані проєкту змінено.", "A project was changed."
    PROJECT_ARCHIVED = "project.archived", "Проєкт передано в архів.", "A project was archived."
    PROJECT_RESTORED = (
        "project.restored",
        "Проєкт повернуто з архіву.",
        "A project was brought back from the archive.",
    )
    PROJECT_STATUS_CHANGED = "project.status_changed", "Статус проєкту змінився.", "The status of a project changed."
    DELEGATION_CREATED = "delegation.created", "Делегацію додано.", "A delegation was added."
    DELEGATION_UPDATED = "delegation.updated", "Дані делегації змінено.", "A delegation was changed."
    DELEGATION_ARCHIVED = "delegation.archived", "Делегацію передано в архів.", "A delegation was archived."
    DELEGATION_RESTORED = (
        "delegation.restored",
        "Делегацію повернуто з архіву.",
        "A delegation was brought back from the archive.",
    )
    DELEGATION_STATUS_CHANGED = (
        "delegation.status_changed",
        "Статус делегації змінився.",
        "The status of a delegation changed.",
    )
    ACTIVITY_CREATED = "activity.created", "Зустріч чи розмову внесено.", "A meeting or a talk was entered."
    ACTIVITY_UPDATED = "activity.updated", "Дані зустрічі чи розмови змінено.", "A meeting or a talk was changed."
    ACTIVITY_ARCHIVED = (
        "activity.archived",
        "Зустріч чи розмову передано в архів.",
        "A meeting or a talk was archived.",
    )
    ACTIVITY_RESTORED = (
        "activity.restored",
        "Зустріч чи розмову повернуто з архіву.",
        "A meeting or a talk was brought back from the archive.",
    )
    ACTIVITY_HELD = "activity.held", "Зустріч відбулася.", "A meeting took place."
    ACTIVITY_CANCELLED = "activity.cancelled", "Зустріч скасовано.", "A meeting was called off."
    TASK_CREATED = "task.created", "Завдання чи обіцянку додано.", "A task or a promise was added."
    TASK_UPDATED = "task.updated", "Завдання чи обіцянку змінено.", "A task or a promise was changed."
    TASK_ARCHIVED = "task.archived", "Завдання чи обіцянку передано в архів.", "A task or a promise was archived."
    TASK_RESTORED = (
        "task.restored",
        "Завдання чи обіцянку повернуто з архіву.",
        "A task or a promise was brought back from the archive.",
    )
    TASK_DONE = "task.done", "Завдання виконано чи обіцянки дотримано.", "A task was done, or a promise kept."
    LETTER_CREATED = "letter.created", "До реєстру додано лист.", "A letter was added to the register."
    LETTER_UPDATED = "letter.updated", "Дані листа змінено.", "A letter was changed."
    LETTER_ARCHIVED = "letter.archived", "Лист передано в архів.", "A letter was archived."
    LETTER_RESTORED = "letter.restored", "Лист повернуто з архіву.", "A letter was brought back from the archive."
    LETTER_SENT = "letter.sent", "Лист надіслано.", "A letter was sent."
    LETTER_ANSWERED = "letter.answered", "На лист відповіли.", "A letter was answered."
    DOCUMENT_CREATED = "document.created", "До запису додано файл.", "A file was added to a record."
    DOCUMENT_UPDATED = (
        "document.updated",
        "Дані файлу змінено або додано нову версію.",
        "A file was changed, or has a new version.",
    )
    DOCUMENT_ARCHIVED = "document.archived", "Файл передано в архів.", "A file was archived."
    DOCUMENT_RESTORED = "document.restored", "Файл повернуто з архіву.", "A file was brought back from the archive."
    REMINDER_TOLD = "reminder.told", "Комусь нагадано про запис.", "Somebody was reminded of a record."
    WEBHOOK_CHALLENGE = (
        "webhook.challenge",
        "Адреса має довести, що чекає на події.",
        "The address is asked to prove that it waits for events.",
    )
    WEBHOOK_PING = "webhook.ping", "Перевірка зв’язку на прохання людини.", "A test that somebody asked for."
