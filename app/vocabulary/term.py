from enum import StrEnum
from typing import Final, Self

ADDED: Final = False  # in the place of `is_seed`: our own addition to the Association's list


class Term(StrEnum):
    """A word of the domain: a plain string in code, JSON and the database, with a label for people in two languages."""

    uk: str
    en: str

    def __new__(cls, code: str, *_facts: object) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        return member

    # The defaults let type checkers accept Stage("contact"); every member is written with its labels.
    def __init__(self, _code: str, uk: str = "", en: str = "") -> None:
        self.uk = uk
        self.en = en

    def label(self, language: str) -> str:
        """Ukrainian for "uk", English for every other language."""
        return self.uk if language == "uk" else self.en


class SeedTerm(Term):
    """A row of the Association's own lists; `parent` is the code of the broader term in the same taxonomy."""

    is_seed: bool
    parent: str | None

    def __init__(self, _code: str, uk: str = "", en: str = "", is_seed: bool = True, parent: str | None = None) -> None:
        super().__init__(_code, uk, en)
        self.is_seed = is_seed
        self.parent = parent
