"""How long each class of data is kept, as it stood on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from app.rules.packs import Entry, latest, load
from app.vocabulary import RetentionClass


class Fate(StrEnum):
    """Gone at night, listed for a person to decide, or moved to a file by a command of the owner."""

    PURGE = "purge"
    PROPOSE = "propose"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention(Entry):
    kept: RetentionClass
    days: int
    fate: Fate
    since: Mapping[str, str]

    def __post_init__(self) -> None:
        # The file holds plain strings; a code that we do not know stops the program at the first question.
        object.__setattr__(self, "kept", RetentionClass(self.kept))
        object.__setattr__(self, "fate", Fate(self.fate))

    @property
    def duration(self) -> timedelta:
        return timedelta(days=self.days)


def rule(kept: RetentionClass, on: date) -> Retention | None:
    """None when nothing limited it on that day."""
    return latest([each for each in entries() if each.kept is kept], on)


@cache
def entries() -> tuple[Retention, ...]:
    return load("retention", Retention)
