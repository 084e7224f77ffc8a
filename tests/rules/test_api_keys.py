import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules import api_keys
from app.settings import ROOT

IDS = st.integers(0, 62**api_keys.ID_LENGTH - 1)
SECRETS = st.integers(0, 62**api_keys.SECRET_LENGTH - 1)
KNOWN = "pobr_live_000000000007_0000000000000000000000000000000000000000009_2eYvHO"


def test_a_key_has_more_than_256_random_bits() -> None:
    assert 62**api_keys.SECRET_LENGTH > 2**256


def test_the_form_of_a_key_never_changes() -> None:
    """Keys live for a year: what was given out before must be understood after."""
    text = api_keys.made(7, 9)

    assert text == KNOWN
    assert api_keys.read(text) == api_keys.Key("000000000007", api_keys.digest(text))


@given(IDS, SECRETS)
def test_what_was_made_is_read(id: int, secret: int) -> None:
    text = api_keys.made(id, secret)

    assert re.fullmatch(api_keys.PATTERN, text)
    assert api_keys.read(text) == api_keys.Key(text.split("_")[2], api_keys.digest(text))


@given(IDS, SECRETS, st.integers(10, 72), st.sampled_from(api_keys.DIGITS))
def test_one_wrong_letter_is_found_without_asking_anybody(id: int, secret: int, place: int, letter: str) -> None:
    text = api_keys.made(id, secret)
    other = text[:place] + letter + text[place + 1 :]

    assert (api_keys.read(other) is None) is (other != text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pobr_live_",
        KNOWN + " ",
        " " + KNOWN,
        KNOWN + "\n",
        KNOWN.upper(),
        KNOWN.replace("live", "test"),
        KNOWN[:-1],
        KNOWN.replace("pobr", "роbr"),
        "x" * 200,
    ],
)
def test_what_no_key_ever_looked_like_is_refused(text: str) -> None:
    assert api_keys.read(text) is None


def test_the_published_expression_finds_a_key_in_a_text() -> None:
    page = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
    [published] = re.findall(r"^    (pobr_live_\[.*)$", page, re.MULTILINE)

    assert published == api_keys.PATTERN
    assert re.findall(published, f"curl -H 'Authorization: Bearer {KNOWN}' # to be removed") == [KNOWN]
