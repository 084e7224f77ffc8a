import copy
import json
import pickle
import re
import subprocess
import sys
from enum import Enum
from types import ModuleType

import pytest
from pydantic import TypeAdapter, ValidationError

from app import vocabulary
from app.vocabulary import (
    TAXONOMIES,
    AgreementKind,
    Direction,
    ExperienceTopic,
    FundingSource,
    Language,
    LanguageResource,
    Pathway,
    SeedTerm,
    SourceKind,
    Stage,
    Term,
)
from app.vocabulary.countries import OFFICIAL_NAMES, codes, official_name, resolve_country, short_name

SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# The standard that webhooks follow writes its types with dots: the thing, then what happened to it.
DOTTED = {"webhook_event_type": re.compile(rf"{SNAKE_CASE.pattern}\.{SNAKE_CASE.pattern}")}
CYRILLIC = re.compile(r"[А-ЩЬЮЯЄІЇҐа-щьюяєіїґ]")
PROPER_NAMES = {"NUTS", "LAU", "Eurocities", "Cities4Cities", "twinning.org", "Interreg NEXT"}

# The Association's own lists, and after "+" what we added to them; sub-items follow their parent.
LISTS = {
    "purpose": """recovery development experience humanitarian_aid civil_society_development resident_support""",
    "result_horizon": "short_term medium_term long_term",
    "vision_question": "why_us who_needs_it what_goal expected_results",
    "cooperation_mode": "soft_project hard_project cultural_exchange experience_exchange",
    "partner_criterion": """similar_challenges population historic_sites industry infrastructure
        + country language border_region existing_twins shared_network""",
    "direction": """heating_technologies renewable_energy modular_housing infrastructure_reconstruction
        debris_management special_vehicles ambulance fire_engine school_bus municipal_machinery education_youth
        border_crossings environment bomb_shelters business_relocation export_development investment_attraction
        building_materials agri_production_processing idp_integration
        + civil_protection_resilience energy_efficiency health_rehabilitation veterans water_wastewater waste
        digital_governance culture_sport tourism social_services""",
    "formal_form": """letter_of_intent memorandum contract joint_project_contract joint_project_preparation
        experience_exchange study_visit
        + partnership_agreement twinning_agreement twinning_oath action_plan addendum""",
    "informal_form": """verbal_arrangement delegation_exchange informal_meeting project_without_contract
        event_participation aid_receipt + online_meeting solidarity_statement""",
    "aid_type": """grant technical_assistance consulting staff_training document_drafting financial_assistance
        + humanitarian_aid""",
    "aid_form": "monetary in_kind",
    "pathway": """meeting forum experience_visit recovery_visit displaced_persons proposal_letter electronic_platform
        + association_request national_association direct_contact diaspora historical_tie""",
    "readiness_item": """political_will_head political_will_council information_in_english communication_skills
        costed_project_ideas exchange_budget english_speakers project_manager""",
    "info_material": "website_page wikipedia_article flyer_brochure presentation video business_cards",
    "language_resource": """lsg_staff regional_ngo_specialists teachers volunteers mobile_apps web_translation
        online_courses""",
    "experience_topic": """self_government_reform voluntary_amalgamation fiscal_decentralisation
        new_structures_staffing delegated_powers inter_hromada_cooperation
        wartime_continuity frontline_support business_relocation idp_support basic_services""",
    "funding_source": """gurt prostir eu_funding_tenders giz usaid undp
        + u_lead polaris_salar skew interreg_next cerv erasmus life creative_europe ebrd eib nefco jica afd decide
        egap dream""",
    "source_kind": """special_resource eu_portal embassy development_agency special_programme
        + development_bank state_system""",
    "network": "cemr uclg eurocities coe_congress cor national_associations eu_alliance_ua_recovery",
    "platform": """cities4cities twinning_org
        + cemr_matchmaking decentralization_portal skew_network afccre_directory""",
    "auc_service": """international_project event_abroad_participation international_online_event speaker_placement
        partnership_facilitation member_request cities4cities twinning_org direct_contact national_association""",
    "event_type": """exhibition forum conference study_visit webinar online_event
        + meeting training signing_ceremony""",
}

ALL_TAXONOMIES = pytest.mark.parametrize("taxonomy", TAXONOMIES)
LISTED = pytest.mark.parametrize("taxonomy", LISTS)


def seed_terms(taxonomy: str) -> list[SeedTerm]:
    return [term for term in TAXONOMIES[taxonomy] if isinstance(term, SeedTerm)]


