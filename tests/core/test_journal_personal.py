"""The journal never holds a personal value: a salted commitment stands in its place, the value lies beside it."""

import hashlib
import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.vocabulary import Role
from tests.support import actors, factories, stories
from tests.support.client import Client
from tests.support.commitments import broken, commitment
from tests.support.world import World

pytestmark = pytest.mark.anyio

PERSON = {"family_name_uk": "Лисенко", "given_name_uk": "Олександр", "note": "Говорить польською"}


async def person(world: World, client: Client, **given: Any) -> dict[str, Any]:
    sumska = await factories.hromada(world)
    affiliations = [{"organization_id": str(sumska.id), "position_uk": "Міський голова"}]
    contacts = [{"kind": "email", "value": "lysenko@smr.example.org"}]
    return await client.made("/v1/people", PERSON | {"affiliations": affiliations, "contacts": contacts} | given)


async def test_no_name_stands_in_the_journal(world: World, as_coordinator: Client) -> None:
    made = await person(world, as_coordinator)
    await as_coordinator.post(f"/v1/people/{made['id']}/archive", json={"reason": "Лисенко просить"}, version=1)

    entries = await world.rows("SELECT journal::text FROM journal WHERE subject_id = $1", UUID(made["id"]))

    text = " ".join(row[0] for row in entries)
    assert len(entries) == 4
    assert [word for word in ("Лисенко", "Олександр", "польською", "голова", "lysenko") if word in text] == []


async def test_every_commitment_is_the_hash_of_its_salt_and_its_value(world: World, as_coordinator: Client) -> None:
    made = await person(world, as_coordinator)
    await as_coordinator.patch(f"/v1/people/{made['id']}", json={"note": None, "given_name_uk": "Олекса"}, version=1)

    query = "SELECT field, salt, after::text FROM journal_personal WHERE field = 'value' AND subject_id = $1"
    [(_, salt, value)] = await world.rows(query, UUID(made["id"]))
    [[held]] = await world.rows(
        "SELECT after -> 'value' ->> 'sha256' FROM journal WHERE row_table = 'contact_points' AND subject_id = $1",
        UUID(made["id"]),
    )
    assert (value, held) == ('"lysenko@smr.example.org"', hashlib.sha256(salt + value.encode()).hexdigest())
    assert commitment(salt, value) == held
    assert await broken(world) == []


async def test_equal_values_have_different_commitments(world: World, as_coordinator: Client) -> None:
    """Otherwise a list of common names would open them all."""
    for _ in range(2):
        await person(world, as_coordinator)

    found = await world.rows(
        "SELECT after -> 'family_name_uk' ->> 'sha256' FROM journal WHERE row_table = 'people' AND operation = 'insert'"
    )

    assert len({row[0] for row in found}) == len(found) == 2


async def test_the_history_shows_what_the_commitments_stand_for(world: World, as_coordinator: Client) -> None:
    made = await person(world, as_coordinator)
    await as_coordinator.patch(f"/v1/people/{made['id']}", json={"note": None, "given_name_uk": "Олекса"}, version=1)

    page = await as_coordinator.seen(f"/v1/people/{made['id']}/history")

    me = await as_coordinator.seen("/v1/me")
    newest = stories.rows(page)[0]
    assert (newest["before"], newest["after"]) == (
        {"note": "Говорить польською", "given_name_uk": "Олександр"},
        {"note": None, "given_name_uk": "Олекса"},
    )
    assert {item["actor_name"] for item in page["items"]} == {me["name"]}


async def test_a_person_is_written_by_the_id_alone(world: World, as_coordinator: Client) -> None:
    """Their name stands in one place, where it can be erased."""
    await person(world, as_coordinator)

    names = await world.rows("SELECT DISTINCT actor_name FROM journal WHERE actor_kind = 'user'")

    assert [row[0] for row in names] == [""]


async def test_the_history_of_an_agreement_names_who_signs(world: World, as_coordinator: Client) -> None:
    partnership = await factories.partnership(world)
    parties = await as_coordinator.seen(f"/v1/partnerships/{partnership.id}")
    organization = parties["parties"][0]["organization_id"]
    signatory = {"organization_id": organization, "signatory_name_uk": "Ірина Савченко"}
    agreement = await factories.agreement(world, partnership.id, parties=[signatory])

    page = await as_coordinator.seen(f"/v1/agreements/{agreement.id}/history")

    named = [row["after"].get("signatory_name_uk") for row in stories.rows(page) if row["part"] == "agreement_parties"]
    assert "Ірина Савченко" in named


async def test_a_note_keeps_an_address_beside_the_journal(world: World) -> None:
    user = await factories.user(world)
    async with world.work() as uow:
        await uow.note("sign_in_failed", "users", user.id, {"address": "203.0.113.9", "tries": 3})

    [[note]] = await world.rows("SELECT after::text FROM journal WHERE operation = 'note'")
    [[field, value]] = await world.rows("SELECT field, after::text FROM journal_personal WHERE field = 'address'")
    assert (json.loads(note)["tries"], "203.0.113.9" in note) == (3, False)
    assert (field, value) == ("address", '"203.0.113.9"')
    assert await broken(world) == []


@pytest.mark.two_connections
async def test_a_hromada_reads_the_histories_of_its_own_records(real_world: World) -> None:
    """Behind the database's own wall, which a test in one transaction does not meet."""
    sumska = await factories.hromada(real_world)
    partnership = await factories.partnership(real_world, sumska.id)
    signatory = {"organization_id": str(sumska.id), "signatory_name_uk": "Ірина Савченко"}
    agreement = await factories.agreement(real_world, partnership.id, parties=[signatory])
    manager = await actors.at(real_world, Role.HROMADA_MANAGER, sumska.id)
    affiliated = {"affiliations": [{"organization_id": str(sumska.id)}]}
    made = await manager.made("/v1/people", PERSON | affiliated)

    found = [
        await manager.seen(f"/v1/{path}/history") for path in (f"people/{made['id']}", f"agreements/{agreement.id}")
    ]

    names = [
        [row["after"].get("family_name_uk", row["after"].get("signatory_name_uk")) for row in stories.rows(page)]
        for page in found
    ]
    assert names == [["Лисенко", None], [None, "Ірина Савченко"]]


@pytest.mark.parametrize("statement", ["UPDATE journal_personal SET after = NULL", "TRUNCATE journal_personal"])
async def test_a_value_may_go_but_never_change(world: World, as_coordinator: Client, statement: str) -> None:
    await person(world, as_coordinator)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with world.work() as uow:
            await uow.transaction.raw.execute(statement)
