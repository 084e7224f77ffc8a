"""Сумська громада and Zamość, told through every operation of the API: the examples of the published document.

A new operation takes its place here; the examples are written anew with POBRATYM_RECORD_EXAMPLES=1.
"""

from typing import Any, Final
from uuid import UUID

from app.schemas.accounts import GrantGiven
from app.services.imports import twinning
from app.services.imports.twinning import Twinning
from app.vocabulary import Role, ScopeKind
from tests.openapi.recording import Teller, own_id
from tests.openapi.story_access import tell_access
from tests.openapi.story_account_life import tell_account_life
from tests.openapi.story_activities import tell_activities
from tests.openapi.story_calendars import tell_calendars
from tests.openapi.story_changes import tell_changes
from tests.openapi.story_checkpoints import tell_checkpoints
from tests.openapi.story_documents import tell_documents
from tests.openapi.story_factors import tell_factors
from tests.openapi.story_handover import tell_handover
from tests.openapi.story_history import tell_history
from tests.openapi.story_identity import tell_identity
from tests.openapi.story_integrations import tell_integrations
from tests.openapi.story_journal import tell_journal
from tests.openapi.story_letters import tell_letters
from tests.openapi.story_openid import tell_openid
from tests.openapi.story_personal_data import tell_personal_data
from tests.openapi.story_reminders import tell_reminders
from tests.openapi.story_sessions import tell_sessions
from tests.openapi.story_tasks import tell_tasks
from tests.openapi.story_webhooks import tell_webhooks
from tests.support import factories

# Each is told while Olena has just signed in, and leaves her so.
CHAPTERS: Final = (
    tell_activities,
    tell_tasks,
    tell_documents,
    tell_letters,
    tell_reminders,
    tell_handover,
    tell_calendars,
    tell_access,
    tell_account_life,
    tell_integrations,
    tell_identity,
    tell_personal_data,
    tell_sessions,
    tell_openid,
    tell_factors,
    tell_history,
    tell_changes,
    tell_webhooks,
    tell_checkpoints,
    tell_journal,
)

EMAIL: Final = "olena.tkachenko@example.org"
HROMADA, GMINA, PARTNERSHIP, LETTER, MEMORANDUM, OATH, PERSON, PROJECT, VISIT, ANDRII = map(own_id, range(1, 11))
WHY: Final = {"reason": "Запис створено двічі"}
RETURN: Final = {"reason": "Це був інший запис"}
SIDES: Final = [
    {
        "organization_id": HROMADA,
        "body_uk": "Сумська міська рада",
        "signatory_name_uk": "Ірина Савченко",
        "signatory_position_uk": "Міська голова",
        "authority_basis": "Закон України «Про місцеве самоврядування в Україні»",
    },
    {
        "organization_id": GMINA,
        "body_en": "Zamość City Council",
        "signatory_name_en": "Marek Nowicki",
        "signatory_position_en": "President of the City",
        "authority_basis": "Statute of the City of Zamość",
    },
]


async def tell(story: Teller) -> None:
    await factories.user(
        story.world,
        GrantGiven(role=Role.ADMINISTRATOR, scope=ScopeKind.ASSOCIATION),
        email=EMAIL,
        name="Олена Ткаченко",
    )
    await _the_door_is_open_to_everyone(story)
    await _olena_signs_in(story)
    await _two_municipalities(story)
    await _people(story)
    await _a_partnership_begins(story)
    await _a_letter_of_intent(story)
    await _a_memorandum(story)
    await _documents_that_go_another_way(story)
    await _a_project(story)
    await _a_delegation(story)
    await _the_partnership_goes_on(story)
    await _a_twinning_known_from_a_list(story)
    await _back_to_the_informal_track(story)
    await _a_colleague(story)
    for chapter in CHAPTERS:
        await _olena_is_back(story)
        await chapter(story)
    await _olena_signs_out(story)


async def _the_door_is_open_to_everyone(story: Teller) -> None:
    await story("get_liveness")
    await story("get_readiness")
    await story("list_taxonomies")
    await story("get_taxonomy", at={"taxonomy": "stage"})
    await story("get_problem_kind", at={"code": "version_mismatch"})
    await story("get_me", status=401)


async def _olena_is_back(story: Teller) -> None:
    """Off the record: the clock of the story has moved on, and what follows asks for a fresh proof."""
    story.client.token = None
    credentials = {"email": EMAIL, "password": factories.PASSWORD}
    story.client.token = (await story.client.made("/v1/sessions", credentials))["access_token"]


