"""The ministry's codifier as it is published: one sheet, a few lines of heading, one unit a line."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from app.adapters import xlsx
from app.rules import names
from app.rules.codifier import CodifierRow

COLUMNS: Final = (
    "Перший рівень",
    "Другий рівень",
    "Третій рівень",
    "Четвертий рівень",
    "Додатковий рівень",
    "Категорія об’єкта",
    "Назва об’єкта",
)
HEADING_LINES: Final = 30
CATEGORIES: Final = frozenset("OKPHMXCBT")
# The letters are Latin in the file, but people retype tables with a Ukrainian keyboard.
_TO_LATIN: Final = str.maketrans("ОКРНМХСВТ", "OKPHMXCBT")

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "codifier_columns": (
        "У книзі немає аркуша зі стовпцями кодифікатора: бракує «{missing}».",
        "No sheet of the workbook has the columns of the codifier: “{missing}” is missing.",
    ),
    "codifier_category": (
        "Рядок {line}: невідома категорія об’єкта «{value}».",
        "Line {line}: unknown category of unit “{value}”.",
    ),
    "codifier_line": (
        "Рядок {line}: немає коду або назви.",
        "Line {line}: the code or the name is missing.",
    ),
}


def read(path: Path) -> list[CodifierRow]:
    """Every unit with its line number in the file; raises `xlsx.WorkbookError` for anything else."""
    missing = COLUMNS[0]
    for sheet in xlsx.read(path).values():
        for above, cells in enumerate(sheet[:HEADING_LINES]):
            places = {names.fold(str(cell)): place for place, cell in enumerate(cells)}
            absent = [column for column in COLUMNS if names.fold(column) not in places]
            if not absent:
                wanted = [places[names.fold(column)] for column in COLUMNS]
                return list(_rows(sheet[above + 1 :], above + 2, wanted))
            if len(absent) < len(COLUMNS):
                missing = absent[0]
    raise xlsx.WorkbookError("codifier_columns", missing=missing)


def _rows(lines: Sequence[Sequence[Any]], first_line: int, places: Sequence[int]) -> Iterator[CodifierRow]:
    *level_places, category_place, name_place = places
    for line, cells in enumerate(lines, first_line):
        if not any(str(cell).strip() for cell in cells):
            continue
        filled = [text for place in level_places if (text := str(cells[place]).strip())]
        name = str(cells[name_place]).strip()
        if not filled or not name:
            raise xlsx.WorkbookError("codifier_line", line=line)
        yield CodifierRow(line, filled[-1], _category(str(cells[category_place]), line), name)


def _category(text: str, line: int) -> str:
    category = text.strip().upper().translate(_TO_LATIN)
    if category not in CATEGORIES:
        raise xlsx.WorkbookError("codifier_category", line=line, value=text.strip())
    return category
