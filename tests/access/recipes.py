"""How each operation is asked about the record in a relation: the committed examples, with the ids of that record."""

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from app.core.openapi import EXAMPLES
from tests.access import recipes_accounts
from tests.access.asking import NOTHING, Ids, Recipe, listing, one
from tests.access.places import Relation
from tests.access.truth import ABSENT, Subject, Truth
from tests.openapi import story, story_activities, story_letters, story_tasks
from tests.support.operations import Operation

DRAFT: Final = one("agreements.draft")
SIGNED: Final = one("agreements.signed")
PARTNERSHIP: Final = one("partnerships")
PERSON: Final = one("people")

BATCHES: Final[Mapping[str, str]] = {
    "organizations": story.HROMADA,
    "people": story.PERSON,
    "partnerships": story.PARTNERSHIP,
    "agreements.signed": story.MEMORANDUM,
    "projects": story.PROJECT,
    "delegations": story.VISIT,
    "activities": story_activities.MEETING,
    "tasks": story_tasks.LIST,
    "letters": story_letters.LETTER,
    "files": "the file",
    "users": story.ANDRII,
    "integrations": "integration",
}


# The API says documents for what is called files here, beside those of a person.
CALLED: Final = {"files": "documents"}


def batch(about: str, id: str) -> Recipe:
    return Recipe(about, body=lambda ids: {"ids": [ids[id]]}, finds=True)


# Nobody in the table has just edited the record: who may take back at all is told that there is nothing of theirs.
# Whoever asked for a file has it, and nobody here did.
NO_EXPORT: Final = {"id": "=019aabcd-0000-7000-8000-000000000000"}
NO_UPLOAD: Final = {"upload_id": "019aabcd-0000-7000-8000-000000000000"}
# Of what is somebody's own alone, one that is not there.
NONE: Final = Recipe(ids=NO_EXPORT, beyond=(404, 428))
UNDO: Final = {"body": lambda _: {"reason": "Помилка"}, "beyond": (409,)}


