"""Makes the coordinator who signs in, as the product itself makes one. Runs in the checkout that is measured."""

import asyncio
import os

from app.core.actors import command
from app.core.journal import Context
from app.core.uow import unit_of_work
from app.main import opened
from app.schemas.accounts import GrantGiven, UserCreate
from app.services import accounts
from app.settings import load
from app.vocabulary import Role, ScopeKind


async def create() -> None:
    person = UserCreate(
        email=os.environ["BENCH_EMAIL"],
        name="Координаторка вимірювань",
        password=os.environ["BENCH_PASSWORD"],
        grants=[GrantGiven(role=Role.COORDINATOR, scope=ScopeKind.ASSOCIATION)],
    )
    async with (
        opened(load()) as runtime,
        unit_of_work(runtime.db, Context(command("benchmark"), "create_user")) as uow,
    ):
        await accounts.create(uow, person, runtime.passwords)


asyncio.run(create())
