"""Who writes in the storm, and the other system that is told."""

import asyncio
import time

import httpx2

from app.commands.work import unit
from app.core.passwords import Passwords
from app.schemas.accounts import GrantGiven, UserCreate
from app.services import accounts
from app.settings import Database, Settings
from app.vocabulary import Role, ScopeKind
from tests.storm.deeds import Caller
from tests.storm.town import SECRET, Process, Town

EMAIL = "storm@example.org"
PASSWORD = "long enough, and known to this storm alone"
SECONDS_TO_ACTIVATE = 60


async def signed_in(town: Town, server: Process) -> str:
    person = UserCreate(
        email=EMAIL,
        name="Координаторка в бурю",
        password=PASSWORD,
        grants=[GrantGiven(role=Role.ADMINISTRATOR, scope=ScopeKind.ASSOCIATION)],
    )
    settings = Settings(database=Database(url=town.urls.owner, app_url=town.urls.app), secret=SECRET)
    async with unit(settings, "storm") as uow:
        await accounts.create(uow, person, Passwords(memory_kib=8))
    async with httpx2.AsyncClient() as client:
        answer = await client.post(server.url + "/v1/sessions", json={"email": EMAIL, "password": PASSWORD})
    token: str = answer.json()["access_token"]
    return token


async def subscribed(caller: Caller, origin: str) -> str:
    """The secret of a webhook that is active: its address has proved itself."""
    async with httpx2.AsyncClient(timeout=20) as client:
        system = {"name": "Storm", "contact_email": "storm@example.org", "scopes": ["organizations:read"]}
        made = (await caller.ask(client, "POST", "/v1/integrations", json=system)).json()
        body = {"integration_id": made["id"], "name": "Storm", "url": f"{origin}/hook"}
        webhook = (await caller.ask(client, "POST", "/v1/webhooks", json=body)).json()
        ends = time.monotonic() + SECONDS_TO_ACTIVATE
        while time.monotonic() < ends:
            found = (await caller.ask(client, "GET", f"/v1/webhooks/{webhook['id']}")).json()
            if found["status"] == "active":
                secret: str = webhook["secret"]
                return secret
            await asyncio.sleep(0.5)
    raise RuntimeError(f"the webhook is not active: {found}")
