import json
from typing import Any, Final
from uuid import UUID

import pytest

from app.schemas.accounts import GrantGiven
from app.vocabulary import Holding, Role, ScopeKind
from app.vocabulary.personal_fields import FIELDS
from tests.conftest import AsHromada
from tests.support import factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

WHY: Final = {"purpose": "Запит особи від 20.11.2026, вх. № 78"}
PHOTO: Final = {"purpose": "photo", "text_version": "1", "source": "paper", "given_on": "2026-10-01"}


async def person(world: World, client: Client) -> dict[str, Any]:
    sumska = await factories.hromada(world)
    body = {
        "family_name_uk": "Лисенко",
        "given_name_uk": "Олександр",
        "contacts": [{"kind": "email", "value": "lysenko@smr.example.org"}],
        "affiliations": [{"organization_id": str(sumska.id), "position_uk": "Міський голова"}],
    }
    made = await client.made("/v1/people", body)
    await client.made(f"/v1/people/{made['id']}/consents", PHOTO)
    return made


async def exported(client: Client, id: str) -> dict[str, Any]:
    answer = await client.post(f"/v1/people/{id}/personal-data-export", json=WHY)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def rows(document: dict[str, Any], code: Holding) -> list[dict[str, Any]]:
    return next((section["rows"] for section in document["sections"] if section["code"] == code), [])


async def test_an_export_holds_everything_about_a_person(world: World, as_administrator: Client) -> None:
    made = await person(world, as_administrator)

    document = await exported(as_administrator, made["id"])

    assert [section["code"] for section in document["sections"]] == [
        "record", "contacts", "affiliations", "consents", "changes", "readings",
    ]  # fmt: skip
    [record] = rows(document, Holding.RECORD)
    assert (record["family_name_uk"], record["given_name_uk"]) == ("Лисенко", "Олександр")
    assert [one["value"] for one in rows(document, Holding.CONTACTS)] == ["lysenko@smr.example.org"]
    assert [one["position_uk"] for one in rows(document, Holding.AFFILIATIONS)] == ["Міський голова"]
    assert [(one["purpose"], one["given_on"]) for one in rows(document, Holding.CONSENTS)] == [("photo", "2026-10-01")]
    born = rows(document, Holding.CHANGES)[-1]
    assert (born["verb"], born["after"]["family_name_uk"]) == ("create_person", "Лисенко")


async def test_every_field_of_an_export_is_explained_in_both_languages(world: World, as_administrator: Client) -> None:
    made = await person(world, as_administrator)
    user = await factories.user(world, GrantGiven(role=Role.COORDINATOR, scope=ScopeKind.ASSOCIATION))
    async with world.work() as uow:
        await uow.transaction.raw.execute("UPDATE people SET user_id = $1 WHERE id = $2", user.id, UUID(made["id"]))
    await factories.partnership(world, coordinator_id=str(user.id))
    own = world.client()
    tokens = await own.made("/v1/sessions", {"email": user.email, "password": factories.PASSWORD})
    own.token = tokens["access_token"]
    await own.made("/v1/organizations", {"kind": "ngo", "name_uk": "Друзі Псла", "country": "UA"})

    document = await exported(as_administrator, made["id"])

    assert {section["code"] for section in document["sections"]} >= {
        "account", "grants", "sessions", "partnerships", "account_changes", "actions",
    }  # fmt: skip
    for section in document["sections"]:
        assert section["fields"].keys() == FIELDS[Holding(section["code"])].keys()
        assert all(row.keys() == section["fields"].keys() for row in section["rows"])
        assert section["is_complete"]
    assert all(uk and en for labels in FIELDS.values() for uk, en in labels.values())


async def test_an_export_says_who_read_what_is_closed_and_why(world: World, as_administrator: Client) -> None:
    made = await person(world, as_administrator)
    me = await as_administrator.seen("/v1/me")
    await exported(as_administrator, made["id"])

    document = await exported(as_administrator, made["id"])

    readings = rows(document, Holding.READINGS)
    assert [(one["by"], one["verb"], one["purpose"]) for one in readings] == [
        (me["name"], "personal_data_exported", WHY["purpose"])
    ] * 2


async def test_what_is_sealed_is_in_clear_in_the_export_and_gone_after_the_erasure(
    world: World, as_administrator: Client
) -> None:
    made = await person(world, as_administrator)
    at = f"/v1/people/{made['id']}"
    passport = {"kind": "foreign_passport", "country": "UA", "number": "FE123456", "expires_on": "2030-01-01"}
    identity = await as_administrator.made(f"{at}/documents", passport)
    sought = {"document_id": identity["documents"][0]["id"], "purpose": "Бронювання квитків до Замостя"}
    assert (await as_administrator.post(f"{at}/reveal", json=sought)).status_code == 200

    before = await exported(as_administrator, made["id"])
    why = {"ground": "objection", "reason": "Заява, вх. № 79"}
    await as_administrator.post(f"{at}/erasure", json=why)
    after = await exported(as_administrator, made["id"])

    [document] = rows(before, Holding.IDENTITY_DOCUMENTS)
    assert (document["kind"], document["number"], document["country"]) == ("foreign_passport", "FE123456", "UA")
    revealed = next(one for one in rows(before, Holding.READINGS) if one["verb"] == "reveal_identity")
    assert revealed["purpose"] == "Бронювання квитків до Замостя"
    assert rows(after, Holding.IDENTITY_DOCUMENTS) == []
    assert "FE123456" not in json.dumps(after)


async def test_an_export_is_kept_nowhere_on_its_way(world: World, as_administrator: Client) -> None:
    made = await person(world, as_administrator)

    path = f"/v1/people/{made['id']}/personal-data-export"
    answer = await as_administrator.post(path, json=WHY, key="the-same")
    again = await as_administrator.post(path, json=WHY, key="the-same")

    assert answer.headers["cache-control"] == "no-store"
    assert "idempotent-replayed" not in again.headers
    assert await world.rows("SELECT count(*) FROM idempotency_keys WHERE operation = 'export_personal_data'") == [(0,)]


async def test_a_hromada_exports_nobody(world: World, as_administrator: Client, as_hromada_manager: AsHromada) -> None:
    made = await person(world, as_administrator)
    manager = await as_hromada_manager(UUID(made["affiliations"][0]["organization_id"]))

    answer = await manager.post(f"/v1/people/{made['id']}/personal-data-export", json=WHY)

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_coordinators_export_nobody_either(
    world: World, as_administrator: Client, as_coordinator: Client
) -> None:
    made = await person(world, as_administrator)

    answer = await as_coordinator.post(f"/v1/people/{made['id']}/personal-data-export", json=WHY)

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_an_old_proof_exports_nothing(world: World, as_coordinator: Client) -> None:
    made = await person(world, as_coordinator)
    async with world.work() as uow:
        await uow.transaction.raw.execute("UPDATE sessions SET proved_at = proved_at - interval '601 seconds'")

    answer = await as_coordinator.post(f"/v1/people/{made['id']}/personal-data-export", json=WHY)

    assert (answer.status_code, answer.json()["code"]) == (401, "proof_needed")
