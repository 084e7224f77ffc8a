"""What is counted about a request: by whom, where, and what is not."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from fastapi import FastAPI

from app.core.limits import Limits
from app.rules import deprecations, networks
from app.settings import Limits as Figures
from tests.support import factories
from tests.support.client import Client
from tests.support.counting import Statements
from tests.support.world import World

pytestmark = pytest.mark.anyio

PLENTY = 1_000_000
Tighten = Callable[..., None]


@pytest.fixture
def tighten(app: FastAPI) -> Iterator[Tighten]:
    """Other figures for this test; what is not named is plenty."""
    before, plenty = app.state.runtime.limits, dict.fromkeys(("read", "write", "bulk", "sign_in", "anonymous"), PLENTY)

    def tightened(**figures: int) -> None:
        app.state.runtime.limits = Limits(Figures(**plenty | figures))

    yield tightened
    app.state.runtime.limits = before


async def test_a_person_is_told_when_to_come_back(
    world: World, as_coordinator: Client, as_analyst: Client, tighten: Tighten
) -> None:
    tighten(read=3)
    answers = [await as_coordinator.get("/v1/organizations") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit"] for answer in answers] == [
        '"read";r=2;t=60',
        '"read";r=1;t=60',
        '"read";r=0;t=80',
        '"read";r=0;t=80',
    ]
    assert answers[3].headers["retry-after"] == "80"
    assert answers[3].json()["detail"] == "The quota of requests a minute (3) is used up. Try again in 80 s."
    as_coordinator.language = "uk"
    in_ukrainian = (await as_coordinator.get("/v1/organizations")).json()
    assert (in_ukrainian["title"], in_ukrainian["retryable"]) == ("Забагато запитів", True)
    assert in_ukrainian["detail"] == "Квоту запитів на хвилину (3) вичерпано. Спробуйте знову через 80 с."
    assert (await as_analyst.get("/v1/organizations")).status_code == 200
    world.clock.advance(seconds=81)
    assert (await as_coordinator.get("/v1/organizations")).status_code == 200


async def test_reading_does_not_use_up_writing(as_coordinator: Client, tighten: Tighten) -> None:
    tighten(read=1, write=1)
    body = {"kind": "ngo", "name_uk": "Друзі Псла", "country": "UA"}

    codes = [
        (await as_coordinator.get("/v1/organizations")).status_code,
        (await as_coordinator.get("/v1/organizations")).status_code,
        (await as_coordinator.post("/v1/organizations", json=body)).status_code,
        (await as_coordinator.post("/v1/organizations", json=body)).status_code,
    ]

    assert codes == [200, 429, 201, 429]


async def test_what_has_not_changed_is_not_counted(world: World, as_coordinator: Client, tighten: Tighten) -> None:
    hromada = await factories.hromada(world)
    place = f"/v1/organizations/{hromada.id}"
    tighten(read=2)
    tag = (await as_coordinator.get(place)).headers["etag"]

    unchanged = [await as_coordinator.get(place, headers={"if-none-match": tag}) for _ in range(5)]

    assert [answer.status_code for answer in unchanged] == [304] * 5
    assert (await as_coordinator.get(place)).status_code == 200
    assert (await as_coordinator.get(place)).status_code == 429


async def test_signing_in_is_counted_by_address_before_any_password_is_tried(
    world: World, nobody: Client, tighten: Tighten, statements: Statements
) -> None:
    user = await factories.user(world)
    tighten(sign_in=2)
    wrong = {"email": user.email, "password": "не той пароль"}
    answers = [await nobody.post("/v1/sessions", json=wrong) for _ in range(2)]
    async with statements.counted() as sent:
        right = await nobody.post("/v1/sessions", json={"email": user.email, "password": factories.PASSWORD})

    assert [answer.status_code for answer in answers] == [401, 401]
    assert (right.status_code, right.json()["violated-policies"]) == (429, ["sign_in"])
    assert [each for each in sent if "password_hash" in each] == []


async def test_who_only_tries_is_counted_by_address_and_disturbs_nobody(
    world: World, nobody: Client, as_coordinator: Client, tighten: Tighten
) -> None:
    tighten(anonymous=2)
    nobody.token = "not.a.token"

    answers = [await nobody.get("/v1/organizations") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [401, 401, 429, 429]
    assert (await as_coordinator.get("/v1/organizations")).status_code == 200


async def test_an_integration_has_a_quota_of_its_own_and_its_refusals_are_counted(
    world: World, tighten: Tighten
) -> None:
    integration = await factories.integration(world)
    keys = [world.client(await factories.api_key(world, integration.id)) for _ in range(2)]
    tighten(read=2)
    await world.app.state.runtime.usage.flush(world.db)

    codes = [(await keys[place].get("/v1/organizations")).status_code for place in (0, 1, 0, 1)]

    assert codes == [200, 200, 429, 429]
    await world.app.state.runtime.usage.flush(world.db)
    [counts] = await world.rows("SELECT operation, count, refused_count FROM integration_uses")
    assert tuple(counts) == ("list_organizations", 4, 2)


async def test_refusals_are_metered(world: World, as_coordinator: Client, tighten: Tighten) -> None:
    tighten(read=1)
    sample = ("pobratym_rate_limited_total", {"lane": "read"})
    before = world.app.state.registry.get_sample_value(*sample) or 0
    for _ in range(3):
        await as_coordinator.get("/v1/organizations")

    assert world.app.state.registry.get_sample_value(*sample) == before + 2


async def test_it_can_be_switched_off(app: FastAPI, as_coordinator: Client, tighten: Tighten) -> None:
    tighten()
    app.state.runtime.limits = Limits(Figures(is_on=False, read=1))

    answers = [await as_coordinator.get("/v1/organizations") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert [answer.headers.keys() & {"ratelimit", "ratelimit-policy"} for answer in answers] == [set()] * 3


@pytest.mark.parametrize("asker", ["coordinator", "nobody"])
async def test_a_deprecated_operation_says_so_with_every_answer(
    as_coordinator: Client, nobody: Client, asker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    going = deprecations.Retiring(since=date(2026, 12, 1), sunset=date(2027, 6, 30))
    monkeypatch.setitem(deprecations.RETIRING, "list_organizations", going)

    answer = await {"coordinator": as_coordinator, "nobody": nobody}[asker].get("/v1/organizations")

    assert answer.headers["deprecation"] == "@1796083200"
    assert answer.headers["sunset"] == "Wed, 30 Jun 2027 00:00:00 GMT"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.7", "203.0.113.7/32"),
        ("::ffff:203.0.113.7", "203.0.113.7/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (None, "unknown"),
        ("testclient", "unknown"),
    ],
)
def test_an_address_is_shortened_to_what_tells_people_apart(address: str | None, expected: str) -> None:
    assert networks.prefix(address) == expected


@pytest.mark.parametrize(
    ("address", "allowed", "expected"),
    [
        ("203.0.113.7", ["203.0.113.0/24"], True),
        ("::ffff:203.0.113.7", ["203.0.113.0/24"], True),
        ("203.0.114.7", ["203.0.113.0/24", "2001:db8::/32"], False),
        ("2001:db8::1", ["203.0.113.0/24", "2001:db8::/32"], True),
        (None, ["0.0.0.0/0", "::/0"], False),
    ],
)
def test_an_address_is_within_a_network(address: str | None, allowed: list[str], *, expected: bool) -> None:
    assert networks.is_within(address, allowed) is expected
