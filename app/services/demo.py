"""A small, believable set to look around in, made by the same verbs that people use; all of it is invented."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from sqlmodel import col, select

from app.core.passwords import Passwords
from app.core.uow import UnitOfWork
from app.models import Agreement, Organization, Partnership, PartnershipParty
from app.schemas.accounts import GrantGiven, UserCreate
from app.schemas.agreements import (
    AgreementCreate,
    AgreementPartyGiven,
    CouncilAct,
    DecisionOfMinistry,
    EntryIntoForce,
    Registration,
    Signature,
    Submission,
)
from app.schemas.delegations import DelegationCreate, DelegationStatusChange
from app.schemas.organizations import Need, OrganizationCreate
from app.schemas.parties import InvolvedParty
from app.schemas.partnerships import PartnershipCreate, PartyGiven, StageChange
from app.schemas.people import AffiliationCreate, ContactGiven, PersonCreate, SpokenLanguage
from app.schemas.projects import ProjectCreate
from app.services import accounts, agreements, delegations, demo_days, organizations, partnerships, people, projects
from app.services.demo_days import Between
from app.vocabulary import (
    AgreementKind,
    ApprovalActType,
    CefrLevel,
    ContactKind,
    DelegationDirection,
    DelegationStatus,
    Direction,
    ItcKind,
    MinistryDecision,
    OrganizationKind,
    PartyRole,
    Pathway,
    ProjectKind,
    Purpose,
    Role,
    ScopeKind,
    Stage,
    TermType,
    VisitType,
)

SUMY: Final = "UA59080270000073662"
TROSTIANETS: Final = "UA59040130000041676"
# Known beforehand, so that a second run finds the first one.
ZAMOSC: Final = UUID("019aa000-0000-7000-8000-000000000001")
ADDRESS: Final = "pobratym.example"


class SignIn(NamedTuple):
    role: Role
    email: str
    password: str


@dataclass(frozen=True)
class Cast:
    coordinator: UUID
    sumy: UUID
    trostianets: UUID
    zamosc: UUID
    kalmar: UUID
    kehl: UUID
    company: UUID


async def load(uow: UnitOfWork, passwords: Passwords, words: Sequence[str]) -> list[SignIn]:
    """The sign-ins of the three people, with a password each; empty when the set is here already."""
    homes = await _homes(uow)
    if await uow.session.get(Organization, ZAMOSC) or len(homes) < 2:
        return []
    sign_ins, coordinator = await _users(uow, passwords, words, homes)
    cast = await _organizations(uow, coordinator, homes)
    await _people(uow, cast)
    await _first_contact(uow, cast)
    kalmar = await _memorandum(uow, cast)
    await _joint_project(uow, cast)
    await _exchange(uow, cast)
    await demo_days.load(uow, Between(kalmar.id, cast.sumy, cast.kalmar, cast.coordinator))
    return sign_ins


@contextmanager
def _days_ago(uow: UnitOfWork, days: int) -> Iterator[date]:
    """The clock stands earlier, so that stays and documents have an age."""
    present = uow.now
    uow.now = present - timedelta(days=days)
    try:
        yield uow.today
    finally:
        uow.now = present


async def _homes(uow: UnitOfWork) -> dict[str, UUID]:
    query = select(col(Organization.katottg), col(Organization.id)).where(
        col(Organization.katottg).in_([SUMY, TROSTIANETS]), col(Organization.archived_at).is_(None)
    )
    return {code or "": id for code, id in (await uow.session.execute(query)).all()}


async def _users(
    uow: UnitOfWork, passwords: Passwords, words: Sequence[str], homes: dict[str, UUID]
) -> tuple[list[SignIn], UUID]:
    wanted = [
        ("coordinator", "Ірина Бондаренко", GrantGiven(role=Role.COORDINATOR, scope=ScopeKind.ASSOCIATION)),
        ("sumy", "Олена Коваленко", _of(Role.HROMADA_MANAGER, homes[SUMY])),
        ("trostianets", "Андрій Мельник", _of(Role.HROMADA_MEMBER, homes[TROSTIANETS])),
    ]
    sign_ins, ids = [], []
    for (account, name, grant), password in zip(wanted, words, strict=True):
        email = f"{account}@{ADDRESS}"
        user = await accounts.create(
            uow, UserCreate(email=email, name=name, password=password, grants=[grant]), passwords
        )
        sign_ins.append(SignIn(grant.role, email, password))
        ids.append(user.id)
    return sign_ins, ids[0]


def _of(role: Role, organization: UUID) -> GrantGiven:
    return GrantGiven(role=role, scope=ScopeKind.ORGANIZATION, organization_id=organization)


ZAMOSC_BODY: Final = OrganizationCreate(
    id=ZAMOSC,
    kind=OrganizationKind.FOREIGN_MUNICIPALITY,
    name_uk="Гміна Замость",
    name_en="Gmina Zamość",
    name_local="Gmina Zamość",
    local_language="pl",
    country="PL",
    region="Lubelskie",
    latitude=Decimal("50.72"),
    longitude=Decimal("23.25"),
    population=23_000,
    population_year=2023,
    purposes=[Purpose.EXPERIENCE, Purpose.DEVELOPMENT],
    directions=[Direction.EDUCATION_YOUTH, Direction.CULTURE_SPORT],
    needs=[Need(title="Партнер для молодіжних обмінів", direction=Direction.EDUCATION_YOUTH)],
)

KALMAR_BODY: Final = OrganizationCreate(
    kind=OrganizationKind.FOREIGN_MUNICIPALITY,
    name_uk="Кальмар",
    name_en="Kalmar",
    name_local="Kalmar kommun",
    local_language="sv",
    country="SE",
    region="Kalmar län",
    latitude=Decimal("56.66"),
    longitude=Decimal("16.36"),
    population=72_000,
    population_year=2023,
    purposes=[Purpose.RECOVERY, Purpose.EXPERIENCE],
    directions=[Direction.WATER_WASTEWATER, Direction.ENERGY_EFFICIENCY],
)

KEHL_BODY: Final = OrganizationCreate(
    kind=OrganizationKind.FOREIGN_MUNICIPALITY,
    name_uk="Кель",
    name_en="Kehl",
    name_local="Stadt Kehl",
    local_language="de",
    country="DE",
    region="Baden-Württemberg",
    latitude=Decimal("48.57"),
    longitude=Decimal("7.81"),
    population=38_000,
    population_year=2023,
    purposes=[Purpose.RECOVERY],
    directions=[Direction.HEATING_TECHNOLOGIES, Direction.RENEWABLE_ENERGY],
)

COMPANY_BODY: Final = OrganizationCreate(
    kind=OrganizationKind.COMPANY, name_uk="ТОВ «Тепло громади»", name_en="Teplo Hromady LLC", country="UA"
)


async def _organizations(uow: UnitOfWork, coordinator: UUID, homes: dict[str, UUID]) -> Cast:
    bodies = (ZAMOSC_BODY, KALMAR_BODY, KEHL_BODY, COMPANY_BODY)
    made = [await organizations.create(uow, body) for body in bodies]
    return Cast(coordinator, homes[SUMY], homes[TROSTIANETS], *(each.id for each in made))


async def _people(uow: UnitOfWork, cast: Cast) -> None:
    english = [SpokenLanguage(language="en", level=CefrLevel.B2)]
    since = uow.today - timedelta(days=900)
    head = {"position_uk": "начальниця відділу міжнародного співробітництва", "position_en": "head of cooperation"}
    deputy = {"position_uk": "заступник міського голови", "position_en": "deputy mayor"}
    for names, organization, post, account in (
        (_ukrainian("Коваленко", "Олена", "Петрівна", "Kovalenko", "Olena"), cast.sumy, head, "o.kovalenko"),
        (_ukrainian("Мельник", "Андрій", "Іванович", "Melnyk", "Andrii"), cast.trostianets, deputy, "a.melnyk"),
        (
            {"family_name_latin": "Nowak", "given_name_latin": "Anna"},
            cast.zamosc,
            {"position_en": "secretary"},
            "nowak",
        ),
        (
            {"family_name_latin": "Lindqvist", "given_name_latin": "Karin"},
            cast.kalmar,
            {"position_en": "planner"},
            "karin",
        ),
    ):
        post_held = AffiliationCreate(organization_id=organization, is_coordinator=True, started_on=since, **post)
        contact = ContactGiven(kind=ContactKind.EMAIL, value=f"{account}@{ADDRESS}")
        person = PersonCreate(**names, languages=english, contacts=[contact], affiliations=[post_held])
        await people.create(uow, person)


def _ukrainian(family: str, given: str, patronymic: str, family_latin: str, given_latin: str) -> dict[str, str]:
    return {
        "family_name_uk": family,
        "given_name_uk": given,
        "patronymic_uk": patronymic,
        "family_name_latin": family_latin,
        "given_name_latin": given_latin,
    }


async def _first_contact(uow: UnitOfWork, cast: Cast) -> None:
    """Met at a forum; the memorandum is a draft that still lacks both approvals."""
    with _days_ago(uow, 45):
        partnership = await _opened(uow, cast, Pathway.FORUM, cast.sumy, cast.zamosc)
    with _days_ago(uow, 10):
        await _draft(
            uow, partnership, AgreementKind.MEMORANDUM, "Меморандум про співпрацю", "Memorandum of cooperation"
        )


async def _memorandum(uow: UnitOfWork, cast: Cast) -> Partnership:
    """A letter first, then a memorandum with everything that the law asks for."""
    with _days_ago(uow, 400):
        partnership = await _opened(uow, cast, Pathway.RECOVERY_VISIT, cast.sumy, cast.kalmar)
        letter = await _draft(uow, partnership, AgreementKind.LETTER_OF_INTENT, "Лист про наміри", "Letter of intent")
    with _days_ago(uow, 370) as day:
        await agreements.sign(uow, letter.id, Signature(on=day), letter.version)
        await _move(uow, partnership, Stage.LETTER_OF_INTENT)
    memorandum = await _approved(uow, partnership, AgreementKind.MEMORANDUM, 250)
    with _days_ago(uow, 180) as day:
        await agreements.sign(uow, memorandum.id, Signature(on=day, place="Kalmar"), memorandum.version)
        await agreements.enter_into_force(uow, memorandum.id, EntryIntoForce(on=day), memorandum.version)
        await _move(uow, partnership, Stage.MEMORANDUM)
    return partnership


async def _joint_project(uow: UnitOfWork, cast: Cast) -> None:
    """Three sides, one of them a business, with a registered agreement and a project."""
    business = PartyGiven(organization_id=cast.company, role=PartyRole.BUSINESS)
    with _days_ago(uow, 600):
        partnership = await _opened(uow, cast, Pathway.ASSOCIATION_REQUEST, cast.trostianets, cast.kehl, business)
    agreement = await _approved(
        uow, partnership, AgreementKind.PARTNERSHIP_AGREEMENT, 500, parties=[cast.trostianets, cast.kehl]
    )
    with _days_ago(uow, 420) as day:
        await agreements.sign(uow, agreement.id, Signature(on=day, place="Kehl"), agreement.version)
        await agreements.register(uow, agreement.id, Registration(number="ДМ-12/25", on=day), agreement.version)
        await _move(uow, partnership, Stage.CONTRACT)
    with _days_ago(uow, 200) as day:
        project = ProjectCreate(
            title_uk="Теплові насоси для шкіл Тростянця",
            title_en="Heat pumps for the schools of Trostianets",
            kind=ProjectKind.HARD,
            directions=[Direction.HEATING_TECHNOLOGIES],
            agreement_id=agreement.id,
            starts_on=day,
            ends_on=day + timedelta(days=540),
            parties=[InvolvedParty(organization_id=id) for id in (cast.trostianets, cast.kehl, cast.company)],
            partnership_ids=[partnership.id],
        )
        await projects.create(uow, project)
        await _move(uow, partnership, Stage.JOINT_PROJECT)


async def _exchange(uow: UnitOfWork, cast: Cast) -> None:
    """Without a document, and yet a delegation is on its way."""
    with _days_ago(uow, 90):
        partnership = await _opened(uow, cast, Pathway.DIASPORA, cast.trostianets, cast.kalmar)
    with _days_ago(uow, 20) as day:
        delegation = await delegations.create(
            uow,
            DelegationCreate(
                title_uk="Візит фахівців водоканалу до Кальмара",
                title_en="Visit of water engineers to Kalmar",
                kind=VisitType.EXPERIENCE_EXCHANGE,
                direction=DelegationDirection.OUTGOING,
                countries=["SE"],
                starts_on=day + timedelta(days=60),
                ends_on=day + timedelta(days=65),
                parties=[InvolvedParty(organization_id=id) for id in (cast.trostianets, cast.kalmar)],
                partnership_ids=[partnership.id],
            ),
        )
        for status in (DelegationStatus.PLANNED, DelegationStatus.INVITING):
            await delegations.change_status(uow, delegation.id, DelegationStatusChange(to=status), delegation.version)
        await _move(uow, partnership, Stage.DELEGATION_EXCHANGE)


async def _opened(
    uow: UnitOfWork, cast: Cast, pathway: Pathway, hromada: UUID, partner: UUID, *more: PartyGiven
) -> Partnership:
    sides = [PartyGiven(organization_id=hromada), PartyGiven(organization_id=partner), *more]
    body = PartnershipCreate(
        parties=sides,
        pathway=pathway,
        purposes=[Purpose.EXPERIENCE],
        coordinator_id=cast.coordinator,
        next_step="Узгодити дату наступної зустрічі",
        next_step_on=uow.today + timedelta(days=90),
        last_contact_on=uow.today,
    )
    return await partnerships.create(uow, body)


async def _draft(
    uow: UnitOfWork,
    partnership: Partnership,
    kind: AgreementKind,
    title_uk: str,
    title_en: str,
    parties: Sequence[UUID] = (),
) -> Agreement:
    signatories = [
        AgreementPartyGiven(organization_id=id, signatory_name_uk=name, signatory_position_uk="голова")
        for id, name in zip(parties or await _sides(uow, partnership), ("Олександр Лисенко", "Anna Berg"), strict=True)
    ]
    return await agreements.create(
        uow,
        AgreementCreate(
            partnership_id=partnership.id,
            kind=kind,
            title_uk=title_uk,
            title_en=title_en,
            parties=signatories,
            languages=["uk", "en"],
            itc_kind=ItcKind.INTER_TERRITORIAL,
            term_type=TermType.OPEN_ENDED,
        ),
    )


async def _approved(
    uow: UnitOfWork, partnership: Partnership, kind: AgreementKind, days: int, parties: Sequence[UUID] = ()
) -> Agreement:
    """Drafted, decided by the council, submitted, and approved by the ministry three weeks later."""
    with _days_ago(uow, days) as day:
        agreement = await _draft(uow, partnership, kind, _titled(kind.uk), _titled(kind.en), parties)
        act = CouncilAct(act_type=ApprovalActType.COUNCIL_DECISION, number="1204-МР", on=day)
        await agreements.record_act(uow, agreement.id, act, agreement.version)
        await agreements.submit(uow, agreement.id, Submission(number="02-15/88", on=day), agreement.version)
    with _days_ago(uow, days - 21) as day:
        approval = DecisionOfMinistry(decision=MinistryDecision.APPROVED, number=f"{days}", on=day)
        await agreements.decide(uow, agreement.id, approval, agreement.version)
    return agreement


def _titled(label: str) -> str:
    return label[:1].upper() + label[1:]


async def _sides(uow: UnitOfWork, partnership: Partnership) -> list[UUID]:
    query = (
        select(col(PartnershipParty.organization_id))
        .where(col(PartnershipParty.partnership_id) == partnership.id)
        .order_by(col(PartnershipParty.position))
    )
    return list((await uow.session.scalars(query)).all())


async def _move(uow: UnitOfWork, partnership: Partnership, to: Stage) -> None:
    uow.now += timedelta(minutes=40)
    await partnerships.move(uow, partnership.id, StageChange(to=to), partnership.version)
