from datetime import timedelta
from typing import Any

import pytest

from app.vocabulary import Role
from tests.conftest import AsHromada
from tests.support import actors, factories, stories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio


def coordinator_of(organization: Any, **given: Any) -> dict[str, Any]:
    affiliation = {"organization_id": str(organization.id), "is_coordinator": True, "started_on": "2024-01-01"}
    return {"family_name_uk": "Шевченко", "given_name_uk": "Дар'я", "affiliations": [affiliation]} | given


async def names(client: Client, **query: Any) -> list[str]:
    page = await client.seen("/v1/people", params=query)
    return [item["family_name_uk"] or item["family_name_latin"] for item in page["items"]]


async def test_a_person_is_kept_with_names_contacts_and_languages(world: World, as_coordinator: Client) -> None:
    sumska = await factories.hromada(world)
    body = coordinator_of(
        sumska,
        family_name_latin="Shevchenko",
        given_name_latin="Daria",
        contacts=[{"kind": "phone", "value": "0542 700 560"}, {"kind": "email", "value": "Daria@SMR.gov.ua"}],
        languages=[{"language": "en", "level": "b2"}],
    )

    made = await as_coordinator.made("/v1/people", body)

    assert (made["given_name_uk"], made["family_name_latin"]) == ("Дар’я", "SHEVCHENKO")
    assert made["languages"] == [{"language": "en", "level": "b2"}]
    assert made["contacts"] == [
        {"kind": "email", "value": "daria@smr.gov.ua", "label": None, "is_primary": True},
        {"kind": "phone", "value": "+380542700560", "label": None, "is_primary": True},
    ]
    assert await as_coordinator.seen(f"/v1/people/{made['id']}") == made


async def test_a_foreign_contact_may_have_only_the_name_of_the_passport(world: World, as_coordinator: Client) -> None:
    gmina = await factories.foreign_municipality(world)
    contacts = [{"kind": "phone", "value": "84 639 23 01"}]
    affiliations = [{"organization_id": str(gmina.id)}]
    body = {"family_name_latin": "NOWAK", "given_name_latin": "ANNA"}

    made = await as_coordinator.made("/v1/people", body | {"contacts": contacts, "affiliations": affiliations})

    assert (made["family_name_uk"], made["contacts"][0]["value"]) == (None, "+48846392301")
    assert await names(as_coordinator, q="nowak") == ["NOWAK"]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"family_name_uk": "Ковальчук"}, "", "together"),
        ({"note": "без імені"}, "", "person_name_needed"),
        ({"family_name_latin": "Wójcik", "given_name_latin": "Jan"}, "/family_name_latin", "passport_name_form"),
        ({"family_name_uk": "Koval", "given_name_uk": "Іван"}, "/family_name_uk", "ukrainian_name_form"),
    ],
)
async def test_a_name_of_no_document_is_refused(
    as_coordinator: Client, body: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await as_coordinator.post("/v1/people", json=body)

    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]


async def test_the_same_telephone_twice_is_refused(world: World, as_coordinator: Client) -> None:
    sumska = await factories.hromada(world)
    phones = [{"kind": "phone", "value": value} for value in ("067 123 45 67", "+380 (67) 123-45-67", "12")]

    answer = await as_coordinator.post("/v1/people", json=coordinator_of(sumska, contacts=phones))

    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("/contacts/1/value", "repeated"),
        ("/contacts/2/value", "phone_invalid"),
    ]


async def test_a_coordinator_who_leaves_stays_in_the_history(world: World, as_coordinator: Client) -> None:
    sumska = await factories.hromada(world)
    person = await as_coordinator.made("/v1/people", coordinator_of(sumska))
    place = f"/v1/people/{person['id']}/affiliations/{person['affiliations'][0]['id']}"

    left = await as_coordinator.post(f"{place}/end", json={"on": "2026-06-01", "reason": "Переїхала"})
    again = await as_coordinator.post(f"{place}/end", json={"reason": "Ще раз"})

    assert (left.status_code, left.json()["affiliations"][0]["ended_on"]) == (200, "2026-06-01")
    assert (again.status_code, again.json()["objections"]) == (409, ["affiliation_ended"])
    assert await names(as_coordinator, organization_id=str(sumska.id)) == []
    assert await names(as_coordinator, organization_id=str(sumska.id), affiliated="any") == ["Шевченко"]
    history = await as_coordinator.seen(f"/v1/people/{person['id']}/history", params={"limit": 1})
    assert [(entry["verb"], entry["reason"], entry["after"]) for entry in stories.rows(history)] == [
        ("end_affiliation", "Переїхала", {"ended_on": "2026-06-01"})
    ]


async def test_an_affiliation_counts_from_its_first_day_to_its_last(world: World, as_coordinator: Client) -> None:
    sumska = await factories.hromada(world)
    tomorrow, later = world.clock.now.date() + timedelta(days=1), world.clock.now.date() + timedelta(days=2)
    affiliation = {"organization_id": str(sumska.id), "started_on": str(tomorrow), "ended_on": str(later)}
    await as_coordinator.made("/v1/people", coordinator_of(sumska, affiliations=[affiliation]))

    seen = []
    for _ in range(3):
        reader = await actors.everywhere(world, Role.COORDINATOR)
        seen.append(await names(reader, organization_id=str(sumska.id)))
        world.clock.now += timedelta(days=1)

    assert seen == [[], ["Шевченко"], []]


