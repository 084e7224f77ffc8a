from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from app.rules import aggressors, obligations, packs, reminder_rules
from app.rules.legal import LegalNumber, Limit, Unit, legal
from app.rules.packs import Entry, latest, load
from app.rules.retention import Retention
from app.vocabulary.countries import codes

TODAY = date(2026, 11, 22)
SOURCE = {"uk": "Закон", "en": "Law"}


def entry(valid_from: date, valid_to: date | None = None) -> Entry:
    return Entry(valid_from=valid_from, valid_to=valid_to, source=SOURCE, confirmed=True)


FIRST = entry(date(2024, 1, 1), date(2025, 12, 31))
SECOND = entry(date(2025, 7, 1))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2023, 12, 31), None),
        (date(2024, 1, 1), FIRST),
        (date(2025, 6, 30), FIRST),
        (date(2025, 7, 1), SECOND),
        (date(2030, 1, 1), SECOND),
    ],
)
def test_the_newest_rule_that_holds_on_the_day_decides(day: date, expected: Entry | None) -> None:
    assert latest([SECOND, FIRST], day) == expected


def test_a_rule_holds_on_its_first_and_on_its_last_day() -> None:
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2025, 12, 31), date(2026, 1, 1)]

    assert [FIRST.holds_on(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("country", "on", "lifted", "refused"),
    [
        ("RU", TODAY, (), True),
        ("RU", date(2015, 1, 27), (), True),
        ("RU", date(2015, 1, 26), (), False),
        ("RU", TODAY, ("RU", "BY"), True),
        ("BY", TODAY, (), True),
        ("BY", TODAY, ("BY",), False),
        ("BY", date(2021, 1, 1), (), False),
        ("PL", TODAY, (), False),
    ],
)
def test_an_aggressor_state_is_refused(country: str, on: date, lifted: tuple[str, ...], refused: bool) -> None:
    assert (aggressors.blocked(country, on, aggressors.pack(lifted=lifted)) is not None) is refused


def test_a_refusal_names_its_source_in_both_languages() -> None:
    found = aggressors.blocked("RU", TODAY, aggressors.pack())

    assert found is not None
    assert (found.country, found.optional, found.confirmed, set(found.source)) == ("RU", False, True, {"uk", "en"})


def test_agreements_live_by_these_numbers_today() -> None:
    numbers = {limit.value: legal(limit, TODAY) for limit in Limit}

    assert {name: n and (n.value, n.unit, n.confirmed) for name, n in numbers.items()} == {
        "ministry_review": (30, Unit.CALENDAR_DAYS, True),
        "justice_review": (10, Unit.CALENDAR_DAYS, True),
        "foreign_affairs_review": (10, Unit.CALENDAR_DAYS, False),
        "registration_after_signing": (10, Unit.WORKING_DAYS, False),
        "first_expiry_reminder": (90, Unit.CALENDAR_DAYS, False),
        "last_expiry_reminder": (30, Unit.CALENDAR_DAYS, False),
        "partnership_dormant": (12, Unit.MONTHS, False),
    }


def test_there_was_no_ministry_review_before_the_law() -> None:
    assert legal(Limit.MINISTRY_REVIEW, date(2024, 1, 1)) is None


def test_every_entry_is_dated_and_cites_its_source_in_both_languages() -> None:
    entries: list[Entry] = [
        *load("aggressor_states", aggressors.AggressorState),
        *load("agreements", LegalNumber),
        *load("retention", Retention),
        *obligations.rules(),
        *reminder_rules.shipped(),
    ]

    assert {type(entry.valid_from) for entry in entries} == {date}
    assert [entry for entry in entries if set(entry.source) != {"uk", "en"} or not all(entry.source.values())] == []
    assert {state.country for state in aggressors.pack()} <= codes()


def test_every_pack_file_is_covered_here() -> None:
    assert {file.stem for file in Path(packs.__file__).parent.glob("*.toml")} == {
        "aggressor_states",
        "agreements",
        "obligations",
        "reminders",
        "retention",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow(Entry):
    country: str


def test_a_key_that_the_program_does_not_know_is_an_error() -> None:
    with pytest.raises(TypeError, match="optional"):
        load("aggressor_states", Narrow)


def test_a_number_with_an_unknown_name_is_an_error() -> None:
    with pytest.raises(ValueError, match="phase_of_the_moon"):
        LegalNumber(
            valid_from=TODAY,
            source=SOURCE,
            confirmed=True,
            limit="phase_of_the_moon",  # type: ignore[arg-type]  # what a misspelt file would bring
            value=1,
            unit=Unit.MONTHS,
        )
