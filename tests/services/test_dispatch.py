"""Each change is told once to whoever listens, whatever happens to the one who tells; hidden ones to nobody."""

import asyncio
from collections import Counter
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson
import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]  # it has no stubs

from app.adapters.embedded_postgres import Urls
from app.core.uow import UnitOfWork, unit_of_work
from app.jobs.events import ACTOR, dispatch_events
from app.models import Integration, Webhook
from app.rules import events
from app.rules.events import JOURNALLED, LIFE
from app.schemas.organizations import OrganizationCreate
from app.services import dispatch, organizations
from app.vocabulary import Role, WebhookStatus
from tests.support import actors, factories
from tests.support.happenings import WHY, everything, patch, post
from tests.support.horizon import settled
from tests.support.world import World

pytestmark = pytest.mark.anyio
REAL = pytest.mark.two_connections

# What is said of a lost connection depends on when it is noticed.
LOST: Final = (asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresConnectionError)
THINGS: Final = tuple(events.THINGS)
PARTNER: Final = OrganizationCreate(kind="ngo", name_uk="Спілка друзів", country="UA")
READING: Final = tuple(f"{thing}:read" for thing in THINGS)
DELIVERIES: Final = """
SELECT d.type, d.subject_id, d.event_id, d.body, w.name FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
WHERE d.status = 'due' ORDER BY d.at, d.id
"""
# Committed changes as the journal has them, whoever asked to hear of them.
CHANGES: Final = """
SELECT DISTINCT xid::text, subject, subject_id FROM journal WHERE operation <> 'note' AND subject = ANY ($1)
"""


async def listening(
    world: World, name: str = "Геопортал", integration: Integration | None = None, **given: Any
) -> UUID:
    """An active webhook; the integration may read everything unless another one is named."""
    owner = integration or await factories.integration(world, None, *READING)
    values: dict[str, Any] = {"url": "https://gis.example.org/events", "secret_sealed": "", "public_key": ""}
    values |= {"integration_id": owner.id, "name": name, "status": WebhookStatus.ACTIVE}
    webhook = Webhook(**values | given)
    async with world.work() as uow:
        uow.add(webhook)
    return webhook.id


async def told(world: World) -> list[tuple[str, UUID, str]]:
    """What is due: event, record, webhook."""
    return [(row["type"], row["subject_id"], row["name"]) for row in await world.rows(DELIVERIES)]


async def dispatched(world: World) -> int:
    return await dispatch_events({"db": world.db, "clock": world.clock})


async def sent(world: World) -> int:
    """All that has happened by now; other tests write to the same server at the same time."""
    await settled(world)
    return await dispatched(world)


async def ready(world: World) -> None:
    """The first run only remembers where it begins."""
    await sent(world)


def is_life(event: str) -> bool:
    return event.partition(".")[2] in LIFE


@REAL
async def test_every_event_happens_and_is_told_exactly_once(real_world: World, app: FastAPI) -> None:
    administrator = await actors.everywhere(real_world, Role.ADMINISTRATOR)
    webhook = await listening(real_world)
    await ready(real_world)

    began = datetime.now(UTC)
    before = {tuple(row) for row in await real_world.rows(CHANGES, THINGS)}
    await everything(real_world, administrator)
    queued, again = await sent(real_world), await sent(real_world)

    rows = await real_world.rows(DELIVERIES)
    changed = {tuple(row) for row in await real_world.rows(CHANGES, THINGS)} - before
    assert (queued, again) == (len(rows), 0)
    assert set(JOURNALLED) == {row["type"] for row in rows}
    # Committed changes and the events of a record's life are in bijection.
    lives = [(row["event_id"], row["subject_id"]) for row in rows if is_life(row["type"])]
    assert len(set(lives)) == len(lives)
    assert Counter(id for _, id in lives) == Counter(id for _, _, id in changed)

    fit(app, [orjson.loads(row["body"]) for row in rows])
    assert max(len(row["body"].encode()) for row in rows) < 2000

    await forgotten(real_world)
    anew = [await made_up_for(real_world, webhook, began) for _ in range(2)]
    assert anew == [len(rows), 0]
    assert {(r["event_id"], r["body"]) for r in await real_world.rows(DELIVERIES)} == {
        (r["event_id"], r["body"]) for r in rows
    }


