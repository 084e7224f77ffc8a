"""Where other systems are told of events: made, confirmed, changed, switched off, looked into and replayed."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from app.rules.permissions import FOR_PEOPLE, GRANTS, Permission
from app.vocabulary import Role, WebhookStatus
from tests.conftest import AsHromada
from tests.rules.test_destinations import HOSTILE
from tests.support import factories
from tests.support.client import Client
from tests.support.receiver import OK, answer
from tests.support.webhooks import Sending, sending
from tests.support.world import World

pytestmark = pytest.mark.anyio

WHY: Final = {"reason": "Сервер переїжджає"}
MORE_THAN_A_MANAGER: Final = min(set(Permission) - FOR_PEOPLE - GRANTS[Role.HROMADA_MANAGER])


@pytest.fixture
async def sent(world: World, as_administrator: Client) -> AsyncIterator[Sending]:
    async with sending(world, as_administrator) as found:
        yield found


async def described(world: World, **given: Any) -> dict[str, Any]:
    if "integration_id" not in given:
        given["integration_id"] = str((await factories.integration(world)).id)
    return {"name": "Геопортал", "url": "https://gis.example.org/pobratym"} | given


def said(found: Any) -> tuple[int, str]:
    return found.status_code, found.json()["code"]


def objected(found: Any) -> tuple[int, list[str]]:
    return found.status_code, found.json()["objections"]


async def test_a_secret_is_shown_once_and_kept_sealed(world: World, as_administrator: Client) -> None:
    body = await described(world)

    made = await as_administrator.post("/v1/webhooks", json=body, key="once")
    again = await as_administrator.post("/v1/webhooks", json=body, key="once")

    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    secret = made.json()["secret"]
    assert (secret[:6], len(secret)) == ("whsec_", 50)
    assert again.json() == made.json() | {"secret": None}
    seen = await as_administrator.seen(f"/v1/webhooks/{made.json()['id']}")
    assert made.json() == seen | {"secret": secret}
    assert [each["public_key"][:5] for each in seen["signing_keys"]] == ["whpk_"]
    assert (seen["status"], seen["activated_at"]) == ("pending", None)
    for text in (
        "SELECT to_jsonb(j)::text FROM journal j",
        "SELECT to_jsonb(s)::text FROM webhook_secrets s",
        "SELECT convert_from(body, 'UTF8') FROM idempotency_keys",
    ):
        rows = [row[0] for row in await world.rows(text)]
        assert rows
        assert [row for row in rows if secret.removeprefix("whsec_") in row] == []


async def test_a_hostile_address_is_refused_at_the_door_with_the_way_out(
    world: World, as_administrator: Client
) -> None:
    """The wall behind the door is tested with a canary, in tests/adapters."""
    body = await described(world)
    for url, code in HOSTILE.items():
        refusal = await as_administrator.post("/v1/webhooks", json=body | {"url": url})

        [error] = refusal.json()["errors"]
        assert (refusal.status_code, error["pointer"]) in {(422, "/url"), (400, "/url")}, url
        assert error["code"] in {code, "string_too_short", "string_too_long", "control_characters", "bad_character"}, (
            url
        )


@pytest.mark.parametrize("types", [["webhook.ping"], ["webhook.challenge"], ["town.painted"], ["project.created"] * 2])
async def test_nobody_subscribes_to_what_there_is_not(world: World, as_administrator: Client, types: list[str]) -> None:
    refusal = await as_administrator.post("/v1/webhooks", json=await described(world, event_types=types))

    assert said(refusal) == (422, "invalid")


async def test_who_makes_a_webhook_holds_all_that_it_gives_away(world: World, as_hromada_manager: AsHromada) -> None:
    hromada = await factories.hromada(world)
    manager = await as_hromada_manager(hromada.id)
    theirs = await factories.integration(world, hromada.id, "partnerships:read")
    beyond = await factories.integration(world, hromada.id, "partnerships:read", MORE_THAN_A_MANAGER)
    everywhere = await factories.integration(world)

    found = [
        await manager.post("/v1/webhooks", json=await described(world, integration_id=str(each.id)))
        for each in (theirs, beyond, everywhere)
    ]

    assert found[0].status_code == 201
    assert objected(found[1]) == (409, ["scope_not_held"])
    assert said(found[2]) == (404, "not_found")


async def test_what_is_made_for_an_archived_integration_is_refused(world: World, as_administrator: Client) -> None:
    integration = await factories.integration(world)
    await as_administrator.post(f"/v1/integrations/{integration.id}/archive", json=WHY, version=1)

    refusal = await as_administrator.post(
        "/v1/webhooks", json=await described(world, integration_id=str(integration.id))
    )

    assert said(refusal) == (409, "archived")


async def test_an_integration_has_only_so_many_webhooks(world: World, as_administrator: Client) -> None:
    integration = await factories.integration(world)
    for _ in range(50):
        await factories.webhook(world, integration.id)

    refusal = await as_administrator.post(
        "/v1/webhooks", json=await described(world, integration_id=str(integration.id))
    )

    assert objected(refusal) == (409, ["webhooks_enough"])


async def test_another_address_has_to_prove_itself_and_another_filter_has_not(sent: Sending) -> None:
    made = await sent.active()
    place = f"/v1/webhooks/{made['id']}"
    before = await sent.seen(made["id"])

    filtered = await sent.client.patch(place, json={"fields": ["stage"]}, version=before["version"])
    stale = await sent.client.patch(place, json={"name": "Інший"}, version=before["version"])
    moved = await sent.client.patch(
        place, json={"url": f"{sent.receiver.origin}/new"}, version=filtered.json()["version"]
    )
    await sent()

    assert (filtered.json()["status"], filtered.json()["fields"]) == ("active", ["stage"])
    assert said(stale) == (412, "version_mismatch")
    assert (moved.json()["status"], moved.json()["activated_at"]) == ("pending", None)
    assert [each.target for each in sent.receiver.received] == ["/pobratym", "/new"]
    assert (await sent.seen(made["id"]))["status"] == "active"


async def test_a_webhook_in_the_archive_is_sent_nothing_and_proves_itself_when_it_comes_back(sent: Sending) -> None:
    made = await sent.active()
    await sent.queue(made["id"])
    place = f"/v1/webhooks/{made['id']}"
    version = (await sent.seen(made["id"]))["version"]

    archived = await sent.client.post(f"{place}/archive", json=WHY, version=version)
    await sent()
    restored = await sent.client.post(f"{place}/restore", json=WHY, version=archived.json()["version"])
    await sent()

    assert archived.json()["archived_at"] is not None
    assert sent.receiver.events == []
    assert restored.json()["status"] == "pending"
    assert (await sent.seen(made["id"]))["status"] == "active"
    [delivery] = await sent.deliveries(made["id"], type="partnership.updated")
    assert (delivery["status"], delivery["last_failure"]) == ("dropped", "webhook_off")


async def test_a_webhook_is_switched_off_and_on(sent: Sending) -> None:
    made = await sent.active()
    await sent.queue(made["id"])
    place = f"/v1/webhooks/{made['id']}"

    on_already = await sent.client.post(f"{place}/enable")
    off = await sent.client.post(f"{place}/disable", json=WHY)
    off_already = await sent.client.post(f"{place}/disable", json=WHY)
    while_off = [await sent.client.post(f"{place}/{verb}") for verb in ("ping", "verify")]
    [delivery] = await sent.deliveries(made["id"], type="partnership.updated")
    on = await sent.client.post(f"{place}/enable")
    await sent()

    assert objected(on_already) == (409, ["webhook_not_disabled"])
    assert (off.json()["status"], off.json()["disabled_because"]) == ("disabled", "asked")
    assert objected(off_already) == (409, ["webhook_is_disabled"])
    assert [objected(each) for each in while_off] == [(409, ["webhook_not_active"]), (409, ["webhook_not_pending"])]
    assert (delivery["status"], delivery["last_failure"]) == ("dropped", "webhook_off")
    assert (on.json()["status"], on.json()["disabled_because"]) == ("pending", None)
    assert (await sent.seen(made["id"]))["status"] == "active"
    assert sent.receiver.events == []


async def test_only_the_last_challenge_counts(sent: Sending) -> None:
    made = await sent.made()

    asked = await sent.client.post(f"/v1/webhooks/{made['id']}/verify")
    await sent()
    again = await sent.client.post(f"/v1/webhooks/{made['id']}/verify")

    assert asked.json()["status"] == "pending"
    assert len(sent.receiver.received) == 1
    assert (await sent.seen(made["id"]))["status"] == "active"
    assert objected(again) == (409, ["webhook_not_pending"])
    assert [each["status"] for each in await sent.deliveries(made["id"])] == ["delivered", "dropped"]


async def test_a_secret_is_not_replaced_while_the_one_before_still_signs(sent: Sending) -> None:
    made = await sent.made()
    place = f"/v1/webhooks/{made['id']}"

    first = await sent.client.post(f"{place}/rotate-secret", key="first")
    again = await sent.client.post(f"{place}/rotate-secret", key="first")
    hasty = await sent.client.post(f"{place}/rotate-secret")
    seen = await sent.seen(made["id"])
    await sent.later(hours=24, seconds=1)
    later = await sent.client.post(f"{place}/rotate-secret")

    assert again.json() == first.json() | {"secret": None}
    assert objected(hasty) == (409, ["webhook_secrets_enough"])
    assert [each["public_key"] for each in seen["signing_keys"]] == [
        each["signing_keys"][0]["public_key"] for each in (first.json(), made)
    ]
    assert [each["signs_until"] is None for each in seen["signing_keys"]] == [True, False]
    assert seen["version"] == made["version"] + 1
    assert later.status_code == 200
    assert len((await sent.seen(made["id"]))["signing_keys"]) == 2
    assert len({each["secret"] for each in (made, first.json(), later.json())}) == 3


async def test_a_ping_goes_the_ordinary_way_at_once(sent: Sending) -> None:
    made = await sent.active()
    sent.receiver.answers = lambda _: answer(500)
    for _ in range(3):
        await sent.queue(made["id"])
    await sent()
    sent.receiver.answers = lambda _: OK

    ping = await sent.client.post(f"/v1/webhooks/{made['id']}/ping")
    await sent()

    assert (ping.status_code, ping.json()["status"]) == (202, "due")
    last = sent.receiver.events[-1]
    assert (last.json["type"], last.json["data"]) == ("webhook.ping", {"webhook_id": made["id"]})
    assert last.headers["webhook-id"] == ping.json()["event_id"]
    seen = await sent.client.seen(f"/v1/webhooks/{made['id']}/deliveries/{ping.json()['id']}")
    assert (seen["status"], seen["tries"][0]["response_excerpt"]) == ("delivered", "ok")
    assert (await sent.seen(made["id"]))["health"]["paused_until"] is None


async def test_what_was_sent_is_listed_page_by_page_and_by_what_it_was(sent: Sending) -> None:
    made = await sent.active()
    for type in ("partnership.created", "partnership.updated", "agreement.signed"):
        await sent.queue(made["id"], type)
        sent.world.clock.advance(minutes=1)
    place, now = f"/v1/webhooks/{made['id']}/deliveries", sent.world.clock.now

    first = await sent.client.seen(place, params={"limit": 3})
    rest = await sent.client.seen(place, params={"limit": 3, "cursor": first["next_cursor"]})
    since = await sent.deliveries(made["id"], since=(now - timedelta(minutes=2)).isoformat())
    until = await sent.deliveries(made["id"], until=(now - timedelta(minutes=2)).isoformat(), status="due")
    typed = await sent.deliveries(made["id"], type="agreement.signed")
    strange = await sent.client.get(place, params={"colour": "red"})

    types = ["agreement.signed", "partnership.updated", "partnership.created", "webhook.challenge"]
    assert [each["type"] for each in first["items"] + rest["items"]] == types
    assert rest["next_cursor"] is None
    assert [each["type"] for each in since] == types[:2]
    assert [each["type"] for each in until] == ["partnership.created"]
    assert [each["type"] for each in typed] == types[:1]
    assert said(strange) == (422, "invalid")


async def test_the_deliveries_of_others_are_not_there(world: World, as_hromada_manager: AsHromada) -> None:
    """Also under a webhook of one's own."""
    own, other = await factories.hromada(world), await factories.hromada(world)
    manager = await as_hromada_manager(own.id)
    ours, theirs = [
        await factories.webhook(world, (await factories.integration(world, each.id)).id, status=WebhookStatus.ACTIVE)
        for each in (own, other)
    ]
    [row] = await world.rows("SELECT id FROM webhook_deliveries WHERE webhook_id = $1", theirs.id)

    found = [
        await manager.get(f"/v1/webhooks/{theirs.id}"),
        await manager.get(f"/v1/webhooks/{theirs.id}/deliveries"),
        await manager.get(f"/v1/webhooks/{theirs.id}/deliveries/{row[0]}"),
        await manager.get(f"/v1/webhooks/{ours.id}/deliveries/{row[0]}"),
        await manager.post(f"/v1/webhooks/{ours.id}/deliveries/{row[0]}/resend"),
        await manager.post(f"/v1/webhooks/{theirs.id}/replay", json={"since": "2026-11-01T00:00:00Z"}),
    ]

    assert {said(each) for each in found} == {(404, "not_found")}
    assert [each["id"] for each in (await manager.seen("/v1/webhooks"))["items"]] == [str(ours.id)]


