"""A manager follows what happens, and is told when they come to see more."""

from typing import Any, Final

from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.openapi.recording import Teller, own_id
from tests.openapi.story_integrations import GEOPORTAL
from tests.support import factories

ABSENT: Final = own_id(71)
# By the numbers that the story has given them.
BATCHES: Final = {
    "organizations": own_id(1),
    "partnerships": own_id(3),
    "agreements": own_id(5),
    "people": own_id(7),
    "projects": own_id(8),
    "delegations": own_id(9),
    "users": own_id(10),
    "integrations": GEOPORTAL,
}


async def tell_changes(story: Teller) -> None:
    """Told by somebody who may read everything; what is told of a grant comes to a manager."""
    for resource, id in BATCHES.items():
        await story(f"batch_get_{resource}", {"ids": [id, ABSENT]})
    administrator = story.client.token
    first, second = await factories.organization(story.world), await factories.organization(story.world)
    email = await _a_manager(story, first.id)
    story.client.token = (await _signed_in(story, email))["access_token"]
    me = (await story.client.seen("/v1/me"))["id"]
    cursor = (await story.client.seen("/v1/changes"))["next_cursor"]
    story.client.token, manager = administrator, story.client.token
    grant = {"role": "hromada_manager", "scope": "organization", "organization_id": str(second.id)}
    await story.client.made(f"/v1/users/{me}/grants", grant)
    story.client.token = manager
    await story("list_changes", params={"cursor": cursor, "limit": 50})
    await _as_it_happens(story, cursor)
    story.client.token = administrator


async def _a_manager(story: Teller, organization: Any) -> str:
    grant = GrantGiven(role=Role.HROMADA_MANAGER, scope=ScopeKind.ORGANIZATION, organization_id=organization)
    return (await factories.user(story.world, grant)).email


async def _signed_in(story: Teller, email: str) -> dict[str, Any]:
    return await story.client.made("/v1/sessions", {"email": email, "password": factories.PASSWORD})


async def _as_it_happens(story: Teller, cursor: str) -> None:
    """A stream of no minutes: it tells what there is, and ends."""
    settings = story.world.app.state.runtime.settings
    before = settings.feed
    settings.feed = before.model_copy(update={"stream_minutes": 0})
    await story("stream_changes", params={"cursor": cursor})
    settings.feed = before
