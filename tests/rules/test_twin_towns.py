from collections.abc import Callable
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters import register as shipped
from app.errors import say
from app.rules import twin_towns
from app.rules.places import Gazetteer, OtherName, Point
from app.rules.twin_towns import Aggressors, Ambiguous, Duplicate, ListError, Outcome, Refused, Resolved, Resolver

SAMPLE = Path(__file__).parents[1] / "data" / "twin_towns_sample.csv"
HEADING = ",".join(twin_towns.COLUMNS)
TODAY = date(2026, 11, 22)
SUMY, LVIV, ODESA = "UA59080270000073662", "UA46060250000025047", "UA51100270000073549"

Resolve = Callable[[str], list[Outcome]]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(shipped.shipped(), shipped.place_names())


@pytest.fixture
def resolve(gazetteer: Gazetteer) -> Resolve:
    resolver = Resolver(gazetteer, shipped.country_boxes(), Aggressors({"RU", "BY"}, TODAY))
    return lambda lines: resolver.resolve(twin_towns.rows(f"{HEADING}\n{lines}"))


@pytest.fixture
def sample(gazetteer: Gazetteer) -> dict[int, Outcome]:
    resolver = Resolver(gazetteer, shipped.country_boxes(), Aggressors({"RU"}, TODAY))
    outcomes = resolver.resolve(twin_towns.rows(SAMPLE.read_text(encoding="utf-8")))
    return {each.line: each for each in outcomes}


def test_every_line_has_one_outcome_and_the_counts_add_up(sample: dict[int, Outcome]) -> None:
    counts = twin_towns.counts(sample.values())

    assert counts == {"resolved": 9, "duplicate": 3, "ambiguous": 2, "refused": 10}
    assert sum(counts.values()) == len(SAMPLE.read_text(encoding="utf-8").splitlines()) - 1


def test_the_ukrainian_side_may_stand_on_either_side(sample: dict[int, Outcome]) -> None:
    assert sample[2] == Resolved(2, SUMY, "Rzeszów", "municipality", "PL", None, Point(50.0333, 22))
    assert sample[5] == Resolved(5, LVIV, "Leeds", "municipality", "GB", "GB-ENG", Point(53.7997, -1.5492))


def test_the_same_pair_is_taken_once_whatever_its_spelling(sample: dict[int, Outcome]) -> None:
    assert [sample[3], sample[4], sample[6]] == [Duplicate(3, 2), Duplicate(4, 2), Duplicate(6, 5)]


def test_namesakes_are_told_apart_by_their_coordinates(sample: dict[int, Outcome]) -> None:
    found = [sample[10], sample[11]]
    assert [each.hromada_code for each in found if isinstance(each, Resolved)] == [
        "UA46060070000047720",
        "UA68040130000024471",
    ]


def test_what_was_read_otherwise_than_written_is_noted(sample: dict[int, Outcome]) -> None:
    noted = {line: each.notes for line, each in sample.items() if isinstance(each, Resolved) and each.notes}
    assert noted == {
        7: (say("written_otherwise", written="Odessa", place="Одеса"),),
        16: (say("foreign_point_elsewhere", country="BG"),),
        19: (say("written_otherwise", written="Feodosiya", place="Феодосія"), say("hromada_in_crimea")),
        20: (say("part_of_hromada", place="Бене", hromada_uk="Берегівська", hromada_en="Berehivska urban hromada"),),
        25: (say("written_otherwise", written="Chervonohrad", place="Шептицький"),),
    }


def test_a_point_in_another_country_is_not_taken(sample: dict[int, Outcome]) -> None:
    montana = sample[16]
    assert isinstance(montana, Resolved)
    assert (montana.foreign_name, montana.country, montana.point) == ("Montana", "BG", None)


def test_doubtful_lines_name_their_candidates(sample: dict[int, Outcome]) -> None:
    doubtful = {
        line: (each.reason, [(found.hromada.name_uk, found.km) for found in each.candidates])
        for line, each in sample.items()
        if isinstance(each, Ambiguous)
    }
    assert doubtful == {
        12: (say("several_hromadas", place="Kulykivka"), [("Куликівська", 32.3), ("Тупичівська", 46.3)]),
        17: (say("point_far", place="Shostka", km=821), [("Шосткинська", 820.6)]),
    }


def test_refused_lines_say_why_and_only_name_who_it_could_be(sample: dict[int, Outcome]) -> None:
    refused = {
        line: (each.reason, [found.hromada.name_uk for found in each.candidates])
        for line, each in sample.items()
        if isinstance(each, Refused)
    }
    assert refused == {
        8: (say("domestic_pair"), []),
        9: (say("aggressor_state", country="RU", on="2026-11-22"), []),
        13: (say("level_raion", place="Bohodukhiv Raion"), ["Богодухівська"]),
        14: (say("level_oblast", place="Donetsk Oblast"), []),
        15: (say("level_city_district", place="Podil (Kyiv)"), ["Київ"]),
        18: (say("place_unknown", place="Neverland"), []),
        21: (say("country_unknown", value="Atlantis"), []),
        22: (say("no_ukrainian_side"), []),
        23: (say("row_coordinates", value="north, 14.2864"), []),
        24: (say("row_incomplete"), []),
    }


