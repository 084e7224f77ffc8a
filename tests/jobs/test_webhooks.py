"""Events on their way to other systems: signed, shared between workers, and never told twice."""

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from app.commands.vault import rotated
from app.core.db import Database
from app.jobs.retention import purge
from app.jobs.webhooks import Flights, deliver_webhooks
from app.main import target
from app.services import deliveries
from app.services.deliveries import Room
from app.settings import Settings, Vault
from app.vocabulary import Role
from app.worker import FUNCTIONS, TIMETABLE
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.receiver import OK, Received, answer
from tests.support.webhooks import Sending, sending
from tests.support.world import World

pytestmark = pytest.mark.anyio

K1: Final = f"k1:{base64.b64encode(bytes(range(32))).decode()}"


@pytest.fixture
async def sent(world: World, as_administrator: Client) -> AsyncIterator[Sending]:
    async with sending(world, as_administrator) as found:
        yield found


def checked(secret: str, received: Received, now: datetime) -> Any:
    """By the package of the standard, which takes only fresh messages: the moment of now is put in, and signed anew."""
    fresh = int(datetime.now(UTC).timestamp())
    stated = int(received.headers["webhook-timestamp"])
    assert stated == int(now.timestamp())
    official = Webhook(secret)
    id = received.headers["webhook-id"]
    expected = official.sign(id, datetime.fromtimestamp(stated, tz=UTC), received.body.decode())
    assert expected in received.headers["webhook-signature"].split()
    again = official.sign(id, datetime.fromtimestamp(fresh, tz=UTC), received.body.decode())
    headers = received.headers | {"webhook-timestamp": str(fresh), "webhook-signature": again}
    return official.verify(received.body.decode(), headers)


def checked_asymmetric(public_key: str, received: Received) -> bool:
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key.removeprefix("whpk_")))
    signed = f"{received.headers['webhook-id']}.{received.headers['webhook-timestamp']}.".encode() + received.body
    for each in received.headers["webhook-signature"].split():
        version, _, signature = each.partition(",")
        if version == "v1a":
            with contextlib.suppress(InvalidSignature):
                key.verify(base64.b64decode(signature), signed)
                return True
    return False


async def test_an_address_proves_itself_before_anything_else_is_sent(sent: Sending) -> None:
    made = await sent.made()
    await sent.queue(made["id"])

    await sent()

    [challenge, event] = sent.receiver.received
    assert challenge.json["type"] == "webhook.challenge"
    assert challenge.headers["user-agent"] == "Pobratym-Webhooks/1"
    assert event.json["type"] == "partnership.updated"
    assert checked(made["secret"], challenge, sent.world.clock.now) == challenge.json
    seen = await sent.seen(made["id"])
    assert (seen["status"], seen["health"]["failures"], seen["version"]) == ("active", 0, made["version"] + 1)


@pytest.mark.parametrize(
    "found",
    [OK, answer(200, b'{"challenge": "another"}'), answer(200, b"[]"), answer(200, b'"text"'), answer(204)],
    ids=["ok", "another", "list", "text", "nothing"],
)
async def test_an_address_that_does_not_answer_the_challenge_is_sent_nothing(sent: Sending, found: bytes) -> None:
    sent.receiver.answers = lambda _: found
    made = await sent.made()
    await sent.queue(made["id"])

    await sent()

    assert [each.json["type"] for each in sent.receiver.received] == ["webhook.challenge"]
    assert (await sent.seen(made["id"]))["status"] == "pending"
    [last, first] = await sent.deliveries(made["id"])
    assert (first["status"], first["last_failure"]) == ("failed", "challenge_failed")
    assert "challenge" in first["remedy"]
    assert last["status"] == "due"


async def test_every_event_is_signed_in_both_ways_by_the_exact_bytes(sent: Sending) -> None:
    made = await sent.active()
    body = json.dumps({"type": "partnership.updated", "data": {"назва": "Суми — Люблін"}}, ensure_ascii=False, indent=1)
    await sent.queue(made["id"], body=body)

    assert await sent() == 1

    [event] = sent.receiver.events
    assert event.body == body.encode()
    assert checked(made["secret"], event, sent.world.clock.now) == json.loads(body)
    assert checked_asymmetric(made["signing_keys"][0]["public_key"], event)
    assert [each.partition(",")[0] for each in event.headers["webhook-signature"].split()] == ["v1", "v1a"]
    with pytest.raises(WebhookVerificationError):
        checked_with_another_body(made["secret"], event)