@REAL
async def test_what_happens_before_a_worker_has_ever_looked_is_told_as_well(real_world: World) -> None:
    administrator = await actors.everywhere(real_world, Role.ADMINISTRATOR)
    integration = await factories.integration(real_world, None, *READING)
    body = {"integration_id": str(integration.id), "name": "Геопортал", "url": "https://gis.example.org/events"}
    made = await administrator.made("/v1/webhooks", body)
    async with real_world.work() as uow:
        active = "UPDATE webhooks SET status = 'active' WHERE id = $1"
        await uow.transaction.raw.execute(active, UUID(made["id"]))
    organization = await administrator.made("/v1/organizations", PARTNER.model_dump(exclude_none=True, mode="json"))

    await sent(real_world)

    found = [(event, str(id)) for event, id, _ in await told(real_world) if event.startswith("organization")]
    assert found == [("organization.created", organization["id"])]


def fit(app: FastAPI, bodies: list[dict[str, Any]]) -> None:
    document = app.openapi()
    for body in bodies:
        content = document["webhooks"][body["type"]]["post"]["requestBody"]["content"]["application/json"]
        schema = content["schema"] | {"components": document["components"]}
        validator = Draft202012Validator(schema, format_checker=FormatChecker())
        assert [error.message for error in validator.iter_errors(body)] == [], body


async def made_up_for(
    world: World, webhook: UUID, since: datetime, only: tuple[str, ...] = (), most: int = 1000
) -> int:
    """What was missing since then, as a replay looks for it."""
    within = dispatch.Stretch(since, datetime.now(UTC), only)
    async with world.work() as uow:
        ends = await dispatch.bounds(uow, within.since, within.until)
        return (await dispatch.regenerate(uow, webhook, within, ends[0].place, most)).queued if ends else 0


async def forgotten(world: World) -> None:
    async with world.work() as uow:
        await uow.transaction.raw.execute("DELETE FROM webhook_deliveries")


@REAL
async def test_what_was_undone_is_told_to_nobody_and_what_is_under_way_only_when_it_is_done(real_world: World) -> None:
    await listening(real_world)
    await ready(real_world)

    with pytest.raises(ZeroDivisionError):
        await undone(real_world)
    async with real_world.work() as slow:
        first = await organizations.create(slow, PARTNER)
        await slow.flush()
        # Ended sooner, though it began later: it waits for the one before, so that nothing is overlooked.
        second = await factories.organization(real_world)
        while_writing = await dispatched(real_world)
    afterwards = await sent(real_world)

    assert (while_writing, afterwards) == (0, 2)
    assert await told(real_world) == [
        ("organization.created", first.id, "Геопортал"),
        ("organization.created", second.id, "Геопортал"),
    ]


async def undone(world: World) -> None:
    async with world.work() as uow:
        await organizations.create(uow, PARTNER)
        await uow.flush()
        raise ZeroDivisionError


@REAL
async def test_a_dispatcher_that_dies_before_its_end_loses_nothing_and_repeats_nothing(real_world: World) -> None:
    await listening(real_world)
    await ready(real_world)
    made = await factories.organization(real_world)
    await settled(real_world)

    with pytest.raises(ZeroDivisionError):
        await stopped(real_world)
    with pytest.raises(LOST):
        await cut_off(real_world)
    between = await told(real_world)
    queued = [await sent(real_world), await sent(real_world)]

    assert (between, queued) == ([], [1, 0])
    assert await told(real_world) == [("organization.created", made.id, "Геопортал")]


