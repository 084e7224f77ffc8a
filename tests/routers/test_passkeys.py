"""Passkeys, with an authenticator in software that lies in every way that matters."""

from typing import Any

import httpx2
import pytest

from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.support.authenticator import Authenticator, read, written
from tests.support.second_factors import Owner, owner, with_passkey, with_totp
from tests.support.world import World

pytestmark = pytest.mark.anyio

WRONG = (401, "wrong_factor")
OPTIONS = "/v1/me/factors/passkeys/options"


async def asked(world: World) -> dict[str, Any]:
    """What a device is asked at the door."""
    options: dict[str, Any] = (await world.client().post("/v1/sessions/passkey/options")).json()
    return options


async def shown(world: World, credential: dict[str, Any]) -> httpx2.Response:
    return await world.client().post("/v1/sessions/passkey", json={"credential": credential})


def outcome(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def added(person: Owner, credential: dict[str, Any]) -> httpx2.Response:
    body = {"name": "Ноутбук", "credential": credential}
    return await person.client.post("/v1/me/factors/passkeys", json=body)


async def test_a_passkey_is_added_and_opens_the_door_alone(world: World) -> None:
    device = Authenticator(transports=["internal", "telepathy", "hybrid", "internal"])
    person = await with_passkey(world, device)

    answer = await shown(world, device.get(await asked(world)))

    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    client = world.client(answer.json()["access_token"])
    assert (await client.seen("/v1/me"))["id"] == str(person.user.id)
    found = await client.seen("/v1/me/factors")
    assert [(each["name"], each["last_used_at"], each["is_backed_up"]) for each in found["passkeys"]] == [
        ("Телефон", "2026-11-23T10:00:00Z", False)
    ]
    assert (len(person.recovery_codes), found["recovery_codes_left"]) == (10, 10)
    assert await person.letters() == ["factor_added"]
    rows = await world.rows("SELECT method, transports FROM sessions s, passkeys p ORDER BY s.id DESC LIMIT 1")
    assert tuple(rows[0]) == ("passkey", ["internal", "hybrid"])


async def test_what_a_device_is_asked(world: World) -> None:
    device = Authenticator()
    person = await with_passkey(world, device)

    at_the_door, creating = await asked(world), (await person.client.post(OPTIONS)).json()

    assert len(read(at_the_door["challenge"])) >= 16
    assert {name: value for name, value in at_the_door.items() if name != "challenge"} == {
        "timeout": 300_000,
        "rpId": "localhost",
        "allowCredentials": [],
        "userVerification": "required",
    }
    assert (creating["rp"], creating["attestation"]) == ({"id": "localhost", "name": "Побратим"}, "none")
    assert creating["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert [each["id"] for each in creating["excludeCredentials"]] == [written(device.credential_id)]
    assert read(creating["user"]["id"]) == person.user.id.bytes


async def test_after_the_password_a_passkey_is_the_second_step(world: World) -> None:
    device = Authenticator()
    person = await with_passkey(world, device)
    first = await person.first_step()

    answer = await person.finish(first["pending"], passkey=device.get(first["passkey"]))

    assert first["factors"] == ["passkey", "recovery_code"]
    assert [each["id"] for each in first["passkey"]["allowCredentials"]] == [written(device.credential_id)]
    assert answer.status_code == 201


async def test_a_challenge_is_answered_once(world: World) -> None:
    device = Authenticator()
    await with_passkey(world, device)
    options = await asked(world)
    credential = device.get(options)

    found = [outcome(await shown(world, each)) for each in (credential, credential, device.get(options))]

    assert found == [(201, ""), WRONG, WRONG]


async def test_a_challenge_answered_in_vain_is_over_too(world: World) -> None:
    device = Authenticator()
    await with_passkey(world, device)
    options = await asked(world)

    found = [
        outcome(await shown(world, each))
        for each in (Authenticator(rp_id="localhost").get(options), device.get(options))
    ]

    assert found == [WRONG, WRONG]


async def test_a_challenge_lasts_five_minutes(world: World) -> None:
    device = Authenticator()
    person = await with_passkey(world, device)
    at_the_door, creating = await asked(world), (await person.client.post(OPTIONS)).json()
    proving = (await person.client.post("/v1/me/proof/options")).json()["passkey"]
    world.clock.advance(minutes=5)

    found = [
        outcome(await shown(world, device.get(at_the_door))),
        outcome(await added(person, Authenticator().create(creating))),
        await person.proves(passkey=device.get(proving)),
    ]

    assert found == [WRONG, (422, "invalid"), WRONG]


async def test_a_challenge_of_another_kind_or_of_nobody_is_none(world: World) -> None:
    """What was asked for a proof does not open the door, and the other way round."""
    device = Authenticator()
    person = await with_passkey(world, device)
    proving = (await person.client.post("/v1/me/proof/options")).json()["passkey"]
    creating = (await person.client.post(OPTIONS)).json()
    invented = proving | {"challenge": written(bytes(32))}

    found = [outcome(await shown(world, device.get(each))) for each in (proving, creating, invented)]
    found.append(await person.proves(passkey=device.get(await asked(world))))
    found.append(outcome(await added(person, Authenticator(user_handle=b"x").create(creating | await asked(world)))))

    assert found == [WRONG, WRONG, WRONG, WRONG, (422, "invalid")]


async def test_a_challenge_belongs_to_its_session(world: World) -> None:
    device = Authenticator()
    person = await with_passkey(world, device)
    proving = (await person.client.post("/v1/me/proof/options")).json()["passkey"]
    creating = (await person.client.post(OPTIONS)).json()
    first = await person.first_step()
    other = await person.finish(first["pending"], passkey=device.get(first["passkey"]))
    elsewhere = world.client(other.json()["access_token"])

    proof = await elsewhere.post("/v1/me/proof", json={"passkey": device.get(proving)})
    body = {"name": "Ноутбук", "credential": Authenticator().create(creating)}
    enrolled = await elsewhere.post("/v1/me/factors/passkeys", json=body)

    assert [outcome(proof), outcome(enrolled)] == [WRONG, (422, "invalid")]
    assert await person.proves(passkey=device.get(proving)) == (200, "")


LIES: list[dict[str, Any]] = [
    {"origin": "https://evil.example"},
    {"origin": "http://localhost:8001"},
    {"origin": "https://localhost:8000"},
    {"origin": "http://localhost:8000.evil.example"},
    {"rp_id": "evil.example"},
    {"is_verified": False},
    {"is_framed": True},
    {"user_handle": b"somebody else"},
]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: "-".join(map(str, *lie.items())))
async def test_a_device_that_answers_for_another_place_or_verified_nobody_is_refused(
    world: World, lie: dict[str, Any]
) -> None:
    device = Authenticator()
    person = await with_passkey(world, device)
    for name, value in lie.items():
        setattr(device, name, value)
    first = await person.first_step()
    proving = (await person.client.post("/v1/me/proof/options")).json()["passkey"]

    found = [
        outcome(await shown(world, device.get(await asked(world)))),
        outcome(await person.finish(first["pending"], passkey=device.get(first["passkey"]))),
        await person.proves(passkey=device.get(proving)),
    ]

    assert found == [WRONG] * 3


@pytest.mark.parametrize("lie", LIES[:-1], ids=lambda lie: "-".join(map(str, *lie.items())))
async def test_a_passkey_is_added_by_a_verified_person_on_our_page_only(world: World, lie: dict[str, Any]) -> None:
    person = await owner(world)
    options = (await person.client.post(OPTIONS)).json()

    answer = await added(person, Authenticator(**lie).create(options))

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "passkey_refused")
    assert await world.rows("SELECT FROM passkeys") == []


