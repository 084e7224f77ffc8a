"""Every record keeps the same promises: versions, repeated requests, ids made by clients, and hidden means absent."""

import random
from typing import Any, Final
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import FastAPI
from uuid_utils.compat import uuid7

from app.core.visibility import PUBLIC, READING
from app.vocabulary import Role
from tests.support import actors, factories
from tests.support.client import MERGE_PATCH, Client
from tests.support.operations import Operation, operations
from tests.support.resources import BODIES
from tests.support.samples import Samples
from tests.support.world import World

PATHS: Final = sorted(BODIES)
# What is sent to these and makes no record that is read again.
NO_RECORDS: Final = {"/v1/sessions", "/v1/browser-sessions", "/v1/password-resets", "/v1/uploads"} | {
    "/v1/personal-reminders",
    "/v1/calendar-feeds",
}
ABSENT: Final = UUID("019aabcd-0000-7000-8000-000000000000")
SHOWN_ONCE: Final = "secret"

# Changes of a record that need no version, and why.
WITHOUT_VERSION: Final = {
    "end_session": "a session has one change, and making it twice changes nothing",
    "end_user_sessions": "ends all there are, and making it twice changes nothing",
    "grant_role": "adds a row and replaces nothing",
    "reset_user_factors": "takes away all there is, and making it twice changes nothing",
    "remove_my_passkey": "a passkey has one change",
    "invite_user": "sends a letter and changes nothing",
    "revoke_grant": "ends a row that is named",
    "create_api_key": "adds a row and replaces nothing",
    "revoke_api_key": "ends a row that is named, and once",
    "verify_webhook": "asks the address once more",
    "disable_webhook": "a webhook is on or off; switching it off twice is refused",
    "enable_webhook": "a webhook is on or off; switching it on twice is refused",
    "rotate_webhook_secret": "refused while the secret before still signs",
    "ping_webhook": "sends something and changes nothing",
    "resend_webhook_delivery": "sends something and changes nothing",
    "replay_webhook_deliveries": "sends something and changes nothing",
    "create_document_link": "changes nothing; that a link was made is noted",
    "try_out_saved_reminder_rule": "keeps nothing",
    "replay_reminder": "what got stuck is due again; what arrived stays",
    "read_notification": "read once is read",
    "unread_notification": "one's own mark",
    "snooze_notification": "one's own mark",
    "finish_notification": "done once is done",
    "edit_notification_preference": "one's own choice, one row a topic",
    "hand_over_records": "moves what is open by then; a second time there is nothing",
    "revoke_calendar_feed": "revoked once is revoked",
    "rotate_calendar_feed": "the old address ends with it",
    "send_invitations": "sends something; who was invited is kept with the activity",
    "preview_letter": "keeps nothing",
    "preview_letter_template": "keeps nothing",
    "send_campaign": "an operation: only drafts are sent, and each once",
    "cancel_operation": "an operation is over or it is not; cancelling what is over is refused",
    "add_affiliation": "adds a row and replaces nothing",
    "add_document": "adds a row and replaces nothing",
    "reveal_identity": "changes nothing; what was seen is noted",
    "end_affiliation": "ends a row that is named",
    "give_consent": "adds a row and replaces nothing",
    "withdraw_consent": "ends a row that is named, and once",
    "export_personal_data": "changes nothing; that it was made is noted",
    "erase_person": "nothing may stand in its way, and making it twice changes nothing",
    "finish_reminder": "a reminder has one change, and making it twice changes nothing",
}
# What everybody with a role may read.
OPEN_TO_ALL: Final = {"/v1/organizations", "/v1/reminder-rules"}
# No grant makes these anybody's in part: an account belongs to the whole association, a session to its
# person, a file of the journal to whoever asked for it.
OF_THE_PERSON: Final = {
    "/v1/sessions",
    "/v1/reminders",
    "/v1/me",
    "/v1/journal",
    "/v1/operations",
    "/v1/notifications",
    "/v1/handovers",
    "/v1/personal-reminders",
    "/v1/calendar-feeds",
}


