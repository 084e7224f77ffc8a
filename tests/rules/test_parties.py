import pytest

from app.errors import Sentence, say
from app.rules.parties import Side, objection, sides


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        (None, say("party_unknown")),
        (Side("PL", is_archived=True, is_of_aggressor=False), say("party_archived")),
        (
            Side("RU", is_archived=False, is_of_aggressor=True),
            say("party_of_aggressor", country_uk="Росія", country_en="Russia"),
        ),
        (Side("PL", is_archived=False, is_of_aggressor=False), None),
    ],
)
def test_who_can_be_a_party(side: Side | None, expected: Sentence | None) -> None:
    assert objection(side) == expected


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["UA", "PL"], []),
        (["UA", "UA", "SE", "DE"], []),
        (["UA", "UA"], [say("foreign_party_missing")]),
        (["PL", "DE"], [say("ukrainian_party_missing")]),
    ],
)
def test_both_sides_of_the_border_take_part(codes: list[str], expected: list[Sentence]) -> None:
    assert sides(codes) == expected