def checked_with_another_body(secret: str, received: Received) -> None:
    at = datetime.now(UTC)
    signature = Webhook(secret).sign(received.headers["webhook-id"], at, received.body.decode())
    headers = received.headers | {"webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    Webhook(secret).verify(received.body.decode() + " ", headers)


async def test_while_a_secret_is_replaced_both_sign(sent: Sending) -> None:
    made = await sent.active()
    rotated = (await sent.client.post(f"/v1/webhooks/{made['id']}/rotate-secret")).json()
    await sent.queue(made["id"])
    await sent()
    await sent.later(hours=24, seconds=1)
    await sent.queue(made["id"])
    await sent()

    overlap, after = sent.receiver.events
    assert rotated["secret"] != made["secret"]
    assert len(overlap.headers["webhook-signature"].split()) == 4
    for secret in (made["secret"], rotated["secret"]):
        assert checked(secret, overlap, sent.world.clock.now - timedelta(hours=24, seconds=1))
    for key in (made["signing_keys"][0]["public_key"], rotated["signing_keys"][0]["public_key"]):
        assert checked_asymmetric(key, overlap)
    assert len(after.headers["webhook-signature"].split()) == 2
    assert checked(rotated["secret"], after, sent.world.clock.now)
    assert not checked_asymmetric(made["signing_keys"][0]["public_key"], after)


async def test_no_more_than_a_few_are_on_their_way_to_one_address(sent: Sending) -> None:
    made = await sent.active()
    for _ in range(9):
        await sent.queue(made["id"])
    async with sent.world.work() as uow:
        first = await deliveries.claim(uow, Room(50, 10))
        second = await deliveries.claim(uow, Room(50, 10))

    assert (len(first), len(second)) == (4, 0)


async def test_a_worker_that_died_gives_back_what_it_had(sent: Sending) -> None:
    made = await sent.active()
    await sent.queue(made["id"])
    async with sent.world.work() as uow:
        [claimed] = await deliveries.claim(uow, Room(50, 10))
        await uow.transaction.raw.execute(
            "UPDATE webhook_deliveries SET lease_until = clock_timestamp() - interval '1s'"
        )

    await sent()

    [delivery] = await sent.deliveries(made["id"], type="partnership.updated")
    assert (delivery["status"], delivery["attempts"], len(sent.receiver.events)) == ("delivered", 2, 1)
    assert claimed.fence == 1


async def test_an_integration_that_is_off_is_told_nothing(sent: Sending) -> None:
    made = await sent.active()
    await sent.queue(made["id"])
    integration = (await sent.seen(made["id"]))["integration_id"]
    seen = await sent.client.seen(f"/v1/integrations/{integration}")
    await sent.client.patch(f"/v1/integrations/{integration}", json={"is_active": False}, version=seen["version"])

    await sent()

    [delivery] = await sent.deliveries(made["id"], type="partnership.updated")
    assert (delivery["status"], delivery["last_failure"]) == ("dropped", "integration_off")
    assert sent.receiver.events == []


async def test_a_second_run_of_the_same_worker_leaves_the_work_to_the_first(sent: Sending) -> None:
    ctx = sent.ctx()
    ctx["flights"].is_led = True

    assert await deliver_webhooks(ctx) == 0


def test_the_worker_delivers_on_a_ring_and_every_two_seconds() -> None:
    swept = next(each for each in TIMETABLE if each.coroutine is deliver_webhooks)

    assert deliver_webhooks in [each.coroutine for each in FUNCTIONS]
    assert swept.second == set(range(0, 60, 2))


@pytest.mark.two_connections
async def test_two_workers_share_the_work_and_tell_nothing_twice(real_world: World) -> None:
    """And the keys of the settings are turned afterwards: the same secret still signs, and the record is the same."""
    client = await actors.everywhere(real_world, Role.ADMINISTRATOR)
    async with sending(real_world, client) as sent:
        made = await sent.active()
        for _ in range(30):
            await sent.queue(made["id"])

        counts = await asyncio.gather(sent(), replace(sent, flights=Flights())())

        told = [each.headers["webhook-id"] for each in sent.receiver.events]
        assert (len(told), len(set(told)), sum(counts)) == (30, 30, 30)
        turned = real_world.app.state.runtime.settings.model_copy(update={"vault": Vault(keys=K1)})
        version = (await sent.seen(made["id"]))["version"]
        async with opened(turned) as db:
            await rotated(db, data=False)
            await sent.queue(made["id"])
            await deliver_webhooks(sent.ctx() | {"db": db})
        assert checked(made["secret"], sent.receiver.events[-1], real_world.clock.now)
        assert [row[0] for row in await real_world.rows("SELECT kek_id FROM webhook_secrets")] == ["k1"]
        assert (await sent.seen(made["id"]))["version"] == version


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    db = Database(target(settings))
    await db.open()
    try:
        yield db
    finally:
        await db.close()


async def test_what_was_sent_long_ago_is_forgotten_with_every_try(sent: Sending) -> None:
    made = await sent.active()
    await sent.queue(made["id"])
    await sent.later(days=91)
    before = await sent.world.rows("SELECT count(*) FROM webhook_attempts")

    removed = await purge(sent.ctx())

    assert removed["deliveries"] == 1
    assert [row[0] for row in before] == [1]
    assert [row[0] for row in await sent.world.rows("SELECT count(*) FROM webhook_attempts")] == [0]
    assert [each["status"] for each in await sent.deliveries(made["id"])] == ["due"]


@pytest.mark.two_connections
async def test_what_was_missed_while_a_webhook_was_off_is_made_up_for(real_world: World) -> None:
    real_world.clock.now = datetime.now(UTC)  # the journal has the real time
    client = await actors.everywhere(real_world, Role.ADMINISTRATOR)
    hromada = await factories.hromada(real_world)
    async with sending(real_world, client) as sent:
        made = await sent.active()
        place = f"/v1/webhooks/{made['id']}"
        await sent.client.post(f"{place}/disable", json={"reason": "Переїзд"})
        partnership = await factories.partnership(real_world, hromada.id)
        await sent.client.post(f"{place}/enable")
        await sent()
        real_world.clock.advance(seconds=30)
        since = (real_world.clock.now - timedelta(minutes=5)).isoformat()

        replayed, again = [await sent.replayed(made["id"], since=since) for _ in range(2)]
        await sent()

    assert [each["result"]["queued_count"] for each in (replayed, again)] == [1, 0]
    [event] = sent.receiver.events
    assert (event.json["type"], event.json["data"]["id"]) == ("partnership.created", str(partnership.id))
    assert checked(made["secret"], event, real_world.clock.now)
