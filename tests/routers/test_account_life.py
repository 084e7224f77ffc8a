"""From the invitation to a new address: the life of an account, told through letters that really arrive."""

import asyncio
from typing import Any

import pytest

from app.models import User
from tests.support import factories
from tests.support.client import Client
from tests.support.counting import Statements
from tests.support.mail import Mailbox, Postman, text
from tests.support.world import World

pytestmark = pytest.mark.anyio

EMAIL = "olena@example.org"
NEW = "кава в Замості о сьомій ранку"
ENDED = (410, "link_ended")


async def invited(administrator: Client, **given: Any) -> dict[str, Any]:
    return await administrator.made("/v1/users", {"name": "Олена Коваль", "email": EMAIL} | given)


async def signed_in(world: World, email: str, password: str = factories.PASSWORD) -> Client:
    tokens = await world.client().made("/v1/sessions", {"email": email, "password": password})
    return world.client(tokens["access_token"])


async def reset_asked(world: World, user: User, postman: Postman) -> str:
    await world.client().post("/v1/password-resets", json={"email": user.email})
    return postman.token(await postman.only())


async def test_the_whole_story(world: World, as_administrator: Client, nobody: Client, postman: Postman) -> None:
    user = await invited(as_administrator)
    token = postman.token(await postman.only())
    accepted = await nobody.post("/v1/invitations/accept", json={"token": token, "password": factories.PASSWORD})
    olena = await signed_in(world, accepted.json()["email"])

    await nobody.post("/v1/password-resets", json={"email": EMAIL.upper()})
    token = postman.token(await postman.only())
    reset = await nobody.post("/v1/password-resets/complete", json={"token": token, "password": NEW})
    over = await olena.get("/v1/me")
    told = await postman.only()
    olena = await signed_in(world, EMAIL, NEW)

    asked = await olena.post("/v1/me/email", json={"email": "olena@sumy.example.org"})
    letter = await postman.only()
    confirmed = await nobody.post("/v1/email-changes/confirm", json={"token": postman.token(letter)})
    farewell = await postman.only()

    assert [each.status_code for each in (accepted, reset, over, asked, confirmed)] == [200, 200, 401, 202, 200]
    assert (user["has_password"], told["subject"]) == (False, "Ваш пароль змінено")
    assert (letter["to"], farewell["to"]) == (
        "Олена Коваль <olena@sumy.example.org>",
        "Олена Коваль <olena@example.org>",
    )
    assert "olena@sumy.example.org" in text(farewell)
    assert (await olena.seen("/v1/me"))["email"] == confirmed.json()["email"] == "olena@sumy.example.org"
    await signed_in(world, "olena@sumy.example.org", NEW)


async def test_whoever_comes_says_their_name_and_language(
    as_administrator: Client, nobody: Client, postman: Postman
) -> None:
    user = await invited(as_administrator)
    token = postman.token(await postman.only())
    body = {"token": token, "password": factories.PASSWORD, "name": "Olena Koval", "language": "en"}

    await nobody.post("/v1/invitations/accept", json=body)

    found = await as_administrator.seen(f"/v1/users/{user['id']}")
    assert (found["name"], found["language"], found["has_password"]) == ("Olena Koval", "en", True)


async def test_a_weak_password_is_refused_and_the_link_stays(
    as_administrator: Client, nobody: Client, postman: Postman
) -> None:
    await invited(as_administrator)
    token = postman.token(await postman.only())

    weak = await nobody.post("/v1/invitations/accept", json={"token": token, "password": EMAIL})
    strong = await nobody.post("/v1/invitations/accept", json={"token": token, "password": factories.PASSWORD})

    assert ("/password", "password_is_email") in [(e["pointer"], e["code"]) for e in weak.json()["errors"]]
    assert (weak.status_code, strong.status_code) == (422, 200)


async def test_a_link_works_once_and_for_its_purpose(world: World, nobody: Client, postman: Postman) -> None:
    user = await factories.user(world)
    token = await reset_asked(world, user, postman)
    body = {"token": token, "password": NEW}

    elsewhere = [
        await nobody.post("/v1/invitations/accept", json=body),
        await nobody.post("/v1/email-changes/confirm", json={"token": token}),
    ]
    answers = [await nobody.post("/v1/password-resets/complete", json=body) for _ in range(2)]

    assert [(each.status_code, each.json()["code"]) for each in elsewhere] == [ENDED, ENDED]
    assert [each.status_code for each in answers] == [200, 410]
    assert "ask for a new one" in answers[1].json()["detail"]


