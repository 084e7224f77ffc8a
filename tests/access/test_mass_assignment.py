"""What a client may not set, it cannot set by sending it: every write refuses, by name, all it does not declare."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from fastapi import FastAPI
from sqlmodel import SQLModel

from app import models
from tests.access.places import Relation
from tests.access.recipes import Question, question
from tests.access.shapes import Schema, answer_of, body_of, declared
from tests.access.truth import Truth
from tests.support.client import Contract
from tests.support.operations import Operation, operations

# What somebody would try everywhere.
TEMPTING: Final = {
    "id": "019aabcd-0000-7000-8000-000000000000",
    "version": 1,
    "role": "administrator",
    "scope": "association",
    "grants": [{"role": "administrator", "scope": "association"}],
    "permissions": ["grants:write"],
    "is_active": True,
    "actor_id": "019aabcd-0000-7000-8000-000000000000",
    "user_id": "019aabcd-0000-7000-8000-000000000000",
    "on_behalf_of": "019aabcd-0000-7000-8000-000000000000",
    "password_hash": "x",
    "proved_at": "2026-11-23T10:00:00Z",
    "source": "x",
    "verification": "verified",
    "number": "PAR-2026-9999",
    "status": "in_force",
    "stage": "contract",
    "track": "formal",
    "_redacted": [],
    "__proto__": {"is_admin": True},
    "colour/tone": "red",
}


def writing(app: FastAPI) -> list[Operation]:
    return [each for each in operations(app) if each.has_body]


def columns(resource: str) -> set[str]:
    """Of the table behind the resource, shown or not."""
    for module in pkgutil.iter_modules(models.__path__):
        importlib.import_module(f"app.models.{module.name}")
    table = SQLModel.metadata.tables.get(resource.rpartition("/")[2])
    return set(table.columns.keys()) if table is not None else set()


def inner(contract: Contract, schema: Schema, body: Any, at: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every object in the body: where it is, and what it may hold."""
    schema = declared(contract, schema)
    if isinstance(body, dict) and "properties" not in schema:
        return  # a map: its names are free, and none of them is a field
    if isinstance(body, dict):
        yield at, set(schema.get("properties", {}))
        for name, value in body.items():
            yield from inner(contract, schema["properties"][name], value, f"{at}/{name}")
    elif isinstance(body, list):
        for place, value in enumerate(body):
            yield from inner(contract, schema["items"], value, f"{at}/{place}")


def escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


@dataclass(frozen=True)
class Attempt:
    """One object of the body of one operation, with what nobody may send in it."""

    operation: Operation
    at: str
    smuggled: dict[str, Any]

    @property
    def pointers(self) -> set[str]:
        return {f"{self.at}/{escaped(name)}" for name in self.smuggled}


def attempts(truth: Truth, contract: Contract, operation: Operation) -> Iterator[Attempt]:
    shown = answer_of(contract, operation).get("properties", {}).keys()
    known = TEMPTING | {name: "x" for name in columns(operation.resource) | shown if name not in TEMPTING}
    body = sound(truth, operation).body
    for at, may_hold in inner(contract, body_of(contract, operation) or {}, body):
        yield Attempt(operation, at, {name: value for name, value in known.items() if name not in may_hold})


def sound(truth: Truth, operation: Operation) -> Question:
    return question(truth, truth.subjects["administrator"], operation, Relation.OWN, absent=False)


async def refused(truth: Truth, attempt: Attempt) -> set[str]:
    """What the answer names as not declared."""
    asked = sound(truth, attempt.operation)
    node = asked.body
    for part in attempt.at.split("/")[1:]:
        node = node[int(part) if isinstance(node, list) else part]
    node.update(attempt.smuggled)
    client = truth.subjects["administrator"].client
    async with truth.undone():
        answer = await client.request(
            asked.method, asked.path, json=asked.body, version=asked.version, headers=dict(asked.headers)
        )
    assert answer.status_code == 422, answer.text
    return {each["pointer"] for each in answer.json()["errors"] if each["code"] == "extra_forbidden"}


@pytest.mark.anyio
async def test_a_field_that_is_only_read_is_refused_wherever_it_is_sent(
    app: FastAPI, truth: Truth, contract: Contract
) -> None:
    tried = [attempt for operation in writing(app) for attempt in attempts(truth, contract, operation)]

    accepted = {
        f"{attempt.operation.name}{pointer}"
        for attempt in tried
        for pointer in attempt.pointers - await refused(truth, attempt)
    }

    assert {attempt.operation.name for attempt in tried} == {each.name for each in writing(app)}
    assert sum(len(attempt.pointers) for attempt in tried) > 2000
    assert accepted == set()
