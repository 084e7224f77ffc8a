from datetime import date

import pytest
from sqlmodel import col

from app.core.actors import command
from app.core.journal import Context, quoted
from app.models import Organization, OrganizationExternalId
from app.rules.permissions import Permission
from app.vocabulary import OrganizationKind
from tests.support import factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

ENTRIES = "SELECT operation, row_table, before::text, after::text FROM journal WHERE subject_id = $1 ORDER BY id"


async def test_an_entry_names_the_person_the_session_and_the_request(world: World, as_coordinator: Client) -> None:
    me = await as_coordinator.seen("/v1/me")
    body = {"kind": "ngo", "name_uk": "Друзі Псла", "country": "UA"}

    made = await as_coordinator.made("/v1/organizations", body, headers={"x-request-id": "request-0001"})

    query = "SELECT actor_kind, actor_id::text, session_id::text, request_id, verb FROM journal WHERE subject_id = $1"
    entries = [tuple(row) for row in await world.rows(query, made["id"])]
    assert entries == [("user", me["id"], me["session_id"], "request-0001", "create_organization")]


async def test_only_what_changed_is_recorded(world: World) -> None:
    made = await factories.organization(world, name_uk="Друзі Псла", website="https://example.org")
    async with world.work(permission=Permission.ORGANIZATIONS_WRITE) as uow:
        row = await uow.get(Organization, made.id, lock=True)
        row.website = None

    last = (await world.rows(ENTRIES, made.id))[-1]
    assert tuple(last) == ("update", "organizations", '{"website": "https://example.org"}', '{"website": null}')


async def test_a_part_is_recorded_under_its_whole_and_raises_its_version(world: World) -> None:
    made = await factories.organization(world, external_ids=[{"system": "wikidata", "value": "Q1"}])
    async with world.work(permission=Permission.ORGANIZATIONS_WRITE) as uow:
        parts = await uow.children(OrganizationExternalId, col(OrganizationExternalId.organization_id), made.id)
        await uow.session.delete(parts[0])

    entries = [(row[0], row[1]) for row in await world.rows(ENTRIES, made.id)]
    version = await world.rows("SELECT version FROM organizations WHERE id = $1", made.id)
    assert entries == [
        ("insert", "organizations"),
        ("insert", "organization_external_ids"),
        ("delete", "organization_external_ids"),
        ("touch", "organizations"),
    ]
    assert version == [(2,)]


async def test_a_write_that_changes_nothing_is_no_change(world: World) -> None:
    made = await factories.organization(world, name_uk="Друзі Псла")
    async with world.work(permission=Permission.ORGANIZATIONS_WRITE) as uow:
        await uow.transaction.raw.execute("UPDATE organizations SET name_uk = name_uk WHERE id = $1", made.id)

    assert len(await world.rows(ENTRIES, made.id)) == 1
    assert await world.rows("SELECT version FROM organizations WHERE id = $1", made.id) == [(1,)]


@pytest.mark.parametrize("name", ["O'Brien", "back\\slash", "'); DROP TABLE journal; --", "рядок\nдругий", "nul\0"])
async def test_no_name_breaks_out_of_the_context(world: World, name: str) -> None:
    async with world.work(command(name)) as uow:
        uow.add(made := Organization(kind=OrganizationKind.NGO, name_en="Friends of Psel", country="UA"))

    named = await world.rows("SELECT actor_name FROM journal WHERE subject_id = $1", made.id)
    assert [row[0] for row in named] == [name.replace("\0", "")]


def test_a_literal_means_the_same_everywhere() -> None:
    assert quoted("a'b\\c\0d") == "E'a\\'b\\\\cd'"
    assert "E'import'" in Context(command("import"), "import").sql(date(2026, 11, 23))
