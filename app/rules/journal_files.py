"""A file of the journal that proves itself to whoever has it and the public key: no database is asked.

NDJSON, each line in canonical JSON. First a header with the signed checkpoint; then the entries in the order of their
positions, each with its proof; last a footer with a signed note over the SHA-256 of all lines before it.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.errors import Sentence, say
from app.rules import canonical, checkpoints, merkle
from app.rules.checkpoints import BadNote, Checkpoint, Key, Signer

FORMAT: Final = "pobratym-journal/1"

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "file_unknown": (
        "Рядок {line}: це не початок файлу журналу.",
        "Line {line}: this is not the beginning of a file of the journal.",
    ),
    "file_key_differs": (
        "Рядок {line}: підпис зроблено не цим ключем або його змінено.",
        "Line {line}: it was not signed with this key, or the signature was changed.",
    ),
    "file_line_changed": (
        "Рядок {line}: він записаний не так, як його створено.",
        "Line {line}: it is not written as it was made.",
    ),
    "file_entry_wrong": (
        "Рядок {line}: запис {entry} не той, який запечатано під номером {position}.",
        "Line {line}: entry {entry} is not the one that was sealed at position {position}.",
    ),
    "file_out_of_order": (
        "Рядок {line}: запис із номером {position} стоїть не на своєму місці або повторюється.",
        "Line {line}: the entry of position {position} is out of its order, or repeated.",
    ),
    "file_gap": (
        "Рядок {line}: перед ним бракує запису з номером {position}.",
        "Line {line}: the entry of position {position} is missing before it.",
    ),
    "file_end_missing": (
        "Рядок {line}: файл обірвано, у нього немає кінця.",
        "Line {line}: the file was cut off, it has no end.",
    ),
    "file_end_differs": (
        "Рядок {line}: підписано інший вміст ({signed} записів, а тут {count}). Рядки вилучено або додано.",
        "Line {line}: other contents were signed ({signed} entries, not {count}). Lines were taken out or put in.",
    ),
    "file_goes_on": (
        "Рядок {line}: після кінця файлу є ще щось.",
        "Line {line}: there is something after the end of the file.",
    ),
}


class Wrong(Exception):  # noqa: N818 - a finding, not a fault of the program
    """The first line that is wrong, and how."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.code)
        self.sentence = sentence


@dataclass(frozen=True)
class Contents:
    """Of a file with which all is well. The whole journal, or a part of it, up to the checkpoint."""

    checkpoint: Checkpoint
    count: int

    @property
    def is_whole(self) -> bool:
        return self.count == self.checkpoint.size


def header(note: str, *, whole: bool, **facts: Any) -> bytes:
    """`whole`: every entry up to the checkpoint follows. `facts`: what the file was made for, and by which filters."""
    return canonical.dumps({"format": FORMAT, "checkpoint": note, "whole": whole} | facts) + b"\n"


def footer(count: int, sha256: str, signer: Signer) -> bytes:
    """`sha256`: in hexadecimal digits, over all lines before, each with its line end."""
    note = signer.signed(_end(signer.name, count, sha256))
    return canonical.dumps({"count": count, "sha256": sha256, "note": note}) + b"\n"


def check(lines: Iterable[bytes], key: Key) -> Contents:
    """Reads line by line; `Wrong` names the first line that is not what was made."""
    known = checkpoints.keys([key])
    read = enumerate(lines, start=1)
    seen = _begun(next(read, (1, b""))[1], known)
    for number, line in read:
        found = _parsed(number, line)
        if "position" in found:
            seen.add(number, line, found)
        else:
            seen.end(number, found, known)
            if (more := next(read, None)) is not None:
                raise Wrong(say("file_goes_on", line=more[0]))
            return Contents(seen.checkpoint, seen.count)
    raise Wrong(say("file_end_missing", line=seen.count + 2))


@dataclass
class _Seen:
    checkpoint: Checkpoint
    whole: bool
    digest: Any
    count: int = 0
    next_position: int = 0

    def add(self, number: int, line: bytes, found: Mapping[str, Any]) -> None:
        position, entry = found["position"], found.get("entry", {})
        if not isinstance(position, int) or not isinstance(entry, dict):
            raise Wrong(say("file_line_changed", line=number))
        hashed = merkle.leaf(canonical.dumps(entry))
        if not merkle.is_included(hashed, position, self.checkpoint.size, _proof(number, found), self.checkpoint.root):
            raise Wrong(say("file_entry_wrong", line=number, entry=entry.get("id", "?"), position=position))
        if position < self.next_position:
            raise Wrong(say("file_out_of_order", line=number, position=position))
        if self.whole and position > self.next_position:
            raise Wrong(say("file_gap", line=number, position=self.next_position))
        self.digest.update(line)
        self.count, self.next_position = self.count + 1, position + 1

    def end(self, number: int, found: Mapping[str, Any], known: Mapping[tuple[str, bytes], Key]) -> None:
        count, sha256 = found.get("count"), found.get("sha256")
        try:
            text, key = checkpoints.opened(str(found.get("note")), known)
        except BadNote:
            raise Wrong(say("file_key_differs", line=number)) from None
        if text != _end(key.name, self.count, self.digest.hexdigest()) or sha256 != self.digest.hexdigest():
            raise Wrong(say("file_end_differs", line=number, signed=count, count=self.count))
        if self.whole and self.next_position < self.checkpoint.size:
            raise Wrong(say("file_gap", line=number, position=self.next_position))


def _begun(line: bytes, known: Mapping[tuple[str, bytes], Key]) -> _Seen:
    found = _parsed(1, line, "file_unknown")
    if found.get("format") != FORMAT:
        raise Wrong(say("file_unknown", line=1))
    try:
        checkpoint = checkpoints.checked(str(found.get("checkpoint")), known)
    except BadNote:
        raise Wrong(say("file_key_differs", line=1)) from None
    return _Seen(checkpoint, found.get("whole") is True, hashlib.sha256(line))


def _parsed(number: int, line: bytes, otherwise: str = "file_line_changed") -> dict[str, Any]:
    """One spelling only: what a person reads in the file is what the proof is about."""
    try:
        found = canonical.loads(line.decode())
        is_ours = isinstance(found, dict) and canonical.dumps(found) + b"\n" == line
    except (ValueError, RecursionError):
        is_ours = False
    if not is_ours:
        raise Wrong(Sentence(otherwise, {"line": number}))
    return dict(found)


def _proof(number: int, found: Mapping[str, Any]) -> list[bytes]:
    try:
        return [base64.b64decode(each, validate=True) for each in found["proof"]]
    except (KeyError, TypeError, ValueError):
        raise Wrong(say("file_line_changed", line=number)) from None


def _end(name: str, count: int, sha256: str) -> str:
    return f"{name}/file\n{count}\n{sha256}\n"
