"""Asks everything that the table says, and tells where the program answers otherwise."""

import json
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2

from app.vocabulary import FieldClass
from tests.access.asking import Recipe
from tests.access.canaries import Held
from tests.access.places import Relation
from tests.access.recipes import question, recipe
from tests.access.table import ALLOWED, BY_SECRET, HIDDEN, REFUSED, UNKNOWN, Row
from tests.access.truth import Subject, Truth
from tests.support.operations import Operation

READERS: Final = ("reading", "known", "signed_in")
MARKS: Final = {401: UNKNOWN, 403: REFUSED, 404: HIDDEN}
OF_THE_REQUEST: Final = frozenset({"instance", "request_id"})

# Whoever may do one of these reads the record; what nobody reads as a record is seen by nobody.
READ_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "organizations": ("get_organization",),
    "people": ("get_person",),
    "users": ("get_user",),
    "partnerships": ("get_partnership",),
    "agreements": ("get_agreement",),
    "projects": ("get_project",),
    "delegations": ("get_delegation",),
    "activities": ("get_activity",),
    "tasks": ("get_task",),
    "letters": ("get_letter",),
    "templates": ("get_letter_template",),
    "campaigns": ("get_campaign",),
    "files": ("get_document",),
    "rules": ("get_reminder_rule",),
    "integrations": ("get_integration", "get_own_integration"),
    "webhooks": ("get_webhook",),
}
# Whoever may ask these is told what nothing else shows: that is what they are for.
REVEALING: Final = frozenset({"reveal_identity", "export_personal_data"})
CLOSED: Final = frozenset({FieldClass.IDENTITY, FieldClass.HEALTH, FieldClass.MINOR})


@dataclass(frozen=True)
class Disagreement:
    operation: str
    subject: str
    relation: str
    why: str

    def __str__(self) -> str:
        return f"{self.operation} for {self.subject}, {self.relation}: {self.why}"


@dataclass
class Outcome:
    """`cells` is how many were compared and `shown` which fields were: who looks at nothing agrees with everything."""

    cells: int = 0
    shown: set[tuple[str, str]] = field(default_factory=set)
    found: list[Disagreement] = field(default_factory=list)


