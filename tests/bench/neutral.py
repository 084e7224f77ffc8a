"""Deterministic neutral data: the same scale and seed give the same rows, whichever product is measured on them.

Scale 1 is 20,000 organizations, 60,000 people, 50,000 partnerships of two or three parties, 500,000 activities
and 1,000,000 audit rows. The two logs can be kept small on their own: growth is asked of the partnerships.
"""

import json
import random
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final


def words(text: str) -> list[str]:
    return text.split()


SEED: Final = 20260101
COUNTRIES: Final = words("US GB DE FR NL SE NO DK FI ES IT PT PL CZ AT CH BE IE CA AU NZ JP KR SG IN BR MX ZA KE NG")
STAGES: Final = ("prospect", "qualified", "negotiation", "agreement", "active", "renewal", "closed")
STAGE_WEIGHTS: Final = (20, 15, 12, 10, 30, 8, 5)
STATUSES: Final = ("on_track", "at_risk", "blocked", "done")
KINDS: Final = ("company", "university", "ngo", "government", "foundation")
ACTIVITIES: Final = ("note", "call", "email", "meeting", "task")
ROLES: Final = ("lead", "partner", "sponsor", "supplier", "observer")
FORMS: Final = ("Ltd", "Institute", "Foundation", "Group", "Agency")
JOBS: Final = ("Director", "Manager", "Officer", "Analyst", "Advisor")
SYLLABLES: Final = words(
    "ba be bi bo da de di do fa fe fi fo ga ge gi go ka ke ki ko la le li lo ma me mi mo "
    "na ne ni no pa pe pi po ra re ri ro sa se si so ta te ti to va ve vi vo za ze zi zo"
)
TOPICS: Final = words(
    "climate health water energy education research mobility harvest logistics housing "
    "forest ocean solar rail data security culture sport nutrition finance"
)
NOUNS: Final = words(
    "alliance programme consortium initiative network framework pilot exchange venture "
    "compact coalition project roadmap agreement hub"
)
PLAIN: Final = words(
    "the a of and to with for in on by from joint shared annual review next steps plan team "
    "budget scope draft signed contact call meeting follow up agreed pending proposal partner "
    "local national regional support delivery funding report target quarter deadline"
)
SOURCES: Final = ("referral", "event", "inbound", "outbound")
REGIONS: Final = ("emea", "amer", "apac")
ENTITIES: Final = ("partnership", "activity", "organization", "person")
ACTIONS: Final = ("create", "update", "update", "delete")
EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)
SPAN: Final = 5 * 365 * 86_400
USERS: Final = 50
MOST_TERMS: Final = 2000
HERE: Final = Path(__file__).parent


