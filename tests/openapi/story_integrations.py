"""The geoportal of a hromada gets a key of its own, and a key that lay about is ended."""

from typing import Final

from app.core.limits import Limits
from app.settings import Limits as Figures
from tests.openapi.recording import Teller, own_id
from tests.support import factories

GEOPORTAL: Final = own_id(31)
WHY: Final = {"reason": "Запис створено двічі"}
RETURN: Final = {"reason": "Це був інший запис"}


async def tell_integrations(story: Teller) -> None:
    """Told by somebody who may do everything, and has proved who they are within the last minutes."""
    next(story.world.hromadas)  # the first one is in the story already
    hromada = await factories.hromada(story.world, name_uk="Роменська громада")
    geoportal = {
        "id": GEOPORTAL,
        "name": "Геопортал громади",
        "description": "Показує партнерства на мапі",
        "contact_email": "gis@romny.example.org",
        "organization_id": str(hromada.id),
        "scopes": ["organizations:read", "partnerships:read"],
        "allowed_networks": ["127.0.0.0/8", "2001:db8:77::/48"],
    }
    at = {"id": GEOPORTAL}
    await story("create_integration", geoportal)
    made = await story("create_api_key", {"expires_at": "2027-11-01T00:00:00Z"}, at=at, key="geoportal-2026")
    await _the_geoportal_looks_around(story, made["key"])
    await story("list_integrations", params={"limit": 1})
    seen = await story("get_integration", at=at)
    narrower = {"scopes": ["partnerships:read"]}
    await story("edit_integration", narrower, at=at, version=seen["version"])
    await story.world.app.state.runtime.usage.flush(story.world.db)
    await story("get_integration_usage", at=at, params={"from": "2026-11-01", "to": "2026-11-30"})
    gone = {"reason": "Сервер замінено"}
    seen = await story("revoke_api_key", gone, at=at | {"api_key_id": made["id"]})
    seen = await story("archive_integration", WHY, at=at, version=seen["version"])
    await story("restore_integration", RETURN, at=at, version=seen["version"])
    await story("list_integration_history", at=at, params={"limit": 2})
    await story("revoke_found_key", {"key": made["key"]})
    await _somebody_asks_too_often(story)


async def _the_geoportal_looks_around(story: Teller, key: str) -> None:
    person, story.client.token = story.client.token, key
    await story("get_own_integration")
    await story.client.get("/v1/partnerships")
    await story.world.app.state.runtime.usage.flush(story.world.db)
    await story("get_own_usage", params={"from": "2026-11-01", "to": "2026-11-30"})
    story.client.token = person


async def _somebody_asks_too_often(story: Teller) -> None:
    running = story.world.app.state.runtime
    before, running.limits = running.limits, Limits(Figures(read=1))
    await story.client.get("/v1/integrations")
    await story("list_integrations", status=429)
    running.limits = before