def about_records(app: FastAPI) -> list[Operation]:
    return [each for each in operations(app) if each.is_about_one_record and each.gate is not None]


def changing(app: FastAPI) -> list[Operation]:
    return [each for each in about_records(app) if each.method != "GET"]


async def made(world: World, client: Client, path: str) -> dict[str, Any]:
    hromada = await factories.hromada(world)
    record = await client.made(path, await BODIES[path](world, hromada.id))
    return {name: value for name, value in record.items() if name != SHOWN_ONCE}


async def sent(client: Client, operation: Operation, id: UUID | str, version: int | None = 1) -> httpx2.Response:
    """The smallest request that the operation understands."""
    declared = client.contract.document["paths"][operation.path][operation.method.lower()]
    body = Samples(client.contract.document).body(declared)
    values = {name: str(ABSENT) for name in operation.route.param_convertors} | {"id": str(id), "kind": "date_of_birth"}
    json = {"json": body} if operation.has_body else {}
    return await client.request(operation.method, operation.url(**values), version=version, **json)


def lasting(answer: httpx2.Response) -> bytes | dict[str, Any]:
    """The very bytes, unless there is something in them that nobody is shown again."""
    record = answer.json()
    return {name: record[name] for name in record if name != SHOWN_ONCE} if SHOWN_ONCE in record else answer.content


def said(answer: httpx2.Response) -> dict[str, Any]:
    """Everything but the id of the request itself."""
    return {name: value for name, value in answer.json().items() if name not in {"instance", "request_id"}}


def test_every_resource_that_can_be_created_is_swept(app: FastAPI) -> None:
    creating = {
        each.path
        for each in operations(app)
        if each.method == "POST" and each.path.count("/") == 2 and each.is_public_document
    }

    assert creating == BODIES.keys() | NO_RECORDS


def test_every_change_of_a_record_wants_the_version_that_was_seen(app: FastAPI) -> None:
    without = {each.name for each in changing(app) if not each.wants_version}

    assert len(changing(app)) > 10
    assert without - WITHOUT_VERSION.keys() == set()


@pytest.mark.anyio
async def test_a_change_without_a_version_is_refused(app: FastAPI, as_administrator: Client) -> None:
    wanting = [each for each in operations(app) if each.wants_version]

    found = {each.name: await sent(as_administrator, each, ABSENT, version=None) for each in wanting}

    assert len(found) > 10
    codes = {name: (answer.status_code, answer.json()["code"]) for name, answer in found.items()}
    assert codes == {each.name: (428, "precondition_required") for each in wanting}


@pytest.mark.anyio
async def test_a_change_of_what_has_changed_meanwhile_is_refused(
    app: FastAPI, world: World, as_administrator: Client
) -> None:
    records = {path: await made(world, as_administrator, path) for path in PATHS}
    wanting = [each for each in operations(app) if each.wants_version and each.resource not in OF_THE_PERSON]

    found = {each.name: await sent(as_administrator, each, records[each.resource]["id"], version=9) for each in wanting}

    assert len(found) > 10
    codes = {
        name: (answer.status_code, answer.json()["code"], answer.json().get("version"))
        for name, answer in found.items()
    }
    expected = {each.name: (412, "version_mismatch", records[each.resource]["version"]) for each in wanting}
    assert codes == expected


@pytest.mark.anyio
@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
async def test_a_body_of_another_kind_is_refused(app: FastAPI, as_administrator: Client, media_type: str) -> None:
    with_body = [each for each in operations(app) if each.has_body]
    headers = {"content-type": media_type, "if-match": '"1"'}

    found = {
        each.name: await as_administrator.request(each.method, each.url_of(ABSENT), headers=headers, content=b"{}")
        for each in with_body
    }

    assert len(found) > 10
    assert {answer.json()["code"] for answer in found.values()} == {"unsupported_media_type"}


