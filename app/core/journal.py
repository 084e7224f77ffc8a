"""The context that the journal's triggers record, and the notes for what changes no row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import orjson

from app.core.actors import Actor
from app.core.row_security import standing
from app.vocabulary import JournalOutcome

NOTE = """
INSERT INTO journal (kept, xid, at, actor_kind, actor_id, actor_name, session_id, request_id, verb, reason,
                     subject, subject_id, row_table, operation, after, outcome)
VALUES (journal_class($8, $6), pg_current_xact_id(), clock_timestamp(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $8, 'note',
        $10, $11)
"""
# What of a note is personal stands beside the journal, like the values of the triggers.
ADDRESS: Final = "address"
NOTE_WITH_ADDRESS: Final = f"""
WITH told AS (SELECT $10::jsonb AS facts, uuid_send(gen_random_uuid()) AS salt),
noted AS (
  INSERT INTO journal (kept, xid, at, actor_kind, actor_id, actor_name, session_id, request_id, verb, reason,
                       subject, subject_id, row_table, operation, after, outcome)
  SELECT journal_class($8, $6), pg_current_xact_id(), clock_timestamp(), $1, $2, $3, $4, $5, $6, $7, $8, $9::uuid, $8,
         'note', journal_sealed(facts, '{ADDRESS}', salt), $11 FROM told
  RETURNING id
)
INSERT INTO journal_personal (journal_id, field, subject, subject_id, salt, after)
SELECT noted.id, '{ADDRESS}', $8, $9::uuid, salt, facts -> '{ADDRESS}' FROM noted, told
"""  # noqa: S608 - the only thing formatted in is a constant of ours


# The database's own clock, read once for the unit of work.
MOMENT = "set_config('pobratym.at', clock_timestamp()::text, true)"


@dataclass(frozen=True)
class Context:
    """Who does what, and under which request."""

    actor: Actor
    verb: str
    request_id: str | None = None

    def sql(self, today: date) -> str:
        """One statement without parameters, so that it can travel with BEGIN."""
        facts = {
            **standing(self.actor, today),
            "actor_name": self.actor.recorded_name,
            "session_id": str(self.actor.session_id or ""),
            "request_id": self.request_id or "",
            "verb": self.verb,
            "reason": "",
        }
        settings = ", ".join(f"set_config('pobratym.{name}', {quoted(value)}, true)" for name, value in facts.items())
        return f"SELECT {MOMENT}, {settings}"


def quoted(text: str) -> str:
    """A string literal that means the same whatever standard_conforming_strings says."""
    return "E'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\0", "") + "'"


# How what is noted under these verbs ended; everything else was done.
OUTCOMES: Final[Mapping[str, JournalOutcome]] = {
    "sign_in_failed": JournalOutcome.FAILED,
    "sign_in_refused": JournalOutcome.DENIED,
    "factor_refused": JournalOutcome.FAILED,
    "passkey_refused": JournalOutcome.FAILED,
    "passkey_suspected": JournalOutcome.DENIED,
    "proof_refused": JournalOutcome.FAILED,
    "refresh_token_reused": JournalOutcome.DENIED,
}


@dataclass(frozen=True)
class Note:
    """What must be remembered though it changes no row: a sign-in, an export, a refusal."""

    verb: str
    subject: str
    subject_id: UUID | None = None
    facts: Mapping[str, Any] | None = None
    reason: str | None = None
    outcome: JournalOutcome = JournalOutcome.DONE


def note_arguments(context: Context, note: Note) -> list[Any]:
    actor = context.actor
    return [
        actor.kind,
        actor.id,
        actor.recorded_name,
        actor.session_id,
        context.request_id,
        note.verb,
        note.reason,
        note.subject,
        note.subject_id,
        orjson.dumps(dict(note.facts or {})).decode(),
        note.outcome.value,
    ]