@LISTED
def test_a_taxonomy_has_every_term_of_the_list_in_its_order(taxonomy: str) -> None:
    seed, _, added = LISTS[taxonomy].partition("+")

    assert [(term, term.is_seed) for term in seed_terms(taxonomy)] == [
        *((code, True) for code in seed.split()),
        *((code, False) for code in added.split()),
    ]


@LISTED
def test_a_sub_item_hangs_on_a_broader_term_of_its_own_taxonomy(taxonomy: str) -> None:
    broad = {term.value for term in seed_terms(taxonomy) if term.parent is None}

    assert {term.parent for term in seed_terms(taxonomy)} - {None} <= broad


@ALL_TAXONOMIES
def test_every_term_is_named_in_both_languages(taxonomy: str) -> None:
    terms = list(TAXONOMIES[taxonomy])

    assert [term for term in terms if not DOTTED.get(taxonomy, SNAKE_CASE).fullmatch(term)] == []
    assert [term for term in terms if not CYRILLIC.search(term.uk) and term.uk not in PROPER_NAMES] == []
    assert [term for term in terms if not term.en or CYRILLIC.search(term.en)] == []
    assert len({term.uk for term in terms}) == len({term.en for term in terms}) == len(terms) > 0


def test_every_enum_of_the_package_is_served_under_its_own_name() -> None:
    enums = {thing for thing in vars(vocabulary).values() if isinstance(thing, type) and issubclass(thing, Enum)}
    named = {re.sub(r"(?<!^)(?=[A-Z])", "_", enum.__name__).lower(): enum for enum in enums - {Term, SeedTerm}}

    assert dict(TAXONOMIES) == named


def test_the_package_gives_away_every_enum_and_nothing_twice() -> None:
    modules = [thing for thing in vars(vocabulary).values() if isinstance(thing, ModuleType)]
    written = {
        thing.__name__
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Term)
    }

    assert written | {"TAXONOMIES"} == set(vocabulary.__all__)
    assert len(vocabulary.__all__) == len(set(vocabulary.__all__))


@ALL_TAXONOMIES
def test_a_term_travels_as_its_plain_code(taxonomy: str) -> None:
    terms = list(TAXONOMIES[taxonomy])
    again = pickle.loads(pickle.dumps(terms))  # noqa: S301 - our own bytes, a moment old

    assert [id(term) for term in again] == [id(term) for term in copy.deepcopy(terms)] == [id(term) for term in terms]
    assert json.loads(json.dumps(terms)) == [str(term) for term in terms] == [term.value for term in terms]


def test_pydantic_reads_codes_and_publishes_them() -> None:
    adapter = TypeAdapter(Stage)

    assert adapter.validate_json('"contract"') is Stage.CONTRACT
    assert adapter.dump_json(Stage.CONTRACT) == b'"contract"'
    assert adapter.json_schema()["enum"] == [stage.value for stage in Stage]
    with pytest.raises(ValidationError):
        adapter.validate_python("договір")


@pytest.mark.parametrize(
    ("language", "label"),
    [
        (Language.UK, "лист про наміри"),
        ("uk", "лист про наміри"),
        (Language.EN, "letter of intent"),
        ("de", "letter of intent"),
    ],
)
def test_a_label_is_ukrainian_or_else_english(language: str, label: str) -> None:
    assert Stage.LETTER_OF_INTENT.label(language) == label


def test_stages_keep_the_order_in_which_cooperation_deepens() -> None:
    assert list(Stage) == [
        "contact",
        "letter_of_intent",
        "memorandum",
        "contract",
        "joint_project",
        "delegation_exchange",
    ]


def test_a_kind_of_agreement_says_what_it_opens_and_what_it_needs() -> None:
    facts = {
        kind.value: (kind.supports, kind.needs_ministry_approval, kind.needs_council_act) for kind in AgreementKind
    }

    assert facts == {
        "letter_of_intent": (Stage.LETTER_OF_INTENT, False, False),
        "declaration_of_intent": (Stage.LETTER_OF_INTENT, False, False),
        "memorandum": (Stage.MEMORANDUM, True, True),
        "contract": (Stage.CONTRACT, True, True),
        "partnership_agreement": (Stage.CONTRACT, True, True),
        "twinning_agreement": (Stage.CONTRACT, True, True),
        "twinning_oath": (None, False, True),
        "joint_project_contract": (Stage.CONTRACT, True, True),
        "action_plan": (None, False, False),
        "addendum": (None, True, True),
    }


