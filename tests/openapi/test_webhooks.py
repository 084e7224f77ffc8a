"""Other systems read from the document what they will receive, and people from the catalogue."""

from typing import Any

import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]  # it has no stubs

from app.commands import events
from app.rules.events import OCCASIONS, OURS
from app.services.feed_entries import VIEWS
from app.vocabulary import WebhookEventType

Document = dict[str, Any]


@pytest.fixture(scope="module")
def document(app: FastAPI) -> Document:
    return app.openapi()


def test_every_event_is_described_and_no_other(document: Document) -> None:
    told = {name: each["post"] for name, each in document["webhooks"].items()}

    assert list(told) == list(WebhookEventType)
    assert {name: each["summary"] + "." for name, each in told.items()} == {
        event: event.en for event in WebhookEventType
    }
    assert [name for name, each in told.items() if WebhookEventType(name).uk not in each["description"]] == []
    assert len({each["operationId"] for each in told.values()}) == len(told)
    assert {tuple(each["responses"]) for each in told.values()} == {("2XX", "410")}


def test_every_example_fits_its_schema(document: Document) -> None:
    for name, each in document["webhooks"].items():
        content = each["post"]["requestBody"]["content"]["application/json"]
        schema = content["schema"] | {"components": document["components"]}
        validator = Draft202012Validator(schema, format_checker=FormatChecker())
        assert [error.message for error in validator.iter_errors(content["example"])] == []
        assert content["example"]["type"] == name


def test_the_fields_of_the_table_and_of_the_examples_are_fields_of_the_record(document: Document) -> None:
    for event, occasion in OCCASIONS.items():
        content = document["webhooks"][event]["post"]["requestBody"]["content"]["application/json"]
        shown = set(content["example"]["data"]["fields"]) | set(occasion.fields)
        assert shown - set(VIEWS[occasion.resource].read.model_fields) == set(), event


def test_the_signature_is_declared(document: Document) -> None:
    parameters = document["components"]["parameters"]

    asked = {
        tuple(parameters[one["$ref"].rpartition("/")[2]]["name"] for one in each["post"]["parameters"])
        for each in document["webhooks"].values()
    }
    assert asked == {("webhook-id", "webhook-timestamp", "webhook-signature")}


def test_the_catalogue_is_the_one_of_the_program() -> None:
    """./pobratym events writes it anew."""
    assert events.CATALOGUE.read_text(encoding="utf-8") == events.catalogue()


@pytest.mark.parametrize("event", WebhookEventType)
def test_a_person_can_read_what_an_event_is_in_both_languages(event: WebhookEventType) -> None:
    """A sentence each, beginning with a capital and ending with a full stop."""
    for said in (event.uk, event.en):
        assert (said[:1].isupper(), said[-1:], len(said) > 12) == (True, ".", True)
    assert f"| `{event}` | {event.uk} | {event.en} |" in events.catalogue()


def test_ours_have_bodies_of_their_own(document: Document) -> None:
    bodies = {
        name: each["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for name, each in document["webhooks"].items()
    }

    assert {bodies.pop(name) for name in OURS} == {"WebhookChallenge", "WebhookPing"}
    assert bodies.pop("reminder.told") == "ReminderEvent"
    assert set(bodies.values()) == {"WebhookEvent"}
