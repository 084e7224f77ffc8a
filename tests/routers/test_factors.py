"""Codes from an app, recovery codes, proofs, and the roles that need a factor."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from app.schemas.accounts import GrantGiven
from app.services import accounts
from app.vocabulary import Role, ScopeKind
from tests.support import factories
from tests.support.client import Client
from tests.support.second_factors import owner, password, with_totp
from tests.support.world import World

pytestmark = pytest.mark.anyio

ADMINISTRATOR = GrantGiven(role=Role.ADMINISTRATOR, scope=ScopeKind.ASSOCIATION)
WRONG = (401, "wrong_factor")


@pytest.fixture
def factor_needed(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is by default: administrators need a second factor."""
    monkeypatch.setattr(app.state.runtime.settings.sign_in, "factor_roles", frozenset({Role.ADMINISTRATOR}))


async def test_without_a_factor_the_password_is_enough(world: World) -> None:
    person = await owner(world)

    assert await person.client.seen("/v1/me/factors") == {
        "is_required": False,
        "totp": None,
        "passkeys": [],
        "recovery_codes_left": 0,
    }


async def test_an_app_is_added_and_asked_for_from_then_on(world: World) -> None:
    person = await with_totp(world)
    asked = await person.first_step()

    signed_in = await person.finish(asked["pending"], totp=await person.next_code())

    assert {name: asked[name] for name in ("expires_in", "factors", "passkey")} == {
        "expires_in": 300,
        "factors": ["totp", "recovery_code"],
        "passkey": None,
    }
    assert (signed_in.status_code, signed_in.headers["cache-control"]) == (201, "no-store")
    client = world.client(signed_in.json()["access_token"])
    assert (await client.seen("/v1/me"))["id"] == str(person.user.id)
    found = await client.seen("/v1/me/factors")
    assert (found["totp"] is not None, found["recovery_codes_left"]) == (True, 10)
    methods = await world.rows("SELECT method FROM sessions WHERE user_id = $1 ORDER BY id", person.user.id)
    assert [row[0] for row in methods] == ["password", "password_and_factor"]
    assert await person.letters() == ["factor_added"]


async def test_the_secret_is_shown_once_and_stored_sealed(world: World) -> None:
    person = await with_totp(world)

    stored = await world.rows("SELECT secret_sealed FROM totp_factors")
    journalled = await world.rows("SELECT before::text || after::text FROM journal WHERE row_table = 'totp_factors'")
    again = await person.client.post("/v1/me/factors/totp")

    assert person.secret not in stored[0][0]
    assert [row for row in journalled if row[0] and (person.secret in row[0] or stored[0][0] in row[0])] == []
    assert (again.status_code, again.json()["objections"]) == (409, ["totp_is_there"])
    assert person.secret not in (await person.client.get("/v1/me/factors")).text


async def test_an_app_counts_only_when_a_code_of_it_was_seen(world: World) -> None:
    person = await owner(world)
    first = await person.client.made("/v1/me/factors/totp", None)
    second = await person.client.made("/v1/me/factors/totp", None)

    wrong = await person.client.post("/v1/me/factors/totp/confirm", json={"code": "000000"})
    anew = await password(world.client(), person.user)

    assert first["secret"] != second["secret"]
    assert second["uri"].startswith("otpauth://totp/")
    assert second["secret"] in second["uri"]
    assert (wrong.status_code, [each["code"] for each in wrong.json()["errors"]]) == (422, ["code_does_not_fit"])
    assert anew.status_code == 201


async def test_a_code_works_once(world: World) -> None:
    """Also the code that confirmed the app, and in every place where codes are taken."""
    person = await with_totp(world)
    confirming = await person.enters(totp=person.code())
    code = await person.next_code()

    first = await person.enters(totp=code)
    second = await person.enters(totp=code)
    elsewhere = await person.proves(totp=code)

    assert [confirming, first, second, elsewhere] == [WRONG, (201, ""), WRONG, WRONG]


@pytest.mark.parametrize(("steps", "found"), [(-2, WRONG), (-1, (201, "")), (0, (201, "")), (1, (201, "")), (2, WRONG)])
async def test_a_clock_may_be_one_step_off(world: World, steps: int, found: tuple[int, str]) -> None:
    person = await with_totp(world)
    world.clock.advance(minutes=5)

    assert await person.enters(totp=person.code(steps=steps)) == found


