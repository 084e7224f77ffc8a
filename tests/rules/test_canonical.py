"""The bytes that are sealed: one spelling for each entry, the same in every library that keeps to RFC 8785."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from app.models import JournalEntry
from app.rules import canonical

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-canonical.WHOLE, canonical.WHOLE)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(VALUES)
def test_the_quick_way_writes_what_the_standard_says(value: Any) -> None:
    assert canonical.dumps(value) == rfc8785.dumps(value)


def test_astral_letters_are_sorted_as_the_standard_says() -> None:
    value = {"\ufb33": 1, "\U0001f600": 2}

    assert canonical.dumps(value) == rfc8785.dumps(value) == '{"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("1", 1),
        ("-9007199254740991", -9007199254740991),
        ("9007199254740992", "9007199254740992"),
        ("9" * 400, "9" * 400),
        ("1.50", "1.50"),
        ("0.1", "0.1"),
        ("1e3", "1e3"),
        ('{"amount": 12.30, "on": null}', {"amount": "12.30", "on": None}),
    ],
)
def test_no_amount_becomes_a_binary_fraction(stored: str, read: Any) -> None:
    assert canonical.loads(stored) == read
    assert json.loads(canonical.dumps(canonical.loads(stored))) == read


def test_every_column_of_the_journal_is_sealed() -> None:
    assert set(canonical.COLUMNS) == set(JournalEntry.model_fields)


def test_what_is_empty_is_left_out_of_the_entry_but_not_of_its_states() -> None:
    row = dict.fromkeys(canonical.COLUMNS) | {"id": "7", "epoch": 1, "after": '{"website": null, "budget": 1.10}'}

    assert canonical.entry(row) == {"id": "7", "epoch": 1, "after": {"website": None, "budget": "1.10"}}
    assert canonical.dumps(canonical.entry(row)) == b'{"after":{"budget":"1.10","website":null},"epoch":1,"id":"7"}'
