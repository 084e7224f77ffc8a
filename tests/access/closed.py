"""What is held most closely: documents, health, consents; and the other systems of organizations, with their keys."""

from typing import Final
from uuid import UUID

from app.models import Person
from app.rules.permissions import FOR_PEOPLE, GRANTS, Permission
from app.schemas.consents import ConsentCreate
from app.schemas.identity import DocumentCreate, ParticularGiven
from app.schemas.integrations import IntegrationRead
from app.services import consents, identity_writing
from app.vocabulary import FieldClass, ParticularKind, Role, WebhookStatus
from tests.access.canaries import Canaries, Held, field_class
from tests.access.people import Made, Record, record
from tests.access.places import Town
from tests.support import factories
from tests.support.world import World

# Of each class that no ordinary answer shows.
CLOSED: Final = {
    ParticularKind.PLACE_OF_BIRTH: FieldClass.IDENTITY,
    ParticularKind.MEDICAL_NOTE: FieldClass.HEALTH,
    ParticularKind.SCHOOL: FieldClass.MINOR,
}
# The most that the manager of a hromada can give to a key.
SCOPES: Final = sorted(GRANTS[Role.HROMADA_MANAGER] - FOR_PEOPLE)


def number(at: Town) -> str:
    """Of the passport in each town."""
    return f"FA{100000 + list(Town).index(at)}"


async def facts(world: World, canaries: Canaries, at: Town, person: UUID) -> Made:
    """The sealed ones of a person, and what they agreed to."""
    issuer = canaries.word(Held("people", at, "issuer", FieldClass.IDENTITY))
    passport = DocumentCreate(kind="foreign_passport", country="UA", number=number(at), issuer=issuer)
    async with world.work() as uow:
        await identity_writing.add_document(uow, person, passport)
        for kind, wanted in CLOSED.items():
            value = canaries.word(Held("people", at, str(kind), wanted))
            version = (await uow.get(Person, person)).version
            await identity_writing.keep_particular(uow, person, kind, ParticularGiven(value=value), version)
    async with world.work(permission=Permission.PEOPLE_WRITE) as uow:
        agreed = await consents.give(uow, person, _consent(canaries, at))
        [row] = await uow.rows("SELECT id FROM identity_documents WHERE person_id = $1", [person])
    return {"documents": record(row[0]), "consents": record(agreed.id)}


def _consent(canaries: Canaries, at: Town) -> ConsentCreate:
    return ConsentCreate(
        purpose="minor_participation",
        text_version="2026-03",
        source="paper",
        given_on="2026-03-02",
        given_by=canaries.word(Held("people", at, "given_by")),
        note=canaries.word(Held("people", at, "note_of_consent")),
    )


async def system(world: World, canaries: Canaries, at: Town, organization: UUID) -> tuple[Made, str]:
    """An integration with a key; the text of the key comes along."""

    def word(name: str) -> str:
        return canaries.word(Held("integrations", at, name, field_class(IntegrationRead, name)))

    name, address = word("name"), f"{word('contact_email')}@example.org"
    made = await factories.integration(
        world, organization, *SCOPES, name=name, contact_email=address, description=word("description")
    )
    text = await factories.api_key(world, made.id)
    [row] = await world.rows("SELECT id FROM api_keys WHERE integration_id = $1", made.id)
    found: dict[str, Record] = {"integrations": record(made.id), "api_keys": record(row[0])}
    return found | await _webhook(world, made.id, canaries.word(Held("webhooks", at, "name"))), text


async def _webhook(world: World, integration: UUID, name: str) -> Made:
    """One that is told already, with an event that it took."""
    webhook = await factories.webhook(world, integration, name=name, status=WebhookStatus.ACTIVE)
    [row] = await world.rows("SELECT id FROM webhook_deliveries WHERE webhook_id = $1", webhook.id)
    return {"webhooks": record(webhook.id), "deliveries": record(row[0])}
