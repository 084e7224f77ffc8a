from app.vocabulary.term import ADDED, SeedTerm, Term


class OrganizationKind(Term):
    HROMADA = "hromada", "територіальна громада", "hromada"
    FOREIGN_MUNICIPALITY = "foreign_municipality", "іноземний муніципалітет", "foreign municipality"
    REGION = "region", "регіон", "region"
    NATIONAL_ASSOCIATION = (
        "national_association",
        "національна асоціація органів місцевого самоврядування",
        "national association of local governments",
    )
    NETWORK = "network", "мережа міст і регіонів", "network of cities and regions"
    DONOR = "donor", "донор, партнер з розвитку", "donor, development partner"
    NGO = "ngo", "громадська організація", "non-governmental organization"
    COMPANY = "company", "підприємство", "company"
    UNIVERSITY = "university", "заклад вищої освіти", "university"
    INTERNATIONAL_ORGANIZATION = "international_organization", "міжнародна організація", "international organization"
    STATE_AUTHORITY = "state_authority", "орган державної влади", "state authority"
    MILITARY_ADMINISTRATION = "military_administration", "військова адміністрація", "military administration"
    LSG_BODY = "lsg_body", "орган місцевого самоврядування", "local self-government body"
    EMBASSY = "embassy", "посольство, консульство", "embassy or consulate"
    MUNICIPAL_INSTITUTION = "municipal_institution", "комунальна установа", "municipal institution"
    OTHER = "other", "інша організація", "other organization"


class HromadaType(Term):
    URBAN = "urban", "міська", "urban"
    SETTLEMENT = "settlement", "селищна", "settlement"
    RURAL = "rural", "сільська", "rural"


class TerritoryStatus(Term):
    REAR = "rear", "тилова", "rear"
    FRONTLINE = "frontline", "прифронтова", "frontline"
    AFFECTED = "affected", "постраждала", "affected"
    DEOCCUPIED = "deoccupied", "деокупована", "de-occupied"
    TEMPORARILY_OCCUPIED = "temporarily_occupied", "тимчасово окупована", "temporarily occupied"


class CodeSystem(Term):
    KATOTTG = "katottg", "КАТОТТГ", "KATOTTG"
    EDRPOU = "edrpou", "ЄДРПОУ", "EDRPOU"
    NUTS = "nuts", "NUTS", "NUTS"
    LAU = "lau", "LAU", "LAU"
    EXTERNAL = "external", "зовнішній ідентифікатор", "external identifier"


class Purpose(SeedTerm):
    RECOVERY = "recovery", "відновлення", "recovery"
    DEVELOPMENT = "development", "розвиток", "development"
    EXPERIENCE = "experience", "досвід", "experience"
    HUMANITARIAN_AID = "humanitarian_aid", "гуманітарна допомога", "humanitarian aid"
    CIVIL_SOCIETY_DEVELOPMENT = (
        "civil_society_development",
        "розвиток громадського сектору",
        "civil-society development",
    )
    RESIDENT_SUPPORT = "resident_support", "допомога жителям", "support to residents"


class CooperationMode(SeedTerm):
    SOFT_PROJECT = "soft_project", "«м’який» проєкт", "soft project"
    HARD_PROJECT = "hard_project", "«твердий» проєкт", "hard project"
    CULTURAL_EXCHANGE = "cultural_exchange", "культурний обмін", "cultural exchange"
    EXPERIENCE_EXCHANGE = "experience_exchange", "обмін досвідом", "exchange of experience"


class PartnerCriterion(SeedTerm):
    SIMILAR_CHALLENGES = "similar_challenges", "схожість викликів", "similar challenges"
    POPULATION = "population", "кількість населення", "population"
    HISTORIC_SITES = "historic_sites", "історичні об’єкти", "historic sites"
    INDUSTRY = "industry", "промисловість", "industry"
    INFRASTRUCTURE = "infrastructure", "інфраструктура", "infrastructure"
    COUNTRY = "country", "країна", "country", ADDED
    LANGUAGE = "language", "мова", "language", ADDED
    BORDER_REGION = "border_region", "прикордонний регіон", "border region", ADDED
    EXISTING_TWINS = "existing_twins", "наявні міста-побратими", "existing twin towns", ADDED
    SHARED_NETWORK = "shared_network", "членство у спільній мережі", "a network in common", ADDED


class ExperienceTopic(SeedTerm):
    """What a hromada can teach its partners: two groups and, below them, the topics."""

    SELF_GOVERNMENT_REFORM = (
        "self_government_reform",
        "реформа місцевого самоврядування",
        "local self-government reform",
    )
    VOLUNTARY_AMALGAMATION = (
        "voluntary_amalgamation",
        "добровільне об’єднання громад",
        "voluntary amalgamation of hromadas",
        True,
        SELF_GOVERNMENT_REFORM[0],
    )
    FISCAL_DECENTRALISATION = (
        "fiscal_decentralisation",
        "фінансова децентралізація",
        "fiscal decentralisation",
        True,
        SELF_GOVERNMENT_REFORM[0],
    )
    NEW_STRUCTURES_STAFFING = (
        "new_structures_staffing",
        "створення нових структур і добір кадрів",
        "new structures and their staffing",
        True,
        SELF_GOVERNMENT_REFORM[0],
    )
    DELEGATED_POWERS = (
        "delegated_powers",
        "виконання делегованих повноважень (освіта, медицина)",
        "delegated powers (education, health care)",
        True,
        SELF_GOVERNMENT_REFORM[0],
    )
    INTER_HROMADA_COOPERATION = (
        "inter_hromada_cooperation",
        "співробітництво громад",
        "cooperation between hromadas",
        True,
        SELF_GOVERNMENT_REFORM[0],
    )
    WARTIME_CONTINUITY = "wartime_continuity", "робота громади в умовах війни", "running a hromada in wartime"
    FRONTLINE_SUPPORT = (
        "frontline_support",
        "підтримка фронту і прифронтових громад",
        "support to the front line and its hromadas",
        True,
        WARTIME_CONTINUITY[0],
    )
    BUSINESS_RELOCATION = (
        "business_relocation",
        "релокація бізнесу",
        "business relocation",
        True,
        WARTIME_CONTINUITY[0],
    )
    IDP_SUPPORT = (
        "idp_support",
        "підтримка внутрішньо переміщених осіб",
        "support to internally displaced persons",
        True,
        WARTIME_CONTINUITY[0],
    )
    BASIC_SERVICES = (
        "basic_services",
        "безперервність базових послуг (освіта, медицина, тепло)",
        "keeping basic services running (education, health care, heating)",
        True,
        WARTIME_CONTINUITY[0],
    )


class InfoMaterial(SeedTerm):
    WEBSITE_PAGE = "website_page", "сторінка на сайті", "website page"
    WIKIPEDIA_ARTICLE = "wikipedia_article", "стаття у Вікіпедії", "Wikipedia article"
    FLYER_BROCHURE = "flyer_brochure", "листівка або буклет", "flyer or brochure"
    PRESENTATION = "presentation", "презентація", "presentation"
    VIDEO = "video", "відео", "video"
    BUSINESS_CARDS = "business_cards", "візитні картки", "business cards"