async def _olena_signs_in(story: Teller) -> None:
    signed_in = await story("create_session", {"email": EMAIL, "password": factories.PASSWORD})
    next_pair = await story("refresh_session", {"refresh_token": signed_in["refresh_token"]})
    story.client.token = next_pair["access_token"]
    await story("get_me")


async def _two_municipalities(story: Teller) -> None:
    sumska = {
        "id": HROMADA,
        "kind": "hromada",
        "name_uk": "Сумська громада",
        "country": "UA",
        "katottg": "UA59080270000073662",
        "website": "https://smr.gov.ua",
        "purposes": ["recovery", "experience"],
        "needs": [{"title": "Реконструкція школи з укриттям", "direction": await _direction(story)}],
    }
    await story("create_organization", sumska, key="6f0c1d2e-sumska")
    await story("create_organization", sumska | {"id": own_id(90)}, status=409)
    await story("create_organization", {"kind": "ngo", "name_uk": " ", "country": "XX"}, status=422)
    zamosc = {"kind": "foreign_municipality", "name_uk": "Замостя", "name_local": "Zamość", "country": "PL"}
    await story("create_organization", zamosc | {"id": GMINA, "name_en": "Zamość", "local_language": "pl"})
    await story("list_organizations", params={"q": "Sumska", "limit": 1})
    await story("get_organization", at={"id": HROMADA})
    at = {"id": GMINA}
    await story("edit_organization", {"website": "https://zamosc.pl"}, at=at, status=428)
    await story("edit_organization", {"website": "https://zamosc.pl"}, at=at, headers={"If-Match": "new"}, status=400)
    await story("edit_organization", {"website": "https://zamosc.pl"}, at=at, version=1)
    await story("edit_organization", {"region": "Lubelskie"}, at=at, version=1, status=412)
    as_json = {"Content-Type": "application/json"}
    await story("edit_organization", {"region": "Lubelskie"}, at=at, version=2, headers=as_json, status=415)
    await story("archive_organization", WHY, at=at, version=2)
    await story("restore_organization", RETURN, at=at, version=3)
    await story("list_organization_history", at=at, params={"limit": 2})


async def _direction(story: Teller) -> str:
    answer = await story.client.seen("/v1/reference/direction")
    return str(answer["terms"][0]["code"])


async def _people(story: Teller) -> None:
    mayor = {
        "id": PERSON,
        "family_name_uk": "Лисенко",
        "given_name_uk": "Олександр",
        "patronymic_uk": "Миколайович",
        "family_name_latin": "LYSENKO",
        "given_name_latin": "OLEKSANDR",
        "languages": [{"language": "uk", "level": "native"}, {"language": "pl", "level": "b2"}],
        "contacts": [{"kind": "email", "value": "Lysenko@smr.example.org"}],
        "affiliations": [{"organization_id": HROMADA, "position_uk": "Координатор", "is_coordinator": True}],
    }
    person = await story("create_person", mayor)
    at = {"id": PERSON}
    await story("list_people", params={"organization_id": HROMADA, "limit": 1})
    await story("get_person", at=at)
    person = await story("edit_person", {"note": "Говорить польською"}, at=at, version=person["version"])
    now = {"organization_id": GMINA, "position_en": "Honorary adviser", "started_on": "2026-01-15"}
    person = await story("add_affiliation", now, at=at)
    adviser = next(one["id"] for one in person["affiliations"] if one["organization_id"] == GMINA)
    there = at | {"affiliation_id": adviser}
    await story("edit_affiliation", {"position_uk": "Почесний радник"}, at=there, version=person["version"])
    over = {"on": "2026-11-01", "reason": "Повноваження завершилися"}
    person = await story("end_affiliation", over, at=there)
    person = await story("archive_person", WHY, at=at, version=person["version"])
    await story("restore_person", RETURN, at=at, version=person["version"])
    await story("list_person_history", at=at, params={"limit": 2})


async def _a_partnership_begins(story: Teller) -> None:
    me = await story.client.seen("/v1/me")
    met = {
        "id": PARTNERSHIP,
        "title_uk": "Суми і Замостя",
        "parties": [{"organization_id": HROMADA, "role": "lead"}, {"organization_id": GMINA}],
        "pathway": "forum",
        "purposes": ["recovery"],
        "vision": {"why_us": "Спільний досвід відновлення історичного центру"},
        "coordinator_id": me["id"],
        "started_on": "2025-11-20",
    }
    await story("create_partnership", met)
    at = {"id": PARTNERSHIP}
    await story("list_partnerships", params={"stage": "contact", "limit": 1})
    await story("search_partnerships", params={"q": "Замостя"})
    await story("get_partnership", at=at)
    await story("get_partnership", at={"id": own_id(99)}, status=404)
    step = {"next_step": "Надіслати проєкт листа про наміри", "next_step_on": "2026-12-01"}
    await _verb(story, "edit_partnership", step, PARTNERSHIP)
    await _verb(story, "move_partnership", {"to": "memorandum"}, PARTNERSHIP, status=409)
    await story("list_partnership_transitions", at=at)


