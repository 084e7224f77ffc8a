"""The organizations around Sumy, with a person, an account and a session in each, all full of canaries."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from app.models import Organization, Passkey, Session
from app.schemas.accounts import GrantGiven
from app.schemas.organizations import OrganizationCreate, OrganizationRead
from app.schemas.people import PersonCreate, PersonRead
from app.services import organizations, people
from app.vocabulary import FieldClass, Role, ScopeKind
from tests.access.canaries import Canaries, Held, field_class
from tests.access.places import Bond, Town
from tests.support import factories
from tests.support.world import World

MEMBER: Final = {"auc_memberships": [{"joined_on": "2015-01-01"}]}
HROMADA: Final = {"kind": "hromada", "country": "UA"}
GMINA: Final = {"kind": "foreign_municipality"}
TOWNS: Final[dict[Town, dict[str, Any]]] = {
    Town.SUMY: HROMADA | MEMBER | {"name_uk": "Сумська", "katottg": "UA59080270000073662"},
    Town.ROMNY: HROMADA | MEMBER | {"name_uk": "Роменська", "katottg": "UA59060110000049734"},
    Town.LVIV: HROMADA | MEMBER | {"name_uk": "Львівська", "katottg": "UA46060250000025047"},
    Town.ZAMOSC: GMINA | {"name_uk": "Замостя", "country": "PL"},
    Town.ODESA: HROMADA | {"name_uk": "Авангардівська", "katottg": "UA51100010000023950"},
}
FARTHER: Final[dict[str, dict[str, Any]]] = {
    "Vinnytsia": HROMADA | {"name_uk": "Вінницька", "katottg": "UA05020030000031457"},
    "Celje": GMINA | {"name_uk": "Целє", "country": "SI"},
    "Olaine": GMINA | {"name_uk": "Олайне", "country": "LV"},
    "Freiburg": GMINA | {"name_uk": "Фрайбург", "country": "DE"},
    "Varna": GMINA | {"name_uk": "Варна", "country": "BG"},
}
# Whose account looks after which partnership, and so is named in it.
LOOKS_AFTER: Final = {
    Town.SUMY: (Bond.SUMY_ZAMOSC, Bond.SUMY_CELJE),
    Town.ROMNY: (Bond.ROMNY_OLAINE,),
    Town.LVIV: (Bond.LVIV_FREIBURG,),
    Town.ZAMOSC: (),
    Town.ODESA: (Bond.ODESA_VARNA,),
}


@dataclass(frozen=True)
class Record:
    """`sign` is what a list shows of it when it is there."""

    id: UUID
    sign: str
    version: int = 1


Made = dict[str, Record]


def record(id: UUID, sign: str | None = None) -> Record:
    return Record(id, sign or str(id))


async def town(world: World, canaries: Canaries, at: Town) -> Made:
    place = await _organization(world, canaries, at)
    return (
        {"organizations": record(place.id)}
        | await _person(world, canaries, at, place.id)
        | await _account(world, canaries, at, place.id)
    )


async def farther(world: World) -> dict[str, UUID]:
    """The partners of others: nobody of them is asked about, nobody of them asks."""
    return {name: (await factories.organization(world, **given)).id for name, given in FARTHER.items()}


async def _organization(world: World, canaries: Canaries, at: Town) -> Organization:
    def word(name: str) -> str:
        return canaries.word(Held("organizations", at, name, field_class(OrganizationRead, name)))

    async with world.work() as uow:
        await uow.because(told(canaries, "organizations", at))
        body = OrganizationCreate(**TOWNS[at] | {"description_uk": word("description_uk")})
        made = await organizations.create(uow, body)
        (await uow.get(Organization, made.id, lock=True)).source = word("source")
        return made


async def _person(world: World, canaries: Canaries, at: Town, organization: UUID) -> Made:
    def word(name: str, alphabet: str = "zqx") -> str:
        return canaries.word(Held("people", at, name, field_class(PersonRead, name)), alphabet=alphabet)

    contacts = [{"kind": "email", "value": f"{word('contacts')}@example.org", "label": word("contacts")}]
    names = {name: word(name, "жщґ").capitalize() for name in ("family_name_uk", "given_name_uk", "patronymic_uk")}
    names |= {name: word(name).upper() for name in ("family_name_latin", "given_name_latin")}
    position = {"organization_id": organization, "position_uk": word("affiliations"), "started_on": "2024-01-09"}
    body = PersonCreate(**names, contacts=contacts, affiliations=[position], note=word("note"))
    async with world.work() as uow:
        await uow.because(told(canaries, "people", at))
        made = await people.create(uow, body)
    rows = await world.rows("SELECT id FROM affiliations WHERE person_id = $1", made.id)
    return {"people": record(made.id), "affiliations": record(rows[0][0])}


async def _account(world: World, canaries: Canaries, at: Town, organization: UUID) -> Made:
    """An account of the organization; its name also stands in the partnerships that it looks after."""
    role = Role.PARTNER_GUEST if at is Town.ZAMOSC else Role.HROMADA_MANAGER
    grant = GrantGiven(role=role, scope=ScopeKind.ORGANIZATION, organization_id=organization)
    named = [Held("partnerships", bond, "coordinator_name") for bond in LOOKS_AFTER[at]]
    name = canaries.word(Held("users", at, "name"), *named)
    email = canaries.word(Held("users", at, "email"))
    user = await factories.user(world, grant, name=name, email=f"{email}@example.org")
    agent = canaries.word(Held("users", at, "sessions", FieldClass.INTERNAL))
    session = Session(
        user_id=user.id,
        started_at=world.clock.now,
        expires_at=world.clock.now + timedelta(days=1),
        proved_at=world.clock.now,
        user_agent=agent,
    )
    passkey = Passkey(
        user_id=user.id,
        credential_id=user.id.bytes,
        public_key=b"x",
        sign_count=0,
        name="Телефон",
        is_backed_up=False,
        created_at=world.clock.now,
    )
    async with world.work() as uow:
        uow.add(session, passkey)
    grants = await world.rows("SELECT id FROM grants WHERE user_id = $1", user.id)
    made = {"users": user.id, "grants": grants[0][0], "sessions": session.id, "passkeys": passkey.id}
    return {kind: record(id) for kind, id in made.items()}


def told(canaries: Canaries, kind: str, place: Town | Bond) -> str:
    """A reason, which only the history shows."""
    return canaries.word(Held(kind, place, "history", FieldClass.INTERNAL))
