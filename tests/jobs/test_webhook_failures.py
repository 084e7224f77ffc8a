"""Receivers that fail: asked again for days, left alone when they are busy, given up, and never in anybody's way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import pytest

from tests.support.client import Client
from tests.support.mail import Postman, text
from tests.support.receiver import OK, Receiver, Write, answer
from tests.support.webhooks import Sending, sending
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sent(world: World, as_administrator: Client) -> AsyncIterator[Sending]:
    async with sending(world, as_administrator) as found:
        yield found


async def test_what_fails_is_tried_for_three_days_under_the_same_id(sent: Sending) -> None:
    made = await sent.active()
    sent.receiver.answers = lambda _: answer(500, b"Traceback: \0 secret")
    await sent.queue(made["id"])
    began, moments = sent.world.clock.now, []
    for _ in range(30):
        before = len(sent.receiver.events)
        await sent()
        moments += [sent.world.clock.now - began] * (len(sent.receiver.events) - before)
        [delivery] = await sent.deliveries(made["id"], type="partnership.updated")
        if delivery["status"] != "due":
            break
        due = datetime.fromisoformat(delivery["due_at"]) - sent.world.clock.now
        await sent.later(seconds=due.total_seconds() + 900)

    assert (delivery["status"], delivery["attempts"], delivery["last_failure"]) == ("failed", 10, "broken")
    assert timedelta(days=3) < moments[-1] < timedelta(days=4, hours=6)
    assert len({each.headers["webhook-id"] for each in sent.receiver.events}) == 1
    stamps = [int(each.headers["webhook-timestamp"]) for each in sent.receiver.events]
    assert stamps == sorted(set(stamps))
    assert len(stamps) == 10
    detail = await sent.client.seen(f"/v1/webhooks/{made['id']}/deliveries/{delivery['id']}")
    assert len(detail["tries"]) == 10
    [last, *_] = detail["tries"]
    assert (last["status_code"], last["failure"], last["response_excerpt"]) == (500, "broken", "Traceback:   secret")
    assert last["request_headers"].keys() == {"content-type", "user-agent", "webhook-id", "webhook-timestamp"}
    assert "log" in last["remedy"]


async def test_who_is_busy_is_left_alone_for_as_long_as_they_ask(sent: Sending) -> None:
    made = await sent.active()
    sent.receiver.answers = lambda _: answer(429, retry_after="3600")
    for _ in range(2):
        await sent.queue(made["id"])
    await sent()
    asked = len(sent.receiver.events)
    await sent.queue(made["id"])
    await sent.later(minutes=59)
    await sent()
    assert len(sent.receiver.events) == asked

    sent.receiver.answers = lambda _: OK
    await sent.later(minutes=2)
    await sent()

    assert {each["status"] for each in await sent.deliveries(made["id"])} == {"delivered"}
    assert (await sent.seen(made["id"]))["health"] == {
        "failures": 0,
        "failing_since": None,
        "paused_until": None,
        "delivered_at": f"{sent.world.clock.now:%Y-%m-%dT%H:%M:%S.%fZ}",
    }


async def test_nobody_makes_us_wait_for_longer_than_a_day(sent: Sending) -> None:
    made = await sent.active()
    sent.receiver.answers = lambda _: answer(503, retry_after="99999999")
    await sent.queue(made["id"])

    await sent()

    [delivery] = await sent.deliveries(made["id"], type="partnership.updated")
    assert datetime.fromisoformat(delivery["due_at"]) == sent.world.clock.now + timedelta(hours=24)


async def test_who_says_gone_is_sent_nothing_more_and_the_owner_is_told(sent: Sending, postman: Postman) -> None:
    made = await sent.active()
    sent.receiver.answers = lambda _: answer(410)
    await sent.queue(made["id"])
    await sent()
    sent.receiver.received.clear()
    await sent.queue(made["id"])
    await sent()

    seen = await sent.seen(made["id"])
    assert (seen["status"], seen["disabled_because"]) == ("disabled", "gone")
    assert sent.receiver.received == []
    assert {each["status"] for each in await sent.deliveries(made["id"], type="partnership.updated")} == {"dropped"}
    [letter] = await postman()
    assert (letter["To"], letter["Subject"]) == ('"gis@example.org" <gis@example.org>', "Вебхук вимкнено")
    assert "«Геопортал»" in text(letter)
    [entry, *_] = (await sent.client.seen(f"/v1/webhooks/{made['id']}/history"))["items"]
    assert (entry["actor_kind"], entry["reason"]) == ("job", "the address answered that it is gone")


async def test_nothing_but_failures_for_days_ends_a_webhook(sent: Sending, postman: Postman) -> None:
    made = await sent.active()
    sent.receiver.answers = lambda _: answer(500)
    for _ in range(5):
        await sent.queue(made["id"])
        await sent()
        await sent.later(days=1, minutes=1)
    still = await sent.seen(made["id"])
    await sent.queue(made["id"])
    await sent()

    ended = await sent.seen(made["id"])
    assert [(each["status"], each["disabled_because"]) for each in (still, ended)] == [
        ("active", None),
        ("disabled", "failing"),
    ]
    assert len(await postman()) == 1
    assert {each["status"] for each in await sent.deliveries(made["id"], type="partnership.updated")} == {"dropped"}


async def test_one_success_makes_good_for_many_failures(sent: Sending) -> None:
    made = await sent.active()
    for status in (500, 500, 200, 500, 500):
        sent.receiver.answers = lambda _, status=status: answer(status)  # type: ignore[misc]  # bound at once
        await sent.queue(made["id"])
        await sent()
        await sent.later(days=2)

    seen = await sent.seen(made["id"])

    assert seen["status"] == "active"


async def test_after_three_failures_one_at_a_time_finds_out_whether_anybody_is_there(sent: Sending) -> None:
    made = await sent.active()
    sent.receiver.answers = lambda _: answer(500)
    for _ in range(20):
        await sent.queue(made["id"])
    await sent()
    first = len(sent.receiver.events)
    counts = []
    for _ in range(3):
        await sent.later(minutes=16)
        before = len(sent.receiver.events)
        await sent()
        counts.append(len(sent.receiver.events) - before)
    sent.receiver.answers = lambda _: OK
    await sent.later(hours=6)
    await sent()

    assert first == 4  # as many as may be on their way to one address together
    assert counts == [1, 1, 1]
    assert {each["status"] for each in await sent.deliveries(made["id"])} == {"delivered"}


async def test_a_dead_receiver_delays_nobody(sent: Sending) -> None:
    """Twenty addresses that take a message and never answer stand before one that does."""
    released = asyncio.Event()

    async def never(_: Write) -> None:
        await released.wait()

    async with AsyncExitStack() as stack:
        dead = await stack.enter_async_context(Receiver().listening())
        found = await stack.enter_async_context(sending(sent.world, sent.client, dead))
        for _ in range(12):
            webhook = await found.active(url=f"{dead.origin}/x")
            for _ in range(3):
                await found.queue(webhook["id"])
        live = await found.active()
        dead.answers = lambda _: never
        for _ in range(20):
            await found.queue(live["id"])
        run = asyncio.create_task(found())
        for _ in range(400):
            if len(found.receiver.events) == 20:
                break
            await asyncio.sleep(0.01)
        at_that_moment = (len(found.receiver.events), run.done())
        released.set()
        await run

    assert at_that_moment == (20, False)
    assert {each["status"] for each in await found.deliveries(live["id"])} == {"delivered"}


async def test_what_came_of_an_old_address_says_nothing_about_the_new_one(sent: Sending) -> None:
    """The answer is 410, but the webhook has moved while it was on its way."""
    made = await sent.active()
    taken, moved = asyncio.Event(), asyncio.Event()

    async def gone(write: Write) -> None:
        taken.set()
        await moved.wait()
        await write(answer(410))

    sent.receiver.answers = lambda _: gone
    await sent.queue(made["id"])
    run = asyncio.create_task(sent())
    await taken.wait()
    version = (await sent.seen(made["id"]))["version"]
    new = {"url": f"{sent.receiver.origin}/new"}
    await sent.client.patch(f"/v1/webhooks/{made['id']}", json=new, version=version)
    sent.receiver.answers = Receiver().answers
    moved.set()
    await run

    assert (await sent.seen(made["id"]))["status"] == "active"
    assert [each.target for each in sent.receiver.received][-1] == "/new"
