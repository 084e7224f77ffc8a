"""The published document: names that clients can rely on, and shapes that are ours alone."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args

from fastapi import FastAPI
from sqlmodel import SQLModel

from tests.support.operations import operations


def types_within(annotation: Any) -> Iterator[type]:
    if isinstance(annotation, type):
        yield annotation
        for field in getattr(annotation, "model_fields", {}).values():
            if field.annotation is not annotation:
                yield from types_within(field.annotation)
    for argument in get_args(annotation):
        yield from types_within(argument)


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from nodes(each)


def test_operation_ids_are_the_names_of_the_functions_and_unique(app: FastAPI) -> None:
    published = [operation for methods in app.openapi()["paths"].values() for operation in methods.values()]
    ids = Counter(operation["operationId"] for operation in published)

    assert ids == Counter(each.route.endpoint.__name__ for each in operations(app) if each.is_public_document)
    assert [id for id, count in ids.items() if count > 1] == []
    assert [id for id in ids if not re.fullmatch(r"[a-z]+(_[a-z]+)+", id)] == []


def test_no_table_is_a_request_or_an_answer(app: FastAPI) -> None:
    """A table skips validation, and as a body it would let a client set any column."""
    signatures = [
        annotation
        for each in operations(app)
        for annotation in (
            *(field.field_info.annotation for field in each.dependant.body_params),
            each.route.response_model,
        )
        if annotation is not None
    ]
    found = {kind for annotation in signatures for kind in types_within(annotation)}

    assert len(signatures) > 30
    assert [kind.__name__ for kind in found if issubclass(kind, SQLModel)] == []


def test_no_schema_is_split_or_left_over(app: FastAPI) -> None:
    document = app.openapi()
    schemas = set(document["components"]["schemas"])
    used = {node["$ref"].rpartition("/")[2] for node in nodes(document) if isinstance(node.get("$ref"), str)}

    assert len(schemas) > 30
    assert [name for name in schemas if name.endswith(("-Input", "-Output"))] == []
    assert schemas & {"HTTPValidationError", "ValidationError"} == set()
    assert schemas - used == set()


def test_every_operation_says_what_it_may_answer(app: FastAPI) -> None:
    """A problem is declared for every status; whatever is gated may answer 401, 403 and 503."""
    published = app.openapi()["paths"]
    gated = [each for each in operations(app) if each.gate is not None and each.is_public_document]
    answers = {each.name: published[each.path][each.method.lower()]["responses"].keys() for each in gated}

    assert len(answers) > 20
    assert [name for name, statuses in answers.items() if not {"400", "401", "403", "422", "503"} <= statuses] == []


def test_what_wants_a_version_says_so(app: FastAPI) -> None:
    published = app.openapi()["paths"]
    wanting = [each for each in operations(app) if each.wants_version]
    answers = {each.name: published[each.path][each.method.lower()]["responses"].keys() for each in wanting}

    assert len(answers) > 5
    assert [name for name, statuses in answers.items() if not {"404", "412", "428"} <= statuses] == []
