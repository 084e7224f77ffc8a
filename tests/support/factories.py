"""Rows made through the services, as a person would make them. Give what matters to the test; the rest is plausible."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from app.adapters.storage import storage
from app.core.actors import Actor
from app.models import Agreement, Grant, Integration, Organization, Partnership, User, Webhook
from app.rules.permissions import Permission
from app.schemas.accounts import GrantGiven, UserCreate
from app.schemas.agreements import AgreementCreate
from app.schemas.integrations import IntegrationCreate
from app.schemas.organizations import OrganizationCreate
from app.schemas.partnerships import PartnershipCreate
from app.schemas.webhooks import WebhookCreate
from app.services import accounts, agreements, api_keys, integrations, organizations, partnerships, uploads, webhooks
from app.vocabulary import WebhookStatus
from tests.support.world import World

WHO_UPLOADS: Final = """
SELECT s.user_id FROM sessions s JOIN grants g ON g.user_id = s.user_id AND g.role = 'administrator'
ORDER BY s.id DESC LIMIT 1
"""
PASSWORD: Final = "переправа через Псел у травні"


async def user(world: World, *grants: GrantGiven, **given: Any) -> User:
    number = next(world.numbers)
    values = {"email": f"person{number}@example.org", "name": f"Особа {number}", "password": PASSWORD} | given
    async with world.work() as uow:
        made = await accounts.create(uow, UserCreate(**values), world.passwords)
        # As rows: the sweeps ask with roles in places where nobody may grant them any more.
        held = [one.model_dump() | {"valid_from": one.valid_from or uow.today} for one in grants]
        uow.add(*(Grant(user_id=made.id, **values) for values in held))
        return made


async def organization(world: World, **given: Any) -> Organization:
    values = {"kind": "ngo", "name_uk": f"Спілка друзів {next(world.numbers)}", "country": "UA"} | given
    async with world.work() as uow:
        return await organizations.create(uow, OrganizationCreate(**values))


async def hromada(world: World, **given: Any) -> Organization:
    """Real ones: the first is Sumska, the second Lvivska, the third Romenska, in Sumska's oblast."""
    real = next(world.hromadas)
    values = {"kind": "hromada", "name_uk": f"{real.name_uk} громада", "country": "UA", "katottg": real.code}
    return await organization(world, **values | given)


async def foreign_municipality(world: World, **given: Any) -> Organization:
    values = {"kind": "foreign_municipality", "name_uk": f"Гміна {next(world.numbers)}", "country": "PL"}
    return await organization(world, **values | given)


async def partnership(world: World, *organizations: UUID, **given: Any) -> Partnership:
    """Between these organizations; a hromada and a gmina are made for the places that are left."""
    members = list(organizations) or [(await hromada(world)).id]
    if len(members) == 1:
        members.append((await foreign_municipality(world)).id)
    values: dict[str, Any] = {"parties": [{"organization_id": member} for member in members]} | given
    async with world.work(permission=Permission.PARTNERSHIPS_WRITE) as uow:
        return await partnerships.create(uow, PartnershipCreate(**values))


async def agreement(world: World, partnership: UUID, **given: Any) -> Agreement:
    """A draft of a memorandum."""
    values = {"kind": "memorandum", "title_uk": "Меморандум про співпрацю"} | given
    async with world.work(permission=Permission.AGREEMENTS_WRITE) as uow:
        return await agreements.create(uow, AgreementCreate(partnership_id=partnership, **values))


async def integration(world: World, organization: UUID | None = None, *scopes: str, **given: Any) -> Integration:
    """Of the whole association without an organization; it may read organizations when nothing is said."""
    values = {"name": f"Геопортал {next(world.numbers)}", "contact_email": "gis@example.org"}
    what = {"organization_id": organization, "scopes": list(scopes) or ["organizations:read"]}
    async with world.work(permission=Permission.INTEGRATIONS_WRITE) as uow:
        return await integrations.create(uow, IntegrationCreate(**values | what | given))


async def webhook(world: World, integration: UUID, **given: Any) -> Webhook:
    """Its address is still to be confirmed, unless `status` says otherwise."""
    status = given.pop("status", WebhookStatus.PENDING)
    values = {"name": f"Вебхук {next(world.numbers)}", "url": "https://gis.example.org/pobratym"}
    async with world.work(permission=Permission.INTEGRATIONS_WRITE) as uow:
        body = WebhookCreate(**values | {"integration_id": integration} | given)
        id, _ = await webhooks.create(uow, body, webhooks.terms(world.app.state.runtime.settings.webhooks))
        found = await uow.get(Webhook, id)
        found.status = status
        await uow.flush()
        return found


async def upload(world: World) -> UUID:
    """A small file, uploaded by the administrator who signed in last."""
    [(maker,)] = await world.rows(WHO_UPLOADS)
    settings = world.app.state.runtime.settings
    content = f"Протокол {next(world.numbers)}".encode()
    stored_as = uploads.place(world.clock.today)
    await storage(settings).put(stored_as, content)
    async with world.work(Actor(kind="user", name="", id=maker)) as uow:
        arrived = uploads.Arrived(Path(), content, len(content), hashlib.sha256(content))
        return (await uploads.add(uow, "Протокол.txt", arrived, stored_as, is_scanned=False)).id


async def api_key(world: World, integration: UUID, days: float = 90) -> str:
    """The text of a new key."""
    async with world.work(permission=Permission.INTEGRATIONS_WRITE) as uow:
        made = await api_keys.create(uow, integration, uow.now + timedelta(days=days))
        return str(made.key)
