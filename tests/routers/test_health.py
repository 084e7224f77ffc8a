import re
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.adapters.embedded_postgres import SUPERUSER
from app.vocabulary import Role
from tests.support import actors, factories, reminders
from tests.support.client import Client
from tests.support.database import TestServer, fetch
from tests.support.world import World

pytestmark = pytest.mark.anyio

# Before all others in the order of the journal.
UNSEALED_FOR_LONG = """
INSERT INTO journal (kept, epoch, xid, at, actor_kind, actor_name, verb, subject, row_table, operation)
VALUES ('records', 0, '1', clock_timestamp() - interval '6 minutes', 'command', 'tests', 'look_around', 'journal',
        'journal', 'note')
"""
TOKEN = "measured by whoever has this"


async def test_a_well_process_says_so(nobody: Client) -> None:
    assert await nobody.seen("/livez") == {"status": "ok"}
    assert (await nobody.seen("/readyz"))["status"] == "ok"


async def test_how_far_the_sealing_is_behind_can_be_seen(world: World, nobody: Client) -> None:
    async with world.work() as uow:
        await uow.transaction.raw.execute("UPDATE journal_cursors SET epoch = 1000 WHERE name = 'sealer'")
    done = await nobody.seen("/readyz")
    async with world.work() as uow:
        await uow.transaction.raw.execute("UPDATE journal_cursors SET epoch = 0 WHERE name = 'sealer'")
        await uow.transaction.raw.execute(UNSEALED_FOR_LONG)
    behind = await nobody.seen("/readyz")
    measured = (await nobody.get("/metrics")).text

    on_time = {"lag_seconds": 0, "is_late": False}
    assert done == {"status": "ok", "sealing": on_time, "reminders": on_time}
    assert behind["sealing"]["is_late"]
    assert behind["sealing"]["lag_seconds"] > 360
    assert "pobratym_journal_sealed_entries 0.0" in measured
    [lag] = re.findall(r"^pobratym_journal_sealing_lag_seconds ([0-9.e+]+)$", measured, re.MULTILINE)
    assert float(lag) > 360


async def test_how_long_reminders_wait_can_be_seen(world: World, as_administrator: Client) -> None:
    me = UUID((await as_administrator.seen("/v1/me"))["id"])
    soon = {"next_step": "Зателефонувати", "next_step_on": world.clock.today}
    await factories.partnership(world, coordinator_id=me, **soon)
    await reminders.planned(world)
    world.clock.advance(minutes=10)

    waiting = (await world.client().seen("/readyz"))["reminders"]
    measured = (await world.client().get("/metrics")).text
    await reminders.told(world)
    told = (await world.client().seen("/readyz"))["reminders"]

    assert (waiting["is_late"], waiting["lag_seconds"] >= 600, told["is_late"]) == (True, True, False)
    assert re.search(r"^pobratym_reminders_lag_seconds [1-9]", measured, re.MULTILINE)
    assert "pobratym_reminders_stuck 0.0" in measured


@pytest.mark.two_connections
@pytest.mark.parametrize("path", ["/readyz", "/v1/me"])
async def test_when_the_database_hangs_up_the_client_may_try_again(
    real_world: World, server: TestServer, path: str
) -> None:
    client = await actors.everywhere(real_world, Role.ANALYST)
    name = (await real_world.rows("SELECT current_database()"))[0][0]
    hang_up = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608 - the name is the database's own
    await fetch(server.postgres.url(SUPERUSER, "postgres"), hang_up)

    first = await client.get(path)
    second = await client.get(path)

    assert first.status_code in {200, 503}
    assert second.status_code == 200


async def test_requests_are_counted_by_route_and_not_by_address(nobody: Client) -> None:
    await nobody.get("/v1/reference/colours")

    metrics = (await nobody.get("/metrics")).text

    assert "/v1/reference/{taxonomy}" in metrics
    assert "colours" not in metrics


@pytest.mark.parametrize(
    ("address", "token", "given", "status"),
    [
        ("127.0.0.1", None, None, 200),
        ("::ffff:127.0.0.1", None, None, 200),
        ("10.0.0.7", None, None, 404),
        ("203.0.113.9", None, f"Bearer {TOKEN}", 404),
        ("203.0.113.9", TOKEN, f"Bearer {TOKEN}", 200),
        ("127.0.0.1", TOKEN, None, 404),
        ("127.0.0.1", TOKEN, f"Bearer {TOKEN[::-1]}", 404),
    ],
)
async def test_measurements_are_shown_here_or_for_their_token(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, address: str, token: str | None, given: str | None, status: int
) -> None:
    monkeypatch.setattr(app.state.runtime.settings.http, "metrics_token", SecretStr(token) if token else None)
    transport = httpx2.ASGITransport(app=app, client=(address, 4711))
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get("/metrics", headers={"authorization": given} if given else {})

    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/", "/v2/organizations", "/v1/organizations/", "/v1//me", "/.env", "/v1/colours"])
async def test_what_does_not_exist_is_a_problem_like_any_other(nobody: Client, path: str) -> None:
    answer = await nobody.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path", "offered"),
    [
        ("DELETE", "/v1/organizations", "GET, POST"),
        ("PUT", "/v1/organizations/00000000-0000-0000-0000-000000000000", "GET, PATCH"),
        ("GET", "/v1/organizations/00000000-0000-0000-0000-000000000000/archive", "POST"),
    ],
)
async def test_a_method_that_is_not_offered_is_named_so(nobody: Client, method: str, path: str, offered: str) -> None:
    answer = await nobody.request(method, path)

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == offered


async def test_every_answer_has_the_id_of_its_request(nobody: Client) -> None:
    given = await nobody.get("/v1/me", headers={"x-request-id": "from-the-client-01"})

    assert (given.headers["x-request-id"], given.json()["request_id"]) == ("from-the-client-01",) * 2
    assert given.json()["instance"] == "urn:request:from-the-client-01"