def test_terms_carry_the_facts_of_their_taxonomy() -> None:
    assert Direction.MODULAR_HOUSING.dac == ("16040", "73010")
    assert [direction for direction in Direction if direction.is_seed and not direction.dac] == []
    assert [direction for direction in Direction if direction.parent == Direction.SPECIAL_VEHICLES] == [
        "ambulance",
        "fire_engine",
        "school_bus",
        "municipal_machinery",
    ]
    assert [topic for topic in ExperienceTopic if topic.parent is None] == [
        "self_government_reform",
        "wartime_continuity",
    ]
    assert [resource for resource in LanguageResource if not resource.is_person] == [
        "mobile_apps",
        "web_translation",
        "online_courses",
    ]
    assert [source for source in FundingSource if source.kind is SourceKind.EU_PORTAL] == ["eu_funding_tenders"]
    assert Pathway.DIASPORA.is_seed is False


def test_countries_are_those_of_the_standard_and_kosovo() -> None:
    assert len(codes()) == 250
    assert {"UA", "PL", "XK"} <= codes()
    assert {"EU", "UN", "ZZ", "IC", "001"} & codes() == set()


def test_the_vocabulary_and_its_countries_load_without_babel() -> None:
    program = "import sys, app.vocabulary, app.vocabulary.countries; print('babel' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own line

    assert answer.stdout == "False\n"


def test_official_names_are_those_of_documents_and_fall_back_to_short_ones() -> None:
    assert (official_name("PL", "uk"), official_name("PL", "en")) == ("Республіка Польща", "Republic of Poland")
    assert (short_name("PL", "uk"), short_name("PL", "en")) == ("Польща", "Poland")
    assert official_name("BM", "uk") == short_name("BM", "uk") == "Бермудські Острови"
    with pytest.raises(KeyError):
        official_name("ZZ", "uk")


def test_official_names_cover_the_countries_that_hromadas_work_with() -> None:
    europe = """AD AL AT BA BE BG BY CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO
        PL PT RO RS RU SE SI SK SM TR UA VA XK"""
    others = "US CA MX JP CN KR IL GE AM AZ KZ KG UZ TJ TM MN IN TR"

    assert set(europe.split()) | set(others.split()) <= set(OFFICIAL_NAMES) <= codes()
    assert [
        code
        for code, names in OFFICIAL_NAMES.items()
        if not CYRILLIC.search(names["uk"]) or CYRILLIC.search(names["en"])
    ] == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("PL", ("PL", None)),
        ("  Poland ", ("PL", None)),
        ("Республіка Польща", ("PL", None)),
        ("Georgia (country)", ("GE", None)),
        ("Georgia", ("GE", None)),
        ("Georgia, United States", ("US", None)),
        ("England", ("GB", "GB-ENG")),
        ("Scotland, United Kingdom", ("GB", "GB-SCT")),
        ("Wales", ("GB", "GB-WLS")),
        ("Northern Ireland", ("GB", "GB-NIR")),
        ("Mallorca, Spain", ("ES", "ES-IB")),
        ("USA", ("US", None)),
        ("U.S.A.", ("US", None)),
        ("United States", ("US", None)),
        ("the Netherlands", ("NL", None)),
        ("Czechia", ("CZ", None)),
        ("Czech Republic", ("CZ", None)),
        ("Türkiye", ("TR", None)),
        ("TURKEY", ("TR", None)),
        ("Moldova", ("MD", None)),
        ("North Macedonia", ("MK", None)),
        ("Bosnia and Herzegovina", ("BA", None)),
        ("South Korea", ("KR", None)),
        ("Korea, South", ("KR", None)),
        ("Kosovo", ("XK", None)),
        ("Об'єднані Арабські Емірати", ("AE", None)),
        ("Côte d'Ivoire", ("CI", None)),
        ("Paris", None),
        ("Paris, Texas", None),
        ("no", None),
        ("ZZ", None),
        (",", None),
        ("", None),
    ],
)
def test_a_country_is_recognised_as_people_write_it(text: str, place: tuple[str, str | None] | None) -> None:
    assert resolve_country(text) == place


@pytest.mark.parametrize("language", ["uk", "en"])
def test_every_name_we_give_is_a_name_we_understand(language: str) -> None:
    lost = [
        code
        for code in codes()
        for name in (short_name(code, language), official_name(code, language))
        if resolve_country(name) != (code, None)
    ]

    assert lost == []