@dataclass
class Matrix:
    """`rows_only`: only whether hidden rows stay hidden, for when the conditions of the program are switched off."""

    truth: Truth
    table: dict[str, Row]
    rows_only: bool = False
    shown: set[tuple[str, str]] = field(default_factory=set)

    async def compared(
        self, operations: Collection[Operation], subjects: Callable[[Subject], bool] = lambda _: True
    ) -> Outcome:
        outcome = Outcome(shown=self.shown)
        for operation in operations:
            for subject in filter(subjects, self.truth.subjects.values()):
                async for relation, why in self._asked(operation, subject):
                    outcome.cells += 1
                    outcome.found += [Disagreement(operation.name, subject.name, relation, each) for each in why]
        return outcome

    async def _asked(self, operation: Operation, subject: Subject) -> AsyncIterator[tuple[str, list[str]]]:
        row, wanted = self.table[operation.name], recipe(operation)
        if wanted.about is None:
            yield "", await self._wrong_alone(operation, subject, row.mark(subject.name, Relation.OWN))
            return
        absent = await self._absent(operation, subject, row)
        whole = await self._answer(operation, subject, Relation.OWN) if wanted.shows else None
        for relation in Relation:
            expected = row.mark(subject.name, relation)
            answer = whole or await self._answer(operation, subject, relation)
            if wanted.shows or wanted.finds:
                yield relation, self._wrong_list(expected, answer, subject, relation, operation)
            elif expected == HIDDEN:
                yield relation, self._wrong_hidden(answer, absent, subject, operation)
            else:
                yield relation, self._wrong(expected, answer, subject, operation)

    async def _wrong_alone(self, operation: Operation, subject: Subject, expected: str) -> list[str]:
        """An operation about no record; where a secret opens it, everybody is answered as nobody is."""
        answer = await self._answer(operation, subject, Relation.OWN)
        if expected != BY_SECRET:
            return self._wrong(expected, answer, subject, operation)
        nobody = await self._answer(operation, self.truth.subjects["nobody"], Relation.OWN)
        same = said(answer) == said(nobody) and not answer.is_success
        wrong = [] if same else [f"a role makes a difference: {answer.text[:300]} / {nobody.text[:300]}"]
        return wrong + self.shown_by_mistake(answer, subject, operation)

    async def _absent(self, operation: Operation, subject: Subject, row: Row) -> httpx2.Response | None:
        wanted = recipe(operation)
        if HIDDEN not in row.cells[subject.name] or wanted.shows or wanted.finds:
            return None
        return await self._answer(operation, subject, Relation.OWN, absent=True)

    async def _answer(
        self, operation: Operation, subject: Subject, relation: Relation, *, absent: bool = False
    ) -> httpx2.Response:
        asked = question(self.truth, subject, operation, relation, absent=absent)
        options: dict[str, Any] = {"params": asked.params} if asked.params else {}
        if operation.has_body:
            options["json"] = asked.body
        if asked.headers:
            options["headers"] = dict(asked.headers)
        # A reader has no transaction, so there is nothing to undo.
        async with nullcontext() if operation.gate in READERS else self.truth.undone():
            return await subject.client.request(asked.method, asked.path, version=asked.version, **options)

    def _wrong(self, expected: str, answer: httpx2.Response, subject: Subject, operation: Operation) -> list[str]:
        is_beyond = answer.status_code in recipe(operation).beyond
        found = ALLOWED if is_beyond else MARKS.get(answer.status_code, ALLOWED)
        wrong = [] if found == expected or self.rows_only else [f"{found} instead of {expected}: {answer.text[:300]}"]
        is_sound = answer.is_success or is_beyond
        if found == expected == ALLOWED and not is_sound and not self.rows_only:
            wrong.append(f"allowed, but the question was no good: {answer.status_code} {answer.text[:300]}")
        return wrong + self.shown_by_mistake(answer, subject, operation)

    def _wrong_hidden(
        self, answer: httpx2.Response, absent: httpx2.Response | None, subject: Subject, operation: Operation
    ) -> list[str]:
        """Whatever a missing record is answered with, a hidden one is answered with the same."""
        assert absent is not None
        wrong = self.shown_by_mistake(answer, subject, operation)
        if answer.is_success:
            wrong.append(f"+ instead of {HIDDEN}: {answer.text[:300]}")
        if said(answer) != said(absent):
            wrong.append(f"a hidden record differs from an absent one: {answer.text[:300]} / {absent.text[:300]}")
        return wrong

    def _wrong_list(
        self, expected: str, answer: httpx2.Response, subject: Subject, relation: Relation, operation: Operation
    ) -> list[str]:
        wanted: Recipe = recipe(operation)
        sign = self.truth.record(subject, str(wanted.about), relation).sign
        shown = ALLOWED if sign in there(answer) else HIDDEN
        found = shown if answer.is_success else MARKS.get(answer.status_code, answer.text[:300])
        is_asked = expected == HIDDEN or not self.rows_only
        wrong = [f"{found} instead of {expected}"] if is_asked and found != expected else []
        is_first = wanted.finds or relation is Relation.OWN
        return wrong + (self.shown_by_mistake(answer, subject, operation) if is_first else [])

    def shown_by_mistake(self, answer: httpx2.Response, subject: Subject, operation: Operation) -> list[str]:
        """Words in the answer that stand only in what this person may not see."""
        found = list(self.truth.canaries.found(answer.text, *answer.headers.values()))
        self.shown |= {(held.kind, held.name) for canary in found for held in canary.stands_in}
        return [
            f"shows {', '.join(map(str, canary.stands_in))}: {canary.text}"
            for canary in found
            if not any(self.may_see(subject, held, operation) for held in canary.stands_in)
        ]

    def may_see(self, subject: Subject, held: Held, operation: Operation) -> bool:
        if held.kind not in READ_BY:
            return False
        relation = subject.standpoint.relation(held.place)

        def says_yes(row: str) -> bool:
            return self.table[row].mark(subject.name, relation) == ALLOWED

        return any(map(says_yes, READ_BY[held.kind])) and all(map(says_yes, self._closer(held, operation)))

    def _closer(self, held: Held, operation: Operation) -> list[str]:
        """The row that decides about a field of a closer class."""
        if held.field_class is FieldClass.PUBLIC:
            return []
        is_revealed = operation.name in REVEALING and held.field_class in CLOSED
        return [operation.name if is_revealed else f"{held.kind} · {held.field_class}"]


def there(answer: httpx2.Response) -> str:
    """What was found; an answer about many also names the ids that were not."""
    body = answer.json()
    return json.dumps(body["items"], ensure_ascii=False) if "missing" in body else answer.text


def said(answer: httpx2.Response) -> tuple[int, Any]:
    """The whole problem, but for what names the request itself."""
    if not answer.headers.get("content-type", "").endswith("json"):
        return answer.status_code, answer.text
    body = answer.json()
    return answer.status_code, {name: value for name, value in body.items() if name not in OF_THE_REQUEST}
