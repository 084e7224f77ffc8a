"""The same questions for both sides, written down before the first of them is measured."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson

from tests.bench.neutral import COUNTRIES, SEED
from tests.bench.servers import Side

OPERATIONS: Final = ("get", "list", "search", "contains", "insert")
COUNT: Final = 2000
WRITES: Final = 20_000
DEEP: Final = 1000
PAGE: Final = 50
LARGEST_PAGE: Final = 200

# Two of the neutral stages share one of ours, so they are left out: every page holds the same partnerships.
STAGES: Final[Mapping[str, str]] = {
    "prospect": "contact",
    "qualified": "letter_of_intent",
    "negotiation": "memorandum",
    "agreement": "contract",
    "active": "joint_project",
}
SAMPLES: Final = 20

Line = tuple[str, str, str]


@dataclass(frozen=True)
class Facts:
    """What the questions are about."""

    partnerships: int
    rare: list[str]
    common: list[str]


def partnership_id(neutral: int) -> str:
    return f"019000c0-0000-7000-8000-{neutral:012x}"


@dataclass
class Questions:
    folder: Path
    facts: Facts
    random: Random = field(default_factory=lambda: Random(SEED))

    def __post_init__(self) -> None:
        choice, facts = self.random.choice, self.facts
        self.ids = [1 + self.random.randrange(facts.partnerships) for _ in range(COUNT)]
        self.lists = [(stage, country) for stage in STAGES for country in COUNTRIES]
        self.searches = [choice(facts.rare if number % 2 else facts.common) for number in range(COUNT)]
        self.parts = [choice(facts.rare) for _ in range(COUNT)]

    def file(self, side: str, operation: str) -> Path:
        return self.folder / f"{side}.{operation}.tsv"

    def write_for_reference(self, side: Side) -> None:
        self._write(side, "get", (_get(f"/partnerships/{id}") for id in self.ids))
        self._write(side, "list", self._pages(side, _reference_list, _reference_next))
        self._write(side, "search", (_get(f"/partnerships/search?q={quote(words)}") for words in self.searches))
        self._write(side, "contains", (_get(f"/partnerships/contains?q={quote(part)}") for part in self.parts))
        self._write(side, "insert", (_activity(id) for id in self.ids))

    def write_for_product(self, side: Side) -> None:
        self._write(side, "get", (_get(f"/v1/partnerships/{partnership_id(id)}") for id in self.ids))
        self._write(side, "list", self._pages(side, _product_list, _product_next))
        self._write(side, "search", (_get(f"/v1/partnerships/search?q={quote(words)}") for words in self.searches))
        self._write(side, "contains", (_get(f"/v1/partnerships?title={quote(part)}&limit=20") for part in self.parts))
        self._write(side, "insert", (_organization(number) for number in range(WRITES)))

    def write_depths(self, side: Side) -> int:
        """The first page and the thousandth of everything, or the last when there are fewer; which one it is."""
        pages, wanted = 1, min(DEEP, self.facts.partnerships // PAGE)
        path, step = "/v1/partnerships", LARGEST_PAGE // PAGE
        while pages + step <= wanted:
            cursor = side.ask(f"{_with_cursor('/v1/partnerships?', path)}limit={LARGEST_PAGE}")["next_cursor"]
            path, pages = cursor, pages + step
        self._write(side, "page 1", [_get("/v1/partnerships")])
        self._write(side, "page 1000", [_get(_with_cursor("/v1/partnerships?", path).rstrip("&"))])
        return pages

    def agree(self, reference: Side, product: Side) -> None:
        """Both sides answer the same partnerships; otherwise the comparison means nothing."""
        for operation in ("get", "list", "contains"):
            ours = self._answers(product, operation)
            theirs = self._answers(reference, operation)
            if ours != [[partnership_id(id) for id in ids] for ids in theirs]:
                raise RuntimeError(f"{operation}: the two sides do not answer the same partnerships")

    def _answers(self, side: Side, operation: str) -> list[list[Any]]:
        lines = self.file(side.name, operation).read_text().splitlines()
        step = max(len(lines) // SAMPLES, 1)
        return [_ids(side.ask(line.split("\t")[1])) for line in lines[::step]]

    def _pages(
        self, side: Side, first: Callable[[str, str], str], following: Callable[[str, Any], str | None]
    ) -> Iterable[Line]:
        """Half of the requests ask for a first page, half for the one after it."""
        for stage, country in self.lists:
            path = first(stage, country)
            yield _get(path)
            yield _get(following(path, side.ask(path)) or path)

    def _write(self, side: Side, operation: str, lines: Iterable[Line]) -> None:
        text = "".join("\t".join(line) + "\n" for line in lines)
        self.file(side.name, operation).write_text(text)


def _get(path: str) -> Line:
    return ("GET", path, "")


def _reference_list(stage: str, country: str) -> str:
    return f"/partnerships?{urlencode({'stage': stage, 'country': country})}"


def _reference_next(path: str, page: Any) -> str | None:
    if len(page) < PAGE:
        return None
    return f"{path}&after={quote(page[-1]['updated_at'])},{page[-1]['id']}"


def _product_list(stage: str, country: str) -> str:
    return f"/v1/partnerships?{urlencode({'stage': STAGES[stage], 'country': country})}"


def _product_next(path: str, page: Any) -> str | None:
    return f"{path}&cursor={page['next_cursor']}" if page["next_cursor"] else None


def _with_cursor(path: str, cursor: str) -> str:
    return path if cursor.startswith("/") else f"{path}cursor={cursor}&"


def _ids(answer: Any) -> list[Any]:
    rows = answer.get("items", [answer]) if isinstance(answer, dict) else answer
    return [row["id"] for row in rows]


def _activity(partnership: int) -> Line:
    body = {
        "partnership_id": partnership,
        "kind": "call",
        "subject": "Follow up call",
        "body": "Agreed the next steps and the review date with the partner team.",
        "occurred_at": "2025-03-01T10:00:00+00:00",
    }
    return ("POST", "/activities", orjson.dumps(body).decode())


def _organization(number: int) -> Line:
    body = {"kind": "foreign_municipality", "name_en": f"Benchmark Municipality {number:06d}", "country": "PL"}
    return ("POST", "/v1/organizations", orjson.dumps(body).decode())
