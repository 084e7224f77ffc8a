"""What was done to activities, letters, tasks, files, reminders and calendars."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

WORK: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "create_activity": ("Запис про подію додано.", "The activity was added."),
    }
)
