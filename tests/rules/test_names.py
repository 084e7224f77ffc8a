import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules import names

UKRAINIAN = st.text(alphabet="абвгґдеєжзиіїйклмнопрстуфхцчшщьюяАЄЇЙЮЯЗГЩ'’ʼ` -", max_size=30)


@pytest.mark.parametrize(
    ("uk", "latin"),
    [
        ("Знам'янська", "Znamianska"),
        ("Знам’янська", "Znamianska"),
        ("Знамʼянська", "Znamianska"),
        ("Знам`янська", "Znamianska"),
        ("Єланецька", "Yelanetska"),
        ("Кам'янець-Подільська", "Kamianets-Podilska"),
        ("Їжаківка", "Yizhakivka"),
        ("Йосипівка", "Yosypivka"),
        ("Об'єднана", "Obiednana"),
        ("Приютівська", "Pryiutivska"),
        ("Бородянська", "Borodianska"),
        ("Згурівка", "Zghurivka"),
        ("Розгін", "Rozghin"),
        ("ЗГУРІВКА", "ZGHURIVKA"),
        ("Щасливе", "Shchaslyve"),
        ("ЩАСЛИВЕ Щ", "SHCHASLYVE Shch"),
        ("Нова Їванівка-Юр’ївка", "Nova Yivanivka-Yurivka"),
        ("Ю. Шевченко", "Yu. Shevchenko"),
        ("Ма́я", "Maia"),
        ("Łódź — Львів", "Łódź — Lviv"),
    ],
)
def test_romanisation_follows_resolution_55(uk: str, latin: str) -> None:
    assert names.romanise(uk) == latin


def test_an_english_name_is_proposed_for_a_hromada() -> None:
    assert names.hromada_name_en("Сумська", "urban") == "Sumska urban hromada"


@pytest.mark.parametrize(
    ("written", "tidied"),
    [
        ("  Згурівська\u00a0 ", "Згурівська"),
        ("Нова   Каховка", "Нова Каховка"),
        ("Знам'янка", "Знам’янка"),
        ("Знамʼянка\u200b", "Знам’янка"),
        ("L'Aquila", "L'Aquila"),
        ("Киі\u0308в", "Київ"),
    ],
)
def test_a_tidy_name_has_single_spaces_and_one_apostrophe(written: str, tidied: str) -> None:
    assert names.tidy(written) == tidied


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Кам’янець-Подільський", "камянець подільський"),
        ("ЇЖАКІВ Йосип Ґанок", "їжаків йосип ґанок"),
        ("Łódź", "lodz"),
        ("Großräschen", "grossraschen"),
        ("Đakovo / İzmir", "dakovo izmir"),
        ("«Сумська»", "сумська"),
    ],
)
def test_folding_drops_marks_but_keeps_ukrainian_letters(written: str, folded: str) -> None:
    assert names.fold(written) == folded


@pytest.mark.parametrize("written", ["Сумська", "Sumska", "SUMSKA", "Sums'ka", " «Сумська» "])
def test_both_alphabets_meet_in_the_search_key(written: str) -> None:
    assert names.search_key(written) == "sumska"


@given(st.text(max_size=60))
def test_doing_it_twice_changes_nothing(text: str) -> None:
    for step in (names.tidy, names.fold, names.romanise, names.search_key):
        assert step(step(text)) == step(text)


@given(UKRAINIAN)
def test_a_ukrainian_name_becomes_wholly_latin(text: str) -> None:
    assert names.romanise(text).isascii()


@given(UKRAINIAN)
def test_the_kind_of_apostrophe_never_matters(text: str) -> None:
    for other in "’ʼ`":
        assert names.romanise(text.replace("'", other)) == names.romanise(text)
