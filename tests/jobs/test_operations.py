"""Long operations: step by step, each in a short transaction; begun anew where it was left, and final once over."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import pytest

from app.errors import AppError
from app.jobs.operations import STEPS, WITH_FILES, run_operations
from app.jobs.retention import purge
from app.rules.operations import MOST_TRIES
from app.services import operations
from app.services.dispatch import BATCH
from app.services.operations import Claim
from app.vocabulary import OperationKind, Role
from app.worker import FUNCTIONS, TIMETABLE
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.horizon import settled
from tests.support.webhooks import Sending, sending
from tests.support.world import World

pytestmark = pytest.mark.anyio
REAL = pytest.mark.two_connections

MANY: Final = 2 * BATCH + 100
ASKED: Final = {"types": "organizations"}
# One transaction, and a change for each of them.
ORGANIZATIONS: Final = """
INSERT INTO organizations (id, kind, name_uk, name_en, country)
SELECT gen_random_uuid(), 'ngo', 'Спілка ' || n, 'Union ' || n, 'UA' FROM generate_series(1, $1::int) n
"""
SENT: Final = """
INSERT INTO webhook_deliveries
  (id, webhook_id, event_id, type, subject, subject_id, body, at, queued_at, due_at, status)
SELECT gen_random_uuid(), $1, gen_random_uuid(), 'partnership.updated', 'partnerships', gen_random_uuid(), '{}', $2, $2,
  $2, 'delivered'
