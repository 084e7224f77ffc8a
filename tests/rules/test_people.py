from datetime import date
from uuid import UUID

import pytest

from app.errors import Sentence, say
from app.rules.people import Period, at_least, end_objections, is_ukrainian_name, overlaps, passport_name
from app.vocabulary import CefrLevel

SUMY, LVIV = UUID(int=1), UUID(int=2)
SPRING, SUMMER, AUTUMN = date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Shevchenko", "SHEVCHENKO"),
        ("O’Neil-Smith", "O'NEIL-SMITH"),
        ("VAN DER BERG", "VAN DER BERG"),
        ("Wójcik", None),
        ("Шевченко", None),
        ("-SMITH", None),
        ("SMITH  JONES", None),
        ("", None),
    ],
)
def test_a_latin_name_is_written_as_in_the_passport(typed: str, kept: str | None) -> None:
    assert passport_name(typed) == kept


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Дар’я", True), ("Нечуй-Левицький", True), ("Кобилянська Ольга", True), ("Daria", False), ("Рыбак", False)],
)
def test_a_ukrainian_name_has_ukrainian_letters(name: str, expected: bool) -> None:
    assert is_ukrainian_name(name) is expected


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([Period(SUMY, SPRING, SUMMER), Period(SUMY, SUMMER, None)], []),
        ([Period(SUMY, None, None), Period(LVIV, None, None)], []),
        ([Period(SUMY, SPRING, AUTUMN), Period(SUMY, SUMMER, None)], [say("affiliations_overlap")]),
        ([Period(SUMY, None, None), Period(SUMY, AUTUMN, None)], [say("affiliations_overlap")]),
        ([Period(SUMY, AUTUMN, None), Period(SUMY, None, AUTUMN)], []),
    ],
)
def test_affiliations_with_one_organization_follow_each_other(periods: list[Period], expected: list[Sentence]) -> None:
    assert overlaps(periods) == expected


@pytest.mark.parametrize(
    ("started_on", "ended_on", "on", "expected"),
    [
        (SPRING, None, SUMMER, []),
        (None, None, SUMMER, []),
        (SUMMER, None, SUMMER, [say("ends_after_start")]),
        (SPRING, SUMMER, AUTUMN, [say("affiliation_ended", on=SUMMER)]),
    ],
)
def test_an_affiliation_ends_once_and_after_it_began(
    started_on: date | None, ended_on: date | None, on: date, expected: list[Sentence]
) -> None:
    assert end_objections(started_on, ended_on, on) == expected


def test_a_level_is_reached_by_every_higher_one() -> None:
    assert at_least(CefrLevel.C1) == [CefrLevel.C1, CefrLevel.C2, CefrLevel.NATIVE]