async def test_one_event_is_sent_once_more_under_its_own_id(sent: Sending) -> None:
    made = await sent.active()
    id = await sent.queue(made["id"])
    place = f"/v1/webhooks/{made['id']}/deliveries/{id}"

    hasty = await sent.client.post(f"{place}/resend")
    await sent()
    again = await sent.client.post(f"{place}/resend")
    await sent()
    [challenge] = await sent.deliveries(made["id"], type="webhook.challenge")
    refused = await sent.client.post(f"/v1/webhooks/{made['id']}/deliveries/{challenge['id']}/resend")

    assert objected(hasty) == (409, ["delivery_on_its_way"])
    assert (again.status_code, again.json()["status"], again.json()["attempts"]) == (202, "due", 0)
    assert objected(refused) == (409, ["delivery_of_a_challenge"])
    assert len({each.headers["webhook-id"] for each in sent.receiver.events}) == 1
    assert len(sent.receiver.events) == 2
    assert len((await sent.client.seen(place))["tries"]) == 2


async def test_a_stretch_of_time_is_replayed(sent: Sending) -> None:
    made = await sent.active()
    start = sent.world.clock.now
    for type in ("partnership.created", "partnership.updated", "agreement.signed"):
        await sent.queue(made["id"], type)
        sent.world.clock.advance(minutes=1)
    await sent()
    before = {each.json["type"]: each.headers["webhook-id"] for each in sent.receiver.events}
    signed = before["agreement.signed"]
    place = f"/v1/webhooks/{made['id']}/replay"
    two = {"since": start.isoformat(), "until": (start + timedelta(minutes=2)).isoformat()}

    some = await sent.replayed(made["id"], **two)
    await sent()
    typed = await sent.replayed(made["id"], since=start.isoformat(), event_types=["agreement.signed"])
    await sent()
    wrong = await sent.client.post(place, json={"since": two["until"], "until": two["since"]})

    assert (some["status"], some["result"]) == (
        "done",
        {"queued_count": 2, "is_more": False, "until": two["until"]},
    )
    assert typed["result"]["queued_count"] == 1
    assert {each.headers["webhook-id"] for each in sent.receiver.events[3:5]} == set(before.values()) - {signed}
    assert [each.headers["webhook-id"] for each in sent.receiver.events[5:]] == [signed]
    assert [each["code"] for each in wrong.json()["errors"]] == ["replay_range"]
    [noted] = await sent.world.rows(
        "SELECT after::text FROM journal WHERE verb = 'replay_deliveries' ORDER BY id LIMIT 1"
    )
    assert json.loads(noted[0]).keys() == {"since", "until", "event_types", "operation_id"}