@pytest.mark.parametrize("part", ["signature", "authenticatorData", "clientDataJSON"])
async def test_what_was_changed_on_the_way_is_refused(world: World, part: str) -> None:
    device = Authenticator()
    await with_passkey(world, device)
    found = []
    for change in ("bit", "cut", "noise"):
        credential = device.get(await asked(world))
        credential["response"][part] = spoiled(credential["response"][part], change)
        found.append(outcome(await shown(world, credential)))

    assert found == [WRONG] * 3


def spoiled(text: str, change: str) -> str:
    raw = read(text)
    return written({"bit": raw[:-1] + bytes([raw[-1] ^ 1]), "cut": raw[:20], "noise": b"\xff\x00{" * 9}[change])


async def test_a_key_in_place_of_another_is_refused(world: World) -> None:
    """The id of a known passkey, signed by somebody else's."""
    device = Authenticator()
    person = await with_passkey(world, device)
    thief = Authenticator(rp_id="localhost", credential_id=device.credential_id, user_handle=person.user.id.bytes)

    assert outcome(await shown(world, thief.get(await asked(world)))) == WRONG
    assert await person.letters() == ["factor_added"]


async def test_a_count_that_stands_still_is_refused_and_told(world: World) -> None:
    device = Authenticator(count=7)
    person = await with_passkey(world, device)
    before = outcome(await shown(world, device.get(await asked(world))))
    device.count = 7
    copied = outcome(await shown(world, device.get(await asked(world))))

    assert [before, copied] == [(201, ""), WRONG]
    assert (await person.letters())[-1] == "passkey_suspected"
    noted = "SELECT after::jsonb - 'passkey_id' FROM journal WHERE verb = 'passkey_suspected'"
    assert [row[0] for row in await world.rows(noted)] == [{"seen": 8, "known": 8}]


async def test_a_device_that_does_not_count_is_taken(world: World) -> None:
    device = Authenticator(count=0)
    await with_passkey(world, device)
    found = []
    for _ in range(2):
        device.count = -1
        found.append(outcome(await shown(world, device.get(await asked(world)))))

    assert found == [(201, ""), (201, "")]