async def test_an_older_code_is_not_taken_after_a_newer(world: World) -> None:
    person = await with_totp(world)
    world.clock.advance(minutes=5)

    found = [await person.enters(totp=person.code(steps=steps)) for steps in (1, 0, -1)]

    assert found == [(201, ""), WRONG, WRONG]


async def test_after_five_wrong_tries_it_begins_with_the_password_again(world: World) -> None:
    person = await with_totp(world)
    pending = (await person.first_step())["pending"]
    found = [(await person.finish(pending, recovery_code="0" * 16)).json()["code"] for _ in range(5)]

    world.clock.advance(seconds=15)
    sixth = await person.finish(pending, totp=person.code(steps=1))

    assert found == ["wrong_factor"] * 5
    assert (sixth.status_code, sixth.json()["code"]) == (401, "session_ended")
    assert (await person.notes()).count("factor_refused") == 5
    assert (await person.letters())[-1] == "factor_guessed"


async def test_guessing_has_to_wait_whatever_it_begins_with(world: World) -> None:
    """Who knows the password may begin as often as they like; the codes are counted together."""
    person = await with_totp(world)
    found = [await person.enters(totp=f"{number:06}") for number in range(7)]

    assert found[:5] == [WRONG] * 5
    assert found[5:] == [(429, "too_many_requests")] * 2


async def test_the_second_step_waits_for_five_minutes(world: World) -> None:
    person = await with_totp(world)
    pending = (await person.first_step())["pending"]
    world.clock.advance(minutes=5)

    late = await person.finish(pending, totp=person.code())

    assert (late.status_code, late.json()["code"]) == (401, "session_ended")


async def test_the_second_step_is_taken_once(world: World) -> None:
    person = await with_totp(world)
    pending = (await person.first_step())["pending"]
    first = await person.finish(pending, recovery_code=person.recovery_codes[0])
    second = await person.finish(pending, recovery_code=person.recovery_codes[1])

    assert (first.status_code, second.status_code, second.json()["code"]) == (201, 401, "session_ended")


async def test_a_pending_sign_in_opens_nothing_and_an_invented_one_is_none(world: World) -> None:
    person = await with_totp(world)
    pending = (await person.first_step())["pending"]

    as_token = await world.client(pending).get("/v1/me")
    invented = await person.finish("x" * 43, totp=person.code())

    assert [as_token.json()["code"], invented.json()["code"]] == ["unauthenticated", "session_ended"]


async def test_the_factor_of_somebody_else_does_not_fit(world: World) -> None:
    person, other = await with_totp(world), await with_totp(world)

    by_code = await person.enters(totp=await other.next_code())
    by_recovery = await person.enters(recovery_code=other.recovery_codes[0])

    assert [by_code, by_recovery] == [WRONG, WRONG]


async def test_exactly_one_factor_is_given(world: World) -> None:
    person = await with_totp(world)
    pending = (await person.first_step())["pending"]

    none = await person.finish(pending)
    both = await person.finish(pending, totp=person.code(), recovery_code=person.recovery_codes[0])

    assert [(each.status_code, each.json()["errors"][0]["code"]) for each in (none, both)] == [(422, "one_factor")] * 2


async def test_who_was_switched_off_meanwhile_does_not_enter(world: World, as_administrator: Client) -> None:
    person = await with_totp(world)
    pending = (await person.first_step())["pending"]
    seen = await as_administrator.seen(f"/v1/users/{person.user.id}")
    path = f"/v1/users/{person.user.id}"
    await as_administrator.patch(path, json={"is_active": False}, version=seen["version"])

    answer = await person.finish(pending, totp=await person.next_code())

    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")


async def test_a_recovery_code_works_once_and_its_owner_is_told(world: World) -> None:
    person = await with_totp(world)
    code = person.recovery_codes[3]

    first = await person.enters(recovery_code=code.lower().replace("-", " "))
    second = await person.enters(recovery_code=code)

    assert [first, second] == [(201, ""), WRONG]
    assert len(set(person.recovery_codes)) == 10
    assert await person.letters() == ["factor_added", "recovery_code_used"]
    assert (await person.client.seen("/v1/me/factors"))["recovery_codes_left"] == 9


async def test_new_recovery_codes_end_the_old(world: World) -> None:
    person = await with_totp(world)

    made = await person.client.made("/v1/me/factors/recovery-codes", None)
    old = await person.enters(recovery_code=person.recovery_codes[0])
    new = await person.enters(recovery_code=made["recovery_codes"][0])

    assert [old, new] == [WRONG, (201, "")]
    stored = await world.rows("SELECT code_hash FROM recovery_codes")
    assert [row for row in stored if made["recovery_codes"][1].replace("-", "").encode() in row[0]] == []


