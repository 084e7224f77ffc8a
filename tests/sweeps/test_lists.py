"""Every list keeps the same promises: what it asks, how it orders, what a page costs, and where a cursor is good."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any, Final, get_type_hints
from uuid import UUID

import pytest
from fastapi import FastAPI
from pydantic import BaseModel, TypeAdapter

from app.core.actors import EVERYTHING, Reach
from app.core.listing import MAX_LIMIT, Listing, PageQuery
from app.core.queries import query_model
from app.core.reading import prepare
from tests.support import factories
from tests.support.client import Client
from tests.support.counting import Statements
from tests.support.operations import Operation, listings, operations
from tests.support.resources import BODIES
from tests.support.samples import Samples
from tests.support.world import World

PAGING: Final = {"limit", "cursor", "archived", "sort", "as_of"}
PART: Final = Reach(organizations=frozenset({UUID(int=1)}), oblasts=frozenset({"UA59000000000057109"}))
ALWAYS_THERE: Final = {"RegisterQuery.signed_on": "the register holds only what is signed, by its own condition"}
PATHS: Final = sorted(BODIES)


def lists(app: FastAPI) -> dict[type[BaseModel], Operation]:
    """Every operation with a cursor, by the model of its query."""
    found = {}
    for each in operations(app):
        kind = query_model(each.route)
        if kind is not None and "cursor" in kind.model_fields:
            found[kind] = each
    return found


def by_query() -> dict[type[BaseModel], Listing]:
    return {each.query: each for each in listings()}


def named(listing: Listing) -> str:
    return listing.query.__name__


def sample(annotation: Any, name: str) -> Any:
    """A value of the type, as a client would write it."""
    schema = TypeAdapter(annotation).json_schema()
    return Samples({"components": {"schemas": schema.get("$defs", {})}}).value(schema, name)


def questions(listing: Listing) -> Iterator[dict[str, Any]]:
    """Nothing, each filter alone, and all of them, in every order."""
    fields = listing.query.model_fields
    declared = get_type_hints(listing.query, include_extras=True)
    given = {name: sample(declared[name], name) for name in fields.keys() - PAGING}
    companions = {"level": "language"}
    alone = [{name: given[name]} | {other: given[other] for other in [companions.get(name)] if other} for name in given]
    sorts: list[str | None] = (
        [f"{sign}{sort}" for sort in listing.sorts for sign in ("", "-")] if "sort" in fields else []
    )
    for asked, sort in product([{}, given, *alone], sorts or [None]):
        yield asked | ({"sort": sort} if sort else {})


async def filled(world: World, client: Client, path: str, count: int) -> list[str]:
    hromada = await factories.hromada(world)
    return [(await client.made(path, await BODIES[path](world, hromada.id)))["id"] for _ in range(count)]


def test_every_list_of_the_program_is_declared_and_swept(app: FastAPI) -> None:
    paged = {kind for kind in lists(app) if issubclass(kind, PageQuery)}

    assert len(paged) > 2
    assert {kind.__name__ for kind in by_query()} == {kind.__name__ for kind in paged}
    assert {lists(app)[kind].path for kind in paged} <= BODIES.keys() | {"/v1/agreements/register"}


@pytest.mark.parametrize("listing", listings(), ids=named)
def test_every_parameter_has_an_effect_and_every_filter_a_parameter(listing: Listing) -> None:
    fields = listing.query.model_fields.keys() - PAGING
    source = " ".join(
        str(code.co_names)
        for value in vars(listing.query).values()
        if isinstance(value, property) and value.fget
        for code in [value.fget.__code__]
    )
    helped = " ".join(
        str(value.__code__.co_names) for value in vars(listing.query).values() if hasattr(value, "__code__")
    )
    answered = {name for name in fields if name in listing.filters or f"'{name}'" in source + helped}

    assert fields == answered
    assert {name for name in listing.filters if not hasattr(listing.query, name) and name not in fields} == set()


@pytest.mark.parametrize("listing", listings(), ids=named)
def test_the_sorts_are_those_that_the_parameter_names(listing: Listing) -> None:
    field = listing.query.model_fields.get("sort")
    found = re.fullmatch(r"\^-\?\((.+)\)\$", str(field.metadata[-1].pattern)) if field else None
    declared = found[1].split("|") if found else [listing.default_sort.removeprefix("-")]

    assert set(declared) == listing.sorts.keys()
    assert field is None or (found is not None and field.default == listing.default_sort)


@pytest.mark.parametrize("listing", listings(), ids=named)
def test_no_record_lacks_what_it_is_sorted_by(listing: Listing) -> None:
    """A row without a value would stand on no page. Columns that the database computes are nullable in name only."""
    columns = {f"{named(listing)}.{name}": sort.column for name, sort in listing.sorts.items()}
    nullable = {name for name, column in columns.items() if column.nullable and column.computed is None}

    assert nullable - ALWAYS_THERE.keys() == set()


@pytest.mark.anyio
@pytest.mark.parametrize("listing", listings(), ids=named)
async def test_every_filter_with_every_sort_is_understood_by_postgresql(world: World, listing: Listing) -> None:
    """With and without a cursor, for those who see everything and for those who see a part."""
    texts = set()
    for asked in questions(listing):
        for cursor, reach in [(None, EVERYTHING), ("x", PART)]:
            query = listing.query.model_validate(asked | {"cursor": cursor})
            texts.add(prepare(listing.statement(query, reach)).text)
    async with world.db.reading() as connection:
        for text in texts:
            await connection.prepare(text)

    assert len(texts) >= 4


@pytest.mark.anyio
@pytest.mark.parametrize("listing", listings(), ids=named)
async def test_every_filter_with_every_sort_gets_an_answer(
    app: FastAPI, as_administrator: Client, listing: Listing
) -> None:
    operation = lists(app)[listing.query]

    answers = [await as_administrator.get(operation.path, params=asked) for asked in questions(listing)]

    assert len(answers) > 4
    assert [answer.text for answer in answers if answer.status_code != 200] == []


@pytest.mark.anyio
async def test_an_unknown_parameter_is_named(app: FastAPI, as_administrator: Client) -> None:
    paths = [each.path for each in lists(app).values() if "{" not in each.path]

    answers = [await as_administrator.get(path, params={"colour": "red"}) for path in paths]

    said = [(answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) for answer in answers]
    assert len(said) > 2
    assert said == [(422, ["query:colour"])] * len(paths)


@pytest.mark.anyio
@pytest.mark.parametrize("limit", ["0", "-1", str(MAX_LIMIT + 1), "many", "1.5", ""])
async def test_a_page_has_bounds(app: FastAPI, as_administrator: Client, limit: str) -> None:
    paths = [each.path for each in lists(app).values() if "{" not in each.path]

    answers = [await as_administrator.get(path, params={"limit": limit}) for path in paths]

    said = [(answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) for answer in answers]
    assert len(said) > 2
    assert said == [(422, ["query:limit"])] * len(paths)


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS)
async def test_a_full_page_costs_as_many_queries_as_a_short_one(
    world: World, as_administrator: Client, statements: Statements, path: str
) -> None:
    counts = []
    for more in (1, 24):
        await filled(world, as_administrator, path, more)
        async with statements.counted() as sent:
            page = await as_administrator.seen(path)
        counts.append((len(page["items"]) >= more, len(sent)))

    assert counts == [(True, 2), (True, 2)]


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS)
async def test_pages_show_every_record_once_while_others_arrive(
    world: World, as_administrator: Client, path: str
) -> None:
    before = await filled(world, as_administrator, path, 7)
    seen, cursor = [], None
    for _ in range(20):
        page = await as_administrator.seen(path, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        seen += [item["id"] for item in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
        await filled(world, as_administrator, path, 1)

    assert cursor is None
    assert sorted(id for id in seen if id in before) == sorted(before)
    assert len(seen) == len(set(seen))


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS)
async def test_a_cursor_is_good_for_its_own_question_only(
    world: World, as_administrator: Client, as_coordinator: Client, path: str
) -> None:
    await filled(world, as_administrator, path, 3)
    cursor = (await as_administrator.seen(path, params={"limit": 1}))["next_cursor"]
    altered = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    other_path = "/v1/organizations" if path != "/v1/organizations" else "/v1/users"
    refused = [
        (path, {"cursor": altered}),
        (path, {"cursor": "nonsense"}),
        (path, {"cursor": "ß"}),
        (path, {"cursor": cursor, "sort": "-updated_at", "archived": "all"}),
        (path, {"cursor": cursor, "archived": "all"}),
        (other_path, {"cursor": cursor}),
    ]

    answers = [await as_administrator.get(where, params=asked) for where, asked in refused]

    assert [(each.status_code, each.json()["code"]) for each in answers] == [(400, "invalid_cursor")] * len(refused)
    assert (await as_administrator.get(path, params={"limit": 1, "cursor": cursor})).status_code == 200


@pytest.mark.anyio
async def test_what_is_archived_leaves_the_list_and_stays_in_the_archive(
    world: World, as_administrator: Client
) -> None:
    sumska = await factories.hromada(world)
    path = "/v1/organizations"
    await as_administrator.post(f"{path}/{sumska.id}/archive", json={"reason": "Об’єднано"}, version=1)

    found = {
        kind: [item["id"] for item in (await as_administrator.seen(path, params={"archived": kind}))["items"]]
        for kind in ("live", "archived", "all")
    }

    assert found == {"live": [], "archived": [str(sumska.id)], "all": [str(sumska.id)]}
