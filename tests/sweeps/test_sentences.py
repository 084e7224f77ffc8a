"""Every sentence exists in both languages, says the same facts, is said somewhere, and nothing unsayable is said."""

import ast
import importlib
import pkgutil
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args

import pytest
from fastapi import FastAPI
from pydantic_core.core_schema import ErrorType

from app import __path__ as program
from app.core import wording
from app.errors import CATALOGUE
from app.settings import ROOT


def tables() -> dict[str, tuple[str, str]]:
    """Every table of sentences of the program: of the machinery, the rules, the imports."""
    names = [each.name for each in pkgutil.walk_packages(program, "app.") if not each.name.endswith("__main__")]
    modules = [importlib.import_module(name) for name in names]
    return {code: words for module in modules for code, words in getattr(module, "SENTENCES", {}).items()}


SENTENCES: Final = tables()
SPOKEN_BY: Final = {"say", "problem", "BadCode", "BadJson", "Objection", "Sentence", "_Flaw"}
OFF_THE_EDGE: Final = (
    "app/adapters/",
    "app/commands/",
    "app/rules/codifier.py",
    "app/rules/twin_towns.py",
    "app/services/imports/",
)
UKRAINIAN: Final = set("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя")


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for file in sorted((ROOT / "app").rglob("*.py")):
        yield file, ast.parse(file.read_text(encoding="utf-8"))


def said() -> dict[str, str]:
    """Every code given literally to a function that speaks, with the place."""
    return {
        argument.value: f"{file.relative_to(ROOT)}:{call.lineno}"
        for file, tree in trees()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in SPOKEN_BY
        for argument in call.args[:1]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def mentioned() -> set[str]:
    """Every text of the program that is not itself the key of a table of sentences."""
    found: set[str] = set()
    for _, tree in trees():
        keys = {id(key) for table in tables_of_sentences(tree) for key in table.keys}
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in keys
        }
    return found


def tables_of_sentences(tree: ast.Module) -> Iterator[ast.Dict]:
    """`{"code": ("українською", "in English"), …}`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict) and any(isinstance(value, ast.Tuple) for value in node.values):
            yield node


def facts(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_both_languages_say_the_same_facts(code: str) -> None:
    uk, en = SENTENCES[code]

    assert {fact.removesuffix("_uk") for fact in facts(uk)} == {fact.removesuffix("_en") for fact in facts(en)}
    assert set(uk.lower()) & UKRAINIAN
    assert not set(en.lower()) & UKRAINIAN
    assert (uk.strip(), en.strip()) == (uk, en)


def test_everything_that_is_said_has_words() -> None:
    codes = said()

    assert len(codes) > 60
    assert {code: place for code, place in codes.items() if code not in SENTENCES} == {}


def test_every_sentence_is_said_somewhere() -> None:
    from_pydantic = set(get_args(ErrorType))

    assert len(SENTENCES) > 100
    assert sorted(SENTENCES.keys() - mentioned() - from_pydantic) == []


def test_what_a_request_may_hear_is_known_to_the_edge() -> None:
    """The tables of the rules, schemas and services; imports and commands speak for themselves."""
    heard = {code: place for code, place in said().items() if not place.startswith(OFF_THE_EDGE)}

    assert len(heard) > 60
    assert {code: place for code, place in heard.items() if code not in wording.SENTENCES} == {}


def test_every_kind_of_problem_has_a_title_in_both_languages() -> None:
    assert len(CATALOGUE) > 20
    assert [code for code, kind in CATALOGUE.items() if not (set(kind.uk.lower()) & UKRAINIAN and kind.en)] == []


def test_every_problem_that_is_raised_is_in_the_catalogue() -> None:
    raised = {
        call.args[0].value: f"{file.relative_to(ROOT)}:{call.lineno}"
        for file, tree in trees()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "AppError"
        if call.args and isinstance(call.args[0], ast.Constant)
    }

    assert len(raised) > 15
    assert {code: place for code, place in raised.items() if code not in CATALOGUE} == {}


def test_no_field_is_described_in_one_language_by_accident(app: FastAPI) -> None:
    """The document is for developers and in English throughout."""
    described = [str(value) for value in walk(app.openapi()["paths"])]

    assert len(described) > 50
    assert [text for text in described if set(text.lower()) & UKRAINIAN] == []


def walk(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from (text for key, text in value.items() if key in {"description", "summary"} and isinstance(text, str))
        for key, each in value.items():
            if key not in {"example", "examples"}:
                yield from walk(each)
    if isinstance(value, list):
        for each in value:
            yield from walk(each)