def test_a_county_is_a_partner_of_another_kind(sample: dict[int, Outcome]) -> None:
    county = sample[25]
    assert isinstance(county, Resolved)
    assert (county.foreign_name, county.foreign_kind) == ("Sanok County", "region")


def test_the_list_of_aggressors_decides(resolve: Resolve) -> None:
    assert resolve("Grodno,Belarus,53.6667,23.8333,Lviv,Ukraine,49.8425,24.0322") == [
        Refused(2, say("aggressor_state", country="BY", on="2026-11-22"))
    ]


def test_a_careless_point_does_not_make_a_village_of_a_city(resolve: Resolve) -> None:
    [found] = resolve("Linz,Austria,48.3058,14.2864,Zaporizhzhia,Ukraine,47.4165,35.923")

    assert isinstance(found, Ambiguous)
    assert found.reason == say("several_hromadas", place="Zaporizhzhia")
    assert "UA23060070000082704" in {each.hromada.code for each in found.candidates}


def test_without_coordinates_only_a_unique_name_is_taken(resolve: Resolve) -> None:
    sumy, horodok = resolve("Graz,Austria,,,Sumy,Ukraine,,\nGraz,Austria,,,Horodok,Ukraine,,")

    assert sumy == Resolved(2, SUMY, "Graz", "municipality", "AT", None, None)
    assert isinstance(horodok, Ambiguous)
    assert horodok.reason == say("several_hromadas", place="Horodok")


def test_two_towns_of_one_name_far_apart_are_no_duplicate(resolve: Resolve) -> None:
    first, second = resolve(
        "Newton,United States,42.337,-71.2092,Lviv,Ukraine,49.8425,24.0322\n"
        "Newton,United States,38.0467,-97.345,Lviv,Ukraine,49.8425,24.0322"
    )
    assert isinstance(first, Resolved)
    assert second == Ambiguous(3, say("same_name_elsewhere", line=2, km=2261), ())


def test_cyrillic_and_reordered_columns_are_understood(gazetteer: Gazetteer) -> None:
    heading = "\ufeffcountry1,city1,lat1,lng1,city2,country2,lat2,lng2"
    line = "Польща,Люблін,51.25,22.5667,Одеса,Україна,46.48,30.73"
    resolver = Resolver(gazetteer, shipped.country_boxes(), Aggressors({"RU"}, TODAY))
    assert resolver.resolve(twin_towns.rows(f"{heading}\n{line}\n")) == [
        Resolved(2, ODESA, "Люблін", "municipality", "PL", None, Point(51.25, 22.5667))
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Budapest XI – Újbuda", "Újbuda (Budapest)", True),
        ("Prague 6", "Prague 6 (Prague)", True),
        ("Chişinău", "Chișinău", True),
        ("Sharm El-Sheikh", "Sharm El Sheikh", True),
        ("Municipio XV (Rome)", "Municipio XIV (Rome)", False),
        ("Sanok", "Sanok County", False),
        ("Sanok", "Sanok (rural gmina)", False),
    ],
)
def test_partners_are_compared_by_the_parts_of_their_names(one: str, other: str, same: bool) -> None:
    assert (twin_towns.partner_key(one) == twin_towns.partner_key(other)) is same


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "list_columns"),
        ("city1,country1\nKyiv,Ukraine\n", "list_columns"),
        (f'{HEADING}\n"Kyiv"x,Ukraine\n', "list_unreadable"),
    ],
)
def test_a_file_that_is_no_list_is_refused_whole(text: str, why: str) -> None:
    with pytest.raises(ListError) as caught:
        twin_towns.rows(text)
    assert caught.value.code == why


def test_every_other_name_leads_to_a_settlement_of_the_register() -> None:
    known = {place.code for place in shipped.shipped().localities if place.hromada_code}
    assert [each for each in shipped.place_names() if each.code not in known] == []


def test_a_name_of_our_table_whose_settlement_is_gone_finds_nothing() -> None:
    gazetteer = Gazetteer(shipped.shipped(), [OtherName("Nowhereville", "UA59080270010000000")])
    assert gazetteer.find("Nowhereville", None) == []


def test_both_languages_need_facts_of_the_same_names() -> None:
    for uk, en in twin_towns.SENTENCES.values():
        wanted = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (uk, en)]
        assert {name.removesuffix("_uk") for name in wanted[0]} == {name.removesuffix("_en") for name in wanted[1]}


@given(st.lists(st.text(alphabet='Kyiv Ukraine,Л"(–)5.\n', max_size=40), max_size=5))
def test_any_text_is_resolved_or_refused(gazetteer: Gazetteer, lines: list[str]) -> None:
    resolver = Resolver(gazetteer, {}, Aggressors((), TODAY))
    try:
        rows = twin_towns.rows("\n".join([HEADING, *lines]))
    except ListError:
        return
    assert len(resolver.resolve(rows)) == len(rows)
