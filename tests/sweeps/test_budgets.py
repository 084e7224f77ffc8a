"""The budgets of the house, counted."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.settings import ROOT

FILES: Final = sorted((ROOT / "app").rglob("*.py"))
LINES_OF_A_FILE: Final = 400
LINES_OF_A_FUNCTION: Final = 40
LINES_OF_A_ROUTE: Final = 15
FORBIDDEN_NAMES: Final = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}

# Who ends a transaction: the unit of work, for everybody.
MAY_COMMIT: Final = {"app/core/uow.py", "app/core/db.py"}
MANY_ARGUMENTS: Final = {
    "app/core/tokens.py:issue": "the claims of a token, by keyword",
    "app/services/partnerships.py:enter": "the fields of a stay in a stage, by keyword",
    "app/vocabulary/agreements.py:__init__": "the columns of a table of members",
    "app/vocabulary/directions.py:__init__": "the columns of a table of members",
}
LATE: Final = {
    "app/main.py": "slow to load, and few have a provider",
    "app/adapters/storage.py": "slow to load, and few keep files in S3",
    "app/adapters/xlsx.py": "a module that Windows has not",
    "app/vocabulary/countries.py": "slow to load, and most commands never name a country",
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def functions(file: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree(file)) if isinstance(node, Function))


def length(function: Function) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def called(file: Path, attribute: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == attribute
    ]


def test_files_are_short_and_well_named() -> None:
    assert len(FILES) > 80
    long = {name(file): lines for file in FILES if (lines := len(file.read_text().splitlines())) > LINES_OF_A_FILE}
    assert long == {}
    assert [name(file) for file in FILES if file.stem in FORBIDDEN_NAMES] == []


def test_functions_are_short() -> None:
    found = {f"{name(file)}:{each.name}": length(each) for file in FILES for each in functions(file)}

    assert len(found) > 500
    assert {place: lines for place, lines in found.items() if lines > LINES_OF_A_FUNCTION} == {}


def test_routes_are_short() -> None:
    routers = [file for file in FILES if file.parent.name == "routers"]
    found = {f"{name(file)}:{each.name}": length(each) for file in routers for each in functions(file)}

    assert len(found) > 40
    assert {place: lines for place, lines in found.items() if lines > LINES_OF_A_ROUTE} == {}


def test_functions_take_few_arguments() -> None:
    found = {
        f"{name(file)}:{each.name}": len([*each.args.posonlyargs, *each.args.args, *each.args.kwonlyargs])
        for file in FILES
        for each in functions(file)
        if file.parent.name != "routers"
    }

    assert len(found) > 500
    assert {place for place, count in found.items() if count > 6} == MANY_ARGUMENTS.keys()


def test_nothing_commits_but_the_unit_of_work() -> None:
    found = {name(file): lines for file in FILES if (lines := called(file, "commit"))}

    assert found.keys() & MAY_COMMIT
    assert found.keys() - MAY_COMMIT == set()


def test_routers_ask_no_questions_of_the_database() -> None:
    routers = [file for file in FILES if file.parent.name == "routers"]
    imported = {
        f"{name(file)}:{node.module}"
        for file in routers
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").split(".")[0] in {"sqlalchemy", "sqlmodel", "asyncpg"}
    }

    assert len(routers) > 5
    assert imported == set()


def test_nothing_is_imported_inside_a_function() -> None:
    found = {
        f"{name(file)}:{node.lineno}"
        for file in FILES
        for function in functions(file)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }

    assert {place.partition(":")[0] for place in found} == LATE.keys()


def test_rules_have_no_clock_and_no_world() -> None:
    rules = [file for file in FILES if file.parent.name == "rules"]
    asked = {
        f"{name(file)}:{node.lineno}"
        for file in rules
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today", "environ", "open"}
        if isinstance(node.value, ast.Name) and node.value.id in {"datetime", "date", "os", "time"}
    }

    assert len(rules) > 10
    assert asked == set()


def test_no_exception_is_swallowed_whole() -> None:
    bare = [
        f"{name(file)}:{node.lineno}"
        for file in FILES
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]

    assert bare == []


def test_an_exception_to_the_lint_gives_its_code_and_its_reason() -> None:
    written = [
        (f"{name(file)}:{number}", line)
        for file in [*FILES, *sorted((ROOT / "tests").rglob("*.py"))]
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"#\s*(noqa|type: ignore)", line)
    ]
    reasoned = re.compile(r"# (noqa: [A-Z]+\d+(, [A-Z]+\d+)* - |type: ignore\[[a-z-]+(, ?[a-z-]+)*\]  # )\S+")

    assert len(written) > 20
    assert [place for place, line in written if not reasoned.search(line)] == []
