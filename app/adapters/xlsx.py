"""Spreadsheets from outside, read in a child process that may die without harm.

Two cells in a file of 2.6 KB are enough to make the parser ask for 512 GiB and abort its process, so the
parsing happens in `python -m app.adapters.xlsx FILE`, under limits of memory, processor time and wall clock.
"""

import contextlib
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson
from python_calamine import CalamineError, CalamineWorkbook

MIB: Final = 1024 * 1024
MAX_FILE_BYTES: Final = 20 * MIB
MAX_ENTRIES: Final = 200
MAX_INFLATED_BYTES: Final = 100 * MIB
MAX_RATIO: Final = 100
# Small parts of honest files (themes, empty sheets) shrink a hundredfold; they are no danger.
RATIO_COUNTS_FROM: Final = MIB
MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 100
MEMORY_BYTES: Final = 512 * MIB
PROCESSOR_SECONDS: Final = 20
WALL_SECONDS: Final = 30

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "xlsx_missing": ("Файла {name} немає або його не можна прочитати.", "The file {name} is absent or not readable."),
    "xlsx_not_a_workbook": ("Це не книга Excel (.xlsx).", "This is not an Excel workbook (.xlsx)."),
    "xlsx_too_large": (
        "Файл завеликий: дозволено {limit} МіБ стиснутих або розпакованих даних.",
        "The file is too large: {limit} MiB are allowed, packed or unpacked.",
    ),
    "xlsx_too_many_parts": (
        "У книзі забагато частин: дозволено {limit}.",
        "The workbook has too many parts: {limit} are allowed.",
    ),
    "xlsx_suspicious": (
        "Книга має ознаки шкідливого файла: частина {part} надміру стиснута або оголошує сутності.",
        "The workbook looks hostile: its part {part} is packed too tightly or declares entities.",
    ),
    "xlsx_too_wide": (
        "Комірка {cell} лежить поза межами {rows} рядків і {columns} стовпців.",
        "The cell {cell} lies outside {rows} rows and {columns} columns.",
    ),
    "xlsx_gave_up": (
        "Книгу не вдалося прочитати в межах дозволеної пам’яті та часу.",
        "The workbook could not be read within the memory and time allowed.",
    ),
}

Sheet = list[list[Any]]

_CELL = re.compile(rb"""\br=["']([A-Z]{1,7})([0-9]{1,10})["']""")
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
_OVERLAP = 64
_REFUSED = 3
# Damaged, encrypted and strangely packed archives each have an error of their own.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, CalamineError, NotImplementedError, EOFError, RuntimeError)


class WorkbookError(ValueError):
    """A spreadsheet that was refused: a key of `SENTENCES` (here or at the reader's) and what it needs."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: Mapping[str, str | int] = params


def read(path: Path) -> dict[str, Sheet]:
    """Every sheet of the workbook by name; any refusal and any death of the child is one `WorkbookError`."""
    if not path.is_file():
        raise WorkbookError("xlsx_missing", name=path.name)
    command = [sys.executable, "-m", "app.adapters.xlsx", str(path.absolute())]
    try:
        # The only argument is a path, and it is passed as one.
        child = subprocess.run(command, capture_output=True, check=False, timeout=WALL_SECONDS, cwd=_source_root())  # noqa: S603 - our own interpreter and module
    except subprocess.TimeoutExpired as late:
        raise WorkbookError("xlsx_gave_up") from late
    if child.returncode == _REFUSED:
        said = orjson.loads(child.stdout)
        raise WorkbookError(said["code"], **said["params"])
    if child.returncode != 0:
        raise WorkbookError("xlsx_gave_up")
    sheets: dict[str, Sheet] = orjson.loads(child.stdout)
    return sheets


def inspect(path: Path) -> None:
    """Counts what comes out while it is inflated: the sizes that a zip file declares are only claims."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise WorkbookError("xlsx_too_large", limit=MAX_FILE_BYTES // MIB)
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_ENTRIES:
            raise WorkbookError("xlsx_too_many_parts", limit=MAX_ENTRIES)
        total = 0
        for part in parts:
            total = _inspect_part(archive, part, total)


def _inspect_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, total: int) -> int:
    size, tail = 0, b""
    is_sheet = "worksheets/" in part.filename
    for chunk in _chunks(archive, part):
        size += len(chunk)
        if total + size > MAX_INFLATED_BYTES:
            raise WorkbookError("xlsx_too_large", limit=MAX_INFLATED_BYTES // MIB)
        window = tail + chunk
        too_tight = size > RATIO_COUNTS_FROM and size > MAX_RATIO * max(part.compress_size, 1)
        if too_tight or any(word in window for word in _FORBIDDEN):
            raise WorkbookError("xlsx_suspicious", part=part.filename)
        if is_sheet:
            _refuse_far_cells(window)
        tail = chunk[-_OVERLAP:]
    return total + size


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as stream:
        while chunk := stream.read(256 * 1024):
            yield chunk


def _refuse_far_cells(window: bytes) -> None:
    for column, row in _CELL.findall(window):
        if int(row) > MAX_ROWS or (len(column) > 1 and _column_number(column) > MAX_COLUMNS):
            cell = (column + row).decode()
            raise WorkbookError("xlsx_too_wide", cell=cell, rows=MAX_ROWS, columns=MAX_COLUMNS)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _source_root() -> Path:
    return Path(__file__).resolve().parents[2]


def _limit_resources() -> None:
    import resource  # noqa: PLC0415 - absent on Windows, and only the child needs it

    for kind, amount in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, PROCESSOR_SECONDS)):
        # macOS knows the limit of memory by name only; the wall clock still holds there.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (amount, amount))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read_in_child(path: Path) -> dict[str, Sheet]:
    inspect(path)
    with CalamineWorkbook.from_path(path) as book:
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def _child(path: Path) -> int:
    _limit_resources()
    try:
        answer: object = _read_in_child(path)
        status = 0
    except WorkbookError as refusal:
        answer, status = {"code": refusal.code, "params": refusal.params}, _REFUSED
    except _UNREADABLE:
        answer, status = {"code": "xlsx_not_a_workbook", "params": {}}, _REFUSED
    sys.stdout.buffer.write(orjson.dumps(answer, default=str))
    return status


if __name__ == "__main__":
    sys.exit(_child(Path(sys.argv[1])))
