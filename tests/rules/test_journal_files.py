"""A file is believed when every line of it is what was made, and the first that is not is named."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.commands import journal_file
from app.rules import canonical, journal_files, merkle
from app.rules.checkpoints import Checkpoint, Signer
from app.rules.journal_files import Contents, Wrong
from app.rules.merkle import Growing, Range, Spot
from app.trouble import Trouble

SIGNER = Signer("pobratym.example", bytes(range(32)))
SIZE = 21
ENTRIES = [{"id": str(number), "verb": "edit_organization", "actor_name": "Олена"} for number in range(100, 100 + SIZE)]
LEAVES = [merkle.leaf(canonical.dumps(each)) for each in ENTRIES]
FOUND = {Spot(0, number): hashed for number, hashed in enumerate(LEAVES)}
CHECKPOINT = Checkpoint(
    "pobratym.example", SIZE, merkle.hash_of(Range(0, SIZE), FOUND), datetime(2026, 11, 23, tzinfo=UTC)
)


def line(position: int, entry: Any = None) -> bytes:
    proof = [merkle.hash_of(each, FOUND) for each in merkle.inclusion(position, SIZE)]
    texts = [base64.b64encode(each).decode() for each in proof]
    return canonical.dumps({"position": position, "entry": entry or ENTRIES[position], "proof": texts}) + b"\n"


def file(positions: Sequence[int], signer: Signer = SIGNER, *, whole: bool = False) -> list[bytes]:
    begun = [journal_files.header(signer.signed(CHECKPOINT.text), whole=whole, filters={"verb": "edit_organization"})]
    begun += [line(position) for position in positions]
    digest = hashlib.sha256(b"".join(begun)).hexdigest()
    return [*begun, journal_files.footer(len(positions), digest, signer)]


def told(lines: list[bytes]) -> Any:
    try:
        return journal_files.check(lines, SIGNER.key)
    except Wrong as wrong:
        return wrong.sentence.code, dict(wrong.sentence.facts)


def test_a_genuine_file_says_how_much_of_the_journal_it_is() -> None:
    assert told(file(range(SIZE), whole=True)) == Contents(CHECKPOINT, SIZE)
    assert told(file([2, 3, 20])) == Contents(CHECKPOINT, 3)
    assert told(file([])) == Contents(CHECKPOINT, 0)
    assert (Contents(CHECKPOINT, SIZE).is_whole, Contents(CHECKPOINT, 3).is_whole) == (True, False)


Change = Callable[[list[bytes]], list[bytes]]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda _: [], ("file_unknown", {"line": 1})),
        (lambda lines: lines[1:], ("file_unknown", {"line": 1})),
        (lambda lines: [lines[0].replace(b"/1", b"/2"), *lines[1:]], ("file_unknown", {"line": 1})),
        (lambda lines: [lines[0].replace(b"\\n21\\n", b"\\n22\\n"), *lines[1:]], ("file_key_differs", {"line": 1})),
        (
            lambda lines: [*lines[:5], line(4, ENTRIES[4] | {"actor_name": "Інша"}), *lines[6:]],
            ("file_entry_wrong", {"line": 6, "entry": "104", "position": 4}),
        ),
        (
            lambda lines: [*lines[:5], lines[5].replace(b'"position":4', b'"position":5'), *lines[6:]],
            ("file_entry_wrong", {"line": 6, "entry": "104", "position": 5}),
        ),
        (
            lambda lines: [*lines[:5], lines[5].replace(b'"verb"', b'"verb":"looked_around","verb"'), *lines[6:]],
            ("file_line_changed", {"line": 6}),
        ),
        (lambda lines: [*lines[:5], b" " + lines[5], *lines[6:]], ("file_line_changed", {"line": 6})),
        (lambda lines: [*lines[:5], b"\n", *lines[6:]], ("file_line_changed", {"line": 6})),
        (lambda lines: [*lines[:5], b"[" * 9999, *lines[6:]], ("file_line_changed", {"line": 6})),
        (lambda lines: [*lines[:5], *lines[6:]], ("file_gap", {"line": 6, "position": 4})),
        (
            lambda lines: [*lines[:5], lines[6], lines[5], *lines[7:]],
            ("file_gap", {"line": 6, "position": 4}),
        ),
        (lambda lines: [*lines[:5], lines[4], *lines[5:]], ("file_out_of_order", {"line": 6, "position": 3})),
        (lambda lines: lines[:9], ("file_end_missing", {"line": 10})),
        (lambda lines: [*lines, lines[-1]], ("file_goes_on", {"line": 24})),
        (
            lambda lines: [*lines[:-1], journal_files.footer(21, "0" * 64, Signer("pobratym.example", b"\1" * 32))],
            ("file_key_differs", {"line": 23}),
        ),
        (
            lambda lines: [lines[0].replace(b"edit_organization", b"edit_person"), *lines[1:]],
            ("file_end_differs", {"line": 23, "signed": 21, "count": 21}),
        ),
    ],
)
def test_the_first_line_that_is_wrong_is_named(change: Change, expected: Any) -> None:
    assert told(change(file(range(SIZE), whole=True))) == expected


def test_of_a_part_what_was_taken_out_is_noticed_at_the_end() -> None:
    lines = file([2, 3, 20])

    assert told([*lines[:2], *lines[3:]]) == ("file_end_differs", {"line": 4, "signed": 3, "count": 2})


def test_a_part_that_calls_itself_whole_is_not_believed() -> None:
    assert told(file(range(SIZE - 1), whole=True)) == ("file_gap", {"line": 22, "position": 20})


def test_a_file_of_somebody_else_is_not_believed() -> None:
    assert told(file([1], Signer("pobratym.example", b"\1" * 32))) == ("file_key_differs", {"line": 1})


def test_the_command_needs_nothing_but_the_file_and_the_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole, part = tmp_path / "whole.ndjson", tmp_path / "part.ndjson"
    whole.write_bytes(b"".join(file(range(SIZE), whole=True)))
    part.write_bytes(b"".join(file([5])))

    for each in (whole, part):
        journal_file.verify(each, str(SIGNER.key))

    assert capsys.readouterr().out.splitlines() == [
        "The file is genuine: it is the whole journal up to checkpoint 21 (2026-11-23 00:00 UTC).",
        "The file is genuine: 1 of the 21 entries sealed by checkpoint 21 (2026-11-23 00:00 UTC).",
    ]
    with pytest.raises(Trouble, match="not written as name"):
        journal_file.verify(whole, "a key")
    part.write_bytes(b"".join(file([5])[:-1]))
    with pytest.raises(Trouble, match="Line 3: the file was cut off"):
        journal_file.verify(part, str(SIGNER.key))


def test_the_tree_of_a_file_is_the_tree_of_the_journal() -> None:
    tree = Growing()
    for hashed in LEAVES:
        list(tree.add(hashed))

    assert tree.root == CHECKPOINT.root
