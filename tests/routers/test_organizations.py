from typing import Any

import pytest

from app.vocabulary import Role
from tests.conftest import AsHromada
from tests.support import actors, factories, stories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

PATH = "/v1/organizations"
NO_DAY = {"joined_on": "2024-05-01", "left_on": "2024-05-01"}
SUMY_OBLAST = "UA59000000000057109"


async def test_a_coordinator_records_a_polish_gmina(as_coordinator: Client) -> None:
    made = await as_coordinator.made(
        PATH, {"kind": "foreign_municipality", "name_uk": "Гміна Замость", "country": "PL"}
    )

    assert (made["name_en"], made["version"], made["archived_at"]) == ("Hmina Zamost", 1, None)
    assert await as_coordinator.seen(f"{PATH}/{made['id']}") == made


async def test_a_hromada_takes_its_place_from_its_code(as_coordinator: Client) -> None:
    body = {"kind": "hromada", "name_uk": "Сумська громада", "country": "UA", "katottg": "UA59080270000073662"}

    made = await as_coordinator.made(PATH, body)

    place = {name: made[name] for name in ("oblast_code", "oblast_name_uk", "oblast_name_en", "raion_name_uk")}
    assert place == {
        "oblast_code": SUMY_OBLAST,
        "oblast_name_uk": "Сумська",
        "oblast_name_en": "Sumska oblast",
        "raion_name_uk": "Сумський",
    }


@pytest.mark.parametrize("typed", ["Sumska", "sumska", "сумська", "СУМСЬКА", "UA5908027"])
async def test_a_hromada_is_found_by_what_people_type(world: World, as_analyst: Client, typed: str) -> None:
    sumska = await factories.hromada(world)
    await factories.hromada(world)

    page = await as_analyst.seen(PATH, params={"q": typed})

    assert [item["id"] for item in page["items"]] == [str(sumska.id)]


async def test_names_stand_in_the_order_of_the_ukrainian_alphabet(world: World, as_analyst: Client) -> None:
    for name in ("Ягідне", "Їжаківка", "Ґалаґани", "Гадяч", "Івано", "Єлизаветівка", "Дніпро"):
        await factories.organization(world, name_uk=name)

    page = await as_analyst.seen(PATH)

    names = ["Гадяч", "Ґалаґани", "Дніпро", "Єлизаветівка", "Івано", "Їжаківка", "Ягідне"]
    assert [item["name_uk"] for item in page["items"]] == names


async def test_several_values_of_a_filter_mean_any_of_them(world: World, as_analyst: Client) -> None:
    polish = await factories.foreign_municipality(world, country="PL")
    german = await factories.foreign_municipality(world, country="DE")
    await factories.foreign_municipality(world, country="FR")

    page = await as_analyst.seen(PATH, params={"country": ["PL", "DE"]})

    assert {item["id"] for item in page["items"]} == {str(polish.id), str(german.id)}


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"country": "XX"}, "/country", "country_unknown"),
        ({"edrpou": "12345679"}, "/edrpou", "edrpou_check_digit"),
        ({"katottg": "ua59080270000073662"}, "/katottg", "katottg_lower_case"),
        ({"latitude": "50.9"}, "", "together"),
        ({"population": 5}, "", "together"),
        ({"name_uk": None}, "", "organization_name_needed"),
        ({"name_uk": "  "}, "/name_uk", "blank"),
        ({"purposes": ["recovery", "recovery"]}, "/purposes", "repeated"),
        (
            {"auc_memberships": [{"joined_on": "2024-05-01", "left_on": "2024-05-01"}]},
            "/auc_memberships/0",
            "end_before_start",
        ),
    ],
)
async def test_what_cannot_be_true_is_named(
    as_coordinator: Client, given: dict[str, Any], pointer: str, code: str
) -> None:
    body = {"kind": "ngo", "name_uk": "Друзі Псла", "country": "UA"} | given

    answer = await as_coordinator.post(PATH, json=body)

    errors = [(each["pointer"], each["code"]) for each in answer.json()["errors"]]
    assert (answer.status_code, errors) == (422, [(pointer, code)])


async def test_two_live_organizations_never_share_a_code(as_coordinator: Client) -> None:
    body = {"kind": "ngo", "name_uk": "Друзі Псла", "country": "UA", "edrpou": "00032684"}
    first = await as_coordinator.made(PATH, body)

    refused = await as_coordinator.post(PATH, json=body)
    await as_coordinator.post(f"{PATH}/{first['id']}/archive", json={"reason": "Закрито"}, version=1)
    second = await as_coordinator.made(PATH, body)
    too_late = await as_coordinator.post(f"{PATH}/{first['id']}/restore", json={"reason": "Помилка"}, version=2)

    assert (refused.status_code, refused.json()["code"]) == (409, "already_exists")
    assert second["id"] != first["id"]
    assert (too_late.status_code, too_late.json()["code"]) == (409, "already_exists")