FROM generate_series(1, $3::int)
"""
COUNT: Final = "SELECT count(*), count(DISTINCT event_id) FROM webhook_deliveries WHERE webhook_id = $1 AND type <> $2"


@pytest.fixture
async def sent(world: World, as_administrator: Client) -> AsyncIterator[Sending]:
    async with sending(world, as_administrator) as found:
        yield found


@pytest.fixture
async def really_sent(real_world: World) -> AsyncIterator[Sending]:
    real_world.clock.now = datetime.now(UTC)  # the journal has the real time
    async with sending(real_world, await actors.everywhere(real_world, Role.ADMINISTRATOR)) as found:
        yield found


async def begun(sent: Sending, webhook: str, **more: Any) -> dict[str, Any]:
    since = (sent.world.clock.now - timedelta(hours=1)).isoformat()
    answer = await sent.client.post(f"/v1/webhooks/{webhook}/replay", json={"since": since} | more)
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/v1/operations/{answer.json()['id']}"
    return dict(answer.json())


async def begun_long_ago(sent: Sending, webhook: str) -> dict[str, Any]:
    """Of days when the journal, which has the real time, had nothing to tell."""
    since, until = (sent.world.clock.now - timedelta(days=days) for days in (21, 19))
    return await begun(sent, webhook, since=since.isoformat(), until=until.isoformat())


async def seen(sent: Sending, id: str) -> dict[str, Any]:
    return dict(await sent.client.seen(f"/v1/operations/{id}"))


async def claimed(sent: Sending) -> Claim:
    async with sent.world.work() as uow:
        found = await operations.claim(uow)
    assert found is not None
    return found


async def stepped(sent: Sending, claim: Claim) -> bool:
    async with sent.world.work() as uow:
        return await operations.step(uow, claim, STEPS[claim.kind])


async def died(sent: Sending) -> None:
    """The lease of a worker that says nothing any more runs out."""
    async with sent.world.work() as uow:
        await uow.transaction.raw.execute("UPDATE operations SET lease_until = clock_timestamp() - interval '1s'")


async def known(sent: Sending, webhook: str, count: int = MANY) -> None:
    async with sent.world.work() as uow:
        await uow.transaction.raw.execute(SENT, UUID(webhook), uow.now - timedelta(days=20), count)


async def test_what_was_asked_for_is_carried_out_in_steps(sent: Sending) -> None:
    made = await sent.active()
    await known(sent, made["id"])
    asked = await begun_long_ago(sent, made["id"])
    claim = await claimed(sent)

    steps = []
    while await stepped(sent, claim):
        [(due,)] = await sent.world.rows("SELECT count(*) FROM webhook_deliveries WHERE status = 'due'")
        steps.append(due)
    done = await seen(sent, asked["id"])

    assert (asked["status"], asked["progress"], asked["result"]) == ("queued", {"done": 0, "total": None}, None)
    assert steps == [BATCH, 2 * BATCH]
    assert (done["status"], done["result"]["queued_count"], done["result"]["is_more"]) == ("done", MANY, False)
    assert (done["failure"], done["explanation"]) == (None, None)
    assert None not in (done["started_at"], done["finished_at"])


@REAL
async def test_a_worker_killed_in_the_middle_is_followed_by_one_that_goes_on(really_sent: Sending) -> None:
    """The connection is cut as the server sees it when a process is killed: while a step is being written."""
    sent, world = really_sent, really_sent.world
    made = await sent.active(event_types=["organization.created"])
    await with_scope(world, made["id"], "organizations:read")
    await sent.client.post(f"/v1/webhooks/{made['id']}/disable", json={"reason": "Переїзд"})
    async with world.work() as uow:
        await uow.transaction.raw.execute(ORGANIZATIONS, MANY)
    await settled(world)
    await sent.client.post(f"/v1/webhooks/{made['id']}/enable")
    await sent()
    world.clock.advance(seconds=30)
    asked = await begun(sent, made["id"])

    claim = await claimed(sent)
    assert [await stepped(sent, claim) for _ in range(2)] == [True, True]
    before = await seen(sent, asked["id"])
    with pytest.raises((asyncpg.InterfaceError, asyncpg.PostgresConnectionError, asyncpg.InternalClientError)):
        await cut_off(sent, claim)
    between = await world.rows(COUNT, UUID(made["id"]), "webhook.challenge")
    await died(sent)
    turns = await run_operations(sent.ctx())
    after = await seen(sent, asked["id"])

    assert [tuple(row) for row in between] == [(BATCH, BATCH)]
    assert (before["status"], before["progress"]["total"] >= MANY, turns) == ("running", True, 1)
    assert (after["status"], after["result"]["queued_count"]) == ("done", MANY)
    assert after["progress"]["done"] == after["progress"]["total"] >= before["progress"]["done"] > 0
    assert [tuple(row) for row in await world.rows(COUNT, UUID(made["id"]), "webhook.challenge")] == [(MANY, MANY)]


async def with_scope(world: World, webhook: str, scope: str) -> None:
    async with world.work() as uow:
        await uow.transaction.raw.execute(
            "UPDATE integrations SET scopes = array_append(scopes, $2) "
            "WHERE id = (SELECT integration_id FROM webhooks WHERE id = $1)",
            UUID(webhook),
            scope,
        )


async def cut_off(sent: Sending, claim: Claim) -> None:
    async with sent.world.work() as uow:
        assert await operations.step(uow, claim, STEPS[claim.kind])
        process = await uow.transaction.raw.fetchval("SELECT pg_backend_pid()")
        assert await sent.world.rows("SELECT pg_terminate_backend($1)", process) == [(True,)]


@REAL
async def test_nobody_waits_for_a_replay(really_sent: Sending) -> None:
    """Between two steps the horizon moves: the feed and the seal go on."""
    sent, world = really_sent, really_sent.world
    made = await sent.active()
    await known(sent, made["id"])
    await begun_long_ago(sent, made["id"])
    cursor = (await sent.client.seen("/v1/changes", params=ASKED))["next_cursor"]
    claim = await claimed(sent)

    assert await stepped(sent, claim)
    organization = await factories.organization(world)
    await settled(world)
    page = await sent.client.seen("/v1/changes", params=ASKED | {"cursor": cursor})
    assert await stepped(sent, claim)

    assert [item["id"] for item in page["items"]] == [str(organization.id)]


async def test_a_cancelled_one_ends_after_its_step_and_never_changes_again(sent: Sending) -> None:
    made = await sent.active()
    await known(sent, made["id"])
    asked = await begun_long_ago(sent, made["id"])
    claim = await claimed(sent)
    assert await stepped(sent, claim)

    cancelled = await sent.client.post(f"/v1/operations/{asked['id']}/cancel")
    more = await stepped(sent, claim)
    again = await sent.client.post(f"/v1/operations/{asked['id']}/cancel")
    turns = await run_operations(sent.ctx())

    assert (cancelled.status_code, cancelled.json()["status"], more, turns) == (200, "cancelled", False, 0)
    assert (again.status_code, again.json()["objections"]) == (409, ["operation_is_over"])
    assert await seen(sent, asked["id"]) == cancelled.json()
    [(due,)] = await sent.world.rows("SELECT count(*) FROM webhook_deliveries WHERE status = 'due'")
    assert due == BATCH
    with pytest.raises(asyncpg.CheckViolationError):
        async with sent.world.work() as uow:
            await uow.transaction.raw.execute("UPDATE operations SET status = 'done'")


async def test_whoever_lost_it_to_another_worker_writes_nothing(sent: Sending) -> None:
    made = await sent.active()
    await known(sent, made["id"])
    await begun_long_ago(sent, made["id"])
    slow = await claimed(sent)
    await died(sent)
    other = await claimed(sent)

    lost, taken = await stepped(sent, slow), await stepped(sent, other)

    [(due,)] = await sent.world.rows("SELECT count(*) FROM webhook_deliveries WHERE status = 'due'")
    assert (lost, taken, due, other.fence) == (False, True, BATCH, slow.fence + 1)


async def test_one_that_a_rule_refuses_fails_with_the_reason_and_the_way_out(sent: Sending) -> None:
    made = await sent.active()
    asked = await begun(sent, made["id"])
    await sent.client.post(f"/v1/webhooks/{made['id']}/disable", json={"reason": "Переїзд"})

    await run_operations(sent.ctx())

    failed = await seen(sent, asked["id"])
    assert (failed["status"], failed["failure"], failed["result"]) == ("failed", "replay_stopped", None)
    assert failed["explanation"].startswith("The webhook or its integration was switched off meanwhile.")


async def test_one_that_never_gets_on_waits_longer_each_time_and_is_given_up(sent: Sending) -> None:
    made = await sent.active()
    asked = await begun(sent, made["id"])
    async with sent.world.work() as uow:
        await uow.transaction.raw.execute("UPDATE operations SET state = '{\"nonsense\": 7}'")
    tries = 0
    for _ in range(MOST_TRIES):
        tries += await run_operations(sent.ctx())
        at_once = await run_operations(sent.ctx())
        assert at_once == 0
        sent.world.clock.advance(minutes=10)
    await run_operations(sent.ctx())
    await sent.later()

    failed = await seen(sent, asked["id"])
    assert (tries, failed["status"], failed["failure"]) == (MOST_TRIES, "failed", "operation_gave_up")


async def test_two_take_turns(sent: Sending) -> None:
    first, second = await sent.active(), await sent.active()
    asked = []
    for each in (first, second):
        await known(sent, each["id"])
        asked.append(await begun_long_ago(sent, each["id"]))
        sent.world.clock.advance(seconds=1)
    taken = []
    for _ in range(4):
        claim = await claimed(sent)
        await stepped(sent, claim)
        async with sent.world.work() as uow:
            await operations.put_off(uow, claim, is_broken=False)
        taken.append(str(claim.id))
        sent.world.clock.advance(seconds=1)

    assert taken == [asked[0]["id"], asked[1]["id"]] * 2


async def test_a_webhook_has_one_replay_at_a_time(sent: Sending) -> None:
    made = await sent.active()
    asked = await begun(sent, made["id"])

    refusal = await sent.client.post(f"/v1/webhooks/{made['id']}/replay", json={"since": "2026-11-01T00:00:00Z"})
    await sent.client.post(f"/v1/operations/{asked['id']}/cancel")
    again = await begun(sent, made["id"])

    assert (refusal.status_code, refusal.json()["objections"]) == (409, ["replay_under_way"])
    assert asked["id"] in refusal.json()["detail"]
    assert again["id"] != asked["id"]


async def test_one_run_at_a_time_in_a_process(sent: Sending) -> None:
    made = await sent.active()
    await begun(sent, made["id"])
    turn = asyncio.Lock()
    async with turn:
        assert await run_operations(sent.ctx() | {"operations": turn}) == 0


async def test_what_is_long_over_is_forgotten(sent: Sending) -> None:
    made = await sent.active()
    await sent.replayed(made["id"], since="2026-11-01T00:00:00Z")
    waiting = await begun(sent, made["id"])
    await sent.later(days=91)

    removed = await purge(sent.ctx())

    assert removed["operations"] == 1
    assert [each["id"] for each in (await sent.client.seen("/v1/operations"))["items"]] == [waiting["id"]]


def test_the_worker_carries_them_out_on_a_ring_and_every_five_seconds() -> None:
    swept = next(each for each in TIMETABLE if each.coroutine is run_operations)

    assert run_operations in [each.coroutine for each in FUNCTIONS]
    assert swept.second == set(range(0, 60, 5))
    assert {*STEPS, *WITH_FILES} == set(OperationKind)


def test_a_refusal_without_a_sentence_still_says_something() -> None:
    assert operations.reason(AppError("not_found")) == "operation_gave_up"
