"""The feed of changes, as those who ask see it."""

from typing import Any, Final
from uuid import UUID

import pytest

from app.rules.changed_fields import PARTS
from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.horizon import settled
from tests.support.world import World

pytestmark = pytest.mark.anyio

WAY_OUT: Final = (
    "The changes after this cursor can no longer be told. "
    "Take a new cursor (ask without one), then read the lists again."
)


async def cursor(world: World, client: Client, **params: Any) -> str:
    await settled(world)
    return str((await client.seen("/v1/changes", params=params))["next_cursor"])


async def told(world: World, client: Client, cursor: str, **params: Any) -> list[dict[str, Any]]:
    await settled(world)
    page = await client.seen("/v1/changes", params={"cursor": cursor} | params)
    return [{name: value for name, value in item.items() if name != "at"} for item in page["items"]]


async def edit(client: Client, resource: str, id: UUID | str, body: dict[str, Any]) -> int:
    """On the version that is there now; answers with the new one."""
    path = f"/v1/{resource}/{id}"
    answer = await client.patch(path, json=body, version=(await client.seen(path))["version"])
    assert answer.status_code == 200, answer.text
    return int(answer.json()["version"])


@pytest.mark.two_connections
async def test_a_record_is_followed_from_its_beginning_to_the_archive(real_world: World) -> None:
    administrator = await actors.everywhere(real_world, Role.ADMINISTRATOR)
    before = await cursor(real_world, administrator)

    made = await administrator.made("/v1/organizations", {"kind": "ngo", "name_uk": "Спілка", "country": "UA"})
    path = f"/v1/organizations/{made['id']}"
    await administrator.patch(path, json={"website": "https://a.ua"}, version=1)
    member = {"auc_memberships": [{"joined_on": "2020-01-01"}]}
    await administrator.patch(path, json=member, version=2)
    await administrator.post(f"{path}/archive", json={"reason": "Припинила діяльність"}, version=3)
    await administrator.post(f"{path}/restore", json={"reason": "Помилка"}, version=4)

    entry = {"type": "organizations", "id": made["id"], "actor_kind": "user"}
    found = await told(real_world, administrator, before)
    created, *rest = found
    assert {name: created[name] for name in ("version", "operation")} == {"version": 1, "operation": "created"}
    assert {"name_uk", "kind", "country"} <= set(created["fields"])
    assert rest == [
        entry | {"version": 2, "operation": "updated", "fields": ["website"]},
        entry | {"version": 3, "operation": "updated", "fields": ["auc_memberships"]},
        entry | {"version": 4, "operation": "archived", "fields": ["archived_at"]},
        entry | {"version": 5, "operation": "restored", "fields": ["archived_at"]},
    ]
    assert await told(real_world, administrator, before, limit=2) == found[:2]


async def _sign_in(client: Client, email: str) -> None:
    client.token = None
    tokens = await client.made("/v1/sessions", {"email": email, "password": factories.PASSWORD})
    client.token = tokens["access_token"]


@pytest.mark.two_connections
async def test_nobody_hears_of_what_is_hidden_from_them(real_world: World) -> None:
    sumska, lvivska = await factories.hromada(real_world), await factories.hromada(real_world)
    own, others = (
        await factories.partnership(real_world, sumska.id),
        await factories.partnership(real_world, lvivska.id),
    )
    manager = await actors.at(real_world, Role.HROMADA_MANAGER, sumska.id)
    analyst = await actors.everywhere(real_world, Role.ANALYST)
    guest = await actors.at(real_world, Role.PARTNER_GUEST, sumska.id)
    marks = {each: await cursor(real_world, each) for each in (manager, analyst, guest)}

    administrator = await actors.everywhere(real_world, Role.ADMINISTRATOR)
    step = {"next_step": "Зустріч", "description": "Про школу"}
    versions = {str(each.id): await edit(administrator, "partnerships", each.id, step) for each in (own, others)}
    anna = {"family_name_uk": "Шевченко", "given_name_uk": "Анна", "note": "Пише англійською"}
    await administrator.made("/v1/people", anna | {"affiliations": [{"organization_id": str(lvivska.id)}]})

    def entry(id: UUID, *fields: str) -> dict[str, Any]:
        same = {"type": "partnerships", "operation": "updated", "actor_kind": "user"}
        return same | {"id": str(id), "version": versions[str(id)], "fields": list(fields)}

    full, bare = ["description", "next_step"], ["description"]
    assert await told(real_world, manager, marks[manager]) == [entry(own.id, *full)]
    assert await told(real_world, guest, marks[guest]) == [entry(own.id, *bare)]
    assert await told(real_world, analyst, marks[analyst]) == [
        entry(own.id, *full),
        entry(others.id, *full),
    ]


