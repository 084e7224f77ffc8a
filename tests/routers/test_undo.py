"""One's own last edit is taken back by an ordinary edit, while nothing else has been done to the record."""

from typing import Any, Final

import pytest

from app.vocabulary import Role
from tests.support import actors, factories, stories
from tests.support.client import Client
from tests.support.resources import BODIES
from tests.support.world import World

pytestmark = pytest.mark.anyio

NEED: Final = {"title": "Шкільні обміни", "direction": "education_youth"}
VISION: Final = {"why_us": "Схожі виклики", "expected_results": {"long_term": "Обміни"}}

# Edits of every kind of field: texts, lists, objects member by member, parties, and what nobody had said before.
EDITS: Final[dict[str, list[dict[str, Any]]]] = {
    "/v1/organizations": [
        {"name_uk": "Нова назва", "needs": [NEED], "external_ids": [{"system": "gis", "value": "7"}]},
        {"needs": [], "external_ids": [], "website": "https://a.ua", "description_uk": "Хто ми"},
        {"auc_memberships": [{"joined_on": "2020-01-01"}], "website": None},
    ],
    "/v1/people": [
        {"note": "Говорить польською", "contacts": [{"kind": "email", "value": "a@example.org"}]},
        {"note": None, "contacts": [{"kind": "phone", "value": "067 123 45 67", "label": "роб."}]},
        {"family_name_latin": "Lysenko", "given_name_latin": "Oleksandr"},
    ],
    "/v1/partnerships": [
        {"next_step": "Дзвінок", "next_step_on": "2026-12-01", "vision": VISION},
        {"vision": {"why_us": "Інше", "expected_results": {"long_term": None, "short_term": "Візит"}}},
        {"next_step": None, "next_step_on": None, "vision": None, "directions": ["waste"]},
    ],
    "/v1/agreements": [
        {"title_uk": "Інша назва", "languages": ["uk", "pl"], "binding_languages": ["uk"]},
        {"has_financing": True, "financing_amount": "1000.50", "financing_currency": "EUR"},
        {"financing_amount": "2000.00", "languages": ["uk"]},
    ],
    "/v1/projects": [
        {"description": "Про що", "starts_on": "2026-12-01", "directions": ["waste"]},
        {"partnership_ids": [], "parties": [], "description": None},
    ],
    "/v1/delegations": [
        {"ends_on": "2026-12-09", "countries": ["PL"]},
        {"title_en": "Visit", "countries": [], "description": "Програма"},
    ],
}
MOVING: Final = {"version", "updated_at"}


def still(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in MOVING}


