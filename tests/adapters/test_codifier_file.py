import zipfile
from pathlib import Path

import pytest

from app.adapters import codifier, xlsx
from app.adapters.xlsx import WorkbookError
from app.rules.codifier import CodifierRow
from tests.support.workbooks import HEADING, packed, sheet, workbook

SAMPLE = Path(__file__).parents[1] / "data" / "kodifikator_sample.xlsx"
OBLAST = ("UA59000000000057109", "", "", "", "", "O", "Сумська")
DTD = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


def refusal(path: Path) -> tuple[str, dict[str, str | int]]:
    with pytest.raises(WorkbookError) as caught:
        codifier.read(path)
    uk, en = (xlsx.SENTENCES | codifier.SENTENCES)[caught.value.code]
    assert uk.format(**caught.value.params) != en.format(**caught.value.params)
    return caught.value.code, dict(caught.value.params)


def test_the_published_layout_is_read_with_line_numbers() -> None:
    rows = codifier.read(SAMPLE)

    assert len(rows) == 53
    assert rows[0] == CodifierRow(5, "UA01000000000013043", "O", "Автономна Республіка Крим")
    assert rows[-1] == CodifierRow(58, "UA85000000000065278", "K", "Севастополь")


def test_categories_typed_with_ukrainian_letters_are_understood(tmp_path: Path) -> None:
    typed = (*OBLAST[:5], "О", "Сумська")
    assert codifier.read(workbook(tmp_path / "a.xlsx", [HEADING, typed])) == [
        CodifierRow(2, "UA59000000000057109", "O", "Сумська")
    ]


def test_a_workbook_without_the_columns_is_refused_by_the_missing_one(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [HEADING[:6], OBLAST[:6]])
    assert refusal(path) == ("codifier_columns", {"missing": "Назва об’єкта"})


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((*OBLAST[:5], "Z", "Сумська"), ("codifier_category", {"line": 2, "value": "Z"})),
        ((*OBLAST[:6], ""), ("codifier_line", {"line": 2})),
        (("", "", "", "", "", "O", "Сумська"), ("codifier_line", {"line": 2})),
    ],
)
def test_a_broken_line_is_refused_by_its_number(tmp_path: Path, row: tuple[str, ...], expected: tuple) -> None:
    assert refusal(workbook(tmp_path / "a.xlsx", [HEADING, row])) == expected


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.xlsx") == ("xlsx_missing", {"name": "no.xlsx"})


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"code;name\n1;2\n", b"\xd0\xcf\x11\xe0" + b"\0" * 600])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    assert refusal(path) == ("xlsx_not_a_workbook", {})


def test_a_zip_without_sheets_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    assert refusal(path) == ("xlsx_not_a_workbook", {})


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "CW2"])
def test_a_far_cell_is_refused_before_the_parser_sees_it(tmp_path: Path, cell: str) -> None:
    cells = f'<row><c r="A1"><v>1</v></c></row><row><c r="{cell}"><v>1</v></c></row>'
    path = packed(tmp_path / "a.xlsx", sheet(cells))
    assert refusal(path) == ("xlsx_too_wide", {"cell": cell, "rows": 50_000, "columns": 100})


def test_a_far_cell_that_hides_from_the_check_kills_only_the_child(tmp_path: Path) -> None:
    hidden = sheet('<row><c r = "A1"><v>1</v></c></row><row><c r = "XFD1048576"><v>1</v></c></row>')
    assert refusal(packed(tmp_path / "a.xlsx", hidden)) == ("xlsx_gave_up", {})


def test_entities_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.xlsx", sheet("<row><c><v>&b;</v></c></row>", before=DTD))
    assert refusal(path) == ("xlsx_suspicious", {"part": "xl/worksheets/sheet1.xml"})


def test_a_part_packed_too_tightly_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.xlsx", sheet("<row/>" * 500_000))
    assert refusal(path) == ("xlsx_suspicious", {"part": "xl/worksheets/sheet1.xml"})


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.xlsx", sheet(""), {f"xl/media/{number}.bin": b"x" for number in range(200)})
    assert refusal(path) == ("xlsx_too_many_parts", {"limit": 200})
