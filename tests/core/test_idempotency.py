import pytest

from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

PATH = "/v1/organizations"
BODY = {"kind": "ngo", "name_uk": "Друзі Псла", "country": "UA"}
COUNT = "SELECT count(*) FROM organizations"


@pytest.mark.parametrize("key", ["a b", "ключ", "x" * 256, "\ttab\t in"])
async def test_a_key_is_printable_and_short(as_coordinator: Client, key: str) -> None:
    answer = await as_coordinator.post(PATH, json=BODY, headers={"idempotency-key": key.encode()})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")


async def test_a_quoted_key_is_the_same_key(world: World, as_coordinator: Client) -> None:
    first = await as_coordinator.post(PATH, json=BODY, key="8e03978e")
    second = await as_coordinator.post(PATH, json=BODY, key='"8e03978e"')

    assert first.json() == second.json()
    assert await world.rows(COUNT) == [(1,)]


async def test_a_refusal_is_not_remembered(as_coordinator: Client) -> None:
    refused = await as_coordinator.post(PATH, json=BODY | {"country": "XX"}, key="once")
    repaired = await as_coordinator.post(PATH, json=BODY, key="once")

    assert (refused.status_code, repaired.status_code) == (422, 201)


async def test_the_same_key_on_another_operation_is_another_key(as_coordinator: Client) -> None:
    made = await as_coordinator.post(PATH, json=BODY, key="once")
    place = f"{PATH}/{made.json()['id']}/archive"

    answer = await as_coordinator.post(place, json={"reason": "Закрито"}, version=1, key="once")

    assert (answer.status_code, answer.json()["version"]) == (200, 2)


async def test_a_verb_that_was_repeated_is_answered_as_before(as_coordinator: Client) -> None:
    """A lost answer is asked for again with the version that was right then."""
    made = await as_coordinator.made(PATH, BODY)
    place = f"{PATH}/{made['id']}/archive"

    first = await as_coordinator.post(place, json={"reason": "Закрито"}, version=1, key="once")
    second = await as_coordinator.post(place, json={"reason": "Закрито"}, version=1, key="once")

    assert (second.status_code, second.content, second.headers["etag"]) == (200, first.content, first.headers["etag"])


async def test_a_key_of_somebody_who_may_no_longer_do_it_is_worth_nothing(
    as_administrator: Client, as_coordinator: Client
) -> None:
    await as_coordinator.post(PATH, json=BODY, key="once")
    me = await as_coordinator.seen("/v1/me")
    revoke = f"/v1/users/{me['id']}/grants/{me['grants'][0]['id']}/revoke"
    await as_administrator.post(revoke, json={"reason": "Завершила роботу"})

    answer = await as_coordinator.post(PATH, json=BODY, key="once")

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_an_answer_is_not_repeated_to_whoever_holds_other_grants_by_now(
    world: World, as_administrator: Client
) -> None:
    one, other = await factories.hromada(world), await factories.hromada(world)
    manager = await actors.signed_in(
        world,
        *(
            GrantGiven(role=Role.HROMADA_MANAGER, scope=ScopeKind.ORGANIZATION, organization_id=each.id)
            for each in (one, other)
        ),
    )
    me = await manager.seen("/v1/me")
    held = next(each["id"] for each in me["grants"] if each["organization_id"] == str(one.id))
    body = {"family_name_uk": "Бойко", "given_name_uk": "Іван", "affiliations": [{"organization_id": str(one.id)}]}
    made = await manager.post("/v1/people", json=body, key="boiko-1")
    await as_administrator.post(f"/v1/users/{me['id']}/grants/{held}/revoke", json={"reason": "Перейшов до іншої"})

    again = await manager.post("/v1/people", json=body, key="boiko-1")

    assert (made.status_code, again.status_code, again.json()["code"]) == (201, 422, "idempotency_key_reused")
