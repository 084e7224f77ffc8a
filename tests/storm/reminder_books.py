"""The books of reminders after the storm: what was planned, what each person was told, and what arrived by mail."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from tests.storm.appointments import Told
from tests.storm.invariants import rows
from tests.storm.postbox import MARK, Postbox
from tests.storm.town import Town

OURS: Final = """
SELECT p.id, p.state, p.due_at, p.facts::text AS facts, u.email,
       (SELECT count(*) FROM notices n WHERE n.reminder_id = p.id AND n.channel = 'in_app') AS shown,
       (SELECT count(*) FROM notices n WHERE n.reminder_id = p.id AND n.channel = 'email') AS mailed,
       (SELECT min(n.delivered_at) FROM notices n WHERE n.reminder_id = p.id AND n.channel = 'in_app') AS told_at
FROM planned_reminders p JOIN users u ON u.id = p.user_id
"""
MARKS: Final = re.compile(rf"{MARK}[PM]\d{{5}}")
# How much later than an outage somebody may be told, and how much too early a clock may be.
PATIENCE: Final = timedelta(seconds=30)
EARLY: Final = timedelta(seconds=1)


@dataclass
class ReminderBooks:
    planned: int = 0
    states: Counter[str] = field(default_factory=Counter)
    letters: int = 0
    arrivals: int = 0
    latest: timedelta = timedelta()
    earliest: timedelta = timedelta()
    problems: list[str] = field(default_factory=list)

    def figures(self) -> str:
        return (
            f"planned {self.planned} {dict(self.states)}, letters {self.letters} in {self.arrivals} arrivals, "
            f"told between {self.earliest.total_seconds():.1f} s and {self.latest.total_seconds():.1f} s after due"
        )

    def require(self, name: str, wrong: Any) -> None:
        if wrong:
            self.problems.append(f"{name}: {len(wrong)}, first {sorted(map(str, wrong))[:3]}")


async def balanced(town: Town, postbox: Postbox, expected: set[Told], outage: int) -> ReminderBooks:
    found = [row for row in await rows(town, OURS) if MARKS.search(row["facts"])]
    planned = Counter((mark_of(row["facts"]), row["email"]) for row in found)
    books = ReminderBooks(len(found), Counter(row["state"] for row in found))
    books.require("lost", expected - set(planned))
    books.require("not asked for", set(planned) - expected)
    books.require("planned twice", [told for told, count in planned.items() if count > 1])
    books.require("not told", [row["id"] for row in found if row["state"] != "told"])
    books.require("not once in the app", [row["id"] for row in found if row["shown"] != 1])
    books.require("not once by mail", [row["id"] for row in found if row["mailed"] != 1])
    _read(books, postbox, expected)
    delays = [row["told_at"] - row["due_at"] for row in found if row["told_at"]]
    books.latest, books.earliest = max(delays, default=timedelta()), min(delays, default=timedelta())
    books.require("too late", [each for each in delays if each > timedelta(seconds=outage) + PATIENCE])
    books.require("too early", [each for each in delays if each < -EARLY])
    return books


def mark_of(text: str) -> str:
    found = MARKS.search(text)
    assert found is not None
    return found.group()


def _read(books: ReminderBooks, postbox: Postbox, expected: set[Told]) -> None:
    """A letter that arrived twice under one Message-ID is one letter; a mark in two letters is two."""
    told = Counter((mark, to) for (to, _), said in postbox.by_id.items() for mark in set(MARKS.findall(said)))
    books.letters, books.arrivals = len(postbox.by_id), postbox.arrivals
    books.require("no letter", expected - set(told))
    books.require("more than one letter", [each for each, count in told.items() if count > 1])
    books.require("the same letter with other words", postbox.differing)
