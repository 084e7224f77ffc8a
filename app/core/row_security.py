"""The database's own wall around personal data: which statements meet it, and what the database must be told first.

Its policies stand in the migrations. Only these tables have them: a transaction around every reading would cost the
list of partnerships a sixth of its throughput (docs/decisions/0005).
"""

import re
from datetime import date
from functools import lru_cache
from typing import Final

from app.core.actors import Actor

GUARDED: Final = frozenset(
    {
        "people",
        "affiliations",
        "contact_points",
        "identity_documents",
        "particulars",
        "consents",
        "journal_personal",
    }
)
_NAMED: Final = re.compile(rf"\b(?:{'|'.join(sorted(GUARDED))})\b")


@lru_cache(maxsize=4000)
def is_guarded(text: str) -> bool:
    """Whether a statement names one of the tables. Outside of a transaction it would find them empty."""
    return _NAMED.search(text) is not None


def standing(actor: Actor, today: date) -> dict[str, str]:
    """From what the database works out the reach for itself."""
    return {"actor_kind": actor.kind, "actor_id": str(actor.id or ""), "today": today.isoformat()}


def telling(actor: Actor, today: date) -> str:
    """The statement that tells it; kinds, ids and days hold nothing that could end a literal."""
    told = standing(actor, today).items()
    return "SELECT " + ", ".join(f"set_config('pobratym.{name}', '{value}', true)" for name, value in told)
