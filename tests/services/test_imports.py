import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.adapters import register as shipping
from app.commands import imports as command
from app.errors import AppError
from app.models import Organization
from app.rules import twin_towns as lists
from app.rules.codifier import Hromada, Register
from app.services import organizations
from app.services.imports import katottg, report, twin_towns
from app.services.imports.katottg import Tally
from app.services.imports.report import Fate, Verdict
from app.trouble import Trouble
from app.vocabulary import HromadaType
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

READ = 190
SAMPLE = Path(__file__).parents[1] / "data" / "twin_towns_sample.csv"
FILE = "kodifikator.xlsx"
SUMY, LVIV, STRYI = "UA59080270000073662", "UA46060250000025047", "UA46100230000047305"
HEADING = ",".join(lists.COLUMNS)


@pytest.fixture
async def every_hromada(world: World) -> None:
    """Those of the register that comes with the program."""
    async with world.work() as uow:
        await katottg.load_shipped(uow)


@pytest.fixture
async def hromadas(world: World) -> None:
    """Those of three oblasts, which is quicker."""
    await brought(world, three_oblasts())


async def brought(world: World, register: Register) -> Tally:
    async with world.work() as uow:
        return await katottg.bring(uow, register, FILE)


def three_oblasts() -> Register:
    found = [each for each in shipping.shipped().hromadas if each.code[:4] in {"UA59", "UA46", "UA71"}]
    return replace(shipping.shipped(), hromadas=tuple(found))


def with_hromadas(*changed: Hromada, without: Iterable[str] = ()) -> Register:
    """Those of three oblasts, with some otherwise and some gone."""
    register = three_oblasts()
    gone = {each.code for each in changed} | set(without)
    kept = [each for each in register.hromadas if each.code not in gone]
    return replace(register, hromadas=(*kept, *changed))


def hromada(code: str) -> Hromada:
    return next(each for each in shipping.shipped().hromadas if each.code == code)


async def row(world: World, code: str, *columns: str) -> tuple[Any, ...]:
    names = ", ".join(columns)
    query = f"SELECT {names} FROM organizations WHERE katottg = $1 ORDER BY archived_at NULLS FIRST"  # noqa: S608 - own words
    return tuple((await world.rows(query, code))[0])


async def count(world: World, table: str) -> int:
    found: int = (await world.rows(f"SELECT count(*) FROM {table}"))[0][0]  # noqa: S608 - own words
    return found


async def taken(world: World, text: str) -> list[Verdict]:
    outcomes = twin_towns.resolve(lists.rows(text), world.clock.today)
    async with world.work() as uow:
        return await twin_towns.take(uow, outcomes, "list.csv")


async def edited(world: World, code: str, **values: Any) -> None:
    [id] = await row(world, code, "id")
    async with world.work() as uow:
        organization = await uow.get(Organization, id, lock=True)
        for name, value in values.items():
            setattr(organization, name, value)


async def test_the_first_start_brings_every_hromada_and_names_who_did_it(world: World) -> None:
    async with world.work() as uow:
        tally = await katottg.load_shipped(uow)

    types = await world.rows("SELECT hromada_type, count(*) FROM organizations GROUP BY 1 ORDER BY 1")
    journal = await world.rows(
        "SELECT count(*) FROM journal WHERE row_table = 'organizations' AND operation = 'insert'"
    )
    assert tally == Tally(read=1774, added=1774)
    assert [tuple(each) for each in types] == [("rural", 862), ("settlement", 482), ("urban", 428), (None, 2)]
    assert journal[0][0] == 1774
    assert await row(world, SUMY, "name_uk", "name_en", "hromada_type", "country", "source") == (
        "Сумська міська територіальна громада",
        "Sumska urban hromada",
        "urban",
        "UA",
        katottg.SHIPPED_SOURCE,
    )


@pytest.mark.usefixtures("every_hromada")
async def test_a_later_start_changes_nothing(world: World) -> None:
    before = await count(world, "journal")
    async with world.work() as uow:
        assert await katottg.load_shipped(uow) is None
    assert await count(world, "journal") == before


