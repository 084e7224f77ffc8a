"""The hostile tokens of `tests/core`, shown to the whole program; person, session and key of theirs exist."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

import httpx2
import pytest

from app.core.runtime import Runtime
from app.main import create_app
from app.models import Session
from app.settings import Http, Settings
from tests.core.test_tokens import GOOD, HOSTILE, NOW, OURS, RING, SESSION, SUBJECT
from tests.support import factories
from tests.support.world import World

pytestmark = pytest.mark.anyio

# What can be written into a header at all; of the rest, no client can send it.
SENDABLE: Final = {
    name: token.encode("utf-8", "surrogatepass") for name, token in HOSTILE.items() if isinstance(token, str)
}


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx2.AsyncClient]:
    """The program with the key of the hostile tokens; their person has a session that goes on."""
    world.clock.now = NOW
    running = world.app.state.runtime
    settings = running.settings.model_copy(update={"http": Http(public_url=OURS["issuer"])})
    await factories.user(world, id=SUBJECT)
    async with world.work() as uow:
        uow.add(Session(id=SESSION, user_id=SUBJECT, started_at=NOW, expires_at=NOW + timedelta(days=1), used_at=NOW))

    @asynccontextmanager
    async def opener(_: Settings, __: Any) -> AsyncIterator[Runtime]:
        yield Runtime(settings, world.db, running.cursors, world.passwords, RING)

    made = create_app(settings, opener=opener)
    made.state.clock = world.clock
    async with made.router.lifespan_context(made):
        # Whatever escapes from the program fails the test, instead of becoming a 500.
        yield httpx2.AsyncClient(transport=httpx2.ASGITransport(app=made), base_url="http://test")


async def asked(http: httpx2.AsyncClient, token: bytes) -> tuple[int, str]:
    answer = await http.get("/v1/me", headers=[(b"authorization", b"Bearer " + token)])
    return answer.status_code, answer.json().get("code", "")


async def test_every_hostile_token_is_refused_and_none_is_a_fault_of_ours(http: httpx2.AsyncClient) -> None:
    before = await asked(http, GOOD.encode())
    found = {name: await asked(http, token) for name, token in SENDABLE.items()}
    after = await asked(http, GOOD.encode())

    assert len(found) >= 120
    assert found == dict.fromkeys(SENDABLE, (401, "unauthenticated"))
    assert (before, after) == ((200, ""), (200, ""))
