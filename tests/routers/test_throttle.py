"""Guessing at the door: the same answer for every kind of wrong, and a wait that grows."""

import asyncio
from typing import Any

import httpx2
import pytest

from tests.support import factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

WRONG = "not the password at all"
FAILED = """
SELECT j.subject_id, jsonb_build_object(p.field, p.after) AS after
FROM journal j JOIN journal_personal p ON p.journal_id = j.id WHERE j.verb = 'sign_in_failed' ORDER BY j.id
"""


async def tried(client: Client, email: str, password: str = WRONG) -> httpx2.Response:
    return await client.post("/v1/sessions", json={"email": email, "password": password})


def seen(answer: httpx2.Response) -> tuple[Any, ...]:
    """All that a guesser can read, but for the name of the request and how many more they may send."""
    own = {"instance", "request_id"}
    passing = {"x-request-id", "content-length", "ratelimit"}
    body = {name: value for name, value in answer.json().items() if name not in own}
    headers = {name: value for name, value in answer.headers.items() if name not in passing}
    return answer.status_code, body, headers


async def everybody(world: World) -> dict[str, str]:
    known = await factories.user(world)
    off, archived, invited = [await factories.user(world) for _ in range(3)]
    async with world.work() as uow:
        for text, user in (
            ("UPDATE users SET is_active = false WHERE id = $1", off),
            ("UPDATE users SET archived_at = now() WHERE id = $1", archived),
            ("UPDATE users SET password_hash = NULL WHERE id = $1", invited),
        ):
            await uow.transaction.raw.execute(text, user.id)
    people = {"known": known, "switched off": off, "archived": archived, "invited": invited}
    return {name: user.email for name, user in people.items()} | {"unknown": "absent@example.org"}


async def test_every_kind_of_wrong_looks_the_same_also_when_it_has_to_wait(world: World, nobody: Client) -> None:
    emails = await everybody(world)

    found = {name: [seen(await tried(nobody, email)) for _ in range(7)] for name, email in emails.items()}

    statuses = [status for status, _, _ in found["unknown"]]
    assert statuses == [401] * 5 + [429] * 2
    assert [name for name, answers in found.items() if answers != found["unknown"]] == []


async def test_the_right_password_of_an_account_that_is_off_opens_nothing(world: World, nobody: Client) -> None:
    emails = await everybody(world)

    shut = [seen(await tried(nobody, emails[name], factories.PASSWORD)) for name in ("switched off", "archived")]

    assert shut == [seen(await tried(nobody, emails["unknown"], factories.PASSWORD))] * 2


async def test_who_has_to_wait_is_told_for_how_long_before_anything_is_computed(world: World, nobody: Client) -> None:
    user = await factories.user(world)
    for _ in range(5):
        await tried(nobody, user.email)

    refused = await tried(nobody, user.email, factories.PASSWORD)
    world.clock.advance(seconds=10)
    later = await tried(nobody, user.email, factories.PASSWORD)

    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert refused.headers["retry-after"] == "10"
    assert refused.json()["detail"] == "Too many attempts have failed. Try again in 10 s."
    assert later.status_code == 201


async def test_failures_are_in_the_journal_but_not_every_knock_at_a_shut_door(world: World, nobody: Client) -> None:
    user = await factories.user(world)
    for email in (user.email, "absent@example.org"):
        for _ in range(9):
            await tried(nobody, email)

    found = [(row["subject_id"], row["after"]) for row in await world.rows(FAILED)]

    here = {"address": "127.0.0.0/24"}
    assert found == [(user.id, here)] * 5 + [(None, here)] * 5


async def test_nothing_that_was_typed_is_kept(world: World, nobody: Client) -> None:
    """People type their password into the wrong field."""
    await tried(nobody, "переправа через псел у травні")

    kept = await world.rows(
        "SELECT to_jsonb(j)::text FROM journal j UNION ALL SELECT to_jsonb(t)::text FROM throttles t"
    )

    assert len(kept) > 3
    assert [row[0] for row in kept if "переправа" in row[0]] == []


@pytest.mark.parametrize("email", ["\u0000", "a\u0000@example.org", "\ufffe@example.org", "'; --", "і" * 320])
async def test_strange_addresses_are_only_wrong(world: World, nobody: Client, email: str) -> None:
    assert (await tried(nobody, email)).status_code in {400, 401, 422}


@pytest.mark.two_connections
async def test_a_burst_of_guesses_finds_the_door_open_five_times(real_world: World) -> None:
    user = await factories.user(real_world)

    answers = await asyncio.gather(*(tried(real_world.client(), user.email) for _ in range(100)))

    statuses = [each.status_code for each in answers]
    assert (statuses.count(401), set(statuses) - {401}) == (5, {429})
    assert len(await real_world.rows(FAILED)) == 5