async def _verb(story: Teller, operation: str, body: dict[str, Any], id: str, **options: Any) -> Any:
    """On the version that is there now."""
    of = "partnerships" if "partnership" in operation else "agreements"
    seen = await story.client.seen(f"/v1/{of}/{id}")
    return await story(operation, body, at={"id": id}, version=seen["version"], **options)


async def _a_letter_of_intent(story: Teller) -> None:
    letter = {"id": LETTER, "partnership_id": PARTNERSHIP, "kind": "letter_of_intent", "title_uk": "Лист про наміри"}
    await story("create_agreement", letter | {"languages": ["uk", "pl"], "parties": SIDES})
    await _verb(story, "edit_agreement", {"sphere": "Відновлення, освіта"}, LETTER)
    await _verb(story, "sign_agreement", {"on": "2026-11-20", "place": "Замостя"}, LETTER)
    await _verb(story, "move_partnership", {"to": "letter_of_intent"}, PARTNERSHIP)


async def _a_memorandum(story: Teller) -> None:
    memorandum = {
        "id": MEMORANDUM,
        "partnership_id": PARTNERSHIP,
        "kind": "memorandum",
        "title_uk": "Меморандум про співробітництво",
        "languages": ["uk", "pl"],
        "binding_languages": ["uk", "pl"],
        "sphere": "Відновлення, освіта",
        "itc_kind": "transnational",
        "term_type": "fixed_term",
        "expires_on": "2027-02-21",
        "parties": SIDES,
    }
    await story("create_agreement", memorandum)
    at = {"id": MEMORANDUM}
    await _verb(story, "add_agreement_draft", {"language": "uk", "file_name": "memorandum-uk.docx"}, MEMORANDUM)
    await story("list_agreement_transitions", at=at)
    act = {"act_type": "council_decision", "number": "4512-МР", "on": "2026-10-01"}
    await _verb(story, "record_agreement_council_act", act, MEMORANDUM)
    await _verb(story, "revise_agreement", {"reason": "Уточнено сферу співробітництва"}, MEMORANDUM)
    await _verb(story, "record_agreement_council_act", act | {"number": "4601-МР", "on": "2026-10-15"}, MEMORANDUM)
    await _verb(story, "submit_agreement", {"number": "02-15/77", "on": "2026-10-20"}, MEMORANDUM)
    order = {"decision": "approved", "number": "1542", "on": "2026-11-10"}
    await _verb(story, "record_agreement_ministry_decision", order, MEMORANDUM)
    await _verb(story, "sign_agreement", {"on": "2026-11-22", "place": "Суми"}, MEMORANDUM)
    await _verb(story, "register_agreement", {"number": "2026/101", "on": "2026-11-23"}, MEMORANDUM)
    await _verb(story, "enter_agreement_into_force", {"on": "2026-11-23"}, MEMORANDUM)
    await _verb(story, "move_partnership", {"to": "memorandum"}, PARTNERSHIP)
    await story("list_agreements", params={"partnership_id": PARTNERSHIP, "kind": "memorandum", "limit": 1})
    await story("list_agreement_register", params={"limit": 1})
    await story("get_agreement", at=at)
    await story("get_agreement_chain", at=at)
    await story("get_partnership_coverage", at={"id": PARTNERSHIP})
    await story("list_agreement_history", at=at, params={"limit": 2})


async def _documents_that_go_another_way(story: Teller) -> None:
    oath = {"id": OATH, "partnership_id": PARTNERSHIP, "kind": "twinning_oath", "title_uk": "Клятва побратимства"}
    await story("create_agreement", oath)
    await _verb(story, "archive_agreement", WHY, OATH)
    await _verb(story, "restore_agreement", RETURN, OATH)
    await _verb(story, "withdraw_agreement", {"reason": "Сторони підпишуть угоду про побратимство"}, OATH)
    await _verb(story, "terminate_agreement", {"on": "2026-11-23", "reason": "Замінено меморандумом"}, LETTER)