def dispatcher(world: World) -> AbstractAsyncContextManager[UnitOfWork]:
    return unit_of_work(world.db, ACTOR, now=world.clock())


async def stopped(world: World) -> None:
    """With the deliveries written and the cursor moved, and nothing committed."""
    async with dispatcher(world) as uow:
        assert (await dispatch.dispatch(uow)).queued == 1
        raise ZeroDivisionError


async def cut_off(world: World) -> None:
    """By the server, as an administrator does it."""
    async with dispatcher(world) as uow:
        assert (await dispatch.dispatch(uow)).queued == 1
        process = await uow.transaction.raw.fetchval("SELECT pg_backend_pid()")
        assert await world.rows("SELECT pg_terminate_backend($1)", process) == [(True,)]


@REAL
async def test_of_two_dispatchers_one_has_nothing_to_do(real_world: World) -> None:
    await listening(real_world)
    await ready(real_world)
    for _ in range(5):
        await factories.organization(real_world)
    await settled(real_world)

    async with dispatcher(real_world) as first, dispatcher(real_world) as second:
        steps = [await dispatch.dispatch(first), await dispatch.dispatch(second)]
    rivals = await asyncio.gather(*(sent(real_world) for _ in range(4)))

    assert (steps, rivals) == ([dispatch.Step(5, 5), dispatch.Step()], [0, 0, 0, 0])
    assert len(await told(real_world)) == 5


@REAL
async def test_a_large_transaction_is_told_in_several_steps(real_world: World) -> None:
    await listening(real_world)
    await ready(real_world)
    async with real_world.work() as uow:
        made = {(await organizations.create(uow, another)).id for another in [PARTNER] * 5}
    await settled(real_world)

    steps = []
    for _ in range(4):
        async with dispatcher(real_world) as uow:
            steps.append(await dispatch.dispatch(uow, limit=2))

    assert steps == [dispatch.Step(2, 2, is_more=True)] * 2 + [dispatch.Step(1, 1), dispatch.Step()]
    assert sorted(id for _, id, _ in await told(real_world)) == sorted(made)


@REAL
async def test_what_was_missed_is_asked_for_in_portions(real_world: World) -> None:
    began = datetime.now(UTC)
    for _ in range(5):
        await factories.organization(real_world)
    webhook = await listening(real_world, status=WebhookStatus.DISABLED)
    await settled(real_world)

    others = await made_up_for(real_world, webhook, began, ("organization.updated",))
    portions = [await made_up_for(real_world, webhook, began, ("organization.created",), most=2) for _ in range(4)]

    assert (others, portions, len(await told(real_world))) == (0, [2, 2, 1, 0], 5)


@REAL
async def test_after_a_restore_it_goes_on_where_it_was(real_world: World, own_database: Urls) -> None:
    """The restored server counts its transactions anew, which is an epoch of its own."""
    await listening(real_world)
    await ready(real_world)
    before = await factories.organization(real_world)
    owner = await asyncpg.connect(own_database.owner)
    await owner.execute("INSERT INTO journal_epochs SELECT 2, 'another server', clock_timestamp()")
    await owner.close()
    since = await factories.organization(real_world)

    queued = [await sent(real_world), await sent(real_world)]

    assert queued == [2, 0]
    assert [id for _, id, _ in await told(real_world)] == [before.id, since.id]