@pytest.mark.parametrize(
    "spoilt",
    ["", "x", ".", "a.b", "{id}", "{id}.", ".{proof}", "{id}.{proof}A", "{id}.AAAA", "{proof}.{id}", "{id}.{proof}.x",
     "AAAAAAAAAAAAAAAAAAAAAA.{proof}", "{id}. {proof}", "ї.{proof}"],
)  # fmt: skip
async def test_no_token_but_the_one_in_the_letter_opens(
    world: World, nobody: Client, postman: Postman, spoilt: str
) -> None:
    id, proof = (await reset_asked(world, await factories.user(world), postman)).split(".")
    body = {"token": spoilt.format(id=id, proof=proof), "password": NEW}

    answer = await nobody.post("/v1/password-resets/complete", json=body)

    assert (answer.status_code, answer.json()["code"]) == (ENDED if spoilt else (422, "invalid"))


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 410)])
async def test_a_reset_is_for_half_an_hour(
    world: World, nobody: Client, postman: Postman, minutes: int, status: int
) -> None:
    token = await reset_asked(world, await factories.user(world), postman)
    world.clock.advance(minutes=minutes)

    answer = await nobody.post("/v1/password-resets/complete", json={"token": token, "password": NEW})

    assert answer.status_code == status


@pytest.mark.parametrize(("hours", "status"), [(7 * 24 - 1, 200), (7 * 24 + 1, 410)])
async def test_an_invitation_is_for_a_week(
    world: World, as_administrator: Client, nobody: Client, postman: Postman, hours: int, status: int
) -> None:
    await invited(as_administrator)
    token = postman.token(await postman.only())
    world.clock.advance(hours=hours)

    answer = await nobody.post("/v1/invitations/accept", json={"token": token, "password": NEW})

    assert answer.status_code == status


async def test_a_newer_link_ends_the_older(
    world: World, as_administrator: Client, nobody: Client, postman: Postman
) -> None:
    user = await invited(as_administrator)
    first = postman.token(await postman.only())
    world.clock.advance(minutes=2)

    again = await as_administrator.post(f"/v1/users/{user['id']}/invitation")
    second = postman.token(await postman.only())
    answers = [
        await nobody.post("/v1/invitations/accept", json={"token": token, "password": NEW}) for token in (first, second)
    ]
    late = await as_administrator.post(f"/v1/users/{user['id']}/invitation")

    assert (again.status_code, [each.status_code for each in answers]) == (202, [410, 200])
    assert (late.status_code, late.json()["objections"]) == (409, ["already_signed_up"])


async def test_every_address_is_answered_alike(
    world: World, as_administrator: Client, nobody: Client, postman: Postman, statements: Statements
) -> None:
    user = await factories.user(world)
    off = await factories.user(world)
    await as_administrator.patch(f"/v1/users/{off.id}", json={"is_active": False}, version=1)
    answers, sent = [], []
    for email in (user.email, "absent@example.org", off.email):
        async with statements.counted() as texts:
            answers.append(await nobody.post("/v1/password-resets", json={"email": email}))
        sent.append([each for each in texts if "set_config" not in each])

    letters = await postman()

    alike = [(each.status_code, each.content, sorted(each.headers.keys() - {"x-request-id"})) for each in answers]
    assert alike == [alike[0]] * 3
    assert (alike[0][:2], len(sent[0]) > 0, sent) == ((202, b""), True, [sent[0]] * 3)
    assert [each["to"].addresses[0].addr_spec for each in letters] == [user.email]


async def test_a_new_password_ends_the_other_sessions_and_the_links(
    world: World, nobody: Client, postman: Postman
) -> None:
    user = await factories.user(world)
    here, there = await signed_in(world, user.email), await signed_in(world, user.email)
    token = await reset_asked(world, user, postman)

    wrong = await here.post("/v1/me/password", json={"current_password": NEW, "new_password": NEW})
    weak = await here.post("/v1/me/password", json={"current_password": factories.PASSWORD, "new_password": "мало"})
    right = await here.post("/v1/me/password", json={"current_password": factories.PASSWORD, "new_password": NEW})
    letter = await postman.only()
    link = await nobody.post("/v1/password-resets/complete", json={"token": token, "password": NEW})

    assert [(e["pointer"], e["code"]) for e in wrong.json()["errors"]] == [
        ("/current_password", "current_password_wrong")
    ]
    assert [e["pointer"] for e in weak.json()["errors"]] == ["/new_password"]
    assert (wrong.status_code, weak.status_code, right.status_code) == (422, 422, 204)
    assert ((await here.get("/v1/me")).status_code, (await there.get("/v1/me")).status_code) == (200, 401)
    assert (letter["subject"], link.status_code) == ("Ваш пароль змінено", 410)
    await signed_in(world, user.email, NEW)


async def test_a_taken_address_is_known_to_its_owner_only(world: World, postman: Postman) -> None:
    user = await factories.user(world)
    other = await factories.user(world, name="Marek Nowicki", language="en")
    client = await signed_in(world, user.email)

    answers = [await client.post("/v1/me/email", json={"email": email}) for email in (other.email, "free@example.org")]
    letters = await postman()

    assert [(each.status_code, each.content) for each in answers] == [(202, b"")] * 2
    assert sorted((each["to"], each["subject"]) for each in letters) == [
        ("Marek Nowicki <" + other.email + ">", "Your address already has an account"),
        (f"{user.name} <free@example.org>", "Підтвердьте нову адресу"),
    ]
    assert user.name not in text(next(each for each in letters if other.email in each["to"]))


