from app.vocabulary.term import ADDED, SeedTerm, Term


class Stage(Term):
    CONTACT = "contact", "контакт", "contact"
    LETTER_OF_INTENT = "letter_of_intent", "лист про наміри", "letter of intent"
    MEMORANDUM = "memorandum", "меморандум", "memorandum"
    CONTRACT = "contract", "договір", "contract"
    JOINT_PROJECT = "joint_project", "спільний проєкт", "joint project"
    DELEGATION_EXCHANGE = "delegation_exchange", "обмін делегаціями", "delegation exchange"


class Track(Term):
    FORMAL = "formal", "формальне", "formal"
    INFORMAL = "informal", "неформальне", "informal"


class PartnershipStatus(Term):
    ACTIVE = "active", "активне", "active"
    DORMANT = "dormant", "неактивне", "dormant"
    ENDED = "ended", "завершене", "ended"


class PartyRole(Term):
    LEAD = "lead", "головний партнер", "lead partner"
    PARTNER = "partner", "партнер", "partner"
    ASSOCIATION = "association", "асоціація-посередник", "facilitating association"
    BUSINESS = "business", "бізнес-партнер", "business partner"
    SUPPORTER = "supporter", "організація підтримки", "supporting organization"
    OBSERVER = "observer", "спостерігач", "observer"


class Pathway(SeedTerm):
    MEETING = "meeting", "зустрічі", "meetings"
    FORUM = "forum", "форуми", "forums"
    EXPERIENCE_VISIT = (
        "experience_visit",
        "міжнародні візити з обміну досвідом",
        "international visits to exchange experience",
    )
    RECOVERY_VISIT = "recovery_visit", "міжнародні візити з відновлення", "international recovery visits"
    DISPLACED_PERSONS = (
        "displaced_persons",
        "залучення переміщених осіб у країнах ЄС",
        "displaced people living in EU countries",
    )
    PROPOSAL_LETTER = "proposal_letter", "листи з пропозиціями", "proposal letters"
    ELECTRONIC_PLATFORM = (
        "electronic_platform",
        "електронні платформи, бази даних",
        "electronic platforms and databases",
    )
    ASSOCIATION_REQUEST = (
        "association_request",
        "звернення до Асоціації міст України",
        "request to the Association of Ukrainian Cities",
        ADDED,
    )
    NATIONAL_ASSOCIATION = (
        "national_association",
        "через національну асоціацію партнера",
        "through the partner's national association",
        ADDED,
    )
    DIRECT_CONTACT = "direct_contact", "прямий контакт", "direct contact", ADDED
    DIASPORA = "diaspora", "діаспора", "diaspora", ADDED
    HISTORICAL_TIE = "historical_tie", "історичні зв’язки", "historical ties", ADDED


class ResultHorizon(SeedTerm):
    SHORT_TERM = "short_term", "короткострокові", "short-term"
    MEDIUM_TERM = "medium_term", "середньострокові", "medium-term"
    LONG_TERM = "long_term", "довгострокові", "long-term"


class VisionQuestion(SeedTerm):
    WHY_US = "why_us", "навіщо нам це", "why we want it"
    WHO_NEEDS_IT = "who_needs_it", "кому це потрібно", "who needs it"
    WHAT_GOAL = "what_goal", "яка мета", "what the goal is"
    EXPECTED_RESULTS = "expected_results", "очікувані результати", "expected results"


class FormalForm(SeedTerm):
    LETTER_OF_INTENT = "letter_of_intent", "лист про наміри", "letter of intent"
    MEMORANDUM = "memorandum", "меморандум", "memorandum"
    CONTRACT = "contract", "договір (строковий або безстроковий)", "contract (fixed-term or open-ended)"
    JOINT_PROJECT_CONTRACT = "joint_project_contract", "договір про спільний проєкт", "joint-project contract"
    JOINT_PROJECT_PREPARATION = (
        "joint_project_preparation",
        "розроблення, подання та реалізація спільних проєктів",
        "developing, submitting and carrying out joint projects",
    )
    EXPERIENCE_EXCHANGE = "experience_exchange", "обмін досвідом", "exchange of experience"
    STUDY_VISIT = "study_visit", "навчальний візит", "study visit"
    PARTNERSHIP_AGREEMENT = "partnership_agreement", "угода про партнерство", "partnership agreement", ADDED
    TWINNING_AGREEMENT = "twinning_agreement", "угода про побратимство", "twinning agreement", ADDED
    TWINNING_OATH = "twinning_oath", "клятва побратимства", "twinning oath", ADDED
    ACTION_PLAN = "action_plan", "план дій", "action plan", ADDED
    ADDENDUM = "addendum", "додаткова угода", "addendum", ADDED


class InformalForm(SeedTerm):
    VERBAL_ARRANGEMENT = "verbal_arrangement", "усні домовленості", "verbal arrangements"
    DELEGATION_EXCHANGE = "delegation_exchange", "обмін делегаціями", "delegation exchange"
    INFORMAL_MEETING = "informal_meeting", "неформальні зустрічі", "informal meetings"
    PROJECT_WITHOUT_CONTRACT = "project_without_contract", "проєкт без договору", "project without a contract"
    EVENT_PARTICIPATION = (
        "event_participation",
        "участь у заходах",
        "participation in events",
        True,
        PROJECT_WITHOUT_CONTRACT[0],
    )
    AID_RECEIPT = "aid_receipt", "отримання допомоги", "receipt of aid", True, PROJECT_WITHOUT_CONTRACT[0]
    ONLINE_MEETING = "online_meeting", "онлайн-зустрічі", "online meetings", ADDED
    SOLIDARITY_STATEMENT = "solidarity_statement", "заява про солідарність", "statement of solidarity", ADDED


class Provider(Term):
    """Who can supply what a move still lacks."""

    COORDINATOR = "coordinator", "координатор партнерства", "the partnership's coordinator"
    COUNCIL = "council", "рада або військова адміністрація", "the council or the military administration"
    MINISTRY = "ministry", "Мінрозвитку", "the Ministry for Development of Communities and Territories"
    PARTIES = "parties", "сторони документа", "the parties to the document"