def moment(seconds: int) -> str:
    return (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S+00")


@dataclass(frozen=True)
class Sizes:
    organizations: int
    people: int
    partnerships: int
    activities: int
    audit: int

    @classmethod
    def of(cls, scale: float, log_scale: float) -> "Sizes":
        whole = (20_000 * scale, 60_000 * scale, 50_000 * scale, 500_000 * log_scale, 1_000_000 * log_scale)
        return cls(*(int(count) for count in whole))


class Neutral:
    """Lines for COPY, table by table; the order of the calls is part of what makes them the same."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.random = random.Random(SEED)
        self.words = self._vocabulary(6000)
        # Skewed: words of a low rank are common, those of a high rank are rare.
        ranks = (int(self.random.paretovariate(0.45)) - 1 for _ in range(200_000))
        self.pool = [self.words[min(rank, len(self.words) - 1)] for rank in ranks]
        self.phrases = [self._phrase() for _ in range(20_000)]
        self.terms: list[tuple[str, str]] = []

    def _vocabulary(self, count: int) -> list[str]:
        choice = self.random.choice
        found: dict[str, None] = {}
        while len(found) < count:
            found["".join(choice(SYLLABLES) for _ in range(choice((2, 3, 3, 4)))) + choice("lmnrst")] = None
        return list(found)

    def _phrase(self) -> str:
        chance, choice = self.random.random, self.random.choice
        length = self.random.randint(8, 16)
        return " ".join(choice(PLAIN) if chance() < 0.55 else choice(self.pool) for _ in range(length))

    def _stamps(self) -> str:
        created = self.random.randrange(SPAN)
        return f"{moment(created)}\t{moment(created + self.random.randrange(86_400 * 300))}"

    def users(self) -> Iterator[str]:
        choice, words = self.random.choice, self.words
        for id in range(1, USERS + 1):
            yield f"{id}\tuser{id}@example.org\tUser {choice(words).title()} {choice(words).title()}\tt\n"

    def organizations(self) -> Iterator[str]:
        choice, words = self.random.choice, self.words
        for id in range(1, self.sizes.organizations + 1):
            name = f"{choice(words).title()} {choice(words).title()} {choice(FORMS)}"
            place = f"{choice(COUNTRIES)}\t{choice(KINDS)}\t{choice(words).title()}"
            site = f"https://www.{name.partition(' ')[0].lower()}{id}.example"
            yield f"{id}\t{name}\t{place}\t{site}\t{self._stamps()}\n"

    def people(self) -> Iterator[str]:
        choice, words, below = self.random.choice, self.words, self.random.randrange
        for id in range(1, self.sizes.people + 1):
            organization, given, family = 1 + below(self.sizes.organizations), choice(words), choice(words)
            yield (
                f"{id}\t{organization}\t{given.title()} {family.title()}\t{given}.{family}{id}@example.org\t"
                f"{choice(JOBS)} {choice(TOPICS)}\t+1555{below(10**7):07d}\t{self._stamps()}\n"
            )

    def partnerships(self) -> Iterator[str]:
        for id in range(1, self.sizes.partnerships + 1):
            yield f"{id}\t{self._title(id)}\t{self._standing()}\t{self._story()}\t{self._stamps()}\n"

    def _title(self, id: int) -> str:
        choice = self.random.choice
        common, rare, topic = choice(self.pool), choice(self.words), choice(TOPICS)
        if len(self.terms) < MOST_TERMS and id % 25 == 0:
            self.terms.append((rare, f"{common} {topic}"))
        return f"{topic.title()} {choice(NOUNS)} {common} {rare} {choice(COUNTRIES)}"

    def _standing(self) -> str:
        choice, below = self.random.choice, self.random.randrange
        start = EPOCH.date() + timedelta(days=below(5 * 365))
        end = start + timedelta(days=below(60, 1500))
        stage = self.random.choices(STAGES, STAGE_WEIGHTS)[0]
        facts = (stage, choice(STATUSES), choice(COUNTRIES), 1 + below(USERS), f"{below(10**7) / 10:.2f}", start, end)
        return "\t".join(map(str, facts))

    def _story(self) -> str:
        choice, below = self.random.choice, self.random.randrange
        description = ". ".join(choice(self.phrases) for _ in range(below(2, 6)))
        tags = ",".join(sorted({choice(TOPICS) for _ in range(below(1, 5))}))
        flags = [choice(PLAIN) for _ in range(below(4))]
        attributes = {"source": choice(SOURCES), "score": below(100), "region": choice(REGIONS), "flags": flags}
        return f"{description}\t{{{tags}}}\t{json.dumps(attributes)}"

    def parties(self) -> Iterator[str]:
        below, id = self.random.randrange, 0
        for partnership in range(1, self.sizes.partnerships + 1):
            for position in range(2 + below(2)):
                id += 1
                role = ROLES[0] if position == 0 else self.random.choice(ROLES[1:])
                yield f"{id}\t{partnership}\t{1 + below(self.sizes.organizations)}\t{role}\t{position}\n"

    def activities(self) -> Iterator[str]:
        choice, below = self.random.choice, self.random.randrange
        for id in range(1, self.sizes.activities + 1):
            at, phrase = id * SPAN // self.sizes.activities, choice(self.phrases)
            about = f"{1 + below(self.sizes.partnerships)}\t{choice(ACTIVITIES)}\t{phrase[:60]}"
            author = f"{1 + below(USERS)}\t{moment(at)}\t{moment(at + 60)}"
            yield f"{id}\t{about}\t{phrase} {choice(self.phrases)}\t{author}\n"

    def audit(self) -> Iterator[str]:
        choice, below = self.random.choice, self.random.randrange
        for id in range(1, self.sizes.audit + 1):
            at = moment(id * SPAN // self.sizes.audit)
            what = f"{choice(ACTIONS)}\t{choice(ENTITIES)}\t{1 + below(self.sizes.partnerships)}"
            changes = f'{{"stage": ["{choice(STAGES)}", "{choice(STAGES)}"], "note": "{choice(self.pool)}"}}'
            yield f"{id}\t{1 + below(USERS)}\t{what}\t{at}\t{changes}\t10.{below(256)}.{below(256)}.{below(256)}\n"

    def search_terms(self) -> Iterator[str]:
        return (f"{id}\t{rare}\t{pair}\n" for id, (rare, pair) in enumerate(self.terms, 1))

    def tables(self) -> Iterable[tuple[str, Iterator[str]]]:
        return (
            ("users", self.users()),
            ("organizations", self.organizations()),
            ("people", self.people()),
            ("partnerships", self.partnerships()),
            ("partnership_parties", self.parties()),
            ("activities", self.activities()),
            ("audit_log", self.audit()),
            ("bench_terms", self.search_terms()),
        )


async def fill(connection: Any, scale: float, log_scale: float) -> None:
    """An empty database becomes the reference's."""
    await connection.execute((HERE / "neutral_schema.sql").read_text())
    for table, lines in Neutral(Sizes.of(scale, log_scale)).tables():
        await connection.copy_to_table(table, source=_chunks(lines), format="text")
    await connection.execute((HERE / "neutral_indexes.sql").read_text())
    await connection.execute("VACUUM ANALYZE")


async def _chunks(lines: Iterator[str]) -> AsyncIterator[bytes]:
    while batch := list(islice(lines, 5000)):
        yield "".join(batch).encode()
