"""Reads docs/access.md: the table is the law, and this is all that the program knows of it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.settings import ROOT
from tests.access.places import Relation

FILE: Final = ROOT / "docs" / "access.md"
ALLOWED, HIDDEN, REFUSED, UNKNOWN, BY_SECRET = "+", "−", "×", "401", "○"
MARKS: Final = frozenset({ALLOWED, HIDDEN, REFUSED, UNKNOWN, BY_SECRET})

# The columns, in the words of the tests.
SUBJECTS: Final = (
    "administrator",
    "coordinator",
    "oblast coordinator",
    "manager",
    "member",
    "guest",
    "analyst",
    "auditor",
    "integration",
    "without a role",
    "nobody",
)
CODE: Final = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Row:
    """An operation, or the fields of a class (`people · internal`), and the marks of everybody in every relation."""

    name: str
    sentence: str
    cells: dict[str, tuple[str, ...]]

    def mark(self, subject: str, relation: Relation) -> str:
        marks = self.cells[subject]
        return marks[0] if len(marks) == 1 else marks[list(Relation).index(relation)]

    @property
    def is_about_fields(self) -> bool:
        return " · " in self.name


def rows(file: Path = FILE) -> list[Row]:
    """Every line of a table whose first cell is written as code."""
    lines = [line for line in file.read_text().splitlines() if line.startswith("| `")]
    return [_row(line) for line in lines]


def _row(line: str) -> Row:
    first, sentence, *cells = (cell.strip() for cell in line.strip().strip("|").split("|"))
    name = CODE.findall(first)[0]
    assert len(cells) == len(SUBJECTS), f"{name} has {len(cells)} columns"
    return Row(name, sentence, {who: _marks(name, cell) for who, cell in zip(SUBJECTS, cells, strict=True)})


def _marks(name: str, cell: str) -> tuple[str, ...]:
    marks = tuple(cell.split())
    assert len(marks) in {1, len(Relation)}, f"{name}: {cell}"
    assert set(marks) <= MARKS, f"{name}: {cell}"
    return marks


def table(file: Path = FILE) -> dict[str, Row]:
    found = rows(file)
    assert len({row.name for row in found}) == len(found), "a row stands there twice"
    return {row.name: row for row in found}