async def test_only_an_active_webhook_is_resent_and_replayed_to(sent: Sending) -> None:
    made = await sent.made()
    [challenge] = await sent.deliveries(made["id"])
    place = f"/v1/webhooks/{made['id']}"

    found = [
        await sent.client.post(f"{place}/deliveries/{challenge['id']}/resend"),
        await sent.client.post(f"{place}/replay", json={"since": "2026-11-01T00:00:00Z"}),
        await sent.client.post(f"{place}/ping"),
    ]

    assert [objected(each) for each in found] == [(409, ["webhook_not_active"])] * 3


async def test_a_failure_comes_with_its_remedy_in_the_language_of_the_reader(sent: Sending) -> None:
    made = await sent.active()
    sent.receiver.answers = lambda _: answer(302, location="http://127.0.0.1/")
    id: UUID = await sent.queue(made["id"])
    await sent()

    found = {}
    for language in ("uk", "en"):
        sent.client.language = language
        found[language] = (await sent.client.seen(f"/v1/webhooks/{made['id']}/deliveries/{id}"))["tries"][0]["remedy"]

    assert found == {
        "uk": "Вкажіть у вебхуку кінцеву адресу: переспрямувань ми не виконуємо.",
        "en": "Give the webhook the final address: we follow no redirects.",
    }