async def test_an_address_that_was_taken_meanwhile_is_refused(world: World, nobody: Client, postman: Postman) -> None:
    user = await factories.user(world)
    client = await signed_in(world, user.email)
    await client.post("/v1/me/email", json={"email": EMAIL})
    token = postman.token(await postman.only())
    await factories.user(world, email=EMAIL)

    answer = await nobody.post("/v1/email-changes/confirm", json={"token": token})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "email_taken")
    assert (await client.seen("/v1/me"))["email"] == user.email


async def test_a_new_address_wants_a_fresh_proof(world: World) -> None:
    user = await factories.user(world)
    tokens = await world.client().made("/v1/sessions", {"email": user.email, "password": factories.PASSWORD})
    world.clock.advance(minutes=11)
    refreshed = await world.client().post("/v1/sessions/refresh", json={"refresh_token": tokens["refresh_token"]})

    answer = await world.client(refreshed.json()["access_token"]).post("/v1/me/email", json={"email": EMAIL})

    assert (answer.status_code, answer.json()["code"]) == (401, "proof_needed")


async def test_an_account_that_is_off_has_no_way_in_until_it_is_on_again(
    world: World, as_administrator: Client, nobody: Client, postman: Postman
) -> None:
    user = await factories.user(world)
    place, token = f"/v1/users/{user.id}", await reset_asked(world, user, postman)
    version = (await as_administrator.seen(place))["version"]
    world.clock.advance(minutes=2)

    off = await as_administrator.patch(place, json={"is_active": False}, version=version)
    closed = await nobody.post("/v1/password-resets/complete", json={"token": token, "password": NEW})
    await nobody.post("/v1/password-resets", json={"email": user.email})
    silent = await postman()
    invite = await as_administrator.post(f"{place}/invitation")
    await as_administrator.patch(place, json={"is_active": True}, version=off.json()["version"])
    still = await nobody.post("/v1/password-resets/complete", json={"token": token, "password": NEW})
    token = await reset_asked(world, user, postman)
    opened = await nobody.post("/v1/password-resets/complete", json={"token": token, "password": NEW})

    assert (closed.status_code, silent, still.status_code, opened.status_code) == (410, [], 410, 200)
    assert (invite.status_code, invite.json()["objections"]) == (409, ["already_signed_up", "account_is_off"])


async def test_a_person_edits_their_name_and_language(world: World) -> None:
    user = await factories.user(world)
    client = await signed_in(world, user.email)

    edited = await client.patch("/v1/me", json={"name": " Marek  Nowicki ", "language": "en"})
    refused = await client.patch("/v1/me", json={"name": None})
    stranger = await client.patch("/v1/me", json={"email": EMAIL})

    assert (edited.json()["name"], edited.json()["language"]) == ("Marek Nowicki", "en")
    assert edited.json() == await client.seen("/v1/me")
    assert (refused.status_code, stranger.status_code) == (422, 422)


@pytest.mark.two_connections
async def test_of_two_who_accept_at_once_one_comes_in(real_world: World) -> None:
    from_letters = await parallel_invitation(real_world)

    answers = await asyncio.gather(
        *(
            real_world.client().post("/v1/invitations/accept", json={"token": from_letters, "password": password})
            for password in (NEW, factories.PASSWORD)
        )
    )

    assert sorted(each.status_code for each in answers) == [200, 410]


async def parallel_invitation(world: World) -> str:
    with Mailbox().listening() as mailbox:
        await factories.user(world, email=EMAIL, password=None)
        postman = Postman(world, mailbox)
        return postman.token(await postman.only())


async def test_guesses_at_the_current_password_have_to_wait(world: World) -> None:
    user = await factories.user(world)
    client = await signed_in(world, user.email)
    guess = {"current_password": "не той пароль зовсім", "new_password": NEW}

    answers = [await client.post("/v1/me/password", json=guess) for _ in range(12)]
    right = await client.post("/v1/me/password", json=guess | {"current_password": factories.PASSWORD})
    world.clock.advance(hours=1)
    client = await signed_in(world, user.email)
    later = await client.post("/v1/me/password", json=guess | {"current_password": factories.PASSWORD})

    assert (answers[0].status_code, answers[-1].status_code, right.status_code) == (422, 429, 429)
    assert later.status_code == 204


async def test_nobodys_mailbox_is_filled_through_us(world: World, as_coordinator: Client) -> None:
    asked = [await as_coordinator.post("/v1/me/email", json={"email": "stranger@example.org"}) for _ in range(8)]
    other = await as_coordinator.post("/v1/me/email", json={"email": "another@example.org"})

    assert [each.status_code for each in asked] == [202] * 5 + [429] * 3
    assert other.status_code == 202