@pytest.mark.usefixtures("hromadas")
async def test_a_hromada_is_found_in_both_alphabets(as_coordinator: Client) -> None:
    for words in ("Sumska", "Сумська", "сумська міська"):
        found = await as_coordinator.seen("/v1/organizations", params={"q": words})
        assert [each["katottg"] for each in found["items"]] == [SUMY]


@pytest.mark.usefixtures("hromadas")
async def test_the_same_register_again_changes_nothing(world: World) -> None:
    before = await count(world, "journal")
    assert await brought(world, three_oblasts()) == Tally(read=READ)
    assert await count(world, "journal") == before


@pytest.mark.usefixtures("hromadas")
async def test_a_renamed_and_retyped_hromada_keeps_its_id_and_its_history(world: World) -> None:
    before = await row(world, STRYI, "id", "version")
    named = replace(hromada(STRYI), name_uk="Нова", name_en="Nova settlement hromada", type=HromadaType.SETTLEMENT)

    assert await brought(world, with_hromadas(named)) == Tally(read=READ, changed=1)

    assert await row(world, STRYI, "id", "version", "name_uk", "name_en") == (
        *before[:1],
        before[1] + 1,
        "Нова селищна територіальна громада",
        "Nova settlement hromada",
    )
    assert await brought(world, with_hromadas(named)) == Tally(read=READ)


@pytest.mark.usefixtures("hromadas")
async def test_what_people_have_written_stays(world: World) -> None:
    await edited(world, STRYI, website="https://stryi.example", name_en="Stryi Hromada", population=90_000)

    await brought(world, with_hromadas(replace(hromada(STRYI), name_uk="Нова", name_en="Nova urban hromada")))

    assert await row(world, STRYI, "name_uk", "name_en", "website", "population") == (
        "Нова міська територіальна громада",
        "Stryi Hromada",
        "https://stryi.example",
        90_000,
    )


@pytest.mark.usefixtures("hromadas")
async def test_a_hromada_that_moves_to_another_raion_is_the_same_with_a_new_code(world: World) -> None:
    before = await row(world, STRYI, "id")
    lviv = hromada(LVIV)
    code = f"{LVIV[:6]}990000{STRYI[-7:]}"
    moved = replace(hromada(STRYI), code=code, raion_code=lviv.raion_code, raion_name=lviv.raion_name)

    assert await brought(world, with_hromadas(moved, without=[STRYI])) == Tally(read=READ, changed=1)

    assert await row(world, code, "id", "raion_code") == (*before, lviv.raion_code)


@pytest.mark.usefixtures("hromadas")
async def test_a_retired_hromada_is_archived_and_names_its_heir(world: World) -> None:
    gone = hromada(STRYI)
    heirs = [
        replace(place, hromada_code=LVIV) if place.code == gone.centre_code else place
        for place in shipping.shipped().localities
    ]
    newer = replace(with_hromadas(without=[STRYI]), localities=tuple(heirs))

    assert await brought(world, newer) == Tally(read=READ - 1, retired=1)

    assert await row(world, STRYI, "archived_at IS NOT NULL", "replaced_by_id") == (True, *await row(world, LVIV, "id"))
    assert await brought(world, newer) == Tally(read=READ - 1)


@pytest.mark.usefixtures("hromadas")
async def test_a_hromada_that_an_import_retired_comes_back_with_its_code(world: World) -> None:
    before = await row(world, STRYI, "id")
    await brought(world, with_hromadas(without=[STRYI]))

    assert await brought(world, three_oblasts()) == Tally(read=READ, restored=1)

    assert await row(world, STRYI, "id", "archived_at") == (*before, None)


@pytest.mark.usefixtures("hromadas")
async def test_a_hromada_that_a_person_archived_stays_archived(world: World) -> None:
    id, version = await row(world, STRYI, "id", "version")
    async with world.work() as uow:
        await organizations.archive(uow, id, version, "doubled by mistake")

    assert await brought(world, three_oblasts()) == Tally(read=READ)
    assert await row(world, STRYI, "archived_at IS NOT NULL") == (True,)


