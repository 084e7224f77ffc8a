from dataclasses import replace
from pathlib import Path

import pytest

from app.adapters import codifier as file
from app.adapters import register as shipped
from app.rules import codifier
from app.rules.codes import Level
from app.rules.codifier import Change, CodifierError, CodifierRow, Hromada, Plan, Register, Retirement, Territory
from app.vocabulary.organizations import HromadaType

SAMPLE = Path(__file__).parents[1] / "data" / "kodifikator_sample.xlsx"
SUMSKA = Hromada(
    code="UA59080270000073662",
    name_uk="Сумська",
    name_en="Sumska urban hromada",
    type=HromadaType.URBAN,
    oblast_code="UA59000000000057109",
    oblast_name="Сумська",
    raion_code="UA59080000000057897",
    raion_name="Сумський",
    centre_code="UA59080270010036634",
    centre_name="Суми",
    centre_category="M",
    in_crimea=False,
)


@pytest.fixture(scope="module")
def rows() -> list[CodifierRow]:
    return file.read(SAMPLE)


@pytest.fixture(scope="module")
def register(rows: list[CodifierRow]) -> Register:
    return codifier.register(rows)


def by_code(register: Register) -> dict[str, Hromada]:
    return {each.code: each for each in register.hromadas}


def test_a_hromada_takes_its_type_from_its_centre_and_its_parents_from_its_code(register: Register) -> None:
    assert by_code(register)[SUMSKA.code] == SUMSKA


def test_every_hromada_of_the_file_is_there_with_tidy_names(register: Register) -> None:
    assert sorted((each.name_en, each.oblast_name, each.in_crimea) for each in register.hromadas) == [
        ("Andriivska rural hromada", "Автономна Республіка Крим", True),
        ("Buchanska urban hromada", "Київська", False),
        ("Kyiv", "Київ", False),
        ("Ovrutska urban hromada", "Житомирська", False),
        ("Sevastopol", "Севастополь", True),
        ("Sumska urban hromada", "Сумська", False),
        ("Trostianetska rural hromada", "Львівська", False),
        ("Trostianetska settlement hromada", "Вінницька", False),
        ("Trostianetska urban hromada", "Сумська", False),
        ("Zghurivska settlement hromada", "Київська", False),
        ("Znamianska rural hromada", "Одеська", False),
        ("Znamianska urban hromada", "Кіровоградська", False),
    ]


def test_a_city_with_special_status_is_its_own_hromada(register: Register) -> None:
    kyiv = by_code(register)["UA80000000000093317"]
    assert (kyiv.name_uk, kyiv.type, kyiv.raion_code, kyiv.centre_code) == ("Київ", None, None, kyiv.code)


def test_cities_of_the_exclusion_zone_belong_to_no_hromada(register: Register) -> None:
    assert [each.name for each in register.localities if each.hromada_code is None] == ["Прип’ять", "Чорнобиль"]


def test_territories_carry_their_level_in_english(register: Register) -> None:
    wanted = {"UA01000000000013043", "UA59000000000057109", "UA59080000000057897", "UA85000000000065278"}
    assert [each for each in register.territories if each.code in wanted] == [
        Territory("UA01000000000013043", Level.OBLAST, "Автономна Республіка Крим", "Autonomous Republic of Crimea"),
        Territory("UA59000000000057109", Level.OBLAST, "Сумська", "Sumska oblast"),
        Territory("UA59080000000057897", Level.RAION, "Сумський", "Sumskyi raion"),
        Territory("UA85000000000065278", Level.SPECIAL_CITY, "Севастополь", "Sevastopol"),
    ]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (CodifierRow(9, "UA5908027000007366", "H", "Сумська"), "codifier_row_code"),
        (CodifierRow(9, "UA59080270000073662", "H", "Сумська"), "codifier_repeated_code"),
        (CodifierRow(9, "UA59080290000011111", "H", "Нова"), "codifier_no_centre"),
        (CodifierRow(9, "UA59990270000011111", "H", "Нова"), "codifier_no_parent"),
        (CodifierRow(9, "UA59080310010011111", "C", "Нове"), "codifier_no_parent"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_whole(rows: list[CodifierRow], row: CodifierRow, why: str) -> None:
    with pytest.raises(CodifierError) as caught:
        codifier.register([*rows, row])
    assert caught.value.code == why


def test_a_file_without_hromadas_is_refused() -> None:
    with pytest.raises(CodifierError) as caught:
        codifier.register([])
    assert caught.value.code == "codifier_no_hromadas"


def test_the_same_file_again_changes_nothing(register: Register) -> None:
    assert codifier.diff(register.hromadas, register.hromadas, register.localities) == Plan()


def test_our_own_english_names_and_coordinates_are_no_difference(register: Register) -> None:
    ours = [replace(each, name_en="Sumy City Hromada", lat=50.9, lon=34.8) for each in register.hromadas]
    assert codifier.diff(ours, register.hromadas).is_empty


def test_new_renamed_and_retyped_hromadas_are_told_apart(register: Register) -> None:
    renamed = replace(SUMSKA, name_uk="Новосумська")
    retyped = replace(by_code(register)["UA32060110000050416"], type=HromadaType.RURAL)
    kyiv = by_code(register)["UA80000000000093317"]
    others = [each for each in register.hromadas if each.code not in {renamed.code, retyped.code, kyiv.code}]

    plan = codifier.diff([*others, renamed, retyped], register.hromadas)

    assert plan.added == (kyiv,)
    assert plan.renamed == (Change(renamed, SUMSKA, ("name_uk",)),)
    assert [each.after.name_uk for each in plan.retyped] == ["Згурівська"]
    assert plan.retired == ()


def test_a_retired_hromada_is_replaced_by_the_one_that_holds_its_centre(register: Register) -> None:
    moved = replace(SUMSKA, code="UA59080990000012345", centre_code="UA59080990010036634")
    lost = replace(SUMSKA, code="UA59080980000054321", centre_code="UA59080980010099999")

    plan = codifier.diff([*register.hromadas, lost, moved], register.hromadas, register.localities)

    assert plan == Plan(retired=(Retirement(lost, None), Retirement(moved, SUMSKA.code)))


def test_the_shipped_register_has_every_hromada_of_the_country() -> None:
    outside = [each.type for each in shipped.shipped().hromadas if not each.in_crimea]
    counted = {kind: outside.count(kind) for kind in (*HromadaType, None)}
    assert counted == {HromadaType.URBAN: 411, HromadaType.SETTLEMENT: 443, HromadaType.RURAL: 615, None: 1}
    assert len(shipped.shipped().hromadas) - len(outside) == 303 + 1


def test_the_shipped_register_agrees_with_the_codifier(register: Register) -> None:
    ours = by_code(shipped.shipped())
    assert codifier.diff([ours[each.code] for each in register.hromadas], register.hromadas).is_empty
