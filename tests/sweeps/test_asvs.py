"""The map from the security standard to our tests forgets no requirement and names nothing that is not there."""

import ast
import csv
import re
import tomllib
from collections import Counter
from functools import cache
from typing import Any, Final

from app.settings import ROOT

MAP: Final = ROOT / "docs" / "asvs.toml"
PAGE: Final = ROOT / "docs" / "security.md"
IDS: Final = ROOT / "tests" / "data" / "asvs_5_0_0_ids.csv"

SHAPES: Final = ({"tests"}, {"documented"}, {"not_applicable"}, {"left"}, {"tests", "left"})
FIGURES: Final = re.compile(
    r"Of (\d+) requirements of levels 1 and 2, (\d+) are shown by tests, (\d+) are documents, "
    r"(\d+) have no object here and (\d+) are left"
)
HIGHER: Final = re.compile(r"(\d+) of level 3 hold as well")
ID: Final = re.compile(r"\bV\d+\.\d+\.\d+\b")


@cache
def entries() -> dict[str, dict[str, Any]]:
    return tomllib.loads(MAP.read_text(encoding="utf-8"))


@cache
def levels() -> dict[str, int]:
    with IDS.open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["id"]: int(row["level"]) for row in rows}


@cache
def page() -> str:
    return " ".join(PAGE.read_text(encoding="utf-8").split())


def evidence(entry: dict[str, Any]) -> set[str]:
    return entry.keys() - {"about"}


def state(entry: dict[str, Any]) -> str:
    """What is left in part counts as left."""
    return "left" if "left" in entry else next(iter(evidence(entry)))


def of_both_levels() -> dict[str, dict[str, Any]]:
    return {id: entry for id, entry in entries().items() if levels()[id] <= 2}


def known_tests() -> set[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    return {f"{file.relative_to(ROOT).as_posix()}::{name}" for file in files for name in names(file.read_text("utf-8"))}


def names(source: str) -> set[str]:
    found = ast.walk(ast.parse(source))
    functions = (node.name for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {name for name in functions if name.startswith("test_")}


def slugs(markdown: str) -> set[str]:
    """The names by which headings are linked to."""
    headings = re.findall(r"^#+ (.+)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_the_list_of_the_standard_is_whole() -> None:
    assert Counter(levels().values()) == {1: 70, 2: 183, 3: 92}


def test_no_requirement_is_forgotten_and_none_is_made_up() -> None:
    wanted = {id for id, level in levels().items() if level <= 2}

    assert sorted(wanted - entries().keys()) == []
    assert sorted(entries().keys() - levels().keys()) == []


def test_every_requirement_is_shown_written_down_left_or_without_an_object() -> None:
    assert {id: evidence(entry) for id, entry in entries().items() if evidence(entry) not in SHAPES} == {}
    assert [id for id, entry in entries().items() if not all(entry.values())] == []
    assert [id for id, entry in entries().items() if not entry.get("about")] == []


def test_every_test_that_is_named_is_there() -> None:
    named = [(id, test) for id, entry in entries().items() for test in entry.get("tests", ())]
    there = known_tests()

    assert len(named) > 300
    assert [each for each in named if each[1] not in there] == []
    assert [each for each, count in Counter(named).items() if count > 1] == []


def test_every_document_that_is_named_is_there() -> None:
    named = [(id, entry["documented"]) for id, entry in entries().items() if "documented" in entry]
    missing = []
    for id, place in named:
        file, _, heading = place.partition("#")
        path = ROOT / file
        if not path.is_file() or (heading and heading not in slugs(path.read_text("utf-8"))):
            missing.append((id, place))

    assert len(named) > 10
    assert missing == []


def test_the_page_for_who_approves_tells_the_same_figures() -> None:
    states = Counter(state(entry) for entry in of_both_levels().values())
    found, higher = FIGURES.search(page()), HIGHER.search(page())

    assert found is not None
    assert higher is not None
    told = dict(zip(("tests", "documented", "not_applicable", "left"), map(int, found.groups()[1:]), strict=True))
    assert (int(found[1]), told) == (len(of_both_levels()), dict(states))
    assert int(higher[1]) == len([id for id, entry in entries().items() if levels()[id] == 3 and "left" not in entry])


def test_the_page_names_everything_that_is_left() -> None:
    left = {id for id, entry in entries().items() if "left" in entry}
    section = PAGE.read_text("utf-8").partition("\n## What is left\n")[2].partition("\n## ")[0]

    assert sorted(left ^ set(ID.findall(section))) == []