RECIPES: Final[Mapping[str, Recipe]] = {
    **recipes_accounts.RECIPES,
    "undo_organization": one("organizations", **UNDO),
    "undo_person": one("people", **UNDO),
    "undo_partnership": one("partnerships", **UNDO),
    "undo_agreement": one("agreements.draft", **UNDO),
    "undo_project": one("projects", **UNDO),
    "undo_delegation": one("delegations", **UNDO),
    # organizations
    "list_organizations": listing("organizations"),
    "create_organization": Recipe(body=lambda _: {"kind": "ngo", "name_uk": "Спілка друзів", "country": "UA"}),
    # people
    "list_people": listing("people"),
    "create_person": one("organizations"),
    "add_affiliation": PERSON,
    "edit_affiliation": one("affiliations", ids={"id": "people", "affiliation_id": "affiliations"}),
    "end_affiliation": one("affiliations", ids={"id": "people", "affiliation_id": "affiliations"}),
    # partnerships
    "list_partnerships": listing("partnerships"),
    "search_partnerships": Recipe("partnerships", params={"q": "побратимство", "limit": "50"}, shows=True),
    "create_partnership": one("organizations", without=("coordinator_id",)),
    "change_partnership_track": one("partnerships.former"),
    # agreements
    "list_agreements": listing("agreements.signed"),
    "list_agreement_register": listing("agreements.registered", signed_from="2026-01-01"),
    "create_agreement": one("partnerships", without=("parties",)),
    "submit_agreement": one("agreements.acted"),
    "record_agreement_ministry_decision": one("agreements.submitted"),
    "sign_agreement": one("agreements.letter"),
    "register_agreement": SIGNED,
    "enter_agreement_into_force": SIGNED,
    "terminate_agreement": SIGNED,
    "revise_agreement": one("agreements.submitted"),
    "verify_agreement": one("agreements.unverified"),
    # projects and delegations
    "list_projects": listing("projects"),
    "create_project": PARTNERSHIP,
    "list_delegations": listing("delegations"),
    "create_delegation": PARTNERSHIP,
    # what was said and promised; another system has to name who answers for a task
    "list_activities": listing("activities"),
    "create_activity": PARTNERSHIP,
    "send_invitations": one("activities", body=lambda _: {}, beyond=(409,)),
    "hold_activity": one("activities", body=lambda _: {"outcome": "Домовилися"}, beyond=(409,)),
    "list_tasks": listing("tasks"),
    "create_task": Recipe("partnerships", without=("activity_id",), beyond=(422,)),
    "edit_task": one("tasks", body=lambda _: {"details": "Польською"}),
    "reopen_task": one("tasks", beyond=(409,)),
    # letters
    "list_letters": listing("letters"),
    "create_letter": Recipe("partnerships", without=("addressee_id",)),
    "send_letter": one("letters", beyond=(409, 422)),
    "record_letter_outcome": one("letters", beyond=(409,)),
    "close_letter": one("letters", beyond=(409,)),
    "list_letter_templates": listing("templates"),
    "create_letter_template": Recipe(
        "organizations",
        body=lambda ids: {
            "organization_id": ids[story.HROMADA],
            "code": "canary",
            "language": "uk",
            "name": "Лист",
            "subject": "Тема",
            "body": "Текст",
        },
    ),
    "preview_letter_template": one("templates", body=lambda ids: {"organization_id": ids[story.HROMADA]}),
    "list_campaigns": listing("campaigns"),
    "get_pathway_yield": Recipe(),
    "create_campaign": Recipe(
        "organizations", body=lambda ids: {"organization_id": ids[story.HROMADA], "title": "Дружба"}
    ),
    "add_campaign_letters": one(
        "campaigns", body=lambda ids: {"recipients": [{"correspondent_id": ids[story.GMINA]}]}, beyond=(422,)
    ),
    "send_campaign": one("campaigns", beyond=(409,)),
    # nobody can be found to hand over to: it was decided before who may
    "hand_over_records": one("users", body=lambda _: {"to_id": NO_EXPORT["id"][1:]}, beyond=(422,)),
    "get_handover": Recipe(ids=NO_EXPORT, beyond=(404,)),
    # files
    "list_documents": listing("files"),
    "create_upload": Recipe(body=lambda _: None, params={"file_name": "Звіт.pdf"}, beyond=(415,)),
    "create_document": Recipe(
        "partnerships",
        body=lambda ids: NO_UPLOAD | {"subject": "partnerships", "subject_id": ids[story.PARTNERSHIP], "title": "Звіт"},
        beyond=(422,),
    ),
    "create_document_version": Recipe("files", body=lambda _: NO_UPLOAD, beyond=(422,)),
    "create_document_link": Recipe("files", body=lambda _: {}),
    "get_file_by_link": Recipe(ids={"token": "=" + "x" * 43}),
    # reminders
    "list_reminders": listing("reminders"),
    "get_reminder_health": Recipe(),
    "list_dead_reminders": Recipe(),
    "replay_reminder": one("reminders", beyond=(409,)),
    "list_notifications": Recipe(),
    "stream_notifications": Recipe(headers={"Last-Event-ID": "none"}, beyond=(400, 422)),
    "list_personal_reminders": Recipe(),
    "create_personal_reminder": Recipe(body=lambda _: {"text": "Зателефонувати", "starts_local": "2026-12-07T09:30"}),
    "create_reminder_rule": Recipe(),
    "restore_reminder_rule": one("rules", beyond=(409,)),
    "try_out_reminder_rule": Recipe(),
    # calendars
    "list_calendar_feeds": Recipe(),
    "create_calendar_feed": Recipe(body=lambda _: {"kind": "mine"}),
    "get_calendar": Recipe(ids={"token": "=pobr_cal_" + "x" * 50}),
    "edit_notification_preference": Recipe(ids={"topic": "=agreement"}),
    # changes: with a cursor that is none, the stream is answered before it begins
    "stream_changes": Recipe(params={"cursor": "none"}, beyond=(400,)),
    **{f"batch_get_{CALLED.get(kind, kind.partition('.')[0])}": batch(kind, id) for kind, id in BATCHES.items()},
    # the seal of a journal in which nothing is sealed yet
    "get_latest_checkpoint": Recipe(beyond=(404,)),
    "get_journal_entry": Recipe(ids={"id": "=4611686018427387000"}, beyond=(404,)),
    "create_journal_export": Recipe(body=lambda _: {"purpose": "Щорічна перевірка"}),
    "get_journal_export": Recipe(ids=NO_EXPORT, beyond=(404,)),
    "get_journal_export_file": Recipe(ids=NO_EXPORT, beyond=(404,)),
    "get_operation": Recipe(ids=NO_EXPORT, beyond=(404,)),
    "cancel_operation": Recipe(ids=NO_EXPORT, beyond=(404,)),
    "get_inclusion_proof": Recipe(params={"entry_id": "1"}, beyond=(404,)),
    "get_consistency_proof": Recipe(params={"from": "1", "to": "1"}, beyond=(422,)),
    # reference
    "get_taxonomy": Recipe(ids={"taxonomy": "=stage"}),
    "get_problem_kind": Recipe(ids={"code": "=not_found"}),
}
# What stands in a path below these, where no recipe says otherwise.
BY_PATH: Final[Mapping[str, Recipe]] = {
    "/v1/organizations/{id}": one("organizations"),
    "/v1/people/{id}": PERSON,
    "/v1/partnerships/{id}": PARTNERSHIP,
    "/v1/agreements/{id}": DRAFT,
    "/v1/projects/{id}": one("projects"),
    "/v1/delegations/{id}": one("delegations"),
    "/v1/activities/{id}": one("activities"),
    "/v1/tasks/{id}": one("tasks"),
    "/v1/letters/{id}": one("letters"),
    "/v1/letter-templates/{id}": one("templates"),
    "/v1/campaigns/{id}": one("campaigns"),
    "/v1/documents/{id}": one("files"),
    "/v1/reminders/{id}": one("reminders"),
    "/v1/notifications/{id}": one("notices"),
    "/v1/reminder-rules/{id}": one("rules"),
    "/v1/personal-reminders/{id}": one("own reminders"),
    "/v1/calendar-feeds/{id}": NONE,
    "/v1/users/{id}": one("users"),
    "/v1/integrations/{id}": one("integrations"),
    "/v1/webhooks/{id}": one("webhooks"),
}


