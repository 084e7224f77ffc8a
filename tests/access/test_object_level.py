"""Wherever an id can be sent, the id of a stranger's record is worth as much as the id of nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx2
import pytest
from fastapi import FastAPI

from tests.access.matrix import said
from tests.access.places import Relation
from tests.access.recipes import Question, question, recipe
from tests.access.shapes import Schema, body_of, declared, described
from tests.access.table import ALLOWED, Row
from tests.access.truth import ABSENT, Subject, Truth
from tests.support.client import Contract
from tests.support.operations import Operation, operations

# The record that an id of this name means, where it is not the one of the path.
KINDS: Final = {
    "organization_id": "organizations",
    "partnership_id": "partnerships",
    "partnership_ids": "partnerships",
    "coordinator_id": "users",
    "agreement_id": "agreements.signed",
    "predecessor_id": "agreements.signed",
    "affiliation_id": "affiliations",
    "grant_id": "grants",
    "user_id": "users",
    "document_id": "documents",
    "consent_id": "consents",
    "api_key_id": "api_keys",
    "integration_id": "integrations",
    "delivery_id": "deliveries",
    "record_ids": "partnerships",
    "cursor": "reminders",
    "subject_id": "partnerships",
    "upload_id": "files",
    "rule_id": "rules",
    "up_to": "notices",
    "to_id": "users",
    "redirect_to_id": "users",
    "activity_id": "activities",
    "correspondent_id": "organizations",
    "addressee_id": "people",
    "template_id": "templates",
    "template_uk_id": "templates",
    "template_en_id": "templates",
    "campaign_id": "campaigns",
    "answers_id": "letters",
    "owner_id": "users",
    "person_id": "people",
    "counterpart_id": "organizations",
    "series_id": "tasks",
    "waits_for": "tasks",
    "attended": "activities",
    "participant_ids": "activities",
    "organization_ids": "organizations",
}
# What has to come with an id for the rest of the body to be sound.
WITH: Final[dict[str, dict[str, Any]]] = {
    "predecessor_id": {"relation": "amends"},
    "document_id": {"particular": None},
    "participants": {"side": "theirs"},
    "items": {"title": "Пункт"},
}

# What is kept for one person, whatever they see otherwise.
OWN: Final = frozenset({"notices", "own reminders"})

DIRECTORY: Final = "the directory of organizations is open, and whom we invite is our own matter"
TAKEN: Final = "an id that is taken is refused; ids cannot be guessed, and the answer says nothing of the record"

# Ids of strangers that do make a difference, and why they may.
USABLE: Final = {
    ("create_partnership", "/parties/*/organization_id"): DIRECTORY,
    ("edit_partnership", "/parties/*/organization_id"): DIRECTORY,
    ("create_project", "/parties/*/organization_id"): DIRECTORY,
    ("edit_project", "/parties/*/organization_id"): DIRECTORY,
    ("create_delegation", "/parties/*/organization_id"): DIRECTORY,
    ("edit_delegation", "/parties/*/organization_id"): DIRECTORY,
    ("create_person", "/affiliations/*/organization_id"): DIRECTORY,
    ("add_affiliation", "/organization_id"): DIRECTORY,
    ("create_organization", "/id"): TAKEN,
    ("create_person", "/id"): TAKEN,
    ("create_partnership", "/id"): TAKEN,
    ("create_agreement", "/id"): TAKEN,
    ("create_project", "/id"): TAKEN,
    ("create_delegation", "/id"): TAKEN,
    ("create_activity", "/id"): TAKEN,
    ("create_task", "/id"): TAKEN,
    ("create_activity", "/participants/*/organization_id"): DIRECTORY,
    ("edit_activity", "/participants/*/organization_id"): DIRECTORY,
    ("create_activity", "/organization_id"): DIRECTORY,
    ("edit_activity", "/organization_id"): DIRECTORY,
    ("create_task", "/organization_id"): DIRECTORY,
    ("edit_task", "/organization_id"): DIRECTORY,
    ("create_task", "/counterpart_id"): DIRECTORY,
    ("edit_task", "/counterpart_id"): DIRECTORY,
    ("create_integration", "/id"): TAKEN,
    ("create_webhook", "/id"): TAKEN,
    ("create_integration", "/organization_id"): DIRECTORY,
    ("give_consent", "/id"): TAKEN,
    ("get_organization", "path:id"): DIRECTORY,
    ("edit_organization", "path:id"): DIRECTORY,
    ("undo_organization", "path:id"): DIRECTORY,
    ("list_organization_history", "path:id"): DIRECTORY,
    ("batch_get_organizations", "/ids/*"): DIRECTORY,
    ("create_letter", "/organization_id"): DIRECTORY,
    ("edit_letter", "/organization_id"): DIRECTORY,
    ("create_letter", "/correspondent_id"): DIRECTORY,
    ("edit_letter", "/correspondent_id"): DIRECTORY,
    ("create_letter_template", "/organization_id"): DIRECTORY,
    ("edit_letter_template", "/organization_id"): DIRECTORY,
    ("preview_letter_template", "/organization_id"): DIRECTORY,
    ("preview_letter_template", "/correspondent_id"): DIRECTORY,
    ("create_campaign", "/organization_id"): DIRECTORY,
    ("edit_campaign", "/organization_id"): DIRECTORY,
    ("add_campaign_letters", "/recipients/*/correspondent_id"): DIRECTORY,
    ("create_letter", "/id"): TAKEN,
    ("create_letter_template", "/id"): TAKEN,
    ("create_campaign", "/id"): TAKEN,
    ("get_reminder_rule", "path:id"): "rules are the same for all, and open to who is reminded by them",
    ("list_notifications", "query:cursor"): "a place in one's own list, whatever it names",
    ("list_personal_reminders", "query:cursor"): "a place in one's own list, whatever it names",
    ("list_webhook_deliveries", "query:cursor"): "a place in one's own list, whatever it names",
    ("create_webhook", "/record_ids/*"): "a filter over what the integration may see: what it names is still hidden",
    ("edit_webhook", "/record_ids/*"): "a filter over what the integration may see: what it names is still hidden",
}
# Whose records the creating operations make.
CREATED: Final = {
    "create_organization": "organizations",
    "create_person": "people",
    "create_partnership": "partnerships",
    "create_agreement": "agreements.signed",
    "create_project": "projects",
    "create_delegation": "delegations",
    "create_document": "files",
    "create_letter": "letters",
    "create_letter_template": "templates",
    "create_campaign": "campaigns",
    "create_reminder_rule": "rules",
    "create_calendar_feed": "=somebody’s own",
    "create_activity": "activities",
    "create_task": "tasks",
    "edit_task": "tasks",
    "create_integration": "integrations",
    "create_webhook": "webhooks",
    "give_consent": "consents",
}


@dataclass(frozen=True)
class Spot:
    """A place for an id: `path:id`, `query:partnership_id`, `/parties/*/organization_id`."""

    operation: Operation
    pointer: str

    @property
    def name(self) -> str:
        return [part for part in self.pointer.replace(":", "/").split("/") if part != "*"][-1]

    @property
    def key(self) -> tuple[str, str]:
        return self.operation.name, self.pointer

    @property
    def kind(self) -> str:
        if self.name == "ids":
            return str(recipe(self.operation).about)
        if self.name != "id":
            return KINDS[self.name]
        if self.pointer.startswith("path:"):
            return str(recipe(self.operation).ids.get("id") or recipe(self.operation).about)
        return CREATED[self.operation.name]


def spots(contract: Contract, operation: Operation) -> Iterator[Spot]:
    """Every parameter and every field of the body that holds an id."""
    for parameter in described(contract, operation).get("parameters", []):
        known = declared(contract, parameter)
        # What stands in a header is the place in one's own stream.
        if known["in"] != "header" and any(True for _ in _ids(contract, known["schema"], "")):
            yield Spot(operation, f"{known['in']}:{known['name']}")
    yield from (Spot(operation, pointer) for pointer in _ids(contract, body_of(contract, operation) or {}, ""))


def _ids(contract: Contract, schema: Schema, at: str) -> Iterator[str]:
    schema = declared(contract, schema)
    if schema.get("format") == "uuid":
        yield at
    for name, value in schema.get("properties", {}).items():
        yield from _ids(contract, value, f"{at}/{name}")
    if "items" in schema:
        yield from _ids(contract, schema["items"], f"{at}/*")


async def answered(truth: Truth, subject: Subject, spot: Spot, id: str) -> httpx2.Response:
    """A sound question about an own record, with this id in this one place."""
    asked = question(truth, subject, spot.operation, Relation.OWN, absent=False)
    path, params, body = asked.path, dict(asked.params), asked.body
    if spot.pointer.startswith("path:"):
        path = _in_path(truth, subject, spot, asked, id)
    elif spot.pointer.startswith("query:"):
        params[spot.name] = id
    else:
        _put(body, spot, id, _already_there(truth, subject))
    options: dict[str, Any] = {"json": body} if spot.operation.has_body else {}
    async with truth.undone():
        return await subject.client.request(
            asked.method, path, params=params or None, version=asked.version, headers=dict(asked.headers), **options
        )


def _in_path(truth: Truth, subject: Subject, spot: Spot, asked: Question, id: str) -> str:
    own = truth.record(subject, spot.kind, Relation.OWN).id
    assert str(own) in asked.path, spot
    return asked.path.replace(str(own), id)


def _already_there(truth: Truth, subject: Subject) -> dict[str, list[Any]]:
    """Lists are replaced whole, so what the record has must be sent along."""
    own = truth.record(subject, "organizations", Relation.OWN).id
    parties = [{"organization_id": str(each)} for each in (own, truth.counterpart(subject, Relation.OWN))]
    return {"parties": parties, "partnership_ids": [str(truth.record(subject, "partnerships", Relation.OWN).id)]}


def _put(body: dict[str, Any], spot: Spot, id: str, lists: dict[str, list[Any]]) -> None:
    first, *rest = spot.pointer.strip("/").split("/")
    if rest:
        entry = {rest[-1]: id} | WITH.get(first, {}) if len(rest) > 1 else id
        body[first] = [*(body.get(first) or lists.get(first, [])), entry]
    else:
        body |= {first: id} | WITH.get(first, {})


def _but_for(id: str, answer: tuple[int, Any]) -> tuple[int, Any]:
    """An answer about many gives back the ids for which it has nothing."""
    status, body = answer
    if isinstance(body, dict) and "missing" in body:
        body = body | {"missing": [str(ABSENT) if each == id else each for each in body["missing"]]}
    return status, body


def usable_by(law: dict[str, Row], who: str, app: FastAPI) -> list[Operation]:
    """What this person may do with records of their own."""
    allowed = [each for each in operations(app) if each.is_public_document and each.name in law]
    return [each for each in allowed if law[each.name].mark(who, Relation.OWN) == ALLOWED]


def _strangers(truth: Truth, subject: Subject, kind: str) -> str:
    """What people have of their own stands in no relation to others: a stranger's is somebody else's."""
    if kind not in OWN:
        return str(truth.record(subject, kind, Relation.STRANGER).id)
    other = next(each for each in truth.subjects.values() if each is not subject and (kind, Relation.OWN) in each.own)
    return str(other.own[kind, Relation.OWN].id)


@pytest.mark.anyio
async def test_the_id_of_a_strangers_record_is_the_id_of_nothing(
    app: FastAPI, truth: Truth, contract: Contract, law: dict[str, Row]
) -> None:
    manager = truth.subjects["manager"]
    found = [spot for each in usable_by(law, manager.name, app) for spot in spots(contract, each)]
    # Of a kind of which nobody in the table has one, there is nothing to compare.
    asked = [spot for spot in found if not spot.kind.startswith("=")]

    differing = set()
    for spot in asked:
        stranger = _strangers(truth, manager, spot.kind)
        one, other = [await answered(truth, manager, spot, id) for id in (stranger, str(ABSENT))]
        if _but_for(stranger, said(one)) != said(other):
            differing.add(spot.key)

    assert len(asked) > 80
    assert differing == USABLE.keys()


@pytest.mark.anyio
async def test_who_asks_why_they_may_not_learns_nothing_about_a_record(truth: Truth) -> None:
    manager, kinds = truth.subjects["manager"], ("people", "partnerships", "projects", "delegations")

    answers = []
    for kind in kinds:
        ids = (truth.record(manager, kind, Relation.STRANGER).id, ABSENT)
        asked = [{"permission": f"{kind}:read", "resource": {"kind": kind, "id": str(id)}} for id in ids]
        answers.append([said(await manager.client.post("/v1/access/explain", json=each)) for each in asked])

    assert [one == other for one, other in answers] == [True] * len(kinds)
    assert [(one[0], one[1]["allowed"]) for one, _ in answers] == [(200, False)] * len(kinds)