async def test_an_unknown_passkey_and_that_of_somebody_else_fit_nowhere(world: World) -> None:
    device, others = Authenticator(), Authenticator()
    person = await with_passkey(world, device)
    await with_passkey(world, others)
    first = await person.first_step()
    proving = (await person.client.post("/v1/me/proof/options")).json()["passkey"]
    unknown = Authenticator(rp_id="localhost").get(await asked(world))

    found = [
        outcome(await shown(world, unknown)),
        outcome(await person.finish(first["pending"], passkey=others.get(first["passkey"]))),
        await person.proves(passkey=others.get(proving)),
    ]

    assert found == [WRONG] * 3


async def test_a_passkey_is_added_once_and_to_one_person(world: World) -> None:
    device = Authenticator()
    person = await with_passkey(world, device)
    other = await owner(world)
    found = []
    for each in (person, other):
        options = (await each.client.post(OPTIONS)).json()
        answer = await added(each, device.create(options))
        found.append((answer.status_code, answer.json()["errors"][0]["code"]))

    assert found == [(409, "passkey_known")] * 2


async def test_who_was_switched_off_does_not_enter(world: World) -> None:
    device = Authenticator()
    await with_passkey(world, device)
    async with world.work() as uow:
        await uow.transaction.raw.execute("UPDATE users SET is_active = false")

    assert outcome(await shown(world, device.get(await asked(world)))) == WRONG


async def test_a_passkey_refused_at_the_door_stays_in_the_journal_once(world: World) -> None:
    device = Authenticator()
    person = await with_passkey(world, device)
    stranger = Authenticator(rp_id="localhost").get(await asked(world))
    device.origin = "https://evil.example"
    wrong = device.get(await asked(world))
    refused = [outcome(await shown(world, each)) for each in (stranger, stranger, wrong, wrong)]

    noted = "SELECT subject_id FROM journal WHERE verb = 'passkey_refused' ORDER BY id"
    assert refused == [WRONG] * 4
    assert [row[0] for row in await world.rows(noted)] == [None, person.user.id]


async def test_with_a_second_factor_recovery_codes_stay(world: World) -> None:
    person = await with_totp(world)
    codes = person.recovery_codes

    added_later = await person.add_passkey(Authenticator())

    assert (added_later["recovery_codes"], person.recovery_codes) == (None, codes)
    assert (await person.client.seen("/v1/me/factors"))["recovery_codes_left"] == 10


async def test_a_passkey_is_taken_away_and_fits_no_more(world: World) -> None:
    device = Authenticator()
    person = await owner(world)
    passkey = (await person.add_passkey(device))["passkey"]
    stranger = await owner(world)
    path = f"/v1/me/factors/passkeys/{passkey['id']}"

    others = await stranger.client.delete(path)
    removed = await person.client.delete(path)

    assert [others.status_code, removed.status_code] == [404, 204]
    assert outcome(await shown(world, device.get(await asked(world)))) == WRONG
    assert await person.letters() == ["factor_added", "factor_removed"]
    assert await world.rows("SELECT FROM recovery_codes") == []


async def test_of_two_factors_either_may_go_but_not_both(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    needing = frozenset({Role.ADMINISTRATOR})
    monkeypatch.setattr(world.app.state.runtime.settings.sign_in, "factor_roles", needing)
    person = await with_totp(world, GrantGiven(role=Role.ADMINISTRATOR, scope=ScopeKind.ASSOCIATION))
    passkey = (await person.add_passkey(Authenticator()))["passkey"]

    first = await person.client.delete("/v1/me/factors/totp")
    last = await person.client.delete(f"/v1/me/factors/passkeys/{passkey['id']}")

    assert (first.status_code, last.status_code, last.json()["objections"]) == (204, 409, ["last_factor"])
    assert (await person.client.seen("/v1/me/factors"))["recovery_codes_left"] == 10


async def test_there_is_an_end_to_passkeys(world: World) -> None:
    person = await owner(world)
    for number in range(20):
        await person.add_passkey(Authenticator(), name=f"Ключ {number}")

    answer = await person.client.post(OPTIONS)

    assert (answer.status_code, answer.json()["objections"]) == (409, ["passkeys_many"])


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"id": "AAAA", "rawId": "AAAA", "type": "password", "response": {}},
        {"id": "not base64!", "rawId": "AAAA", "type": "public-key", "response": {}},
    ],
)
async def test_what_is_no_credential_is_not_understood(world: World, credential: dict[str, Any]) -> None:
    assert (await shown(world, credential)).status_code == 422


@pytest.mark.parametrize(
    "noise", ["AAAA", "A", "_" * 5000, written(b'{"type":[],"challenge":7,"origin":{}}'), written(b"[" * 9000)]
)
async def test_noise_in_a_credential_is_a_refusal_and_no_error(world: World, noise: str) -> None:
    device = Authenticator()
    person = await with_passkey(world, device)
    found = []
    for part in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        credential = device.get(await asked(world))
        credential["response"][part] = noise[:1400] if part == "userHandle" else noise
        found.append((await shown(world, credential)).status_code)
    for part in ("clientDataJSON", "attestationObject"):
        creation = Authenticator().create((await person.client.post(OPTIONS)).json())
        creation["response"][part] = noise
        found.append((await added(person, creation)).status_code)

    assert found == [401, 401, 401, 401, 422, 422]
