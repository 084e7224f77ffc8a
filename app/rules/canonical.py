"""An entry of the journal as the bytes that are sealed: JSON with one spelling only (RFC 8785).

- What is empty is left out, so that a column of tomorrow changes no seal of today.
- Ids and transaction ids are text; the moment is UTC with microseconds.
- Of numbers within `before` and `after` only whole ones up to 2^53 stay numbers. Every other is text, digit for digit
  as the database writes it: an amount never becomes a binary fraction.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import orjson
import rfc8785

# The columns of the journal, all of them; the rows to be sealed are read under these names.
COLUMNS: Final = (
    "id",
    "kept",
    "epoch",
    "xid",
    "at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "on_behalf_of",
    "session_id",
    "request_id",
    "verb",
    "reason",
    "subject",
    "subject_id",
    "row_table",
    "row_id",
    "row_version",
    "operation",
    "before",
    "after",
    "outcome",
)
STATES: Final = frozenset({"before", "after"})
WHOLE: Final = 2**53 - 1
# The first byte of a letter beyond the basic plane: only there two sorting orders differ.
ASTRAL: Final = re.compile(rb"[\xf0-\xf4]")


def entry(row: Mapping[str, Any]) -> dict[str, Any]:
    """Of a row whose `before` and `after` are JSON text, whose ids are text and whose numbers are whole."""
    found = {name: row[name] for name in COLUMNS if row[name] is not None}
    return found | {name: loads(found[name]) for name in STATES & found.keys()}


def loads(text: str) -> Any:
    return json.loads(text, parse_float=str, parse_int=_whole)


def _whole(digits: str) -> int | str:
    # Text first: int() of a very long number is slow, and refused.
    return int(digits) if len(digits) <= len(str(WHOLE)) + 1 and abs(int(digits)) <= WHOLE else digits


def dumps(value: Any) -> bytes:
    """RFC 8785. The quick library sorts by code points, which is right as long as no letter is astral."""
    quick = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return rfc8785.dumps(value) if ASTRAL.search(quick) else quick