async def test_one_organization_has_a_person_once_at_a_time(world: World, as_coordinator: Client) -> None:
    sumska = await factories.hromada(world)
    person = await as_coordinator.made("/v1/people", coordinator_of(sumska))
    place = f"/v1/people/{person['id']}/affiliations"

    second = await as_coordinator.post(place, json={"organization_id": str(sumska.id), "started_on": "2026-06-01"})

    assert (second.status_code, second.json()["objections"]) == (409, ["affiliations_overlap"])


async def test_contacts_that_stay_are_not_touched_by_a_patch(world: World, as_coordinator: Client) -> None:
    sumska = await factories.hromada(world)
    body = coordinator_of(sumska, contacts=[{"kind": "phone", "value": "067 123 45 67"}])
    person = await as_coordinator.made("/v1/people", body)
    contacts = [{"kind": "phone", "value": "0671234567"}, {"kind": "messenger", "value": "t.me/Daria"}]

    patched = await as_coordinator.patch(f"/v1/people/{person['id']}", json={"contacts": contacts}, version=1)
    same = await as_coordinator.patch(f"/v1/people/{person['id']}", json={"contacts": contacts}, version=2)

    assert [(one["kind"], one["value"]) for one in patched.json()["contacts"]] == [
        ("messenger", "@daria"),
        ("phone", "+380671234567"),
    ]
    assert (patched.json()["version"], same.json()["version"]) == (2, 2)
    history = await as_coordinator.seen(f"/v1/people/{person['id']}/history")
    rows = stories.rows(history)
    changes = [(row["operation"], row["part"]) for row in rows if row["verb"] == "edit_person"]
    assert changes == [("insert", "contact_points")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"sort": "name"}, ["Ґудзь", "Єрмак", "Шевченко"]),
        ({"language": "en"}, ["Ґудзь", "Шевченко"]),
        ({"language": "en", "level": "b2"}, ["Шевченко"]),
        ({"language": "pl", "level": "c2"}, ["Єрмак"]),
        ({"is_coordinator": "true"}, ["Шевченко"]),
        ({"is_coordinator": "false"}, ["Ґудзь", "Єрмак"]),
        ({"q": "ДАРʼЯ"}, ["Шевченко"]),
    ],
)
async def test_people_are_found_by_language_and_role(
    world: World, as_coordinator: Client, query: dict[str, str], expected: list[str]
) -> None:
    sumska = await factories.hromada(world)
    others = {"given_name_uk": "Іван", "affiliations": [{"organization_id": str(sumska.id)}]}
    spoken = (
        [{"language": "en", "level": "c1"}],
        [{"language": "en", "level": "a2"}],
        [{"language": "pl", "level": "native"}],
    )
    await as_coordinator.made("/v1/people", coordinator_of(sumska, languages=spoken[0]))
    await as_coordinator.made("/v1/people", others | {"family_name_uk": "Ґудзь", "languages": spoken[1]})
    await as_coordinator.made("/v1/people", others | {"family_name_uk": "Єрмак", "languages": spoken[2]})

    assert await names(as_coordinator, **query) == expected


async def test_a_manager_adds_people_only_to_the_own_hromada(world: World, as_hromada_manager: AsHromada) -> None:
    sumska, lvivska = await factories.hromada(world), await factories.hromada(world)
    manager = await as_hromada_manager(sumska.id)

    refused = await manager.post("/v1/people", json=coordinator_of(lvivska))
    made = await manager.made("/v1/people", coordinator_of(sumska))

    assert (refused.status_code, refused.json()["errors"]) == (403, [])
    assert "otherwise you would not see this record yourself" in refused.json()["detail"]
    other = await as_hromada_manager(lvivska.id)
    hidden = await other.get(f"/v1/people/{made['id']}")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "not_found")
    assert await names(other) == []


async def test_no_browser_keeps_what_is_told_of_people(
    world: World, as_coordinator: Client, as_administrator: Client
) -> None:
    sumska = await factories.hromada(world)
    made = await as_coordinator.made("/v1/people", coordinator_of(sumska))
    mine = f"/v1/people/{made['id']}"
    seen = await as_coordinator.get(mine)
    told = [await as_coordinator.get(path) for path in ("/v1/people", f"{mine}/identity", f"{mine}/history", "/v1/me")]
    again = await as_coordinator.get(mine, headers={"if-none-match": seen.headers["etag"]})
    answers = [seen, *told, await as_administrator.get("/v1/users"), again]

    assert [each.status_code for each in answers] == [*[200] * 6, 304]
    assert {each.headers["cache-control"] for each in answers} == {"no-store"}
    assert again.headers["etag"] == seen.headers["etag"]
