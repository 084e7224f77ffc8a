"""The worker that sends events, and a receiver that an administrator vouches for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from app.adapters.webhook_client import Patience, WebhookClient
from app.jobs.operations import run_operations
from app.jobs.webhooks import Flights, deliver_webhooks
from app.rules.destinations import Terms
from app.settings import Webhooks
from app.vocabulary import Role
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.receiver import Receiver
from tests.support.world import World

QUEUE = """
INSERT INTO webhook_deliveries (id, webhook_id, event_id, type, subject, subject_id, body, at, queued_at, due_at)
VALUES ($1, $2, $3, $4, 'partnerships', $3, $5, $6, $6, $6)
"""


async def no_names(_: str) -> list[str]:
    return []


@dataclass
class Sending:
    """`await sending()` is one run of the job: everything that is due now, and what becomes due meanwhile."""

    world: World
    client: Client
    receiver: Receiver
    patience: Patience = field(default_factory=lambda: Patience(connect=1, total=2))
    flights: Flights = field(default_factory=Flights)

    async def __call__(self) -> int:
        return await deliver_webhooks(self.ctx())

    async def later(self, **duration: float) -> None:
        """The token of before is over by then."""
        self.world.clock.advance(**duration)
        self.client = await actors.everywhere(self.world, Role.ADMINISTRATOR)

    def ctx(self) -> dict[str, Any]:
        settings = self.world.app.state.runtime.settings
        terms = Terms(trusted=settings.webhooks.trusted_origins)
        client = WebhookClient(terms, no_names, patience=self.patience)
        shared = {"db": self.world.db, "clock": self.world.clock, "settings": settings}
        return shared | {"webhooks": client, "flights": self.flights}

    async def made(self, **given: Any) -> dict[str, Any]:
        """A new webhook of an integration of its own, with its secret; its address has not been asked yet."""
        integration = await factories.integration(self.world, None, "partnerships:read")
        values = {"integration_id": str(integration.id), "name": "Геопортал", "url": f"{self.receiver.origin}/pobratym"}
        return dict(await self.client.made("/v1/webhooks", values | given))

    async def active(self, **given: Any) -> dict[str, Any]:
        """The same, after its address has proved itself."""
        found = await self.made(**given)
        await self()
        assert (await self.seen(found["id"]))["status"] == "active"
        return found

    async def seen(self, id: str) -> dict[str, Any]:
        return dict(await self.client.seen(f"/v1/webhooks/{id}"))

    async def deliveries(self, id: str, **params: Any) -> list[dict[str, Any]]:
        return list((await self.client.seen(f"/v1/webhooks/{id}/deliveries", params=params))["items"])

    async def replayed(self, id: str, **asked: Any) -> dict[str, Any]:
        """The operation after the worker has carried it out."""
        began = await self.client.post(f"/v1/webhooks/{id}/replay", json=asked)
        assert began.status_code == 202, began.text
        await run_operations(self.ctx())
        return dict(await self.client.seen(began.headers["location"]))

    async def queue(self, webhook: str, type: str = "partnership.updated", body: str | None = None) -> UUID:
        """As the dispatcher does it."""
        id, event, now = uuid7(), uuid7(), self.world.clock.now
        text = body or f'{{"type":"{type}","timestamp":"{now:%Y-%m-%dT%H:%M:%SZ}","data":{{"id":"{event}"}}}}'
        async with self.world.work() as uow:
            await uow.transaction.raw.execute(QUEUE, id, UUID(webhook), event, type, text, now)
        return UUID(str(id))


@asynccontextmanager
async def sending(world: World, client: Client, *others: Receiver) -> AsyncIterator[Sending]:
    """With a receiver that listens; `others` are vouched for too."""
    running = world.app.state.runtime
    before = running.settings
    async with Receiver().listening() as receiver:
        origins = tuple(each.origin for each in (receiver, *others))
        running.settings = before.model_copy(update={"webhooks": Webhooks(trusted_origins=origins)})
        try:
            yield Sending(world, client, receiver)
        finally:
            running.settings = before
