"""Every example in the published document really happened, and happens still."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator, FormatChecker

from app.core.openapi import EXAMPLES
from app.core.openapi import examples as recorded
from tests.openapi.recording import Teller, commit, committed
from tests.openapi.story import tell
from tests.support.world import World

RECORDING = "POBRATYM_RECORD_EXAMPLES"


def operations(app: FastAPI) -> dict[str, dict[str, Any]]:
    methods = app.openapi()["paths"].values()
    return {operation["operationId"]: operation for each in methods for operation in each.values()}


def shown(app: FastAPI) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Every example with its schema and a name to find it by."""
    for name, operation in operations(app).items():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            yield f"{name} request", content["schema"], content.get("example")
        for status, reply in operation["responses"].items():
            if content := reply.get("content", {}).get("application/json"):
                yield f"{name} {status}", content["schema"], content.get("example")


@pytest.mark.anyio
async def test_the_story_happens_as_it_is_published(world: World) -> None:
    """Change the story or the program, then look at what the examples become: POBRATYM_RECORD_EXAMPLES=1."""
    story = Teller(world, world.client())

    await tell(story)

    if os.environ.get(RECORDING):
        commit(story.examples())
    assert story.examples() == committed()


def test_every_operation_has_its_example(app: FastAPI) -> None:
    known = {name.partition(".")[0] for name in recorded(EXAMPLES).operations}

    assert len(known) > 50
    assert set(operations(app)) == known


def test_every_example_fits_its_schema(app: FastAPI) -> None:
    components = app.openapi()["components"]
    found = list(shown(app))
    wrong = [
        f"{name}: {error.json_path} {error.message}"
        for name, schema, example in found
        for error in Draft202012Validator(
            schema | {"components": components}, format_checker=FormatChecker()
        ).iter_errors(example)
    ]

    assert len(found) > 100
    assert wrong == []


def test_refusals_are_shown_too(app: FastAPI) -> None:
    responses = app.openapi()["components"]["responses"]
    examples = {
        name: content["example"]["code"]
        for name, each in responses.items()
        for content in each.get("content", {}).values()
        if "example" in content
    }

    assert examples == {
        "BadRequest": "invalid_precondition",
        "Unauthenticated": "unauthenticated",
        "NotFound": "not_found",
        "Conflict": "already_exists",
        "VersionMismatch": "version_mismatch",
        "UnsupportedMediaType": "unsupported_media_type",
        "Invalid": "invalid",
        "PreconditionRequired": "precondition_required",
        "Gone": "link_ended",
        "TooManyRequests": "rate_limited",
    }
