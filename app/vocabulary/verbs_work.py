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
    }
)
