"""Every operation, asked by everybody about a record in every relation, does what docs/access.md says."""

import pytest
from fastapi import FastAPI

from app.models import Partnership, Person
from tests.access.conftest import SwitchOff
from tests.access.matrix import Matrix
from tests.access.places import Relation
from tests.access.table import HIDDEN, Row
from tests.access.truth import Truth
from tests.support.operations import Operation, operations


def asked(app: FastAPI, *names: str) -> list[Operation]:
    return [each for each in operations(app) if each.method != "HEAD" and (not names or each.name in names)]


def test_every_operation_has_its_row_and_every_row_its_operation(app: FastAPI, law: dict[str, Row]) -> None:
    rows = {name for name, row in law.items() if not row.is_about_fields}

    assert sorted({each.name for each in asked(app)} ^ rows) == []


def test_every_row_is_said_in_words(law: dict[str, Row]) -> None:
    assert [name for name, row in law.items() if not row.sentence] == []


@pytest.mark.anyio
async def test_everybody_may_do_what_the_table_says_and_nothing_else(
    app: FastAPI, truth: Truth, law: dict[str, Row]
) -> None:
    outcome = await Matrix(truth, law).compared([each for each in asked(app) if each.name in law])

    assert outcome.cells > 3500
    assert [str(each) for each in outcome.found] == []
    assert sorted(truth.canaries.fields - outcome.shown) == []


@pytest.mark.anyio
async def test_a_wall_that_is_missing_would_be_noticed(
    app: FastAPI, truth: Truth, law: dict[str, Row], switch_off: SwitchOff
) -> None:
    """The same questions, with nothing that tells whose a partnership is: every hidden cell says so."""
    names = ("get_partnership", "list_partnerships", "search_partnerships", "list_partnership_history")
    switch_off(Partnership)

    outcome = await Matrix(truth, law, rows_only=True).compared(asked(app, *names))

    hidden = {
        (name, who, relation)
        for name in names
        for who in truth.subjects
        for relation in Relation
        if law[name].mark(who, relation) == HIDDEN
    }
    assert len(hidden) > 50
    assert hidden - {(each.operation, each.subject, each.relation) for each in outcome.found} == set()


@pytest.mark.anyio
async def test_with_our_conditions_on_people_gone_the_database_still_hides_them(
    app: FastAPI, truth: Truth, law: dict[str, Row], switch_off: SwitchOff
) -> None:
    """The second wall, asked everything that there is to ask about people."""
    about_people = [each for each in asked(app) if each.resource == "/v1/people"]
    switch_off(Person)

    outcome = await Matrix(truth, law, rows_only=True).compared(about_people)

    assert len(about_people) > 20
    assert outcome.cells > 500
    assert [str(each) for each in outcome.found] == []