@pytest.mark.usefixtures("hromadas")
async def test_a_part_of_the_codifier_is_refused_whole(world: World) -> None:
    lviv = [each for each in three_oblasts().hromadas if each.code.startswith("UA46")]
    before = await count(world, "journal")

    with pytest.raises(AppError) as refusal:
        await brought(world, replace(shipping.shipped(), hromadas=tuple(lviv)))

    assert [each.code for each in refusal.value.sentences] == ["codifier_is_partial"]
    assert await count(world, "journal") == before


@pytest.mark.usefixtures("hromadas")
async def test_after_a_file_the_shipped_register_keeps_out_of_the_way(world: World) -> None:
    await brought(world, with_hromadas(replace(hromada(STRYI), name_uk="Нова")))
    before = await count(world, "journal")

    async with world.work() as uow:
        assert await katottg.load_shipped(uow) is None

    assert await count(world, "journal") == before


@pytest.mark.usefixtures("every_hromada")
async def test_a_list_of_twin_towns_adds_up_line_by_line(world: World) -> None:
    verdicts = await taken(world, SAMPLE.read_text(encoding="utf-8"))

    assert [verdict.line for verdict in verdicts] == list(range(2, 26))
    assert report.counts(verdicts) == {
        Fate.CREATED: 9,
        Fate.ALREADY_THERE: 0,
        Fate.DUPLICATE: 3,
        Fate.AMBIGUOUS: 2,
        Fate.REFUSED: 10,
    }
    assert (await count(world, "partnerships"), await count(world, "agreements")) == (9, 9)


@pytest.mark.usefixtures("every_hromada")
async def test_a_second_run_makes_nothing(world: World) -> None:
    first = await taken(world, SAMPLE.read_text(encoding="utf-8"))
    before = await count(world, "journal")

    second = await taken(world, SAMPLE.read_text(encoding="utf-8"))

    assert await count(world, "journal") == before
    assert {each.line: each.partnership for each in first if each.partnership} == {
        each.line: each.partnership for each in second if each.fate is Fate.ALREADY_THERE
    }


@pytest.mark.usefixtures("hromadas")
async def test_what_is_made_is_a_formal_partnership_that_nobody_has_checked(
    world: World, as_coordinator: Client
) -> None:
    await taken(world, f"{HEADING}\nRzeszów,Poland,50.0333,22,Sumy,Ukraine,50.9117,34.8028\n")

    [listed] = (await as_coordinator.seen("/v1/partnerships"))["items"]
    partnership = await as_coordinator.seen(f"/v1/partnerships/{listed['id']}")
    [agreement] = (await as_coordinator.seen("/v1/agreements"))["items"]
    log = await world.rows("SELECT from_stage, stage, track, agreement_id::text FROM partnership_stages")
    shown = ("title_uk", "stage", "track", "country", "verification", "source")
    assert tuple(partnership[name] for name in shown) == (
        "Сумська міська територіальна громада — Rzeszów",
        "contract",
        "formal",
        "PL",
        "unverified",
        "list.csv:2",
    )
    assert [agreement[name] for name in ("kind", "status", "verification", "signed_on", "source")] == [
        "twinning_agreement",
        "in_force",
        "unverified",
        None,
        "list.csv:2",
    ]
    assert [tuple(each) for each in log] == [(None, "contract", "formal", agreement["id"])]


@pytest.mark.usefixtures("hromadas")
async def test_a_partner_that_was_renamed_is_known_again(world: World) -> None:
    line = f"{HEADING}\nRzeszów,Poland,50.0333,22,Sumy,Ukraine,50.9117,34.8028\n"
    await taken(world, line)
    [(id,)] = await world.rows("SELECT id FROM organizations WHERE name_en = 'Rzeszów'")
    async with world.work() as uow:
        (await uow.get(Organization, id, lock=True)).name_en = "City on the Wisłok"

    assert [each.fate for each in await taken(world, line)] == [Fate.ALREADY_THERE]