async def test_memberships_of_one_hromada_do_not_overlap(as_coordinator: Client) -> None:
    periods = [{"joined_on": "2010-01-01", "left_on": "2015-01-01"}, {"joined_on": "2014-06-01"}]
    body = {"kind": "ngo", "name_uk": "Друзі Псла", "country": "UA", "auc_memberships": periods}

    answer = await as_coordinator.post(PATH, json=body)

    assert answer.status_code == 409


async def test_a_patch_changes_what_it_names_clears_null_and_replaces_lists(as_coordinator: Client) -> None:
    body = {
        "kind": "ngo",
        "name_uk": "Друзі Псла",
        "country": "UA",
        "website": "https://example.org",
        "directions": ["heating_technologies"],
        "external_ids": [{"system": "wikidata", "value": "Q1"}, {"system": "geonames", "value": "2"}],
    }
    made = await as_coordinator.made(PATH, body)
    patch = {"website": None, "external_ids": [{"system": "geonames", "value": "2"}]}

    answer = await as_coordinator.patch(f"{PATH}/{made['id']}", json=patch, version=1)

    expected = made | patch | {"version": 2, "updated_at": answer.json()["updated_at"]}
    assert (answer.json(), answer.headers["etag"].startswith('"2-')) == (expected, True)


async def test_history_tells_who_what_and_why(as_coordinator: Client) -> None:
    made = await as_coordinator.made(PATH, {"kind": "ngo", "name_uk": "Друзі Псла", "country": "UA"})
    place = f"{PATH}/{made['id']}"
    await as_coordinator.patch(place, json={"website": "https://example.org"}, version=1)
    await as_coordinator.post(f"{place}/archive", json={"reason": "Об’єднано з іншою"}, version=2)

    entries = stories.rows(await as_coordinator.seen(f"{place}/history"))

    told = [(each["verb"], each["operation"], each["reason"], each["before"]) for each in entries]
    assert told == [
        ("archive_organization", "update", "Об’єднано з іншою", {"archived_at": None}),
        ("edit_organization", "update", None, {"website": None}),
        ("create_organization", "insert", None, None),
    ]
    assert entries[1]["after"] == {"website": "https://example.org"}


async def test_the_archived_is_read_but_not_edited(as_coordinator: Client) -> None:
    made = await as_coordinator.made(PATH, {"kind": "ngo", "name_uk": "Друзі Псла", "country": "UA"})
    place = f"{PATH}/{made['id']}"
    await as_coordinator.post(f"{place}/archive", json={"reason": "Закрито"}, version=1)

    answer = await as_coordinator.patch(place, json={"website": "https://example.org"}, version=2)

    assert (answer.status_code, answer.json()["code"]) == (409, "archived")
    assert (await as_coordinator.seen(place))["archived_at"] is not None


async def test_a_client_that_has_it_already_is_told_so(as_coordinator: Client) -> None:
    made = await as_coordinator.made(PATH, {"kind": "ngo", "name_uk": "Друзі Псла", "country": "UA"})

    seen = await as_coordinator.get(f"{PATH}/{made['id']}")
    answer = await as_coordinator.get(f"{PATH}/{made['id']}", headers={"if-none-match": f"W/{seen.headers['etag']}"})

    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", seen.headers["etag"])


async def test_a_member_of_a_hromada_changes_nothing(world: World, as_hromada_member: AsHromada) -> None:
    sumska = await factories.hromada(world)
    member = await as_hromada_member(sumska.id)

    answer = await member.patch(f"{PATH}/{sumska.id}", json={"website": "https://rada.sumy.ua"}, version=1)

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_a_manager_changes_their_own_hromada_and_no_other(world: World, as_hromada_manager: AsHromada) -> None:
    sumska, lvivska = await factories.hromada(world), await factories.hromada(world)
    manager = await as_hromada_manager(sumska.id)
    patch = {"website": "https://example.org"}

    own = await manager.patch(f"{PATH}/{sumska.id}", json=patch, version=1)
    other = await manager.patch(f"{PATH}/{lvivska.id}", json=patch, version=1)

    assert (own.status_code, own.json()["website"]) == (200, "https://example.org")
    assert (other.status_code, other.json()["code"]) == (403, "forbidden")


async def test_an_oblast_coordinator_writes_within_the_oblast(world: World) -> None:
    sumska, lvivska, romenska = [await factories.hromada(world) for _ in range(3)]
    coordinator = await actors.in_oblast(world, Role.COORDINATOR, SUMY_OBLAST)
    patch = {"website": "https://example.org"}

    answers = [
        await coordinator.patch(f"{PATH}/{each.id}", json=patch, version=1) for each in (sumska, lvivska, romenska)
    ]

    assert [answer.status_code for answer in answers] == [200, 403, 200]


async def test_a_refusal_is_in_the_language_of_the_reader(as_coordinator: Client) -> None:
    said = []
    for language in ("uk", "en", "de, uk;q=0.5", "fr"):
        as_coordinator.language = language
        answer = await as_coordinator.post(PATH, json={"kind": "ngo", "country": "UA"})
        said.append(answer.json()["title"])

    assert said[:3] == ["Деякі дані неправильні", "Some of the data is not valid", "Деякі дані неправильні"]
