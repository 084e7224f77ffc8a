"""Everybody can see what they may do, be told why, and think a change of grants through before it is made."""

from datetime import timedelta
from typing import Any

import pytest

from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.conftest import AsHromada
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def asked(client: Client, permission: str, kind: str | None = None, id: Any = None, **more: Any) -> Any:
    resource = {"kind": kind, "id": str(id)} if kind else None
    body = {"permission": permission, "resource": resource, **more}
    answer = await client.post("/v1/access/explain", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_i_see_what_i_may_do_where_and_by_which_grant(world: World, as_hromada_manager: AsHromada) -> None:
    sumska = await factories.hromada(world)
    manager = await as_hromada_manager(sumska.id)

    access = await manager.seen("/v1/me/access")
    me = await manager.seen("/v1/me")

    assert access["classes"] == ["public", "internal", "personal"]
    assert [each["permission"] for each in access["permissions"]] == me["permissions"]
    assert access["permissions"][0]["by"] == [
        {
            "grant_id": me["grants"][0]["id"],
            "role": "hromada_manager",
            "place": {
                "scope": "organization",
                "organization_id": str(sumska.id),
                "oblast_code": None,
                "name": sumska.name_uk,
            },
            "valid_to": None,
        }
    ]


async def test_without_a_grant_there_is_nothing_to_see(as_stranger: Client) -> None:
    access = await as_stranger.seen("/v1/me/access")

    assert (access["classes"], access["permissions"]) == ([], [])


async def test_the_grant_that_decides_is_named(world: World, as_hromada_manager: AsHromada) -> None:
    sumska, other = await factories.hromada(world), await factories.hromada(world)
    manager = await as_hromada_manager(sumska.id)

    own = await asked(manager, "organizations:write", "organizations", sumska.id)
    others = await asked(manager, "organizations:write", "organizations", other.id)
    public = await asked(manager, "organizations:read", "organizations", other.id)
    never = await asked(manager, "grants:write")

    assert (own["allowed"], [each["code"] for each in own["decided_by"]]) == (True, ["grant_allows"])
    assert sumska.name_uk is not None
    assert sumska.name_uk in own["decided_by"][0]["detail"]
    assert (others["allowed"], [each["code"] for each in others["decided_by"]]) == (
        False,
        ["record_of_others", "grant_does_not_reach"],
    )
    assert (public["allowed"], public["decided_by"][-1]["code"]) == (True, "public_facts")
    assert (never["allowed"], [each["code"] for each in never["decided_by"]]) == (False, ["no_role_gives_it"])


async def test_what_is_hidden_and_what_is_absent_are_explained_alike(
    world: World, as_hromada_manager: AsHromada
) -> None:
    sumska, other = await factories.hromada(world), await factories.hromada(world)
    foreign = await factories.foreign_municipality(world)
    hidden = await factories.partnership(world, other.id, foreign.id)
    manager = await as_hromada_manager(sumska.id)

    found = await asked(manager, "partnerships:read", "partnerships", hidden.id)
    absent = await asked(manager, "partnerships:read", "partnerships", foreign.id)

    assert found == absent
    assert found["allowed"] is False


async def test_a_role_of_tomorrow_and_one_of_yesterday_are_named(world: World, as_administrator: Client) -> None:
    today = world.clock.today
    user = await factories.user(
        world,
        GrantGiven(role=Role.ANALYST, scope=ScopeKind.ASSOCIATION, valid_from=today + timedelta(days=1)),
        GrantGiven(
            role=Role.COORDINATOR,
            scope=ScopeKind.ASSOCIATION,
            valid_from=today - timedelta(days=9),
            valid_to=today - timedelta(days=2),
        ),
    )

    found = await asked(as_administrator, "partnerships:read", user_id=str(user.id))

    assert found["allowed"] is False
    assert [each["code"] for each in found["decided_by"]] == ["no_role_gives_it", "grant_not_yet", "grant_over"]


async def test_only_who_administers_access_may_ask_about_others(
    world: World, as_coordinator: Client, as_administrator: Client
) -> None:
    user = await factories.user(world)
    body = {"user_id": str(user.id), "permission": "people:read"}

    refused = await as_coordinator.post("/v1/access/explain", json=body)
    allowed = await as_administrator.post("/v1/access/explain", json=body)

    assert (refused.status_code, allowed.status_code) == (403, 200)


async def test_a_permission_of_another_kind_is_refused_by_name(as_administrator: Client) -> None:
    body = {
        "permission": "people:read",
        "resource": {"kind": "projects", "id": "019aabcd-0000-7000-8000-000000000000"},
    }

    answer = await as_administrator.post("/v1/access/explain", json=body)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/resource/kind")


async def test_a_change_of_grants_is_thought_through(world: World, as_administrator: Client) -> None:
    sumska, other = await factories.hromada(world), await factories.hromada(world)
    foreign = await factories.foreign_municipality(world)
    ours = await factories.partnership(world, sumska.id, foreign.id)
    theirs = await factories.partnership(world, other.id, foreign.id)
    user = await factories.user(
        world, GrantGiven(role=Role.HROMADA_MEMBER, scope=ScopeKind.ORGANIZATION, organization_id=sumska.id)
    )
    held = (await as_administrator.seen(f"/v1/users/{user.id}"))["grants"][0]["id"]
    body = {
        "user_id": str(user.id),
        "revoke": [held],
        "give": [{"role": "partner_guest", "scope": "organization", "organization_id": str(other.id)}],
    }

    answer = await as_administrator.post("/v1/access/preview", json=body)
    found = answer.json()
    records = {each["kind"]: each for each in found["records"]}

    assert answer.status_code == 200
    inside = ("activities:read", "documents:read", "letters:read", "people:read", "tasks:read")
    assert (found["gained"], found["lost"]) == ([], list(inside))
    assert [each["id"] for each in records["partnerships"]["appears"]] == [str(theirs.id)]
    assert [each["id"] for each in records["partnerships"]["vanishes"]] == [str(ours.id)]
    assert (records["organizations"]["appears_count"], records["organizations"]["vanishes_count"]) == (0, 0)
    assert (await as_administrator.seen(f"/v1/users/{user.id}"))["grants"][0]["id"] == held


async def test_a_grant_that_is_not_theirs_cannot_be_taken_in_thought(world: World, as_administrator: Client) -> None:
    user = await factories.user(world)
    body = {"user_id": str(user.id), "revoke": ["019aabcd-0000-7000-8000-000000000000"]}

    answer = await as_administrator.post("/v1/access/preview", json=body)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/revoke/0")


async def test_who_may_not_administer_access_previews_nothing(world: World, as_coordinator: Client) -> None:
    user = await actors.everywhere(world, Role.ANALYST)
    del user

    answer = await as_coordinator.post("/v1/access/preview", json={"user_id": "019aabcd-0000-7000-8000-000000000000"})

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_who_must_add_a_factor_first_asks_about_nobody_else(
    world: World, as_administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await factories.user(world)
    sign_in = world.app.state.runtime.settings.sign_in
    monkeypatch.setattr(sign_in, "factor_roles", frozenset({Role.ADMINISTRATOR}))

    answer = await as_administrator.post(
        "/v1/access/explain", json={"user_id": str(user.id), "permission": "people:read"}
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "factor_needed")
