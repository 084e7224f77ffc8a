"""What a stranger's client generator needs of the published document."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.commands.openapi import OPERATIONS, PUBLISHED, description, listed
from app.core.openapi_schemas import plain

Document = dict[str, Any]


@pytest.fixture(scope="module")
def document(app: FastAPI) -> Document:
    return app.openapi()


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def schemas(node: Any, place: str = "") -> Iterator[tuple[str, Document]]:
    """Every schema with its place; examples are data and not looked into."""
    if isinstance(node, dict):
        if node.keys() & {"type", "$ref", "oneOf", "anyOf", "allOf", "enum"} and "parameters" not in node:
            yield place, node
        for name, each in node.items():
            if name not in {"example", "enum", "required"}:
                yield from schemas(each, f"{place}/{name}")
    elif isinstance(node, list):
        for number, each in enumerate(node):
            yield from schemas(each, f"{place}/{number}")


def kinds(schema: Document) -> list[str]:
    found = schema.get("type", [])
    return found if isinstance(found, list) else [found]


def test_it_is_a_valid_description(document: Document) -> None:
    found = [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]

    assert document["openapi"].startswith("3.1")
    assert found == []


def test_the_committed_description_is_the_one_of_the_program() -> None:
    assert PUBLISHED.read_text() == description()


def test_no_operation_is_renamed_moved_or_lost() -> None:
    """A new one belongs into the list: ./pobratym openapi writes it. An old one stays."""
    known = OPERATIONS.read_text().splitlines()

    assert len(known) > 50
    assert listed() == known


def test_everything_has_limits(document: Document) -> None:
    found = list(schemas(document))
    told = {"enum", "const", "format", "maxLength"}
    unlimited = [
        place
        for place, schema in found
        if ("string" in kinds(schema) and not schema.keys() & told)
        or ("array" in kinds(schema) and "maxItems" not in schema)
        or ("integer" in kinds(schema) and not {"format", "minimum", "maximum"} <= schema.keys())
    ]

    assert len(found) > 1000
    assert [place for place in unlimited if "securitySchemes" not in place] == []


def test_null_has_one_form(document: Document) -> None:
    """`type: [T, "null"]`; only what has a name of its own says it with `oneOf`."""
    either = [(place, schema["oneOf"]) for place, schema in schemas(document) if "oneOf" in schema]

    assert [place for place, schema in schemas(document) if {"anyOf", "allOf", "nullable"} & schema.keys()] == []
    assert len(either) > 10
    assert [place for place, (first, second) in either if "$ref" not in first or second != {"type": "null"}] == []


def test_answers_leave_nothing_out(document: Document) -> None:
    """A client that sees an optional field in an answer has to guess what its absence means; `_redacted` tells it."""
    answers = {name: schema for name, schema in document["components"]["schemas"].items() if name.endswith("Read")}
    redactable = {name for name, schema in answers.items() if "_redacted" in schema["properties"]}
    loose = [name for name, schema in answers.items() if set(schema["required"]) != always_there(schema)]

    assert len(answers) > 20
    assert len(redactable) > 4
    assert loose == []


def always_there(schema: dict[str, Any]) -> set[str]:
    """Everything but what may be redacted."""
    may_be_missing = "_redacted" in schema["properties"]
    return {name for name, each in schema["properties"].items() if not (may_be_missing and "x-field-class" in each)}


def test_every_refusal_is_a_shared_problem(document: Document) -> None:
    own = [
        f"{operation['operationId']} {status}"
        for _, _, operation in operations(document)
        for status, reply in operation["responses"].items()
        if int(status) >= 400 and "$ref" not in reply
    ]
    contents = {tuple(each.get("content", ())) for each in document["components"]["responses"].values()}

    assert own == []
    assert contents == {(), ("application/problem+json",)}


def test_headers_are_declared(document: Document) -> None:
    found = {operation["operationId"]: operation for _, _, operation in operations(document)}

    def headers(name: str, status: str) -> list[str]:
        return list(found[name]["responses"][status]["headers"])

    limited = ["RateLimit-Policy", "RateLimit"]
    replayed = ["X-Request-ID", "ETag", "Location", "Idempotent-Replayed"]
    assert headers("create_partnership", "201") == [*replayed, *limited]
    assert headers("get_partnership", "200") == ["X-Request-ID", "ETag", *limited, "As-Of"]
    assert headers("list_partnerships", "200") == ["X-Request-ID", *limited, "As-Of"]
    assert headers("get_liveness", "200") == ["X-Request-ID"]
    assert list(document["components"]["responses"]["Unavailable"]["headers"]) == ["X-Request-ID", "Retry-After"]


def test_what_a_change_needs_is_in_its_parameters(document: Document) -> None:
    found = {operation["operationId"]: operation for _, _, operation in operations(document)}

    def shared(name: str) -> list[str]:
        parameters = found[name].get("parameters", [])
        return [each["$ref"].rpartition("/")[2] for each in parameters if "$ref" in each]

    assert shared("create_partnership") == ["IdempotencyKey"]
    assert shared("move_partnership") == ["IfMatch", "IdempotencyKey"]
    assert shared("edit_partnership") == ["IfMatch"]
    assert shared("get_partnership") == ["IfNoneMatch"]
    assert shared("create_session") == []
    assert document["components"]["parameters"]["IfMatch"]["required"] is True
    assert list(found["edit_partnership"]["requestBody"]["content"]) == ["application/merge-patch+json"]


def test_open_doors_are_few(document: Document) -> None:
    open_ = {operation["operationId"] for _, _, operation in operations(document) if operation["security"] == []}

    assert open_ == {
        "create_session",
        "refresh_session",
        "begin_passkey_session",
        "accept_invitation",
        "request_password_reset",
        "complete_password_reset",
        "confirm_email_change",
        "revoke_found_key",
        "finish_session",
        "create_passkey_session",
        "create_browser_session",
        "finish_browser_session",
        "create_browser_passkey_session",
        "get_calendar",
        "get_signing_keys",
        "get_latest_checkpoint",
        "get_journal_key",
        "get_sign_in_providers",
        "start_openid_sign_in",
        "finish_openid_sign_in",
        "create_openid_session",
        "list_taxonomies",
        "get_taxonomy",
        "get_problem_kind",
        "get_file_by_link",
        "get_liveness",
        "get_readiness",
    }


def test_everything_is_explained(document: Document) -> None:
    said = [
        each for _, _, operation in operations(document) for each in (operation["summary"], operation["description"])
    ]

    assert [text for text in said if not text.strip()] == []
    assert {tag["name"] for tag in document["tags"]} == {
        tag for _, _, operation in operations(document) for tag in operation["tags"]
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"type": "string", "title": "Name"}, {"maxLength": 20_000, "type": "string"}),
        (
            {"anyOf": [{"type": "string", "maxLength": 5}, {"type": "null"}], "default": None},
            {"type": ["string", "null"], "maxLength": 5},
        ),
        (
            {"anyOf": [{"$ref": "#/components/schemas/Stage"}, {"type": "null"}], "description": "Where it is."},
            {"description": "Where it is.", "oneOf": [{"$ref": "#/components/schemas/Stage"}, {"type": "null"}]},
        ),
        (
            {"type": "integer", "minimum": 1.0, "maximum": 9.0},
            {"format": "int32", "type": "integer", "minimum": 1, "maximum": 9},
        ),
        (
            {"type": "object", "properties": {"title": {"type": "string", "format": "date"}}},
            {"type": "object", "properties": {"title": {"type": "string", "format": "date"}}},
        ),
    ],
)
def test_schemas_take_their_form(given: Document, expected: Document) -> None:
    assert plain(given) == expected