async def _a_project(story: Teller) -> None:
    at = {"id": PROJECT}
    school = {"title_uk": "Модульна школа", "kind": "hard", "starts_on": "2026-12-01", "ends_on": "2027-11-30"}
    parties = [{"organization_id": HROMADA, "role": "lead"}, {"organization_id": GMINA}]
    links = {"parties": parties, "partnership_ids": [PARTNERSHIP]}
    await story("create_project", {"id": PROJECT} | school | links)
    await story("list_projects", params={"partnership_id": PARTNERSHIP, "limit": 1})
    project = await story("get_project", at=at)
    project = await story("edit_project", {"title_en": "Modular school"}, at=at, version=project["version"])
    project = await story("change_project_status", {"to": "implementing"}, at=at, version=project["version"])
    project = await story("archive_project", WHY, at=at, version=project["version"])
    await story("restore_project", RETURN, at=at, version=project["version"])
    await story("list_project_history", at=at, params={"limit": 1})
    await _verb(story, "move_partnership", {"to": "joint_project"}, PARTNERSHIP)


async def _a_delegation(story: Teller) -> None:
    at = {"id": VISIT}
    visit = {"title_uk": "Навчальний візит до Замостя", "kind": "study_visit", "direction": "outgoing"}
    days = {"starts_on": "2027-02-08", "ends_on": "2027-02-12", "countries": ["PL"]}
    await story("create_delegation", {"id": VISIT} | visit | days | {"partnership_ids": [PARTNERSHIP]})
    await story("list_delegations", params={"partnership_id": PARTNERSHIP, "limit": 1})
    made = await story("get_delegation", at=at)
    made = await story("edit_delegation", {"title_en": "Study visit to Zamość"}, at=at, version=made["version"])
    made = await story("change_delegation_status", {"to": "planned"}, at=at, version=made["version"])
    made = await story("archive_delegation", WHY, at=at, version=made["version"])
    await story("restore_delegation", RETURN, at=at, version=made["version"])
    await story("list_delegation_history", at=at, params={"limit": 1})
    await _verb(story, "move_partnership", {"to": "delegation_exchange"}, PARTNERSHIP)


async def _the_partnership_goes_on(story: Teller) -> None:
    at = {"id": PARTNERSHIP}
    await story("get_partnership_stage_log", at=at)
    rest = {"to": "dormant", "reason": "Зимова перерва"}
    await _verb(story, "change_partnership_status", rest, PARTNERSHIP, params={"dry_run": "true"})
    await _verb(story, "archive_partnership", WHY, PARTNERSHIP)
    await _verb(story, "restore_partnership", RETURN, PARTNERSHIP)
    await story("list_partnership_history", at=at, params={"limit": 2})


async def _a_twinning_known_from_a_list(story: Teller) -> None:
    celje = await factories.foreign_municipality(story.world, name_uk="Целє", name_en="Celje", country="SI")
    names = {
        "title_uk": "Суми – Целє",
        "title_en": "Sumy – Celje",
        "country": "SI",
        "source": "Перелік міст-побратимів",
    }
    async with story.world.work() as uow:
        known = Twinning(line=2, hromada_id=UUID(HROMADA), partner_id=celje.id, **names)
        await twinning.write(uow, [known])
    found = await story.client.seen("/v1/agreements?verification=unverified")
    seen = {"signed_on": "2009-04-25", "reason": "Оригінал угоди є в архіві ради"}
    await _verb(story, "verify_agreement", seen, found["items"][0]["id"])


async def _back_to_the_informal_track(story: Teller) -> None:
    over = {"on": "2026-11-23", "reason": "Сторони домовилися про нову угоду"}
    await _verb(story, "terminate_agreement", over, MEMORANDUM)
    informal = {"to": "informal", "reason": "Нову угоду ще не підписано"}
    await _verb(story, "change_partnership_track", informal, PARTNERSHIP)


async def _a_colleague(story: Teller) -> None:
    andrii = {"id": ANDRII, "email": "andrii@example.org", "name": "Андрій Мельник", "password": "ластівка над Пслом"}
    await story("create_user", andrii)
    at = {"id": ANDRII}
    await story("list_users", params={"email": "andrii@example.org", "limit": 1})
    await story("get_user", at=at)
    user = await story("edit_user", {"language": "en"}, at=at, version=1)
    manager = {"role": "hromada_manager", "scope": "organization", "organization_id": HROMADA}
    user = await story("grant_role", manager, at=at)
    there = at | {"grant_id": user["grants"][0]["id"]}
    await story("revoke_grant", {"reason": "Перейшов на іншу посаду"}, at=there)
    await story("list_user_history", at=at, params={"limit": 2})


async def _olena_signs_out(story: Teller) -> None:
    me = await story.client.seen("/v1/me")
    await story("end_session", at={"id": me["session_id"]})
