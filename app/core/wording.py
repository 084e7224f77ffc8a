"""Codes become words: every sentence of the rules and of the machinery, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

from app import rules
from app.core import passwords, sentences, strict_json
from app.errors import Sentence
from app.vocabulary.term import Term

Wording = Mapping[str, tuple[str, str]]

# Every module of the rules that has something to say is heard; the machinery is named.
RULES: Final = tuple(import_module(f"app.rules.{each.name}") for each in iter_modules(rules.__path__))
SOURCES: Final = (sentences, passwords, strict_json, *(each for each in RULES if hasattr(each, "SENTENCES")))

SENTENCES: Final[Wording] = {code: text for source in SOURCES for code, text in source.SENTENCES.items()}

MONTHS_UK: Final = (
    "січня", "лютого", "березня", "квітня", "травня", "червня",
    "липня", "серпня", "вересня", "жовтня", "листопада", "грудня",
)  # fmt: skip


def words(sentence: Sentence, language: str) -> str:
    uk, en = SENTENCES[sentence.code]
    facts = {name: fact(value, language) for name, value in sentence.facts.items()}
    return (uk if language == "uk" else en).format(**facts)


def fact(value: Any, language: str) -> str:
    """A fact as people write it: taxonomy members by their label, days in words."""
    if isinstance(value, Term):
        return value.label(language)
    if isinstance(value, date):
        return day(value, language)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(fact(item, language) for item in value)
    return str(value)


def day(value: date, language: str) -> str:
    if language == "uk":
        return f"{value.day} {MONTHS_UK[value.month - 1]} {value.year} року"
    return f"{value.day} {value:%B} {value.year}"
