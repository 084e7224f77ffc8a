"""People with second factors, who took them the way everybody does."""

from dataclasses import dataclass, field
from typing import Any

import httpx2
import pyotp

from app.models import User
from app.schemas.accounts import GrantGiven
from tests.support import factories
from tests.support.authenticator import Authenticator
from tests.support.client import Client
from tests.support.world import World


@dataclass
class Owner:
    """Signed in with the password, before there was a factor."""

    world: World
    user: User
    client: Client
    refresh_token: str
    secret: str = ""
    recovery_codes: list[str] = field(default_factory=list)

    def code(self, *, steps: int = 0) -> str:
        """Of the authenticator app, now or some steps of time away."""
        return pyotp.TOTP(self.secret).at(self.world.clock.now, counter_offset=steps)

    async def next_code(self) -> str:
        """One that was never used."""
        self.world.clock.advance(seconds=30)
        return self.code()

    async def add_totp(self) -> None:
        begun = await self.client.made("/v1/me/factors/totp", None)
        self.secret = begun["secret"]
        added = await self.client.post("/v1/me/factors/totp/confirm", json={"code": self.code()})
        assert added.status_code == 200, added.text
        self.recovery_codes = added.json()["recovery_codes"] or self.recovery_codes

    async def add_passkey(self, device: Authenticator, name: str = "Телефон") -> dict[str, Any]:
        options = (await self.client.post("/v1/me/factors/passkeys/options")).json()
        body = {"name": name, "credential": device.create(options)}
        added = await self.client.made("/v1/me/factors/passkeys", body)
        self.recovery_codes = added["recovery_codes"] or self.recovery_codes
        return added

    async def first_step(self) -> dict[str, Any]:
        """What is asked for after the password."""
        answer = await password(self.world.client(), self.user)
        assert answer.status_code == 202, answer.text
        asked: dict[str, Any] = answer.json()
        return asked

    async def finish(self, pending: str, **factor: Any) -> httpx2.Response:
        return await self.world.client().post("/v1/sessions/factor", json={"pending": pending} | factor)

    async def enters(self, **factor: Any) -> tuple[int, str]:
        """Status and code of a sign-in with the password and this factor."""
        answer = await self.finish((await self.first_step())["pending"], **factor)
        return answer.status_code, answer.json().get("code", "")

    async def go_on(self) -> None:
        """The next access token of the same session; its proof stays as old as it is."""
        body = {"refresh_token": self.refresh_token}
        tokens = (await self.world.client().post("/v1/sessions/refresh", json=body)).json()
        self.client.token, self.refresh_token = tokens["access_token"], tokens["refresh_token"]

    async def in_anew(self, **factor: Any) -> Client:
        answer = await self.finish((await self.first_step())["pending"], **factor)
        assert answer.status_code == 201, answer.text
        return self.world.client(answer.json()["access_token"])

    async def proves(self, **proof: Any) -> tuple[int, str]:
        answer = await self.client.post("/v1/me/proof", json=proof)
        return answer.status_code, answer.json().get("code", "")

    async def letters(self) -> list[str]:
        """The kinds of letters that were posted to this person."""
        rows = await self.world.rows("SELECT kind FROM messages WHERE user_id = $1 ORDER BY id", self.user.id)
        return [row[0] for row in rows]

    async def notes(self) -> list[str]:
        noted = "SELECT verb FROM journal WHERE operation = 'note' AND subject_id = $1 ORDER BY id"
        return [row[0] for row in await self.world.rows(noted, self.user.id)]


async def owner(world: World, *grants: GrantGiven) -> Owner:
    """With no factor yet."""
    user = await factories.user(world, *grants)
    answer = await password(world.client(), user)
    assert answer.status_code == 201, answer.text
    tokens = answer.json()
    return Owner(world, user, world.client(tokens["access_token"]), tokens["refresh_token"])


async def with_totp(world: World, *grants: GrantGiven) -> Owner:
    made = await owner(world, *grants)
    await made.add_totp()
    return made


async def with_passkey(world: World, device: Authenticator, *grants: GrantGiven) -> Owner:
    made = await owner(world, *grants)
    await made.add_passkey(device)
    return made


async def password(client: Client, user: User) -> httpx2.Response:
    return await client.post("/v1/sessions", json={"email": user.email, "password": factories.PASSWORD})