def recipe(operation: Operation) -> Recipe:
    if operation.name in RECIPES:
        return RECIPES[operation.name]
    return next((found for path, found in BY_PATH.items() if operation.path.startswith(path)), NOTHING)


@dataclass(frozen=True)
class Question:
    """A request, ready to be sent."""

    method: str
    path: str
    body: Any
    params: Mapping[str, str]
    version: int | None
    headers: Mapping[str, str]


def question(truth: Truth, subject: Subject, operation: Operation, relation: Relation, *, absent: bool) -> Question:
    """About the record in this relation or, for comparison, about one that does not exist."""
    wanted = recipe(operation)
    record = truth.record(subject, wanted.about, relation) if wanted.about else None
    ids = _ids(truth, subject, relation) if wanted.about else _own_ids(truth, subject)
    values = {name: _placed(truth, subject, relation, kind) for name, kind in wanted.ids.items()}
    if record is not None:
        values.setdefault("id", str(record.id))
    body = deepcopy(wanted.body(ids)) if wanted.body else _example(operation, ids, wanted.without)
    path = operation.url(**values)
    if absent and record is not None:
        known = [str(record.id), *(values[name] for name, kind in wanted.ids.items() if not kind.startswith("="))]
        path, body = (_replaced(text, known) for text in (path, body))
    version = (1 if absent else record.version) if record is not None and operation.wants_version else None
    return Question(operation.method, path, body, wanted.params, version, wanted.headers)


def _placed(truth: Truth, subject: Subject, relation: Relation, kind: str) -> str:
    return kind[1:] if kind.startswith("=") else str(truth.record(subject, kind, relation).id)


def _replaced(node: Any, ids: list[str]) -> Any:
    text = json.dumps(node)
    for id in ids:
        text = text.replace(id, str(ABSENT))
    return json.loads(text)


def _own_ids(truth: Truth, subject: Subject) -> Ids:
    who = subject if subject.email else truth.subjects["without a role"]
    return {"email": who.email, "refresh_token": who.refresh_token}


def _ids(truth: Truth, subject: Subject, relation: Relation) -> Ids:
    """What the ids of the story are here."""

    def of(kind: str) -> str:
        return str(truth.record(subject, kind, relation).id)

    return {
        story.HROMADA: of("organizations"),
        story.GMINA: str(truth.counterpart(subject, relation)),
        story.PARTNERSHIP: of("partnerships"),
        story.PERSON: of("people"),
        story.PROJECT: of("projects"),
        story.VISIT: of("delegations"),
        story_activities.MEETING: of("activities"),
        story_tasks.LIST: of("tasks"),
        story_letters.LETTER: of("letters"),
        "the file": of("files"),
        story.MEMORANDUM: of("agreements.signed"),
        story.ANDRII: of("users"),
        "integration": of("integrations"),
        "town": str(subject.standpoint.towns[relation]),
    }


@cache
def _committed(operation: str) -> str:
    file = EXAMPLES / f"{operation}.json"
    return json.dumps(json.loads(file.read_text())["request"]["body"]) if file.exists() else "null"


def _example(operation: Operation, ids: Ids, without: tuple[str, ...]) -> Any:
    """The example, without the id that its maker chose."""
    text = _committed(operation.name)
    for known, here in ids.items():
        text = text.replace(known, here)
    body = json.loads(text)
    left_out = ("id", *without)
    return {name: value for name, value in body.items() if name not in left_out} if body else body
