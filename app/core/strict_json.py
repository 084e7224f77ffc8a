"""JSON as RFC 8259 and I-JSON mean it: one meaning per document, or a refusal that says where."""

import codecs
import json
import math
import re
from collections.abc import Mapping
from itertools import accumulate
from typing import Any, Final, TypeAlias, TypeVar

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"

_Number = TypeVar("_Number", int, float)

DEEPEST: Final = 32
LARGEST_INTEGER: Final = 2**53
_LONGEST_INTEGER = len(str(-LARGEST_INTEGER))
_STEP = [(byte in b"[{") - (byte in b"]}") for byte in range(256)]
_NOT_BRACKETS = bytes(byte for byte, step in enumerate(_STEP) if not step)
_RISKY_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_UNSPEAKABLE = re.compile("[\x00\ud800-\udfff]")

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "not_utf8": ("Текст має бути в кодуванні UTF-8.", "The text has to be encoded as UTF-8."),
    "byte_order_mark": (
        "Приберіть позначку порядку байтів (BOM) на початку.",
        "Remove the byte order mark at the beginning.",
    ),
    "not_json": ("Це не коректний документ JSON.", "This is not a valid JSON document."),
    "too_deep": (
        f"Вкладеність не може перевищувати {DEEPEST} рівні.",
        f"Values may be nested {DEEPEST} levels deep at most.",
    ),
    "duplicate_key": ("Це поле вказано двічі.", "This field is given twice."),
    "not_finite": ("Потрібне звичайне скінченне число.", "This has to be an ordinary, finite number."),
    "number_too_large": (
        "Число завелике для точної передачі: надішліть його як рядок.",
        "The number is too large to be exact: send it as a string.",
    ),
    "bad_character": (
        "Текст містить символ, який неможливо зберегти.",
        "The text contains a character that cannot be stored.",
    ),
}


class BadJson(ValueError):  # noqa: N818 - it names what was sent, not what failed here
    """`code` is a key of SENTENCES, `pointer` the place by RFC 6901 (empty: the document)."""

    def __init__(self, code: str, pointer: str = "") -> None:
        super().__init__(f"{code} at {pointer or 'the document'}")
        self.code = code
        self.pointer = pointer


class _SuspectError(Exception):
    """The quick reading met something wrong; the careful one finds out where."""


class _Flaw:
    def __init__(self, code: str) -> None:
        self.code = code


class _Members(list[tuple[str, Any]]):
    """An object as it was written, repeated keys included."""


def loads(body: bytes) -> JsonValue:
    """What the document says; BadJson for anything two readers could understand differently."""
    text = _decoded(body)
    if body.count(b"[") + body.count(b"{") > DEEPEST and _depth(body) > DEEPEST:
        raise BadJson("too_deep")
    # Only an escape can spell NUL or half a surrogate pair: both are refused raw, by JSON and by UTF-8.
    if "\\u" in text and _RISKY_ESCAPE.search(text):
        return _careful(text)
    try:
        return _QUICK(text)  # type: ignore[no-any-return]  # a JSON decoder is typed Any
    except _SuspectError:
        return _careful(text)
    except (ValueError, RecursionError):
        raise BadJson("not_json") from None


def _decoded(body: bytes) -> str:
    if body.startswith(codecs.BOM_UTF8):
        raise BadJson("byte_order_mark")
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise BadJson("not_utf8") from None


def _depth(body: bytes) -> int:
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    outside_strings = b"".join(body.split(b'"')[::2])
    brackets = outside_strings.translate(None, _NOT_BRACKETS)
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0)


def _careful(text: str) -> JsonValue:
    try:
        raw = _CAREFUL(text)
    except (ValueError, RecursionError):
        raise BadJson("not_json") from None
    return _checked(raw, "")


def _checked(value: Any, pointer: str) -> JsonValue:
    if isinstance(value, _Flaw):
        raise BadJson(value.code, pointer)
    if isinstance(value, _Members):
        return _checked_members(value, pointer)
    if isinstance(value, list):
        return [_checked(item, f"{pointer}/{index}") for index, item in enumerate(value)]
    if isinstance(value, str) and _UNSPEAKABLE.search(value):
        raise BadJson("bad_character", pointer)
    return value  # type: ignore[no-any-return]  # what is left is a plain scalar


def _checked_members(members: _Members, pointer: str) -> JsonValue:
    found: dict[str, JsonValue] = {}
    for key, value in members:
        if _UNSPEAKABLE.search(key):  # such a key cannot be named, so its owner is
            raise BadJson("bad_character", pointer)
        place = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
        if key in found:
            raise BadJson("duplicate_key", place)
        found[key] = _checked(value, place)
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _SuspectError
    return found


def _integer(digits: str) -> int | _Flaw:
    if len(digits) > _LONGEST_INTEGER or abs(number := int(digits)) > LARGEST_INTEGER:
        return _Flaw("number_too_large")
    return number


def _finite(digits: str) -> float | _Flaw:
    number = float(digits)
    return number if math.isfinite(number) else _Flaw("not_finite")


def _not_finite(_name: str) -> _Flaw:
    return _Flaw("not_finite")


def _quick_integer(digits: str) -> int:
    if len(digits) < _LONGEST_INTEGER - 1:
        return int(digits)
    return _or_suspect(_integer(digits))


def _quick_finite(digits: str) -> float:
    return _or_suspect(_finite(digits))


def _quick_not_finite(_name: str) -> float:
    raise _SuspectError


def _or_suspect(number: _Number | _Flaw) -> _Number:
    if isinstance(number, _Flaw):
        raise _SuspectError
    return number


_QUICK = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_int=_quick_integer,
    parse_float=_quick_finite,
    parse_constant=_quick_not_finite,
).decode
_CAREFUL = json.JSONDecoder(
    object_pairs_hook=_Members, parse_int=_integer, parse_float=_finite, parse_constant=_not_finite
).decode
