"""No door without a key: every operation asks who comes and what for, before it does anything."""

from collections import Counter
from typing import Any, Final

import pytest
from fastapi import FastAPI

from app.rules.limits import READING_VERBS
from app.rules.permissions import GRANTS, Permission
from tests.support.client import MERGE_PATCH, Client
from tests.support.operations import Operation, operations

# What is open to all, and why.
OPEN: Final = {
    "create_session": "the door itself",
    "refresh_session": "the door itself",
    "create_browser_session": "the door itself",
    "finish_browser_session": "the door itself",
    "create_browser_passkey_session": "the door itself",
    "get_signing_keys": "public halves of keys, for whoever checks our tokens",
    "finish_session": "the second step through the door",
    "begin_passkey_session": "the door itself",
    "create_passkey_session": "the door itself",
    "get_sign_in_providers": "which doors there are",
    "start_openid_sign_in": "the way to an outside provider",
    "finish_openid_sign_in": "the way back; state and cookie are the key",
    "create_openid_session": "the code at the end of that way is the key",
    "get_sign_in_end": "a page that says how it ended, and nothing else",
    "accept_invitation": "the link in the letter is the key",
    "request_password_reset": "asked by who cannot sign in; answers the same to all",
    "complete_password_reset": "the link in the letter is the key",
    "get_unsubscribe_page": "shows what the link in a daily letter stops",
    "unsubscribe": "the link in the letter is the key, and it only stops letters",
    "get_account_page": "shows what the link in the letter opens",
    "send_account_page": "the link in the letter is the key",
    "confirm_email_change": "the link in the letter is the key",
    "revoke_found_key": "whoever finds a key can end it; the answer says nothing",
    "list_taxonomies": "public words",
    "get_taxonomy": "public words",
    "get_problem_kind": "what an error means, also before signing in",
    "get_latest_checkpoint": "whoever keeps a copy is a witness; it says nothing about anybody",
    "get_journal_key": "the public half of a key, for whoever checks a checkpoint",
    "get_file_by_link": "the link is the key; it opens what its maker may see by then",
    "get_calendar": "the address is the key; it opens what its owner may see by then",
    "get_liveness": "asked by the machinery",
    "get_readiness": "asked by the machinery",
    "get_metrics": "asked by the machinery, on this machine or with a token",
    "get_docs_page": "documentation",
    "get_redoc_page": "documentation",
    "get_docs_script": "documentation",
    "get_redoc_logo": "documentation",
}
# What is read by those who look after it, and why.
KEEPING: Final = {
    "get_reminder_health": "whether everybody is told in time",
    "list_dead_reminders": "what other people could not be told of",
}
# What opens its unit of work by itself, and why.
LATER: Final = {"create_upload": "no connection is held while the bytes of a file arrive"}
ABSENT: Final = "019aabcd-0000-7000-8000-000000000000"


async def ask(client: Client, operation: Operation) -> tuple[int, str]:
    headers = {"content-type": MERGE_PATCH if operation.method == "PATCH" else "application/json", "if-match": '"1"'}
    options: dict[str, Any] = {"headers": headers, "content": b"{}"} if operation.has_body else {"headers": headers}
    answer = await client.request(operation.method, operation.url_of(ABSENT), **options)
    return answer.status_code, answer.json()["code"] if answer.status_code >= 400 else ""


def test_every_operation_is_seen(app: FastAPI) -> None:
    seen = Counter((each.path, each.method.lower()) for each in operations(app) if each.is_public_document)
    document = app.openapi()["paths"]

    assert seen == Counter((path, method) for path, methods in document.items() for method in methods)


def test_only_what_is_open_on_purpose_has_no_key(app: FastAPI) -> None:
    without = {each.name for each in operations(app) if each.gate in {None, "anyone"}}

    assert sorted(without - OPEN.keys()) == []


def test_every_gate_opens_with_a_permission_that_somebody_holds(app: FastAPI) -> None:
    gated = [each for each in operations(app) if each.gate in {"may", "reading"}]

    assert len(gated) > 10
    assert [each.name for each in gated if not isinstance(each.permission, Permission)] == []
    assert {each.permission for each in gated} <= frozenset.union(*GRANTS.values())


def test_what_changes_something_goes_through_a_unit_of_work(app: FastAPI) -> None:
    """A reader has no transaction: nothing that it did would be journalled."""
    changing = [
        each
        for each in operations(app)
        if each.method not in {"GET", "HEAD"} and each.name.partition("_")[0] not in READING_VERBS
    ]

    assert len(changing) > 10
    assert {each.name for each in changing if each.gate not in {"may", "myself", "anyone"}} == set(LATER)


def test_reading_asks_for_the_right_to_read(app: FastAPI) -> None:
    reading = [each for each in operations(app) if each.method == "GET" and each.permission is not None]

    assert len(reading) > 5
    assert {each.name for each in reading if not str(each.permission).endswith(":read")} == set(KEEPING)


@pytest.mark.anyio
async def test_nobody_gets_past_a_gate(app: FastAPI, nobody: Client) -> None:
    gated = [each for each in operations(app) if each.gate not in {None, "anyone"}]

    found = {each.name: await ask(nobody, each) for each in gated}

    assert len(found) > 15
    assert found == {each.name: (401, "unauthenticated") for each in gated}


@pytest.mark.anyio
async def test_a_person_without_grants_gets_past_no_gate_with_a_permission(app: FastAPI, as_stranger: Client) -> None:
    gated = [each for each in operations(app) if each.permission is not None]

    found = {each.name: await ask(as_stranger, each) for each in gated}

    assert len(found) > 15
    assert found == {each.name: (403, "forbidden") for each in gated}
