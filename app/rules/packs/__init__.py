"""Rules that change by law: dated entries in TOML, each with its source."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`source` is a citation by language; `confirmed` says that it was checked against the primary text."""

    valid_from: date
    valid_to: date | None = None
    source: Mapping[str, str]
    confirmed: bool

    def holds_on(self, day: date) -> bool:
        """Both ends included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


E = TypeVar("E", bound=Entry)


@cache
def load(name: str, kind: type[E]) -> tuple[E, ...]:
    """The entries of a pack in the order of the file; a key that `kind` does not know is an error."""
    rows = tomllib.loads((_HERE / f"{name}.toml").read_text(encoding="utf-8"))["entry"]
    return tuple(kind(**_frozen(row)) for row in rows)


def latest(entries: Sequence[E], on: date) -> E | None:
    """Of the entries that hold on this day, the one that came last."""
    return max((entry for entry in entries if entry.holds_on(on)), key=lambda entry: entry.valid_from, default=None)


# Any: the file has no static type; the dataclass refuses a key that it does not know.
def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"source": MappingProxyType(row["source"])}
