import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import strict_json
from app.core.strict_json import BadJson

LONGEST_EXACT = 2**53


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (b"", "not_json", ""),
        (b"   ", "not_json", ""),
        (b"{", "not_json", ""),
        (b"{} {}", "not_json", ""),
        (b"{}x", "not_json", ""),
        (b"[1,]", "not_json", ""),
        (b"{'a': 1}", "not_json", ""),
        (b"01", "not_json", ""),
        (b"+1", "not_json", ""),
        (b".5", "not_json", ""),
        (b"\x0c1", "not_json", ""),
        ("\u00a01".encode(), "not_json", ""),
        (b'"a\nb"', "not_json", ""),
        (b'"a\x00b"', "not_json", ""),
        (b'"\\x41"', "not_json", ""),
        (b"\xef\xbb\xbf{}", "byte_order_mark", ""),
        ('{"a": 1}'.encode("utf-16"), "not_utf8", ""),
        (b'"\xff"', "not_utf8", ""),
        (b'"\xed\xa0\x80"', "not_utf8", ""),
        (b'"\xc0\x80"', "not_utf8", ""),
        (b"NaN", "not_finite", ""),
        (b'{"a": [1, Infinity]}', "not_finite", "/a/1"),
        (b'{"a": -Infinity}', "not_finite", "/a"),
        (b'{"a": 1e400}', "not_finite", "/a"),
        (b"[-1E+999999999]", "not_finite", "/0"),
        (b'{"a": 9007199254740993}', "number_too_large", "/a"),
        (b"[-9007199254740993]", "number_too_large", "/0"),
        (b"[" + b"9" * 5000 + b"]", "number_too_large", "/0"),
        (b'{"a": 1, "a": 1}', "duplicate_key", "/a"),
        (b'{"a": 1, "\\u0061": 2}', "duplicate_key", "/a"),
        (b'{"parties": [{}, {"role": 1, "x": 2, "role": 3}]}', "duplicate_key", "/parties/1/role"),
        (b'{"a/b": {"c~d": 1, "c~d": 2}}', "duplicate_key", "/a~1b/c~0d"),
        (b'{"": 1, "": 2}', "duplicate_key", "/"),
        (b'{"a": "\\u0000"}', "bad_character", "/a"),
        (b'{"a": {"b\\u0000": 1}}', "bad_character", "/a"),
        (b'["\\ud800"]', "bad_character", "/0"),
        (b'["\\uDC00\\uD800"]', "bad_character", "/0"),
        (b'{"\\udfff": 1}', "bad_character", ""),
        (b"[" * 33 + b"]" * 33, "too_deep", ""),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "too_deep", ""),
        (b"[" * 100_000, "too_deep", ""),
        (b'{"a":' * 100_000, "too_deep", ""),
        (b'["\\\\", ' + b"[" * 32 + b"]" * 32 + b"]", "too_deep", ""),
        (b'["\\"", ' + b"[" * 32 + b"]" * 32 + b"]", "too_deep", ""),
    ],
)
def test_what_two_readers_could_read_differently_is_refused(body: bytes, code: str, pointer: str) -> None:
    with pytest.raises(BadJson) as refusal:
        strict_json.loads(body)

    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)
    assert code in strict_json.SENTENCES


def test_the_first_flaw_of_a_document_is_named() -> None:
    with pytest.raises(BadJson) as refusal:
        strict_json.loads(b'{"a": {"b": 1e999}, "c": "\\u0000", "a": 2}')

    assert (refusal.value.code, refusal.value.pointer) == ("not_finite", "/a/b")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b" \t\r\n{} \n", {}),
        (b"null", None),
        ('"Київ, ґанок, м\'яч 🌻"'.encode(), "Київ, ґанок, м'яч 🌻"),
        (b'"\\u041a\\u0438\\u0457\\u0432"', "Київ"),
        (b'"\\ud83c\\udf3b"', "🌻"),
        (b'"\\\\u0000"', "\\u0000"),
        (b"[9007199254740992, -9007199254740992]", [LONGEST_EXACT, -LONGEST_EXACT]),
        (b"[1.5, 1e3, -0, 1e-400]", [1.5, 1000.0, 0, 0.0]),
        (b'{"a": {"x": 1}, "b": {"x": 1}}', {"a": {"x": 1}, "b": {"x": 1}}),
        (b'{"a": 1, "A": 2}', {"a": 1, "A": 2}),
        (b'"' + b"[" * 100 + b'"', "[" * 100),
        (b'["\\"' + b"[{" * 100 + b'"]', ['"' + "[{" * 100]),
        (b'["\\\\",' + b"[]," * 50 + b"{}]", ["\\", *([[]] * 50), {}]),
        (b"[" * 32 + b"]" * 32, json.loads("[" * 32 + "]" * 32)),
    ],
)
def test_a_good_document_is_read(body: bytes, expected: object) -> None:
    assert strict_json.loads(body) == expected


SPEAKABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LONGEST_EXACT, LONGEST_EXACT)
    | st.floats(allow_nan=False, allow_infinity=False)
    | SPEAKABLE,
    lambda children: st.lists(children) | st.dictionaries(SPEAKABLE, children),
    max_leaves=40,
)


@given(DOCUMENTS, st.booleans(), st.sampled_from([None, 1]))
def test_every_ordinary_document_is_read_as_the_standard_library_reads_it(
    document: Any, ascii_only: bool, indent: int | None
) -> None:
    body = json.dumps(document, ensure_ascii=ascii_only, indent=indent).encode()

    read = strict_json.loads(body)

    assert read == document
    assert repr(read) == repr(json.loads(body))


@given(st.binary(max_size=80) | st.text(alphabet='[]{}",:\\u0d8e1-+.Na\x00 ', max_size=80).map(str.encode))
def test_rubbish_is_refused_with_one_error_or_read_as_the_standard_library_reads_it(body: bytes) -> None:
    try:
        read = strict_json.loads(body)
    except BadJson:
        return
    assert repr(read) == repr(json.loads(body))
    assert not (isinstance(read, float) and not math.isfinite(read))


@given(st.integers(1, 60), st.booleans())
def test_depth_is_what_counts_and_not_how_many_there_are(depth: int, objects: bool) -> None:
    one = (b'{"k":' * depth + b"1" + b"}" * depth) if objects else b"[" * depth + b"]" * depth
    body = b"[" + b",".join([one] * 5) + b"]"

    if depth < 32:
        assert strict_json.loads(body) == json.loads(body)
    else:
        with pytest.raises(BadJson, match="too_deep"):
            strict_json.loads(body)
