from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules import codes
from app.rules.codes import BadCode, Level

SUMSKA = "UA59080270000073662"


def refusal(check, *given) -> str:
    with pytest.raises(BadCode) as caught:
        check(*given)
    uk, en = codes.SENTENCES[caught.value.code]
    assert uk.format(**caught.value.params)
    assert str(caught.value) == en.format(**caught.value.params)
    return caught.value.code


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("UA59000000000057109", Level.OBLAST),
        ("UA59080000000057897", Level.RAION),
        (SUMSKA, Level.HROMADA),
        ("UA59080270010036634", Level.LOCALITY),
        ("UA32000000010085013", Level.LOCALITY),
        ("UA80000000000093317", Level.SPECIAL_CITY),
        ("UA80000000000126643", Level.CITY_DISTRICT),
    ],
)
def test_the_zeros_of_a_katottg_code_tell_its_level(code: str, level: Level) -> None:
    assert codes.level(code) is level


@pytest.mark.parametrize("code", [SUMSKA, f" {SUMSKA}\n", "UA80000000000093317", "UA85000000000065278"])
def test_a_hromada_or_a_city_with_special_status_is_accepted(code: str) -> None:
    assert codes.hromada_katottg(code) == code.strip()


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("UA3206011000005041", "katottg_length"),
        ("", "katottg_length"),
        (SUMSKA.lower(), "katottg_lower_case"),
        ("UА59080270000073662", "katottg_shape"),
        ("UA5908027000007366X", "katottg_shape"),
        ("UA5908027000007366٢", "katottg_shape"),
        ("UA59002700000736620", "katottg_levels"),
        ("UA00000000000073662", "katottg_levels"),
        ("UA80000000000126643", "katottg_not_hromada"),
        ("UA59000000000057109", "katottg_not_hromada"),
        ("UA59080270010036634", "katottg_not_hromada"),
    ],
)
def test_a_hromada_code_is_refused_with_its_own_reason(code: str, why: str) -> None:
    assert refusal(codes.hromada_katottg, code) == why


def test_the_parents_of_a_code_are_its_prefixes() -> None:
    found = (codes.oblast_prefix(SUMSKA), codes.raion_prefix(SUMSKA), codes.hromada_prefix(SUMSKA))
    assert found == ("UA59", "UA5908", "UA5908027")


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("32855961", "32855961"),
        ("12345678", "12345678"),
        ("40312347", "40312347"),
        ("22334457", "22334457"),
        ("10000062", "10000062"),
        ("10000640", "10000640"),
        (" 3285 5961 ", "32855961"),
        ("131050", "00131050"),
    ],
)
def test_a_right_edrpou_code_is_eight_digits(written: str, stored: str) -> None:
    assert codes.edrpou(written) == stored


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("32855968", "edrpou_check_digit"),
        ("00000000", "edrpou_check_digit"),
        ("328559610", "edrpou_length"),
        ("3285596a", "edrpou_shape"),
        ("", "edrpou_shape"),
        ("٣٢٨٥٥٩٦١", "edrpou_shape"),
    ],
)
def test_a_wrong_edrpou_code_is_refused(written: str, why: str) -> None:
    assert refusal(codes.edrpou, written) == why


@given(st.integers(min_value=1, max_value=9_999_999))
def test_exactly_one_check_digit_fits_every_number(number: int) -> None:
    fitting = []
    for digit in range(10):
        try:
            fitting.append(codes.edrpou(f"{number:07}{digit}"))
        except BadCode:
            continue
    assert len(fitting) == 1


@pytest.mark.parametrize(
    ("code", "country"), [("PL", "PL"), ("PL821", "PL"), ("EL30", "GR"), ("UKI3", "GB"), ("DE", None)]
)
def test_a_nuts_code_belongs_to_its_country(code: str, country: str | None) -> None:
    assert codes.nuts(code, country) == code


@pytest.mark.parametrize(
    ("code", "country", "why"),
    [
        ("GR30", "GR", "nuts_country"),
        ("GB1", None, "nuts_country"),
        ("PL82", "DE", "nuts_country"),
        ("pl82", None, "nuts_shape"),
        ("PL8211", None, "nuts_shape"),
    ],
)
def test_a_nuts_code_of_another_spelling_or_country_is_refused(code: str, country: str | None, why: str) -> None:
    assert refusal(codes.nuts, code, country) == why


@pytest.mark.parametrize(
    ("written", "country", "stored"),
    [
        ("0201011", "PL", "0201011"),
        ("PL_0201011", "PL", "0201011"),
        ("EL_01010000", "GR", "01010000"),
        ("e06000001", "GB", "E06000001"),
    ],
)
def test_a_lau_code_is_stored_without_the_country(written: str, country: str, stored: str) -> None:
    assert codes.lau(written, country) == stored


def test_a_lau_code_of_another_country_is_refused() -> None:
    assert (refusal(codes.lau, "DE_01001", "PL"), refusal(codes.lau, "12 34")) == ("lau_country", "lau_shape")


@pytest.mark.parametrize("code", ["UA", " pl ", "GB", "GR"])
def test_a_country_code_is_two_capital_letters(code: str) -> None:
    assert codes.country(code) == code.strip().upper()


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("UK", "country_nuts_habit"),
        ("EL", "country_nuts_habit"),
        ("EU", "country_unknown"),
        ("ZZ", "country_unknown"),
        ("POL", "country_unknown"),
    ],
)
def test_what_is_no_country_is_refused(code: str, why: str) -> None:
    assert refusal(codes.country, code) == why


def test_an_external_id_is_a_system_and_a_value() -> None:
    assert codes.external_id("cities4cities", " 1042/b ") == ("cities4cities", "1042/b")


@pytest.mark.parametrize(
    ("system", "value", "why"),
    [
        ("Cities 4", "1", "external_system_shape"),
        ("c", "1", "external_system_shape"),
        ("wikidata", "  ", "external_value_shape"),
        ("wikidata", "Q1\x00", "external_value_shape"),
        ("wikidata", "Q" * 201, "external_value_shape"),
    ],
)
def test_an_external_id_of_another_shape_is_refused(system: str, value: str, why: str) -> None:
    assert refusal(codes.external_id, system, value) == why


@given(st.text())
def test_any_text_is_accepted_for_good_or_refused(text: str) -> None:
    for check in (codes.katottg, codes.edrpou, codes.nuts, codes.lau, codes.country):
        with suppress(BadCode):
            assert check(check(text)) == check(text)
