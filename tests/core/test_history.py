"""The history of a record is told as a story, in words of the reader's language."""

import re
from typing import Any, Final

import pytest
from fastapi import FastAPI
from sqlmodel import SQLModel

import app.models  # noqa: F401 - fills the metadata
from app.settings import ROOT
from app.vocabulary import Direction, JournalVerb
from app.vocabulary.journal_fields import COMMON, FIELDS, field_label
from app.vocabulary.journal_parts import PARTS
from tests.support import factories
from tests.support.client import Client
from tests.support.counting import Statements
from tests.support.operations import operations
from tests.support.world import World

pytestmark = pytest.mark.anyio

CYRILLIC: Final = re.compile("[А-ЩЬЮЯЄІЇҐа-щьюяєіїґ]")
# What the triggers leave out: the database's own matters.
DERIVED: Final = {"version", "created_at", "updated_at", "fence", "lease_until", "attempts"}
JOURNALLED: Final = """
SELECT DISTINCT c.relname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname = 'journal_write' AND NOT t.tgisinternal
"""


# They work out what would be, in a unit of work that writes nothing.
ONLY_LOOKING: Final = {"preview_access", "explain_access"}


async def journalled(world: World) -> dict[str, set[str]]:
    tables = [row[0] for row in await world.rows(JOURNALLED)]
    return {
        name: {column.name for column in SQLModel.metadata.tables[name].columns if column.computed is None} - DERIVED
        for name in tables
    }


async def test_every_column_of_the_journal_has_a_label_and_every_label_a_column(world: World) -> None:
    known = await journalled(world)

    assert len(known) > 30
    assert known.keys() == PARTS.keys()
    lacking = {
        (table, name)
        for table, names in known.items()
        for name in names
        if name not in COMMON.keys() | FIELDS.get(table, {}).keys()
    }
    assert lacking == set()
    assert {
        (table, name) for table, names in FIELDS.items() for name in names if name not in known.get(table, ())
    } == set()
    used = {name for table, names in known.items() for name in names - FIELDS.get(table, {}).keys()}
    assert set(COMMON) - used == set()


async def test_the_labels_are_words_in_both_languages_and_tell_the_fields_of_a_table_apart(world: World) -> None:
    for table, names in (await journalled(world)).items():
        said = [(field_label(table, name, "uk"), field_label(table, name, "en")) for name in names]
        assert [uk for uk, _ in said if not CYRILLIC.search(uk)] == []
        assert [en for _, en in said if CYRILLIC.search(en) or "_" in en] == []
        assert len({uk for uk, _ in said}) == len({en for _, en in said}) == len(said), table


def test_every_verb_of_the_program_has_a_sentence_and_every_sentence_a_verb(app: FastAPI) -> None:
    """Writing operations by their name; what jobs, commands and notes are called stands as a text in the program."""
    kinds = {"may", "myself", "anyone"}
    writing = {each.name for each in operations(app) if each.gate in kinds and each.method != "GET"} - ONLY_LOOKING
    said, source = {each.value for each in JournalVerb}, program()

    assert len(writing) > 90
    assert writing - said == set()
    assert {each for each in said - writing if not _stands_in(source, each)} == set()


def _stands_in(source: str, verb: str) -> bool:
    return f'"{verb}"' in source or (verb.endswith("_reused") and f'"{verb.removesuffix("_reused")}"' in source)


def test_every_verb_of_a_job_a_command_or_a_note_has_a_sentence() -> None:
    spoken = re.findall(
        r'(?:Context\([^\n]*, |unit\(settings, |_work\(ctx, |\.note\(\s*|Note\(\s*)"([a-z_]+)"', program()
    )

    assert len(spoken) > 25
    assert set(spoken) - set(JournalVerb) == set()


def program() -> str:
    return "\n".join(file.read_text() for file in sorted((ROOT / "app").rglob("*.py")) if file.name != "verbs.py")


