"""What became of each line of a list, for the person who looks after it: a table and a sum that adds up."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.errors import Sentence, say
from app.rules import twin_towns
from app.rules.places import Candidate
from app.rules.twin_towns import Ambiguous, Duplicate, Outcome, Refused, Row
from app.vocabulary.term import Term


class Fate(Term):
    CREATED = "created", "створено", "created"
    ALREADY_THERE = "already_there", "уже було", "already there"
    DUPLICATE = "duplicate", "повтор", "duplicate"
    AMBIGUOUS = "ambiguous", "неоднозначно", "ambiguous"
    REFUSED = "refused", "відхилено", "refused"


SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "line_repeated": ("Та сама пара, що й у рядку {line}.", "The same pair as on line {line}."),
    "hromada_not_in_register": (
        "Громади з кодом {code} немає серед чинних громад у системі.",
        "The hromada {code} is not among the live hromadas here.",
    ),
    "partner_archived": (
        "Партнер «{name}» в архіві: відновіть його або виправте рядок.",
        "The partner “{name}” is archived: restore it or correct the line.",
    ),
    "several_partners": (
        "Назва «{name}» підходить до кількох партнерів у системі.",
        "The name “{name}” fits several partners that are here.",
    ),
    "partner_name_unusable": (
        "Назву партнера не можна прийняти: вона порожня, задовга або має недруковані знаки.",
        "The partner's name cannot be taken: it is empty, too long or has characters that cannot be printed.",
    ),
}

COLUMNS: Final = (
    "line",
    "outcome",
    "reason",
    "sentence_uk",
    "sentence_en",
    "candidates",
    "partnership",
    *twin_towns.COLUMNS,
)
# A spreadsheet would run what begins like this as a formula.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Verdict:
    """`partnership` is its number: of the one made, or of the one that was there."""

    line: int
    fate: Fate
    reasons: tuple[Sentence, ...] = ()
    candidates: tuple[str, ...] = ()
    partnership: str | None = None

    @property
    def is_reported(self) -> bool:
        """What was made exactly as written needs no second look."""
        return self.fate not in {Fate.CREATED, Fate.ALREADY_THERE} or bool(self.reasons)


def left_out(outcome: Outcome) -> Verdict:
    """What the rules did not let through."""
    if isinstance(outcome, Duplicate):
        return Verdict(outcome.line, Fate.DUPLICATE, (say("line_repeated", line=outcome.of_line),))
    if isinstance(outcome, Ambiguous | Refused):
        fate = Fate.AMBIGUOUS if isinstance(outcome, Ambiguous) else Fate.REFUSED
        return Verdict(outcome.line, fate, (outcome.reason,), tuple(map(_named, outcome.candidates)))
    raise TypeError(outcome)


def counts(verdicts: Iterable[Verdict]) -> Mapping[Fate, int]:
    """They add up to the rows read."""
    found = Counter(verdict.fate for verdict in verdicts)
    return {fate: found[fate] for fate in Fate}


def table(verdicts: Iterable[Verdict], rows: Sequence[Row]) -> str:
    """CSV with the original cells beside the reasons; with a mark for Excel, which takes it for Latin otherwise."""
    cells = {row.line: [cell for side in row.sides or () for cell in side] for row in rows}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for verdict in verdicts:
        if verdict.is_reported:
            writer.writerow([*_columns(verdict), *map(_harmless, cells.get(verdict.line, []))])
    return "\ufeff" + out.getvalue()


def sentence(reason: Sentence, language: str) -> str:
    uk, en = (SENTENCES.get(reason.code) or twin_towns.SENTENCES[reason.code])[:2]
    return (uk if language == "uk" else en).format(**reason.facts)


def _columns(verdict: Verdict) -> list[str]:
    return [
        str(verdict.line),
        verdict.fate.value,
        " ".join(reason.code for reason in verdict.reasons),
        *(_harmless(" ".join(sentence(reason, tongue) for reason in verdict.reasons)) for tongue in ("uk", "en")),
        _harmless("; ".join(verdict.candidates)),
        verdict.partnership or "",
    ]


def _named(candidate: Candidate) -> str:
    distance = "" if candidate.km is None else f", {candidate.km:.0f} km"
    return f"{candidate.hromada.code} {candidate.hromada.name_en} ({candidate.locality.name}{distance})"


def _harmless(cell: str) -> str:
    is_number = cell.removeprefix("-").replace(".", "", 1).isdigit()
    return f"'{cell}" if cell.startswith(FORMULA) and not is_number else cell