@pytest.mark.usefixtures("hromadas")
async def test_namesakes_of_one_country_are_told_apart_by_distance(world: World) -> None:
    near, far = "Lund,Sweden,55.7029,13.1929", "Lund,Sweden,59.9,17.6"
    ukrainian = ["Sumy,Ukraine,50.9117,34.8028", "Lviv,Ukraine,49.8425,24.0322", "Uman,Ukraine,48.75,30.2167"]
    text = "\n".join([HEADING, f"{near},{ukrainian[0]}", f"{far},{ukrainian[1]}", f"Lund,Sweden,,,{ukrainian[2]}"])

    verdicts = await taken(world, text)

    assert [each.fate for each in verdicts] == [Fate.CREATED, Fate.CREATED, Fate.AMBIGUOUS]
    assert [each.code for each in verdicts[2].reasons] == ["several_partners"]
    assert await world.rows("SELECT count(*) FROM organizations WHERE name_en = 'Lund'") == [(2,)]


@pytest.mark.usefixtures("hromadas")
async def test_an_archived_partner_is_not_made_again(world: World) -> None:
    await taken(world, f"{HEADING}\nRzeszów,Poland,50.0333,22,Sumy,Ukraine,50.9117,34.8028\n")
    [(id, version)] = await world.rows("SELECT id, version FROM organizations WHERE name_en = 'Rzeszów'")
    async with world.work() as uow:
        await organizations.archive(uow, id, version, "merged")

    verdicts = await taken(world, f"{HEADING}\nRzeszow,Poland,50.0333,22,Lviv,Ukraine,49.8425,24.0322\n")

    assert [(each.fate, each.reasons[0].code) for each in verdicts] == [(Fate.REFUSED, "partner_archived")]


@pytest.mark.usefixtures("hromadas")
@pytest.mark.parametrize("name", ["x" * 301, "—", "Two\x01lines"])
async def test_a_name_that_cannot_be_kept_is_refused(world: World, name: str) -> None:
    verdicts = await taken(world, f"{HEADING}\n{name},Poland,50.0333,22,Sumy,Ukraine,50.9117,34.8028\n")
    assert [(each.fate, each.reasons[0].code) for each in verdicts] == [(Fate.REFUSED, "partner_name_unusable")]


async def test_without_the_hromada_the_line_is_refused(world: World) -> None:
    verdicts = await taken(world, f"{HEADING}\nRzeszów,Poland,50.0333,22,Sumy,Ukraine,50.9117,34.8028\n")
    assert [(each.fate, each.reasons[0].code) for each in verdicts] == [(Fate.REFUSED, "hromada_not_in_register")]


def test_the_report_gives_reasons_in_both_languages_beside_the_original_line() -> None:
    text = f'{HEADING}\nBasel,Atlantis,47.5547,7.5906,Lutsk,Ukraine,-50.75,"=1+1"\n'
    outcomes = twin_towns.resolve(lists.rows(text), date(2026, 11, 22))
    written = report.table([report.left_out(each) for each in outcomes], lists.rows(text))

    assert next(csv.DictReader(io.StringIO(written.removeprefix("\ufeff")))) == {
        "line": "2",
        "outcome": "refused",
        "reason": "country_unknown",
        "sentence_uk": "Невідома країна: «Atlantis».",
        "sentence_en": "Unknown country: “Atlantis”.",
        "candidates": "",
        "partnership": "",
        "city1": "Basel",
        "country1": "Atlantis",
        "lat1": "47.5547",
        "lng1": "7.5906",
        "city2": "Lutsk",
        "country2": "Ukraine",
        "lat2": "-50.75",
        "lng2": "'=1+1",
    }


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a,b\n1,2\n", "The file lacks columns: city1, country1, lat1, lng1, city2, country2, lat2, lng2."),
        (b"", "The file lacks columns: city1, country1, lat1, lng1, city2, country2, lat2, lng2."),
        (b"\xff\xfe\x00", "list.csv is no text in UTF-8."),
        (f'{HEADING}\n"open'.encode(), "The file could not be read as a CSV table: line 2."),
    ],
)
def test_a_file_that_is_no_list_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, sentence: str
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    (tmp_path / "list.csv").write_bytes(content)
    with pytest.raises(Trouble) as trouble:
        command._rows(tmp_path / "list.csv")
    assert str(trouble.value) == sentence


def test_a_file_that_is_no_workbook_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    (tmp_path / "k.xlsx").write_text("hello")
    with pytest.raises(Trouble) as trouble:
        command._register(tmp_path / "k.xlsx")
    assert str(trouble.value) == "This is not an Excel workbook (.xlsx)."