@REAL
async def test_nobody_is_told_of_what_they_may_not_see(real_world: World) -> None:
    coordinator = await actors.everywhere(real_world, Role.ADMINISTRATOR)
    sumska, lvivska = await factories.hromada(real_world), await factories.hromada(real_world)
    own = await factories.integration(real_world, sumska.id, "partnerships:read", "people:read", "agreements:read")
    open_ = await factories.integration(real_world, None, "organizations:read")
    off = await factories.integration(real_world, None, *READING, is_active=False)
    await listening(real_world, "громада", own)
    await listening(real_world, "довідник", open_)
    await listening(real_world, "вимкнена", off)
    await listening(real_world, "не підтверджена", status=WebhookStatus.PENDING)
    await listening(real_world, "зупинена", status=WebhookStatus.DISABLED)
    await ready(real_world)

    ours, theirs = [await factories.partnership(real_world, one.id) for one in (sumska, lvivska)]
    name = {"family_name_uk": "Лисенко", "given_name_uk": "Олександр"}
    position = {"organization_id": str(sumska.id), "position_uk": "Міський голова"}
    person = await coordinator.made("/v1/people", name | {"affiliations": [position]})
    await coordinator.made("/v1/people", name | {"affiliations": [position | {"organization_id": str(lvivska.id)}]})
    await sent(real_world)

    found = await told(real_world)
    assert {each for each in found if each[2] == "громада"} == {
        ("partnership.created", ours.id, "громада"),
        ("person.created", UUID(person["id"]), "громада"),
    }
    assert {each[0] for each in found if each[2] == "довідник"} == {"organization.created"}
    assert {each[2] for each in found} == {"громада", "довідник"}

    await forgotten(real_world)
    place = f"/v1/partnerships/{ours.id}"
    await patch(coordinator, place, 1, next_step="Подзвонити меру", description="Обмін школярами")
    await patch(coordinator, f"/v1/partnerships/{theirs.id}", 1, description="Обмін школярами")
    # With the erasure the person's position ends, and with it the reach of the hromada's own system.
    await post(coordinator, f"/v1/people/{person['id']}/erasure", ground="objection", **WHY)
    await sent(real_world)

    bodies = [orjson.loads(row["body"]) for row in await real_world.rows(DELIVERIES)]
    assert [(body["type"], body["data"]["id"]) for body in bodies] == [
        ("partnership.updated", str(ours.id)),
        ("person.erased", person["id"]),
    ]


@REAL
async def test_only_what_was_asked_for_is_told(real_world: World) -> None:
    coordinator = await actors.everywhere(real_world, Role.COORDINATOR)
    ours, other = await factories.partnership(real_world), await factories.partnership(real_world)
    await listening(real_world, "події", event_types=["partnership.status_changed"])
    await listening(real_world, "запис", record_ids=[ours.id])
    await listening(real_world, "поле", fields=["description", "status"])
    await listening(real_world, "разом", fields=["status"], record_ids=[other.id], event_types=["partnership.updated"])
    await ready(real_world)

    await patch(coordinator, f"/v1/partnerships/{ours.id}", 1, title_uk="Дружба")
    await patch(coordinator, f"/v1/partnerships/{ours.id}", 2, description="Обмін школярами")
    await post(coordinator, f"/v1/partnerships/{other.id}/status", 1, to="dormant", **WHY)
    await sent(real_world)

    updated, changed = "partnership.updated", "partnership.status_changed"
    assert Counter(await told(real_world)) == Counter(
        [
            (updated, ours.id, "запис"),
            (updated, ours.id, "запис"),
            (updated, ours.id, "поле"),
            (changed, other.id, "події"),
            (updated, other.id, "поле"),
            (changed, other.id, "поле"),
            (updated, other.id, "разом"),
        ]
    )


@REAL
async def test_without_anybody_who_listens_the_cursor_goes_on(real_world: World) -> None:
    """What happened before a webhook was active is none of its business, unless somebody asks for it."""
    await ready(real_world)
    began = datetime.now(UTC)
    earlier = await factories.organization(real_world)
    alone = await sent(real_world)

    webhook = await listening(real_world)
    later = await factories.organization(real_world)
    queued = await sent(real_world)

    assert (alone, queued, await told(real_world)) == (0, 1, [("organization.created", later.id, "Геопортал")])
    missing = [await made_up_for(real_world, webhook, since) for since in (datetime.now(UTC), began, began)]
    assert missing == [0, 1, 0]
    assert (await told(real_world))[0] == ("organization.created", earlier.id, "Геопортал")