@pytest.mark.two_connections
async def test_a_cursor_is_for_one_asker_and_one_question(real_world: World) -> None:
    person = await factories.user(real_world, GrantGiven(role=Role.ANALYST, scope=ScopeKind.ASSOCIATION))
    analyst = real_world.client()
    await _sign_in(analyst, person.email)
    administrator = await actors.everywhere(real_world, Role.ADMINISTRATOR)
    own = await cursor(real_world, analyst)
    of_projects = await cursor(real_world, analyst, types="projects")

    async def refusal(client: Client, **params: Any) -> tuple[int, str]:
        answer = await client.get("/v1/changes", params=params)
        return answer.status_code, answer.json()["code"]

    assert await refusal(administrator, cursor=own) == (400, "invalid_cursor")
    assert await refusal(analyst, cursor=own[:-2] + "AA") == (400, "invalid_cursor")
    assert await refusal(analyst, cursor=of_projects) == (400, "invalid_cursor")
    assert await refusal(analyst, types="projects", cursor=own) == (400, "invalid_cursor")
    assert await told(real_world, analyst, of_projects, types="projects") == []

    answer = await analyst.get("/v1/changes", params={"types": ["projects", "people"]})
    assert (answer.status_code, answer.json()["errors"]) == (
        403,
        [{"pointer": "query:types", "code": "type_not_readable", "detail": "You may read no people."}],
    )

    real_world.clock.advance(days=401)
    await _sign_in(analyst, person.email)
    answer = await analyst.get("/v1/changes", params={"cursor": own})
    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (
        410,
        "feed_resync",
        WAY_OUT,
    )


def scopes(items: list[dict[str, Any]]) -> list[str]:
    """Types and operations, in order."""
    return [" ".join(filter(None, [item["type"], item["operation"]])) for item in items]


@pytest.mark.two_connections
async def test_access_that_is_gained_and_lost_is_told(real_world: World) -> None:
    sumska, lvivska = await factories.hromada(real_world), await factories.hromada(real_world)
    gmina = await factories.foreign_municipality(real_world)
    shared = await factories.partnership(real_world, lvivska.id, gmina.id)
    paper = await factories.agreement(real_world, shared.id)
    administrator = await actors.everywhere(real_world, Role.ADMINISTRATOR)
    manager = await actors.at(real_world, Role.HROMADA_MANAGER, sumska.id)
    me = await manager.seen("/v1/me")
    mark = await cursor(real_world, manager, types=["agreements", "delegations", "people", "projects"])

    async def next_told() -> list[str]:
        nonlocal mark
        types = ["agreements", "delegations", "people", "projects"]
        await settled(real_world)
        page = await manager.seen("/v1/changes", params={"cursor": mark, "types": types})
        mark = page["next_cursor"]
        return scopes(page["items"])

    parties = [{"organization_id": str(each)} for each in (lvivska.id, gmina.id, sumska.id)]
    await edit(administrator, "partnerships", shared.id, {"parties": parties})
    assert await next_told() == ["scope.changed"]
    await edit(administrator, "agreements", paper.id, {"sphere": "Освіта"})
    assert await next_told() == ["agreements updated"]

    parties[2] |= {"left_on": real_world.clock.today.isoformat()}
    await edit(administrator, "partnerships", shared.id, {"parties": parties})
    assert await next_told() == ["scope.changed"]
    await edit(administrator, "agreements", paper.id, {"sphere": "Культура"})
    assert await next_told() == ["agreements updated"]
    real_world.clock.advance(days=1)
    await _sign_in(manager, me["email"])
    administrator = await actors.everywhere(real_world, Role.ADMINISTRATOR)
    await edit(administrator, "agreements", paper.id, {"sphere": "Спорт"})
    assert await next_told() == ["scope.changed"]
    assert await next_told() == []

    given = {"role": "hromada_manager", "scope": "organization", "organization_id": str(lvivska.id)}
    granted = await administrator.made(f"/v1/users/{me['id']}/grants", given)
    assert await next_told() == ["scope.changed"]
    grant = next(one["id"] for one in granted["grants"] if one["organization_id"] == str(lvivska.id))
    await administrator.post(f"/v1/users/{me['id']}/grants/{grant}/revoke", json={"reason": "Інша посада"})
    assert await next_told() == ["scope.changed"]


