"""Reads the published document: what stands behind a reference or beside null."""

from typing import Any

from tests.support.client import Contract
from tests.support.operations import Operation

Schema = dict[str, Any]


def declared(contract: Contract, schema: Schema) -> Schema:
    """The schema itself."""
    if "$ref" in schema:
        found: Any = contract.document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return declared(contract, found)
    options = [each for word in ("anyOf", "oneOf", "allOf") for each in schema.get(word, [])]
    options = [each for each in options if each.get("type") != "null"]
    return declared(contract, options[0]) if options else schema


def described(contract: Contract, operation: Operation) -> Schema:
    found: Schema = contract.document["paths"][operation.path][operation.method.lower()]
    return found


def body_of(contract: Contract, operation: Operation) -> Schema | None:
    content = described(contract, operation).get("requestBody", {}).get("content", {})
    return declared(contract, next(iter(content.values()))["schema"]) if content else None


def answer_of(contract: Contract, operation: Operation) -> Schema:
    """Of a success, as JSON."""
    answers = described(contract, operation)["responses"]
    success: Schema = next((answers[status] for status in ("200", "201") if status in answers), {})
    content = success.get("content", {}).get("application/json")
    return declared(contract, content["schema"]) if content else {}
