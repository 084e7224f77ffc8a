from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import pytest
from fastapi import FastAPI
from hypothesis import settings as hypothesis_settings

from app.adapters.embedded_postgres import Urls
from app.core.listing import Cursors
from app.core.passwords import Passwords
from app.core.runtime import Runtime
from app.core.tokens import Keyring, generate_key
from app.main import create_app, target
from app.settings import Database, Limits, Settings, SignIn
from app.vocabulary import Role
from tests.support import actors
from tests.support.client import Client, Contract
from tests.support.counting import Statements
from tests.support.database import LASTING, JoinedDatabase, TestServer
from tests.support.mail import Mailbox, Postman
from tests.support.s3 import S3Server
from tests.support.world import Clock, World

# A shared machine may be slow for a moment; a deadline would call that a failure.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")

SECRET = "the master secret of the tests, and of nothing else"

# The clock stands still, and all people of the tests come from one address.
GENEROUS = Limits(**dict.fromkeys(("read", "write", "bulk", "sign_in", "anonymous"), 1_000_000))

AsHromada = Callable[[UUID], Awaitable[Client]]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "two_connections: uses real transactions in a database of its own")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server() -> Iterator[TestServer]:
    with TestServer().running() as running:
        yield running


@pytest.fixture(scope="session")
def lasting_server() -> Iterator[TestServer]:
    """Its transactions last as long as a test."""
    with TestServer(LASTING).running() as running:
        yield running


@pytest.fixture(scope="session")
def database(lasting_server: TestServer) -> Iterator[Urls]:
    with lasting_server.database() as urls:
        yield urls


@pytest.fixture(scope="session")
def statements() -> Statements:
    return Statements()


def settings_for(urls: Urls) -> Settings:
    return Settings(
        database=Database(url=urls.owner, app_url=urls.app),
        secret=SECRET,
        sign_in=SignIn(factor_roles=[]),
        limits=GENEROUS,
    )


@pytest.fixture(scope="session")
def passwords() -> Iterator[Passwords]:
    cheap = Passwords(memory_kib=8)
    yield cheap
    cheap.close()


@pytest.fixture(scope="session")
async def app(
    anyio_backend: str, database: Urls, statements: Statements, passwords: Passwords
) -> AsyncIterator[FastAPI]:
    @asynccontextmanager
    async def joined(settings: Settings, _: Callable[[], datetime]) -> AsyncIterator[Runtime]:
        db = JoinedDatabase(target(settings), statements)
        await db.open()
        key = generate_key()
        try:
            yield Runtime(settings, db, Cursors(SECRET.encode()), passwords, Keyring(key, {key.kid: key.public_pem}))
        finally:
            await db.close()

    made = create_app(settings_for(database), opener=joined)
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture(scope="session")
def contract(app: FastAPI) -> Contract:
    return Contract(app)


@pytest.fixture
def clock(app: FastAPI) -> Clock:
    app.state.clock = clock = Clock()
    return clock


@pytest.fixture
async def world(app: FastAPI, clock: Clock, passwords: Passwords, contract: Contract) -> AsyncIterator[World]:
    """Whatever happens in it is undone after the test, what it sets as well."""
    running = app.state.runtime
    kept, running.settings = running.settings, running.settings.model_copy(deep=True)
    async with running.db.test():
        yield World(app, running.db, clock, passwords, contract)
    running.settings = kept


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox().listening() as listening:
        yield listening


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    with S3Server().listening() as listening:
        yield listening


@pytest.fixture
def postman(world: World, mailbox: Mailbox) -> Postman:
    return Postman(world, mailbox)


@pytest.fixture
def nobody(world: World) -> Client:
    return world.client()


@pytest.fixture
async def as_administrator(world: World) -> Client:
    return await actors.everywhere(world, Role.ADMINISTRATOR)


@pytest.fixture
async def as_coordinator(world: World) -> Client:
    return await actors.everywhere(world, Role.COORDINATOR)


@pytest.fixture
async def as_analyst(world: World) -> Client:
    return await actors.everywhere(world, Role.ANALYST)


@pytest.fixture
async def as_stranger(world: World) -> Client:
    """Signed in, and granted nothing."""
    return await actors.signed_in(world)


@pytest.fixture
def as_oblast_coordinator(world: World) -> Callable[[str], Awaitable[Client]]:
    return lambda oblast: actors.in_oblast(world, Role.COORDINATOR, oblast)


@pytest.fixture
def as_hromada_manager(world: World) -> AsHromada:
    return lambda organization: actors.at(world, Role.HROMADA_MANAGER, organization)


@pytest.fixture
def as_hromada_member(world: World) -> AsHromada:
    return lambda organization: actors.at(world, Role.HROMADA_MEMBER, organization)


@pytest.fixture
def as_guest(world: World) -> AsHromada:
    return lambda organization: actors.at(world, Role.PARTNER_GUEST, organization)


@pytest.fixture
def own_database(server: TestServer) -> Iterator[Urls]:
    with server.database() as urls:
        yield urls


@pytest.fixture
async def real_world(own_database: Urls, passwords: Passwords, contract: Contract) -> AsyncIterator[World]:
    """As `world`, but every unit of work commits on a connection of its own; for tests of two connections."""
    made = create_app(settings_for(own_database))
    made.state.clock = clock = Clock()
    async with made.router.lifespan_context(made):
        made.state.runtime.passwords = passwords
        yield World(made, made.state.runtime.db, clock, passwords, contract)
