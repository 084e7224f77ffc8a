"""What a planned reminder says: to a reader of the API, in a letter of its own, and as one of many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from app.core.wording import SENTENCES, day, words
from app.errors import Sentence, say
from app.models import PlannedReminder
from app.rules.notifications import parted
from app.settings import Settings
from app.views.reminders import ITSELF
from app.vocabulary import Language

# The line of a subject that most programs show.
LONGEST_SUBJECT: Final = 90


@dataclass(frozen=True)
class Said:
    text: str
    number: str | None
    title: str | None
    on: str | None


def said(facts: Mapping[str, Any], language: str) -> Said:
    texts = facts.get("text") or {}
    return Said(texts.get(language) or texts.get("uk") or "", *(facts.get(name) for name in ("number", "title", "on")))


def when(on: str | None, language: str) -> str:
    """A day, or a local time, as people read it."""
    if not on:
        return ""
    if "T" not in on:
        return day(date.fromisoformat(on[:10]), language)
    at = datetime.fromisoformat(on)
    return f"{day(at.date(), language)}{' о' if language == 'uk' else ' at'} {at:%H:%M}"


def notes(shifted: Mapping[str, Any] | None, language: str, *, is_late: bool, because: str | None) -> list[str]:
    """Why it comes now, and to whom it comes."""
    found: list[Sentence] = [say("told_late")] if is_late else []
    if shifted:
        found.append(say("moved_for_holiday", **_holiday(shifted, language)))
    return [words(each, language) for each in found] + ([reason(because, language) or ""] if because else [])


def _holiday(shifted: Mapping[str, Any], language: str) -> dict[str, Any]:
    name = shifted.get("name")
    known = name.get(language) if isinstance(name, Mapping) else name
    on = shifted.get("day")
    return {"name": known or "", "country": shifted.get("country") or "", "on": when(on, language)}


def reason(code: str | None, language: str) -> str | None:
    """A code in words; what has none was said by a machine, and stays as it is."""
    return words(Sentence(code, {}), language) if code is not None and code in SENTENCES else code


def letter(reminder: PlannedReminder, language: Language, settings: Settings) -> dict[str, Any]:
    found = said(reminder.facts, language)
    about = " ".join(part for part in (found.number, found.title) if part) or found.text
    return {
        "about": _cut(about),
        "on": when(found.on, language),
        "text": found.text,
        "link": link(reminder, settings),
    }


def digest(reminders: Sequence[PlannedReminder], most: int, language: Language, settings: Settings) -> dict[str, Any]:
    shown, rest = parted(reminders, most)
    lines = [f"• {said(each.facts, language).text} {link(each, settings)}".strip() for each in shown]
    return {"count": str(len(reminders)), "items": lines, "more": str(len(rest))}


def link(reminder: PlannedReminder, settings: Settings) -> str:
    """To the page that shows the record; empty when the settings name none."""
    page = settings.frontend.record_url
    if page is None or reminder.subject == ITSELF:
        return ""
    return page.replace("{subject}", reminder.subject).replace("{id}", str(reminder.subject_id))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SUBJECT else text[: LONGEST_SUBJECT - 1].rstrip() + "…"
