"""What stands between a record and its next state: the sentence, who can provide it and where."""

from dataclasses import dataclass

from app.errors import Sentence
from app.vocabulary import Provider


@dataclass(frozen=True)
class Missing:
    sentence: Sentence
    provider: Provider
    where: str

    @property
    def code(self) -> str:
        return self.sentence.code
