"""When the last edit of a record can be taken back: by who made it, while nothing else has been done since."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.errors import Sentence, say
from app.vocabulary import JournalVerb

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "undo_of_others": (
        "Скасувати можна лише власну останню зміну. Востаннє запис змінювали не ви ({who}, {on}): {verb}",
        "Only your own last change can be taken back. The last one was not yours ({who}, {on}): {verb}",
    ),
    "undo_no_edit": (
        "Скасувати можна лише правку запису, а останньою була інша дія: {verb}",
        "Only an edit can be taken back, and what was done last is something else: {verb}",
    ),
    "undo_nothing": (
        "Остання правка не змінила жодного поля, яке можна повернути.",
        "The last edit changed no field that could be brought back.",
    ),
    "undo_erased": (
        "Те, що було перед правкою, стерто як особисті дані, тож повернути його не можна.",
        "What was there before the edit has been erased as personal data, so it cannot come back.",
    ),
}


@dataclass(frozen=True)
class Last:
    """What was done to the record last. `is_mixed`: something else was entered in between."""

    verb: str
    who: str
    on: date
    is_own: bool
    is_mixed: bool = False
    is_erased: bool = False


def objection(last: Last, edits: Collection[str]) -> Sentence | None:
    """`edits` are the verbs that can be taken back; taking back is an edit, so a second time brings it back."""
    verb = _named(last.verb)
    if not last.is_own or last.is_mixed:
        return say("undo_of_others", who=last.who or "—", on=last.on, verb=verb)
    if last.verb not in edits:
        return say("undo_no_edit", verb=verb)
    return say("undo_erased") if last.is_erased else None


def _named(verb: str) -> Any:
    return JournalVerb(verb) if verb in set(JournalVerb) else verb


def towards(now: Any, then: Any) -> Any:
    """The merge patch (RFC 7396) that makes `now` what it was `then`."""
    if not (isinstance(now, dict) and isinstance(then, dict)):
        return then
    names = {**now, **then}
    return {name: towards(now.get(name), then.get(name)) for name in names if now.get(name) != then.get(name)}