@pytest.mark.anyio
async def test_a_patch_is_a_merge_patch_and_nothing_else_is_one(app: FastAPI, as_administrator: Client) -> None:
    with_body = [each for each in operations(app) if each.has_body and each.is_about_one_record]
    swapped = {"PATCH": "application/json", "POST": MERGE_PATCH, "PUT": MERGE_PATCH}

    found = [
        await as_administrator.request(
            each.method, each.url_of(ABSENT), headers={"content-type": swapped[each.method]}, content=b"{}"
        )
        for each in with_body
    ]

    assert {each.method for each in with_body} == {"PATCH", "POST", "PUT"}
    assert {answer.status_code for answer in found} == {415}


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS)
async def test_a_repeated_request_happens_once(world: World, as_administrator: Client, path: str) -> None:
    hromada = await factories.hromada(world)
    body = await BODIES[path](world, hromada.id)

    first = await as_administrator.post(path, json=body, key="the-same")
    second = await as_administrator.post(path, json=body, key="the-same")
    other = await as_administrator.post(path, json=body | {"id": str(uuid7())}, key="the-same")

    assert (first.status_code, "idempotent-replayed" in first.headers) == (201, False)
    assert (second.status_code, lasting(second), second.headers["location"]) == (
        first.status_code,
        lasting(first),
        first.headers["location"],
    )
    assert second.headers["idempotent-replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS)
async def test_a_key_belongs_to_its_person(
    world: World, as_administrator: Client, as_stranger: Client, path: str
) -> None:
    """Another person with the same key gets no answer that was given to somebody else."""
    hromada = await factories.hromada(world)
    body = await BODIES[path](world, hromada.id)
    await as_administrator.post(path, json=body, key="the-same")

    answer = await as_stranger.post(path, json=body, key="the-same")

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS)
async def test_a_client_may_bring_its_own_id(world: World, as_administrator: Client, path: str) -> None:
    hromada = await factories.hromada(world)
    first, second = [await BODIES[path](world, hromada.id) for _ in range(2)]
    id = str(uuid7())

    record = await as_administrator.made(path, first | {"id": id})
    taken = await as_administrator.post(path, json=second | {"id": id})
    random_id = await as_administrator.post(path, json=second | {"id": str(uuid4())})

    assert record["id"] == id
    assert (taken.status_code, taken.json()["code"]) == (409, "already_exists")
    assert random_id.status_code == 422
    assert [(each["pointer"], each["code"]) for each in random_id.json()["errors"]] == [("/id", "uuid_version")]


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS)
async def test_what_is_made_can_be_read_and_tells_where_and_which_version(
    world: World, as_administrator: Client, path: str
) -> None:
    hromada = await factories.hromada(world)

    answer = await as_administrator.post(path, json=await BODIES[path](world, hromada.id))
    read = await as_administrator.get(answer.headers["location"])

    shown = {name: value for name, value in answer.json().items() if name != SHOWN_ONCE}
    assert (read.json(), read.headers["etag"]) == (shown, answer.headers["etag"])
    assert answer.headers["etag"].startswith(f'"{answer.json()["version"]}-')


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS)
async def test_a_field_that_does_not_exist_is_named(world: World, as_administrator: Client, path: str) -> None:
    hromada = await factories.hromada(world)
    body = await BODIES[path](world, hromada.id)

    answer = await as_administrator.post(path, json=body | {"version": 7, "colour/tone": "red"})

    errors = [(each["pointer"], each["code"]) for each in answer.json()["errors"]]
    assert (answer.status_code, errors) == (
        422,
        [("/version", "extra_forbidden"), ("/colour~1tone", "extra_forbidden")],
    )


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS)
async def test_an_empty_patch_changes_nothing_and_leaves_no_trace(
    world: World, as_administrator: Client, path: str
) -> None:
    record = await made(world, as_administrator, path)
    place = f"{path}/{record['id']}"
    before = (await as_administrator.seen(f"{place}/history"))["items"]

    answer = await as_administrator.patch(place, json={}, version=record["version"])

    assert (answer.status_code, answer.json()) == (200, record)
    assert (await as_administrator.seen(f"{place}/history"))["items"] == before


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS)
async def test_the_history_of_a_record_begins_with_who_made_it(
    world: World, as_administrator: Client, path: str
) -> None:
    record = await made(world, as_administrator, path)

    entries = (await as_administrator.seen(f"{path}/{record['id']}/history"))["items"]

    me = await as_administrator.seen("/v1/me")
    assert [(each["actor_id"], each["actor_kind"], each["version"]) for each in entries] == [(me["id"], "user", 1)]
    assert {change["operation"] for each in entries for change in each["changes"]} == {"insert"}
    assert {each["verb"].partition("_")[0] for each in entries} == {"create"}


