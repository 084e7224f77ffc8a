"""Words that stand nowhere else: whoever finds one in an answer knows which field of which record was shown."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from pydantic import BaseModel

from app.vocabulary import FieldClass
from tests.access.places import Place

Word = Callable[[str], str]

LETTERS: Final = {"zqx": "abcdefghij", "жщґ": "абвгдежзик"}
WORD: Final = re.compile("zqx[a-j]{5}|жщґ[абвгдежзик]{5}")


@dataclass(frozen=True)
class Held:
    """A field of a record: `kind` is its table, `place` says whose it is."""

    kind: str
    place: Place
    name: str
    field_class: FieldClass = FieldClass.PUBLIC

    def __str__(self) -> str:
        return f"{self.kind}.{self.name} ({self.field_class}) of {self.place.value}"


@dataclass(frozen=True)
class Canary:
    """`stands_in`: every record through which it may be seen; one that is shown to the reader is enough."""

    text: str
    stands_in: tuple[Held, ...]


@dataclass
class Canaries:
    known: dict[str, Canary] = field(default_factory=dict)

    def word(self, *stands_in: Held, alphabet: str = "zqx") -> str:
        """A new word of small letters, by default Latin ones."""
        number = f"{len(self.known):05d}"
        text = alphabet + "".join(LETTERS[alphabet][int(digit)] for digit in number)
        self.known[text] = Canary(text, stands_in)
        return text

    @property
    def fields(self) -> set[tuple[str, str]]:
        """Kind and name of every field that holds one."""
        return {(held.kind, held.name) for canary in self.known.values() for held in canary.stands_in}

    def found(self, *texts: str) -> Iterator[Canary]:
        """Those in these texts, however they are written."""
        for text in texts:
            for word in sorted(set(WORD.findall(unquote(text).casefold()))):
                yield self.known[word]


def field_class(read: type[BaseModel], name: str) -> FieldClass:
    """Which class the read model says a field is of; without a mark it is public."""
    marks = read.model_fields[name].metadata
    return next((mark for mark in marks if isinstance(mark, FieldClass)), FieldClass.PUBLIC)


def words(canaries: Canaries, kind: str, place: Place, read: type[BaseModel]) -> Word:
    """New words for the fields of one record, each with the class of its field."""
    return lambda name: canaries.word(Held(kind, place, name, field_class(read, name)))
