"""Keys of other systems: what they are, what they may do, and how they end."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from fastapi import FastAPI

from app.core.actors import Actor, HeldGrant
from app.core.db import Database
from app.errors import AppError
from app.rules import deprecations
from app.rules.permissions import FOR_PEOPLE, Permission
from app.schemas.accounts import GrantGiven
from app.schemas.integrations import IntegrationCreate, IntegrationPatch
from app.services import api_keys, integrations
from app.vocabulary import Role, ScopeKind
from tests.conftest import AsHromada
from tests.support import actors, factories, stories
from tests.support.client import Client
from tests.support.counting import Statements
from tests.support.operations import operations
from tests.support.world import World

pytestmark = pytest.mark.anyio

WHY: Final = {"reason": "Система більше не працює"}
FROM_HERE: Final = ["127.0.0.0/8"]
EVERYTHING: Final = sorted(permission.value for permission in set(Permission) - FOR_PEOPLE)


def described(world: World, organization: UUID | None = None, *scopes: str, **given: Any) -> dict[str, Any]:
    name = f"Геопортал {next(world.numbers)}"
    where = {"organization_id": str(organization)} if organization else {}
    return {"name": name, "contact_email": "gis@example.org", "scopes": list(scopes) or ["organizations:read"]} | (
        where | given
    )


def in_days(world: World, days: float) -> dict[str, str]:
    return {"expires_at": (world.clock.now + timedelta(days=days)).isoformat()}


def said(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def holder(world: World, organization: UUID | None = None, *scopes: str, **given: Any) -> Client:
    """An integration that speaks with a key of its own."""
    integration = await factories.integration(world, organization, *scopes, **given)
    return world.client(await factories.api_key(world, integration.id))


async def test_a_key_is_shown_once_and_only_its_digest_is_kept(world: World, as_coordinator: Client) -> None:
    integration = await as_coordinator.made("/v1/integrations", described(world))
    place = f"/v1/integrations/{integration['id']}"

    answer = await as_coordinator.post(f"{place}/keys", json=in_days(world, 90))

    made = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    assert made["key"].startswith(f"pobr_live_{made['key_id']}_")
    [shown] = (await as_coordinator.seen(place))["keys"]
    assert shown.keys() & {"key", "secret_hash"} == set()
    assert (shown["id"], shown["key_id"], shown["last_used_at"]) == (made["id"], made["key_id"], None)
    [stored] = await world.rows("SELECT secret_hash FROM api_keys")
    assert stored[0] == hashlib.sha256(made["key"].encode()).digest()
    for text in ("SELECT to_jsonb(j)::text FROM journal j", "SELECT to_jsonb(k)::text FROM api_keys k"):
        rows = [row[0] for row in await world.rows(text)]
        assert rows
        assert [row for row in rows if made["key"] in row] == []
    history = stories.rows(await as_coordinator.seen(f"{place}/history"))
    assert [each["after"]["secret_hash"] for each in history if each["part"] == "api_keys"] == ["•••"]


async def test_a_repeated_request_makes_no_second_key_and_repeats_no_secret(
    world: World, as_coordinator: Client
) -> None:
    integration = await factories.integration(world)
    body = in_days(world, 90)

    first = await as_coordinator.post(f"/v1/integrations/{integration.id}/keys", json=body, key="once")
    again = await as_coordinator.post(f"/v1/integrations/{integration.id}/keys", json=body, key="once")

    assert again.status_code == 201
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["cache-control"] == "no-store"
    assert again.json() == first.json() | {"key": None}
    kept = await world.rows("SELECT convert_from(body, 'UTF8') FROM idempotency_keys")
    assert [first.json()["key"] in row[0] for row in kept] == [False]


async def test_a_key_opens_what_its_scopes_say_and_nothing_else(world: World) -> None:
    hromada = await factories.hromada(world)
    system = await holder(world, hromada.id, "organizations:read", "organizations:write")

    read = await system.get(f"/v1/organizations/{hromada.id}")
    edited = await system.patch(f"/v1/organizations/{hromada.id}", json={"website": "https://a.ua"}, version=1)
    refused = await system.get("/v1/partnerships")

    assert (read.status_code, edited.status_code) == (200, 200)
    assert said(refused) == (403, "forbidden")


async def test_a_key_reaches_no_further_than_its_organization(world: World) -> None:
    own, other = await factories.hromada(world), await factories.hromada(world)
    ours, theirs = await factories.partnership(world, own.id), await factories.partnership(world, other.id)
    system = await holder(world, own.id, "partnerships:read", "organizations:read", "organizations:write")

    listed = await system.seen("/v1/partnerships")
    hidden = await system.get(f"/v1/partnerships/{theirs.id}")
    foreign = await system.patch(f"/v1/organizations/{other.id}", json={"website": "https://a.ua"}, version=1)

    assert [each["id"] for each in listed["items"]] == [str(ours.id)]
    assert said(hidden) == (404, "not_found")
    assert said(foreign) == (403, "forbidden")


async def test_the_journal_names_the_integration_and_the_key(world: World, as_administrator: Client) -> None:
    hromada = await factories.hromada(world)
    integration = await factories.integration(
        world, hromada.id, "organizations:read", "organizations:write", name="Геопортал Сум"
    )
    system = world.client(await factories.api_key(world, integration.id))
    await system.patch(f"/v1/organizations/{hromada.id}", json={"website": "https://a.ua"}, version=1)

    [entry, *_] = (await as_administrator.seen(f"/v1/organizations/{hromada.id}/history"))["items"]

    assert (entry["actor_kind"], entry["actor_id"], entry["actor_name"]) == (
        "integration",
        str(integration.id),
        "Геопортал Сум",
    )
    [[by]] = await world.rows("SELECT session_id FROM journal WHERE id = $1", int(entry["id"]))
    assert [row[0] for row in await world.rows("SELECT id FROM api_keys")] == [by]


async def test_nothing_of_people_is_open_to_a_key(app: FastAPI, world: World) -> None:
    """Not even to one that holds every scope there is, over the whole Association."""
    system = await holder(world, None, *EVERYTHING)
    kept = [
        each
        for each in operations(app)
        if each.permission in FOR_PEOPLE or (each.permission is None and each.gate in {"myself", "signed_in"})
    ]
    asked = [each for each in kept if each.name not in {"get_own_integration", "get_own_usage"}]
    headers = {"content-type": "application/json", "if-match": '"1"'}

    found = {}
    for each in asked:
        kind = {"content-type": "application/merge-patch+json"} if each.method == "PATCH" else {}
        body = {"content": b"{}"} if each.has_body else {}
        place = each.url_of("019aabcd-0000-7000-8000-000000000000")
        found[each.name] = said(await system.request(each.method, place, headers=headers | kind, **body))

    assert len(found) > 20
    assert found == {each.name: (403, "forbidden") for each in asked}


async def test_a_key_asks_who_it_is(world: World, as_coordinator: Client) -> None:
    hromada = await factories.hromada(world, name_uk="Сумська громада")
    integration = await factories.integration(world, hromada.id, name="Геопортал", allowed_networks=FROM_HERE)
    text = await factories.api_key(world, integration.id, days=30)

    assert await world.client(text).seen("/v1/integration") == {
        "id": str(integration.id),
        "name": "Геопортал",
        "organization_id": str(hromada.id),
        "organization_name": "Сумська громада",
        "scopes": ["organizations:read"],
        "allowed_networks": FROM_HERE,
        "key": {"key_id": text.split("_")[2], "expires_at": "2026-12-23T10:00:00Z"},
    }
    assert said(await as_coordinator.get("/v1/integration")) == (403, "forbidden")


@pytest.mark.parametrize("name", ["key", "api_key", "access_token", "authorization"])
async def test_a_key_in_an_address_is_not_read(world: World, nobody: Client, name: str) -> None:
    integration = await factories.integration(world)
    text = await factories.api_key(world, integration.id)

    answer = await nobody.get("/v1/organizations", params={name: text})

    assert said(answer) == (401, "unauthenticated")


async def test_a_mistyped_key_is_refused_without_asking_the_database(world: World, statements: Statements) -> None:
    integration = await factories.integration(world)
    text = await factories.api_key(world, integration.id)
    other = text[:-1] + ("a" if text[-1] != "a" else "b")

    async with statements.counted() as sent:
        answer = await world.client(other).get("/v1/organizations")

    assert (said(answer), sent) == ((401, "unauthenticated"), [])


async def test_a_key_with_another_secret_is_refused(world: World) -> None:
    one, two = [await factories.integration(world) for _ in range(2)]
    keys = [await factories.api_key(world, each.id) for each in (one, two)]
    async with world.work() as uow:
        await uow.transaction.raw.execute(
            "UPDATE api_keys SET secret_hash = $1 WHERE key_id = $2", b"\0" * 32, keys[0].split("_")[2]
        )

    answers = [await world.client(key).get("/v1/organizations") for key in keys]

    assert [answer.status_code for answer in answers] == [401, 200]


async def test_a_key_ends_with_its_day(world: World, as_coordinator: Client) -> None:
    integration = await factories.integration(world)
    place = f"/v1/integrations/{integration.id}/keys"

    refused = [await as_coordinator.post(place, json=in_days(world, days)) for days in (0, -1, 366.01)]
    made = await as_coordinator.made(place, in_days(world, 366))

    assert [(said(each), each.json()["errors"][0]["code"]) for each in refused] == [
        ((422, "invalid"), "key_life_over"),
        ((422, "invalid"), "key_life_over"),
        ((422, "invalid"), "key_life_too_long"),
    ]
    system = world.client(made["key"])
    world.clock.advance(days=366, seconds=-1)
    assert (await system.get("/v1/organizations")).status_code == 200
    world.clock.advance(seconds=1)
    assert said(await system.get("/v1/organizations")) == (401, "unauthenticated")


async def test_two_keys_may_be_live_so_that_one_can_take_the_place_of_the_other(
    world: World, as_coordinator: Client
) -> None:
    integration = await factories.integration(world)
    place = f"/v1/integrations/{integration.id}/keys"
    first = await as_coordinator.made(place, in_days(world, 1))
    second = await as_coordinator.made(place, in_days(world, 30))

    third = await as_coordinator.post(place, json=in_days(world, 30))
    revoked = await as_coordinator.post(f"{place}/{first['id']}/revoke", json=WHY)
    then = await as_coordinator.made(place, in_days(world, 30))

    assert (said(third), third.json()["objections"]) == ((409, "conflict"), ["live_keys_enough"])
    assert [each["revoked_because"] for each in revoked.json()["keys"]] == [WHY["reason"], None]
    answers = [await world.client(each["key"]).get("/v1/organizations") for each in (first, second, then)]
    assert [answer.status_code for answer in answers] == [401, 200, 200]


async def test_a_key_that_is_over_leaves_its_place(world: World) -> None:
    integration = await factories.integration(world)
    for days in (1, 2):
        await factories.api_key(world, integration.id, days)
    world.clock.advance(days=1)

    assert await factories.api_key(world, integration.id)


@pytest.mark.parametrize("verb", ["archive", "switch off"])
async def test_the_keys_rest_with_their_integration(world: World, as_coordinator: Client, verb: str) -> None:
    integration = await factories.integration(world)
    system = world.client(await factories.api_key(world, integration.id))
    place = f"/v1/integrations/{integration.id}"

    version = (await as_coordinator.seen(place))["version"]
    if verb == "archive":
        ended = await as_coordinator.post(f"{place}/archive", json=WHY, version=version)
    else:
        ended = await as_coordinator.patch(place, json={"is_active": False}, version=version)
    resting = await system.get("/v1/organizations")
    another = await as_coordinator.post(f"{place}/keys", json=in_days(world, 30))
    version = ended.json()["version"]
    if verb == "archive":
        await as_coordinator.post(f"{place}/restore", json=WHY, version=version)
    else:
        await as_coordinator.patch(place, json={"is_active": True}, version=version)

    assert said(resting) == (401, "unauthenticated")
    assert another.status_code == 409
    assert (await system.get("/v1/organizations")).status_code == 200


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        ([], 200),
        (["127.0.0.1/32"], 200),
        (["203.0.113.0/24", "127.0.0.0/8"], 200),
        (["203.0.113.0/24", "2001:db8::/32"], 403),
    ],
)
async def test_a_key_is_taken_from_allowed_networks_only(world: World, allowed: list[str], expected: int) -> None:
    system = await holder(world, None, "organizations:read", allowed_networks=allowed)

    answer = await system.get("/v1/organizations")

    assert answer.status_code == expected
    if expected == 403:
        assert answer.json()["code"] == "network_not_allowed"


@pytest.mark.parametrize("text", ["203.0.113.7/24", "203.0.113.0/33", "example.org", "2001:db8::1/32", "0x7f.1/8"])
async def test_a_network_has_one_form(world: World, as_coordinator: Client, text: str) -> None:
    answer = await as_coordinator.post("/v1/integrations", json=described(world, allowed_networks=[text]))

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "network_form")


async def test_a_manager_makes_integrations_of_their_own_hromada(world: World, as_hromada_manager: AsHromada) -> None:
    own, other = await factories.hromada(world), await factories.hromada(world)
    association, foreign = await factories.integration(world), await factories.integration(world, other.id)
    manager = await as_hromada_manager(own.id)

    made = await manager.made("/v1/integrations", described(world, own.id, "partnerships:read"))
    answers = {
        "for all": await manager.post("/v1/integrations", json=described(world)),
        "for others": await manager.post("/v1/integrations", json=described(world, other.id)),
        "of all": await manager.get(f"/v1/integrations/{association.id}"),
        "of others": await manager.post(f"/v1/integrations/{foreign.id}/keys", json=in_days(world, 9)),
    }

    assert {name: said(answer) for name, answer in answers.items()} == {
        "for all": (422, "invalid"),
        "for others": (403, "forbidden"),
        "of all": (404, "not_found"),
        "of others": (404, "not_found"),
    }
    assert [each["id"] for each in (await manager.seen("/v1/integrations"))["items"]] == [made["id"]]


@pytest.mark.parametrize("verb", ["create", "edit", "key", "restore"])
async def test_nobody_gives_a_scope_that_they_do_not_hold(world: World, verb: str) -> None:
    """Today every role that makes integrations holds all that can be given; here is one that does not."""
    hromada = await factories.hromada(world)
    weak = await factories.integration(world, hromada.id)
    # Somebody of the Association gave this one more than its manager has.
    strong = await factories.integration(world, hromada.id, "people:write", "organizations:read")
    held = {Permission.INTEGRATIONS_READ, Permission.INTEGRATIONS_WRITE, Permission.ORGANIZATIONS_READ}
    grant = HeldGrant(frozenset(held), ScopeKind.ORGANIZATION, organization_id=hromada.id)
    manager = Actor(kind="user", name="Менеджерка", grants=(grant,))
    more = IntegrationPatch(scopes=["organizations:read", "people:write"])
    made = IntegrationCreate(**described(world, hromada.id, "people:write"))
    soon = world.clock.now + timedelta(days=9)

    async with world.work(manager, Permission.INTEGRATIONS_WRITE) as uow:
        with pytest.raises(AppError) as refusal:
            await {
                "create": lambda: integrations.create(uow, made),
                "edit": lambda: integrations.edit(uow, weak.id, more, 1),
                "key": lambda: api_keys.create(uow, strong.id, soon),
                "restore": lambda: integrations.restore(uow, strong.id, 1, "Потрібна знову"),
            }[verb]()
        less = await integrations.edit(uow, strong.id, IntegrationPatch(scopes=["organizations:read"]), 1)

    assert refusal.value.code == "conflict"
    assert [(said.code, dict(said.facts)) for said in refusal.value.sentences] == [
        ("scope_not_held", {"scope": "people:write"})
    ]
    assert less.scopes == ["organizations:read"]


async def test_a_manager_makes_of_an_integration_nothing_that_a_manager_is_not(
    world: World, as_hromada_manager: AsHromada
) -> None:
    own, other = await factories.hromada(world), await factories.hromada(world)
    manager = await as_hromada_manager(own.id)
    made = await manager.made("/v1/integrations", described(world, own.id))
    place, version = f"/v1/integrations/{made['id']}", made["version"]

    answers = [
        await manager.patch(place, json={"scopes": ["organizations:read", "grants:write"]}, version=version),
        await manager.patch(place, json={"scopes": ["organizations:write", "identity:reveal"]}, version=version),
        await manager.patch(place, json={"organization_id": None}, version=version),
        await manager.patch(place, json={"organization_id": str(other.id)}, version=version),
        await manager.patch(place, json={"scopes": []}, version=version),
    ]

    assert [(answer.status_code, answer.json()["errors"][0]["code"]) for answer in answers] == [
        (422, "scope_for_people"),
        (422, "scope_for_people"),
        (422, "extra_forbidden"),
        (422, "extra_forbidden"),
        (422, "too_short"),
    ]
    assert await manager.seen(place) == made


async def test_nobody_loosens_a_key_that_may_do_more_than_they(world: World, as_hromada_manager: AsHromada) -> None:
    hromada = await factories.hromada(world)
    manager = await as_hromada_manager(hromada.id)
    strong = await factories.integration(world, hromada.id, "organizations:archive")

    answer = await manager.patch(f"/v1/integrations/{strong.id}", json={"allowed_networks": []}, version=strong.version)

    assert (said(answer), answer.json()["objections"]) == ((409, "conflict"), ["scope_not_held"])


async def test_an_oblast_is_the_reach_of_its_coordinator(world: World, as_oblast_coordinator: Any) -> None:
    sumska, lvivska = await factories.hromada(world), await factories.hromada(world)
    coordinator = await as_oblast_coordinator("UA59000000000057109")

    within = await coordinator.post("/v1/integrations", json=described(world, sumska.id))
    beyond = await coordinator.post("/v1/integrations", json=described(world, lvivska.id))

    assert (within.status_code, beyond.status_code) == (201, 403)


async def test_a_scope_must_be_held_over_that_organization(world: World) -> None:
    """A manager of one hromada and a member of another gives over the second only what a member has."""
    managed, joined = await factories.hromada(world), await factories.hromada(world)
    grants = [
        GrantGiven(role=role, scope=ScopeKind.ORGANIZATION, organization_id=place.id)
        for role, place in ((Role.HROMADA_MANAGER, managed), (Role.HROMADA_MEMBER, joined))
    ]
    both = await actors.signed_in(world, *grants)

    answer = await both.post("/v1/integrations", json=described(world, joined.id))

    assert said(answer) == (403, "forbidden")


@pytest.mark.parametrize("scope", sorted(FOR_PEOPLE))
async def test_what_is_for_people_is_given_to_no_system(world: World, as_administrator: Client, scope: str) -> None:
    answer = await as_administrator.post("/v1/integrations", json=described(world, None, "organizations:read", scope))

    [error] = answer.json()["errors"]
    assert (answer.status_code, error["pointer"], error["code"]) == (422, "/scopes/1", "scope_for_people")
    assert scope in error["detail"]


async def test_a_scope_that_is_for_people_today_is_not_honoured(world: World) -> None:
    """However it came into the table."""
    integration = await factories.integration(world)
    system = world.client(await factories.api_key(world, integration.id))
    async with world.work() as uow:
        text = "UPDATE integrations SET scopes = '{users:read,gone:read,organizations:read}' WHERE id = $1"
        await uow.transaction.raw.execute(text, integration.id)

    assert said(await system.get("/v1/users")) == (403, "forbidden")
    assert (await system.get("/v1/organizations")).status_code == 200


@pytest.mark.parametrize("verb", ["create", "edit", "key", "restore"])
async def test_giving_asks_for_a_proof(world: World, as_coordinator: Client, verb: str) -> None:
    integration = await factories.integration(world)
    place = f"/v1/integrations/{integration.id}"
    async with world.work() as uow:
        await uow.transaction.raw.execute("UPDATE sessions SET proved_at = NULL")

    answer = {
        "create": lambda: as_coordinator.post("/v1/integrations", json=described(world)),
        "edit": lambda: as_coordinator.patch(place, json={"scopes": ["people:read"]}, version=1),
        "key": lambda: as_coordinator.post(f"{place}/keys", json=in_days(world, 9)),
        "restore": lambda: as_coordinator.post(f"{place}/restore", json=WHY, version=1),
    }[verb]()

    assert said(await answer) == (401, "proof_needed")


async def test_a_found_key_is_over_and_its_contact_is_told(
    world: World, nobody: Client, as_coordinator: Client
) -> None:
    integration = await factories.integration(world, name="Геопортал", contact_email="gis@sumy.example.org")
    text = await factories.api_key(world, integration.id)

    answers = [
        await nobody.post("/v1/api-keys/revoke", json={"key": shown})
        for shown in ("nothing", text[:-1] + "0", text.replace("live", "test"), text, text)
    ]

    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 5
    assert said(await world.client(text).get("/v1/organizations")) == (401, "unauthenticated")
    letters = await world.rows("SELECT kind, to_address, facts->>'integration', facts->>'key' FROM messages")
    assert [tuple(row) for row in letters] == [
        ("api_key_revoked", "gis@sumy.example.org", "Геопортал", text.split("_")[2])
    ]
    history = await as_coordinator.seen(f"/v1/integrations/{integration.id}/history")
    assert "shown to us by somebody who found it" in [each["reason"] for each in history["items"]]


async def test_the_last_use_of_a_key_is_noted_once_a_minute_and_changes_no_record(
    world: World, as_coordinator: Client
) -> None:
    integration = await factories.integration(world)
    system = world.client(await factories.api_key(world, integration.id))
    usage, place = world.app.state.runtime.usage, f"/v1/integrations/{integration.id}"
    before = await as_coordinator.seen(place)

    seen = []
    for seconds in (0, 59, 1):
        world.clock.advance(seconds=seconds)
        await system.get("/v1/organizations")
        await usage.flush(world.db)
        seen.append(await as_coordinator.seen(place))

    assert [each["keys"][0]["last_used_at"] for each in seen] == [
        "2026-11-23T10:00:00.000000Z",
        "2026-11-23T10:00:00.000000Z",
        "2026-11-23T10:01:00.000000Z",
    ]
    assert {each["keys"][0]["last_used_from"] for each in seen} == {"127.0.0.1/32"}
    assert {each["version"] for each in seen} == {before["version"]}


async def test_an_integration_sees_what_it_called_and_what_of_that_will_go(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    going = deprecations.Retiring(since=date(2026, 12, 1), sunset=date(2027, 6, 1))
    monkeypatch.setitem(deprecations.RETIRING, "list_organizations", going)
    integration = await factories.integration(world)
    system = world.client(await factories.api_key(world, integration.id))
    other = await holder(world)
    usage = world.app.state.runtime.usage

    await system.get("/v1/organizations")
    await usage.flush(world.db)
    for _ in range(2):
        await system.get("/v1/organizations")
    await system.get("/v1/partnerships")
    await other.get("/v1/organizations")
    world.clock.advance(days=1)
    await system.get("/v1/organizations", params={"nonsense": "1"})
    await usage.flush(world.db)

    seen = await system.seen("/v1/integration/usage")
    assert (seen["starts_on"], seen["ends_on"]) == ("2026-10-26", "2026-11-24")
    assert [tuple(each.values()) for each in seen["items"]] == [
        ("2026-11-23", "list_organizations", 3, 0, True, "2027-06-01"),
        ("2026-11-23", "list_partnerships", 1, 1, False, None),
        ("2026-11-24", "list_organizations", 1, 1, True, "2027-06-01"),
    ]
    coordinator, elsewhere = await actors.everywhere(world, Role.COORDINATOR), await factories.hromada(world)
    manager = await actors.at(world, Role.HROMADA_MANAGER, elsewhere.id)
    place = f"/v1/integrations/{integration.id}/usage"
    assert await coordinator.seen(place) == seen
    assert said(await manager.get(place)) == (404, "not_found")


@pytest.mark.parametrize(
    ("period", "code"),
    [
        ({"from": "2026-11-02", "to": "2026-11-01"}, "end_before_start"),
        ({"from": "2026-10-01", "to": "2026-11-01"}, "period_too_long"),
        ({"since": "2026-10-01"}, "extra_forbidden"),
    ],
)
async def test_usage_is_asked_for_a_month_at_most(world: World, period: dict[str, str], code: str) -> None:
    system = await holder(world)

    answer = await system.get("/v1/integration/usage", params=period)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


async def test_usage_waits_for_the_database(world: World) -> None:
    system = await holder(world)
    usage = world.app.state.runtime.usage
    await usage.flush(world.db)
    await system.get("/v1/organizations")
    await usage.flush(await away(world))
    await system.get("/v1/organizations")
    await usage.flush(world.db)

    [[count]] = await world.rows("SELECT count FROM integration_uses")
    assert count == 2


async def away(world: World) -> Database:
    """A database that was there, and whose server no longer answers."""
    gone = Database(world.db.target)
    await gone.open()
    await gone.close()
    gone.target = replace(gone.target, dsn="postgresql://127.0.0.1:1/nothing")
    return gone