@pytest.mark.anyio
@pytest.mark.parametrize("role", [Role.HROMADA_MEMBER, Role.HROMADA_MANAGER, Role.PARTNER_GUEST, Role.ADMINISTRATOR])
async def test_what_is_hidden_looks_absent(app: FastAPI, world: World, as_administrator: Client, role: Role) -> None:
    """Even for somebody who may do everything, but only within another hromada."""
    records = {path: await made(world, as_administrator, path) for path in PATHS}
    elsewhere = await factories.hromada(world)
    other = await actors.at(world, role, elsewhere.id)
    public = {f"/v1/{model.__tablename__.replace('_', '-')}" for model in PUBLIC}
    asked = [each for each in about_records(app) if each.resource not in public | OF_THE_PERSON]

    found = {each.name: await sent(other, each, records[each.resource]["id"]) for each in asked}
    absent = {each.name: await sent(other, each, ABSENT) for each in asked}

    allowed = {403, 404} if role is not Role.ADMINISTRATOR else {404}
    assert len(asked) > 15
    assert {each.resource for each in asked} == {
        f"/v1/{model.__tablename__.replace('_', '-')}" for model in READING if model not in PUBLIC
    }
    assert {name: said(answer) for name, answer in found.items()} == {name: said(each) for name, each in absent.items()}
    assert {name: each.status_code for name, each in found.items() if each.status_code not in allowed} == {}


@pytest.mark.anyio
async def test_what_is_public_may_be_read_by_all_and_changed_only_within_reach(
    app: FastAPI, world: World, as_administrator: Client
) -> None:
    record = await made(world, as_administrator, "/v1/organizations")
    elsewhere = await factories.hromada(world)
    other = await actors.at(world, Role.ADMINISTRATOR, elsewhere.id)
    asked = [each for each in about_records(app) if each.resource == "/v1/organizations"]

    found = {each.name: (await sent(other, each, record["id"])).status_code for each in asked}

    assert len(found) > 4
    assert found == {each.name: 200 if each.name == "get_organization" else 403 for each in asked}


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS)
async def test_lists_and_searches_do_not_show_what_is_hidden(world: World, as_administrator: Client, path: str) -> None:
    record = await made(world, as_administrator, path)
    elsewhere = await factories.hromada(world)
    other = await actors.at(world, Role.ADMINISTRATOR, elsewhere.id)
    everything = await as_administrator.seen(path, params={"archived": "all"})

    mine = await other.seen(path, params={"archived": "all"})

    assert record["id"] in [item["id"] for item in everything["items"]]
    assert (record["id"] in [item["id"] for item in mine["items"]]) is (
        path in {"/v1/organizations", "/v1/reminder-rules"}
    )


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS)
async def test_garbage_is_refused_and_never_breaks_anything(world: World, as_administrator: Client, path: str) -> None:
    chance = random.Random(20261123)
    garbage: list[Any] = [
        None,
        True,
        -1,
        2**53,
        1e308,
        "",
        " ",
        "\u202e",
        "x" * 30_000,
        [],
        {},
        [[]],
        {"id": {}},
        "2026-02-30",
    ]
    hromada = await factories.hromada(world)
    body = await BODIES[path](world, hromada.id)
    fields = world.app.openapi()["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    names = list(world.app.openapi()["components"]["schemas"][fields["$ref"].rpartition("/")[2]]["properties"])

    answers = [
        await as_administrator.post(path, json=body | {chance.choice(names): chance.choice(garbage)}) for _ in range(60)
    ]

    assert {answer.status_code for answer in answers} <= {201, 409, 422}
    assert 422 in {answer.status_code for answer in answers}
