"""What was done to activities, letters, tasks, files, reminders and calendars."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

WORK: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "create_activity": ("Запис про подію додано.", "The activity was added."),
        "edit_activity": ("Запис про подію змінено.", "The activity was changed."),
        "hold_activity": ("Подія відбулася.", "The activity took place."),
        "cancel_activity": ("Подію скасовано.", "The activity was cancelled."),
        "archive_activity": ("Запис про подію передано в архів.", "The activity was archived."),
        "restore_activity": ("Запис про подію повернуто з архіву.", "The activity was brought back from the archive."),
        "create_task": ("Завдання додано.", "The task was added."),
        "edit_task": ("Завдання змінено.", "The task was changed."),
        "finish_task": ("Завдання виконано.", "The task was done."),
        "reopen_task": ("Завдання відкрито знову.", "The task was reopened."),
        "cancel_task": ("Завдання скасовано.", "The task was cancelled."),
        "archive_task": ("Завдання передано в архів.", "The task was archived."),
        "restore_task": ("Завдання повернуто з архіву.", "The task was brought back from the archive."),
        "hand_over_records": ("Справи передано наступникові.", "The work was handed over."),
        "create_upload": ("Файл завантажено.", "A file was uploaded."),
        "create_document": ("Файл додано.", "The file was added."),
        "create_document_version": ("Додано нову версію файлу.", "A new version of the file was added."),
        "change_document": ("Дані про файл змінено.", "What is said about the file was changed."),
        "create_document_link": ("Створено посилання на файл.", "A link to the file was made."),
        "archive_document": ("Файл передано в архів.", "The file was archived."),
        "restore_document": ("Файл повернуто з архіву.", "The file was brought back from the archive."),
        "scan_files": ("Файл перевірено на віруси.", "The file was scanned for viruses."),
        "tidy_files": ("Прибрано файли, яких ніхто не долучив.", "Files that nobody attached were tidied away."),
        "create_reminder_rule": ("Правило нагадувань додано.", "A rule of reminders was added."),
        "edit_reminder_rule": ("Правило нагадувань змінено.", "A rule of reminders was changed."),
        "archive_reminder_rule": ("Правило нагадувань передано в архів.", "A rule of reminders was archived."),
        "restore_reminder_rule": (
            "Правило нагадувань повернуто з архіву.",
            "A rule of reminders was brought back from the archive.",
        ),
        "try_out_reminder_rule": ("Правило нагадувань випробувано.", "A rule of reminders was tried out."),
        "try_out_saved_reminder_rule": ("Правило нагадувань випробувано.", "A rule of reminders was tried out."),
        "create_personal_reminder": ("Власне нагадування додано.", "A reminder of one’s own was added."),
        "edit_personal_reminder": ("Власне нагадування змінено.", "A reminder of one’s own was changed."),
        "end_personal_reminder": ("Власне нагадування завершено.", "A reminder of one’s own was ended."),
        "replay_reminder": ("Нагадування повторено.", "A reminder was sent once more."),
        "edit_notification_settings": ("Час сповіщень змінено.", "The hours of notifications were changed."),
        "edit_notification_preference": ("Спосіб сповіщень змінено.", "The way of being told was changed."),
        "read_notification": ("Сповіщення прочитано.", "A notification was read."),
        "unread_notification": ("Сповіщення позначено непрочитаним.", "A notification was marked unread."),
        "snooze_notification": ("Сповіщення відкладено.", "A notification was put off."),
        "finish_notification": ("Сповіщення виконано.", "A notification was dealt with."),
        "read_all_notifications": ("Усі сповіщення прочитано.", "All notifications were read."),
        "unsubscribe": ("Щоденні листи вимкнено за посиланням.", "Daily letters were stopped by their link."),
        "create_calendar_feed": ("Адресу календаря створено.", "An address of a calendar was made."),
        "rotate_calendar_feed": ("Адресу календаря замінено.", "The address of a calendar was replaced."),
        "revoke_calendar_feed": ("Адресу календаря відкликано.", "The address of a calendar was revoked."),
        "tell_reminders": ("Нагадування надіслано.", "Reminders were told."),
    }
)