async def edited(client: Client, place: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.patch(place, json=body, version=(await client.seen(place))["version"])
    assert answer.status_code == 200, answer.text
    record: dict[str, Any] = answer.json()
    return record


async def undone(client: Client, place: str, reason: str | None = None) -> Any:
    version = (await client.seen(place))["version"]
    return await client.post(f"{place}/undo", json={"reason": reason} if reason else {}, version=version)


@pytest.mark.parametrize("path", EDITS)
async def test_an_edit_taken_back_leaves_the_record_as_it_was_and_twice_as_it_is(
    world: World, as_administrator: Client, path: str
) -> None:
    hromada = await factories.hromada(world)
    record = await as_administrator.made(path, await BODIES[path](world, hromada.id))
    place = f"{path}/{record['id']}"

    for edit in EDITS[path]:
        before = await as_administrator.seen(place)
        after = await edited(as_administrator, place, edit)
        back = await undone(as_administrator, place, "Помилилася")
        again = await undone(as_administrator, place)

        assert (back.status_code, again.status_code) == (200, 200), (back.text, again.text)
        assert still(back.json()) == still(before) != still(after) == still(again.json())
        assert [record["version"] for record in (back.json(), again.json())] == [
            after["version"] + 1,
            after["version"] + 2,
        ]


async def test_taking_back_is_an_entry_of_its_own(world: World, as_coordinator: Client) -> None:
    made = await as_coordinator.made("/v1/organizations", {"kind": "ngo", "name_uk": "Спілка", "country": "UA"})
    place = f"/v1/organizations/{made['id']}"
    await edited(as_coordinator, place, {"website": "https://a.ua"})

    await undone(as_coordinator, place, "Не та сторінка")

    told = stories.rows(await as_coordinator.seen(f"{place}/history"))
    assert [(row["verb"], row["reason"], row["version"], row["after"]) for row in told[:2]] == [
        ("undo_organization", "Не та сторінка", 3, {"website": None}),
        ("edit_organization", None, 2, {"website": "https://a.ua"}),
    ]


async def test_nobody_takes_back_what_another_did(
    world: World, as_coordinator: Client, as_administrator: Client
) -> None:
    made = await as_coordinator.made("/v1/organizations", {"kind": "ngo", "name_uk": "Спілка", "country": "UA"})
    place = f"/v1/organizations/{made['id']}"
    await edited(as_coordinator, place, {"website": "https://a.ua"})
    await edited(as_administrator, place, {"population": 5, "population_year": 2026})

    answer = await undone(as_coordinator, place)

    me = await as_administrator.seen("/v1/me")
    assert (answer.status_code, answer.json()["objections"]) == (409, ["undo_of_others"])
    assert me["name"] in answer.json()["detail"]
    assert answer.json()["detail"].endswith("The organization was changed.")


async def test_only_an_edit_is_taken_back(world: World, as_coordinator: Client) -> None:
    """Other verbs have ways back of their own, with reasons and rules."""
    partnership = await factories.partnership(world)
    made = await as_coordinator.made("/v1/organizations", {"kind": "ngo", "name_uk": "Спілка", "country": "UA"})
    place, home = f"/v1/organizations/{made['id']}", f"/v1/partnerships/{partnership.id}"
    found = [await undone(as_coordinator, place)]
    await edited(as_coordinator, home, {"next_step": "Дзвінок"})
    version = (await as_coordinator.seen(home))["version"]
    await as_coordinator.post(f"{home}/status", json={"to": "dormant", "reason": "Пауза"}, version=version)
    found.append(await undone(as_coordinator, home))

    as_coordinator.language = "uk"
    said = await undone(as_coordinator, place)

    assert [(each.status_code, each.json()["objections"]) for each in found] == [(409, ["undo_no_edit"])] * 2
    assert said.json()["detail"] == (
        "Скасувати можна лише правку запису, а останньою була інша дія: Організацію додано."
    )


async def test_a_part_that_changed_since_stands_in_the_way(world: World, as_coordinator: Client) -> None:
    hromada = await factories.hromada(world)
    made = await as_coordinator.made("/v1/people", await BODIES["/v1/people"](world, hromada.id))
    place = f"/v1/people/{made['id']}"
    await edited(as_coordinator, place, {"note": "Говорить польською"})
    end = f"{place}/affiliations/{made['affiliations'][0]['id']}/end"
    await as_coordinator.post(end, json={"on": "2026-11-01", "reason": "Звільнився"})

    answer = await undone(as_coordinator, place)

    assert (answer.status_code, answer.json()["objections"]) == (409, ["undo_no_edit"])


async def test_the_rules_are_asked_again(world: World, as_coordinator: Client) -> None:
    """What was allowed when it was written may be refused when it is to come back."""
    gmina, free = await factories.foreign_municipality(world), await factories.foreign_municipality(world)
    hromada = await factories.hromada(world)
    both = [{"organization_id": str(each.id)} for each in (hromada, gmina)]
    made = await as_coordinator.made("/v1/projects", {"title_uk": "Хаб", "kind": "soft", "parties": both})
    place = f"/v1/projects/{made['id']}"
    await edited(as_coordinator, place, {"parties": [both[0], {"organization_id": str(free.id)}]})
    version = (await as_coordinator.seen(f"/v1/organizations/{gmina.id}"))["version"]
    await as_coordinator.post(f"/v1/organizations/{gmina.id}/archive", json={"reason": "Об’єднано"}, version=version)

    answer = await undone(as_coordinator, place)

    assert (answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) == (
        422,
        ["/parties/1/organization_id"],
    )


async def test_what_was_erased_meanwhile_does_not_come_back(world: World, as_coordinator: Client) -> None:
    hromada = await factories.hromada(world)
    made = await as_coordinator.made("/v1/people", await BODIES["/v1/people"](world, hromada.id))
    place = f"/v1/people/{made['id']}"
    await edited(as_coordinator, place, {"note": "Говорить польською"})
    await edited(as_coordinator, place, {"note": "Говорить німецькою"})
    async with world.work() as uow:
        await uow.transaction.raw.execute("DELETE FROM journal_personal WHERE subject = 'people'")

    answer = await undone(as_coordinator, place)

    assert (answer.status_code, answer.json()["objections"]) == (409, ["undo_erased"])


@pytest.mark.two_connections
async def test_a_hromada_takes_back_its_own_edit_behind_the_wall(real_world: World) -> None:
    """With the roles of the database itself, and a transaction of its own for every request."""
    hromada = await factories.hromada(real_world)
    manager = await actors.at(real_world, Role.HROMADA_MANAGER, hromada.id)
    made = await manager.made("/v1/people", await BODIES["/v1/people"](real_world, hromada.id))
    place = f"/v1/people/{made['id']}"
    await edited(manager, place, {"note": "Говорить польською", "contacts": [{"kind": "email", "value": "a@b.ua"}]})

    back, again = await undone(manager, place), await undone(manager, place)

    assert [(each.status_code, each.json()["note"], len(each.json()["contacts"])) for each in (back, again)] == [
        (200, None, 0),
        (200, "Говорить польською", 1),
    ]
