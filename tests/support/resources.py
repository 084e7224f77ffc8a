"""One line for each resource that can be created: the sweeps make their records with it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from uuid import UUID

from tests.support import factories
from tests.support.world import World

Body = Callable[[World, UUID], Awaitable[dict[str, Any]]]


async def organization(world: World, _: UUID) -> dict[str, Any]:
    return {"kind": "ngo", "name_uk": f"Спілка {next(world.numbers)}", "country": "UA"}


async def user(world: World, _: UUID) -> dict[str, Any]:
    number = next(world.numbers)
    return {"name": f"Особа {number}", "email": f"swept{number}@example.org", "password": factories.PASSWORD}


async def person(world: World, hromada: UUID) -> dict[str, Any]:
    affiliations = [{"organization_id": str(hromada), "position_uk": "Міський голова"}]
    return {"family_name_uk": "Лисенко", "given_name_uk": "Олександр", "affiliations": affiliations}


async def partnership(world: World, hromada: UUID) -> dict[str, Any]:
    partner = await factories.foreign_municipality(world)
    return {"parties": [{"organization_id": str(hromada)}, {"organization_id": str(partner.id)}]}


async def agreement(world: World, hromada: UUID) -> dict[str, Any]:
    between = await factories.partnership(world, hromada)
    return {"partnership_id": str(between.id), "kind": "memorandum", "title_uk": "Меморандум про співпрацю"}


async def project(world: World, hromada: UUID) -> dict[str, Any]:
    between = await factories.partnership(world, hromada)
    return {"title_uk": "Спільний хаб", "kind": "soft", "partnership_ids": [str(between.id)]}


async def delegation(world: World, hromada: UUID) -> dict[str, Any]:
    between = await factories.partnership(world, hromada)
    days = {"starts_on": "2026-12-01", "ends_on": "2026-12-05"}
    what = {"title_uk": "Візит", "kind": "study_visit", "direction": "outgoing"}
    return days | what | {"partnership_ids": [str(between.id)]}


async def integration(world: World, hromada: UUID) -> dict[str, Any]:
    what = {"name": f"Геоінформаційна система {next(world.numbers)}", "contact_email": "gis@example.org"}
    return what | {"organization_id": str(hromada), "scopes": ["organizations:read"]}


async def webhook(world: World, hromada: UUID) -> dict[str, Any]:
    of = await factories.integration(world, hromada)
    return {"name": f"Вебхук {next(world.numbers)}", "url": "https://gis.example.org/x", "integration_id": str(of.id)}


async def activity(world: World, hromada: UUID) -> dict[str, Any]:
    between = await factories.partnership(world, hromada)
    what = {"kind": "meeting", "title": "Зустріч", "starts_local": "2026-12-03T10:00"}
    return what | {"partnership_ids": [str(between.id)]}


async def task(world: World, hromada: UUID) -> dict[str, Any]:
    between = await factories.partnership(world, hromada)
    about = {"subject": "partnerships", "subject_id": str(between.id)}
    return about | {"title": "Надіслати список дітей", "due_on": "2026-12-10"}


async def document(world: World, hromada: UUID) -> dict[str, Any]:
    between = await factories.partnership(world, hromada)
    about = {"subject": "partnerships", "subject_id": str(between.id)}
    return about | {"title": "Протокол зустрічі", "upload_id": str(await factories.upload(world))}


async def letter(world: World, hromada: UUID) -> dict[str, Any]:
    between = await factories.partnership(world, hromada)
    what = {"correspondent_name": "Місто Замостя", "language": "uk", "subject": "Дружба", "body": "Вітаємо!"}
    return what | {"organization_id": str(hromada), "partnership_id": str(between.id)}


async def letter_template(world: World, hromada: UUID) -> dict[str, Any]:
    what = {"language": "uk", "name": "Лист", "subject": "Тема", "body": "Текст"}
    return what | {"organization_id": str(hromada), "code": f"letter_{next(world.numbers)}"}


async def campaign(_: World, hromada: UUID) -> dict[str, Any]:
    return {"organization_id": str(hromada), "title": "Дружба громад"}


async def reminder_rule(world: World, _: UUID) -> dict[str, Any]:
    texts = {"name_uk": "Правило", "name_en": "Rule", "text_uk": "{title}", "text_en": "{title}"}
    what = {"topic": "agreement", "thing": "agreement_expiry", "offsets": [-500], "audience": ["coordinator"]}
    return texts | what | {"code": f"rule_{next(world.numbers)}"}


BODIES: Final[Mapping[str, Body]] = {
    "/v1/organizations": organization,
    "/v1/users": user,
    "/v1/people": person,
    "/v1/partnerships": partnership,
    "/v1/agreements": agreement,
    "/v1/projects": project,
    "/v1/delegations": delegation,
    "/v1/activities": activity,
    "/v1/tasks": task,
    "/v1/documents": document,
    "/v1/letters": letter,
    "/v1/letter-templates": letter_template,
    "/v1/campaigns": campaign,
    "/v1/reminder-rules": reminder_rule,
    "/v1/integrations": integration,
    "/v1/webhooks": webhook,
}