async def test_recovery_codes_need_something_to_recover(world: World) -> None:
    person = await owner(world)

    answer = await person.client.post("/v1/me/factors/recovery-codes")

    assert (answer.status_code, answer.json()["objections"]) == (409, ["no_factor_yet"])


async def test_without_the_app_the_password_is_enough_again(world: World) -> None:
    person = await with_totp(world)

    removed = await person.client.delete("/v1/me/factors/totp")
    anew = await password(world.client(), person.user)

    assert (removed.status_code, anew.status_code) == (204, 201)
    assert await world.rows("SELECT FROM recovery_codes") == []
    assert await person.letters() == ["factor_added", "factor_removed"]
    assert (await person.client.delete("/v1/me/factors/totp")).status_code == 404


CHANGES: list[tuple[str, str, Any]] = [
    ("POST", "/v1/me/factors/totp", None),
    ("POST", "/v1/me/factors/totp/confirm", {"code": "000000"}),
    ("DELETE", "/v1/me/factors/totp", None),
    ("POST", "/v1/me/factors/recovery-codes", None),
    ("POST", "/v1/me/factors/passkeys/options", None),
    ("DELETE", "/v1/me/factors/passkeys/019aabcd-0000-7000-8000-000000000000", None),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
async def test_factors_are_changed_by_who_has_just_proved_themselves(
    world: World, method: str, path: str, body: Any
) -> None:
    person = await with_totp(world)
    sent = {"json": body} if body else {}
    world.clock.advance(minutes=9)
    still = await person.client.request(method, path, **sent)
    await person.go_on()
    world.clock.advance(minutes=1)

    stale = await person.client.request(method, path, **sent)

    assert still.status_code != 401
    assert (stale.status_code, stale.json()["code"]) == (401, "proof_needed")
    assert 'max_age="600"' in stale.headers["www-authenticate"]


async def test_a_proof_ages_and_is_given_anew(world: World) -> None:
    administrator = await with_totp(world, ADMINISTRATOR)
    someone = await factories.user(world)
    path, analyst = f"/v1/users/{someone.id}/grants", {"role": "analyst", "scope": "association"}
    world.clock.advance(minutes=9)
    fresh = await administrator.client.post(path, json=analyst)
    await administrator.go_on()
    world.clock.advance(minutes=1)

    aged = await administrator.client.post(path, json=analyst)
    proof = await administrator.client.post("/v1/me/proof", json={"totp": administrator.code()})
    granted = await administrator.client.post(path, json=analyst | {"role": "coordinator"})

    assert (fresh.status_code, aged.status_code, aged.json()["code"]) == (201, 401, "proof_needed")
    assert proof.json() == {"proved_at": "2026-11-23T10:10:00Z", "until": "2026-11-23T10:20:00Z"}
    assert granted.status_code == 201


async def test_a_password_proves_who_has_nothing_else(world: World) -> None:
    person = await owner(world)
    before = (await person.client.post("/v1/me/proof/options")).json()
    right, wrong = (
        await person.proves(password=factories.PASSWORD),
        await person.proves(password="не той пароль зовсім"),
    )
    await person.add_totp()
    after = (await person.client.post("/v1/me/proof/options")).json()
    refused = await person.client.post("/v1/me/proof", json={"password": factories.PASSWORD})

    assert before == {"accepted": ["password"], "passkey": None}
    assert [right, wrong] == [(200, ""), WRONG]
    assert after == {"accepted": ["totp", "recovery_code"], "passkey": None}
    assert (refused.status_code, refused.json()["code"]) == WRONG
    assert "second factor" in refused.json()["detail"]


async def test_proofs_are_counted_too(world: World) -> None:
    person = await with_totp(world)

    found = [await person.proves(totp=f"{number:06}") for number in range(6)]

    assert found == [WRONG] * 5 + [(429, "too_many_requests")]
    assert (await person.notes()).count("proof_refused") == 5


async def test_a_role_that_needs_a_factor_does_nothing_without(world: World, factor_needed: None) -> None:
    administrator = await owner(world, ADMINISTRATOR)
    client = administrator.client
    refused = await client.get("/v1/users")
    writing = await client.post("/v1/organizations", json={"kind": "ngo", "name_uk": "Спілка", "country": "UA"})
    allowed = [(await client.get(path)).status_code for path in ("/v1/me", "/v1/me/factors")]

    await administrator.add_totp()
    after = await client.get("/v1/users")

    assert [(each.status_code, each.json()["code"]) for each in (refused, writing)] == [(403, "factor_needed")] * 2
    assert (allowed, after.status_code) == ([200, 200], 200)
    last = await client.delete("/v1/me/factors/totp")
    assert (last.status_code, last.json()["objections"]) == (409, ["last_factor"])
    assert (await client.seen("/v1/me/factors"))["is_required"] is True


async def test_a_role_without_the_need_goes_on_and_a_grant_acts_at_once(world: World, factor_needed: None) -> None:
    person = await owner(world, GrantGiven(role=Role.ANALYST, scope=ScopeKind.ASSOCIATION))
    before = await person.client.get("/v1/organizations")
    async with world.work() as uow:
        await accounts.grant(uow, person.user.id, ADMINISTRATOR)

    after = await person.client.get("/v1/organizations")

    assert (before.status_code, after.status_code, after.json()["code"]) == (200, 403, "factor_needed")


async def test_a_role_that_is_over_needs_nothing(world: World, factor_needed: None) -> None:
    until = ADMINISTRATOR.model_copy(update={"valid_to": world.clock.today + timedelta(days=1)})
    analyst = GrantGiven(role=Role.ANALYST, scope=ScopeKind.ASSOCIATION)
    person = await owner(world, until, analyst)
    today = await person.client.get("/v1/organizations")
    world.clock.advance(days=1)
    again = world.client((await password(world.client(), person.user)).json()["access_token"])

    tomorrow = await again.get("/v1/organizations")

    assert (today.status_code, tomorrow.status_code) == (403, 200)


async def test_who_must_enrol_may_sign_out(world: World, factor_needed: None) -> None:
    administrator = await owner(world, ADMINISTRATOR)
    me = await administrator.client.seen("/v1/me")

    assert (await administrator.client.delete(f"/v1/sessions/{me['session_id']}")).status_code == 204


async def test_an_administrator_helps_who_lost_everything(world: World, as_administrator: Client) -> None:
    person = await with_totp(world)
    path = f"/v1/users/{person.user.id}/factors/reset"

    answer = await as_administrator.post(path, json={"reason": "Загубила телефон і аркуш із кодами"})

    assert answer.status_code == 200
    assert (await person.client.get("/v1/me")).json()["code"] == "session_ended"
    assert (await password(world.client(), person.user)).status_code == 201
    assert await person.letters() == ["factor_added", "factors_reset"]
    noted = "SELECT reason FROM journal WHERE row_table = 'totp_factors' AND operation = 'delete'"
    assert [row[0] for row in await world.rows(noted)] == ["Загубила телефон і аркуш із кодами"]


async def test_nobody_helps_themselves_and_nobody_else_helps(world: World, as_coordinator: Client) -> None:
    administrator = await with_totp(world, ADMINISTRATOR)
    path, why = f"/v1/users/{administrator.user.id}/factors/reset", {"reason": "Так зручніше"}

    own = await administrator.client.post(path, json=why)
    others = await as_coordinator.post(path, json=why)

    assert (own.status_code, own.json()["objections"]) == (409, ["reset_of_oneself"])
    assert (others.status_code, others.json()["code"]) == (403, "forbidden")


@pytest.mark.two_connections
async def test_of_two_who_use_one_code_at_once_one_enters(real_world: World) -> None:
    person = await with_totp(real_world)
    by_code = [(await person.first_step())["pending"] for _ in range(4)]
    code, recovery_code = await person.next_code(), person.recovery_codes[0]

    codes = await asyncio.gather(*(person.finish(each, totp=code) for each in by_code))
    real_world.clock.advance(hours=6)  # the wrong tries of the first four are forgotten
    by_recovery = [(await person.first_step())["pending"] for _ in range(4)]
    recoveries = await asyncio.gather(*(person.finish(each, recovery_code=recovery_code) for each in by_recovery))

    assert sorted(each.status_code for each in codes) == [201, 401, 401, 401]
    assert sorted(each.status_code for each in recoveries) == [201, 401, 401, 401]


@pytest.mark.two_connections
async def test_of_two_who_finish_one_sign_in_at_once_one_enters(real_world: World) -> None:
    person = await with_totp(real_world)
    pending = (await person.first_step())["pending"]

    found = await asyncio.gather(*(person.finish(pending, recovery_code=code) for code in person.recovery_codes[:4]))

    assert sorted(each.status_code for each in found) == [201, 401, 401, 401]