@pytest.mark.two_connections
async def test_what_is_no_longer_ones_own_leaves_a_tombstone_and_what_never_was_leaves_nothing(
    real_world: World,
) -> None:
    sumska, lvivska = await factories.hromada(real_world), await factories.hromada(real_world)
    administrator = await actors.everywhere(real_world, Role.ADMINISTRATOR)
    manager = await actors.at(real_world, Role.HROMADA_MANAGER, sumska.id)

    async def project(*parties: UUID) -> str:
        body = {"title_uk": "Школа", "kind": "soft", "parties": [{"organization_id": str(each)} for each in parties]}
        return str((await administrator.made("/v1/projects", body))["id"])

    both, others = await project(sumska.id, lvivska.id), await project(lvivska.id)
    at = {"organization_id": str(sumska.id), "position_uk": "Радниця"}
    names = {"family_name_uk": "Шевченко", "given_name_uk": "Анна"}
    anna = await administrator.made("/v1/people", names | {"affiliations": [at]})
    mark = await cursor(real_world, manager)

    without = {"parties": [{"organization_id": str(lvivska.id)}]}
    await edit(administrator, "projects", both, without)
    await edit(administrator, "projects", others, without | {"description": "Для всіх"})
    end = f"/v1/people/{anna['id']}/affiliations/{anna['affiliations'][0]['id']}/end"
    await administrator.post(end, json={"reason": "Інша робота"})

    gone: dict[str, Any] = {"version": None, "operation": "gone", "fields": [], "actor_kind": "user"}
    assert await told(real_world, manager, mark) == [
        gone | {"type": "projects", "id": both},
        gone | {"type": "people", "id": anna["id"]},
    ]


@pytest.mark.two_connections
async def test_a_key_follows_what_its_scopes_show(real_world: World) -> None:
    sumska = await factories.hromada(real_world)
    own = await factories.partnership(real_world, sumska.id)
    scopes = ("partnerships:read", "projects:read")
    system = await factories.integration(real_world, sumska.id, *scopes)
    geoportal = real_world.client(await factories.api_key(real_world, system.id))
    administrator = await actors.everywhere(real_world, Role.ADMINISTRATOR)
    mark = await cursor(real_world, geoportal)

    await edit(administrator, "partnerships", own.id, {"description": "Про школу"})
    await edit(administrator, "organizations", sumska.id, {"website": "https://sumy.example.org"})
    heard = await told(real_world, geoportal, mark)
    await edit(administrator, "integrations", system.id, {"scopes": ["projects:read"]})

    assert [(item["type"], item["fields"]) for item in heard] == [("partnerships", ["description"])]
    assert await told(real_world, geoportal, mark) == [
        {"type": "scope.changed", "id": None, "version": None, "operation": None, "fields": [], "actor_kind": None}
    ]


async def test_every_part_that_makes_a_new_version_has_a_field(world: World) -> None:
    rows = await world.rows(
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgfoid = 'touch_write'::regproc"
    )
    silent = {
        "partnership_stages": "the stage stands in the partnership itself",
        "identity_documents": "sealed; the card of the person shows nothing of them",
        "particulars": "sealed; the card of the person shows nothing of them",
        "webhook_secrets": "webhooks are not in the feed",
    }

    assert {name for (name,) in rows} == PARTS.keys() | silent.keys()
