"""People who sign in for real and speak to the program through a client."""

from uuid import UUID

from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.support import factories
from tests.support.client import Client
from tests.support.world import World


async def signed_in(world: World, *grants: GrantGiven) -> Client:
    """A new person with these grants."""
    user = await factories.user(world, *grants)
    client = world.client()
    body = {"email": user.email, "password": factories.PASSWORD}
    tokens = await client.made("/v1/sessions", body)
    client.token = tokens["access_token"]
    return client


async def everywhere(world: World, role: Role) -> Client:
    return await signed_in(world, GrantGiven(role=role, scope=ScopeKind.ASSOCIATION))


async def at(world: World, role: Role, organization: UUID) -> Client:
    return await signed_in(world, GrantGiven(role=role, scope=ScopeKind.ORGANIZATION, organization_id=organization))


async def in_oblast(world: World, role: Role, oblast: str) -> Client:
    return await signed_in(world, GrantGiven(role=role, scope=ScopeKind.OBLAST, oblast_code=oblast))