async def test_what_was_done_at_once_is_one_entry_with_all_its_rows(world: World, as_coordinator: Client) -> None:
    sumska, gmina = await factories.hromada(world), await factories.foreign_municipality(world)
    parties = [{"organization_id": str(each.id)} for each in (sumska, gmina)]
    made = await as_coordinator.made("/v1/partnerships", {"parties": parties, "title_uk": "Суми — Замость"})
    place = f"/v1/partnerships/{made['id']}"
    as_coordinator.language = "uk"
    edit = {"next_step": "Дзвінок", "directions": ["waste"], "parties": [parties[1], parties[0] | {"role": "lead"}]}
    await as_coordinator.patch(place, json=edit, version=1)
    await as_coordinator.post(f"{place}/status", json={"to": "dormant", "reason": "Пауза"}, version=2)

    rested, edited, created = (await as_coordinator.seen(f"{place}/history"))["items"]

    me = await as_coordinator.seen("/v1/me")
    assert [(each["verb"], each["verb_label"], each["version"]) for each in (rested, edited, created)] == [
        ("change_partnership_status", "Стан партнерства змінено.", 3),
        ("edit_partnership", "Дані партнерства змінено.", 2),
        ("create_partnership", "Партнерство розпочато.", 1),
    ]
    assert (rested["reason"], rested["actor_name"], rested["actor_kind"]) == ("Пауза", me["name"], "user")
    assert [(each["part_label"], each["operation_label"]) for each in edited["changes"]] == [
        ("Партнерство", "зміна"),
        ("Учасник партнерства", "зміна"),
        ("Учасник партнерства", "зміна"),
    ]
    assert edited["changes"][0]["fields"] == [
        field("directions", "Напрями співпраці", [], ["waste"], None, Direction("waste").uk),
        field("next_step", "Наступний крок", None, "Дзвінок"),
    ]
    names = [fields_of(change)["organization_id"]["new_label"] for change in parts_of(created, "partnership_parties")]
    assert names == [sumska.name_uk, gmina.name_uk]


def field(
    name: str, label: str, old: Any, new: Any, old_label: str | None = None, new_label: str | None = None
) -> dict[str, Any]:
    return {"name": name, "label": label, "old": old, "new": new, "old_label": old_label, "new_label": new_label}


def parts_of(entry: dict[str, Any], part: str) -> list[dict[str, Any]]:
    return [change for change in entry["changes"] if change["part"] == part]


def fields_of(change: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in change["fields"]}


async def test_codes_countries_and_names_are_read_in_the_language_of_the_reader(
    world: World, as_coordinator: Client
) -> None:
    partnership = await factories.partnership(world)
    place = f"/v1/partnerships/{partnership.id}"

    told = []
    for language in ("uk", "en"):
        as_coordinator.language = language
        [entry] = (await as_coordinator.seen(f"{place}/history"))["items"]
        own = fields_of(parts_of(entry, "partnerships")[0])
        told.append([(own[name]["label"], own[name]["new_label"]) for name in ("stage", "country", "number")])

    assert told == [
        [("Етап", "контакт"), ("Країна партнера", "Польща"), ("Номер", None)],
        [("Stage", "contact"), ("Country of the partner", "Poland"), ("Number", None)],
    ]


async def test_pages_hold_whole_entries_and_miss_none(world: World, as_coordinator: Client) -> None:
    made = await as_coordinator.made("/v1/organizations", {"kind": "ngo", "name_uk": "Спілка", "country": "UA"})
    place = f"/v1/organizations/{made['id']}"
    for version in range(1, 5):
        body = {
            "external_ids": [{"system": "gis", "value": str(version)}],
            "population": version,
            "population_year": 2026,
        }
        await as_coordinator.patch(place, json=body, version=version)

    whole = (await as_coordinator.seen(f"{place}/history"))["items"]
    paged, cursor = [], None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = await as_coordinator.seen(f"{place}/history", params=params)
        paged += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert [each["version"] for each in whole] == [5, 4, 3, 2, 1]
    assert paged == whole


async def test_a_change_of_a_part_alone_is_told_with_the_version_of_the_record(
    world: World, as_coordinator: Client
) -> None:
    """The entry that only raises the version is counted, and not shown."""
    made = await as_coordinator.made("/v1/organizations", {"kind": "ngo", "name_uk": "Спілка", "country": "UA"})
    place = f"/v1/organizations/{made['id']}"
    await as_coordinator.patch(place, json={"external_ids": [{"system": "gis", "value": "7"}]}, version=1)

    newest = (await as_coordinator.seen(f"{place}/history"))["items"][0]

    assert (newest["version"], [(each["part"], each["operation"]) for each in newest["changes"]]) == (
        2,
        [("organization_external_ids", "insert")],
    )


async def test_a_page_costs_the_same_number_of_questions_however_much_happened(
    world: World, as_coordinator: Client, statements: Statements
) -> None:
    made = await as_coordinator.made("/v1/organizations", {"kind": "ngo", "name_uk": "Спілка", "country": "UA"})
    place = f"/v1/organizations/{made['id']}"
    costs = []
    for version in (1, 2):
        await as_coordinator.patch(place, json={"population": version, "population_year": 2026}, version=version)
        async with statements.counted() as sent:
            await as_coordinator.seen(f"{place}/history")
        costs.append(len(sent))

    assert costs[0] == costs[1]
