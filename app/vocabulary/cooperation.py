from app.vocabulary.term import ADDED, SeedTerm, Term


class ProjectKind(Term):
    SOFT = "soft", "«м’який»", "soft"
    HARD = "hard", "«твердий»", "hard"


class ProjectStatus(Term):
    """`iati` is the activity status that the project is exported under."""

    iati: str

    def __init__(self, _code: str, uk: str = "", en: str = "", iati: str = "") -> None:
        super().__init__(_code, uk, en)
        self.iati = iati

    PIPELINE = "pipeline", "у підготовці", "pipeline", "1"
    CONTRACTED = "contracted", "договір укладено", "contracted", "2"
    IMPLEMENTING = "implementing", "виконується", "implementing", "2"
    SUSPENDED = "suspended", "призупинено", "suspended", "6"
    FINALISING = "finalising", "завершується", "finalising", "3"
    CLOSED = "closed", "завершено", "closed", "4"
    CANCELLED = "cancelled", "скасовано", "cancelled", "5"
    TERMINATED = "terminated", "достроково припинено", "terminated", "5"


class AidType(SeedTerm):
    GRANT = "grant", "грант", "grant"
    TECHNICAL_ASSISTANCE = "technical_assistance", "технічна допомога", "technical assistance"
    CONSULTING = "consulting", "консультації", "consulting", True, TECHNICAL_ASSISTANCE[0]
    STAFF_TRAINING = "staff_training", "навчання персоналу", "staff training", True, TECHNICAL_ASSISTANCE[0]
    DOCUMENT_DRAFTING = (
        "document_drafting",
        "розроблення документів",
        "drafting of documents",
        True,
        TECHNICAL_ASSISTANCE[0],
    )
    FINANCIAL_ASSISTANCE = (
        "financial_assistance",
        "фінансова допомога (пільговий кредит)",
        "financial assistance (concessional loan)",
    )
    HUMANITARIAN_AID = "humanitarian_aid", "гуманітарна допомога", "humanitarian aid", ADDED


class AidForm(SeedTerm):
    MONETARY = "monetary", "грошова", "monetary"
    IN_KIND = "in_kind", "натуральна", "in kind"


class DelegationDirection(Term):
    OUTGOING = "outgoing", "виїзна", "outgoing"
    INCOMING = "incoming", "прийом гостей", "incoming"
    DOMESTIC = "domestic", "у межах України", "domestic"
    ONLINE = "online", "онлайн", "online"


class DelegationStatus(Term):
    DRAFT = "draft", "чернетка", "draft"
    PLANNED = "planned", "заплановано", "planned"
    INVITING = "inviting", "триває запрошення", "inviting"
    LIST_FROZEN = "list_frozen", "склад зафіксовано", "list frozen"
    READY = "ready", "готова", "ready"
    IN_PROGRESS = "in_progress", "триває", "in progress"
    RETURNED = "returned", "повернулася", "returned"
    REPORTED = "reported", "звіт затверджено", "reported"
    CLOSED = "closed", "закрито", "closed"
    POSTPONED = "postponed", "відкладено", "postponed"
    CANCELLED = "cancelled", "скасовано", "cancelled"


class VisitType(Term):
    STUDY_VISIT = "study_visit", "навчальний візит", "study visit"
    EXPERIENCE_EXCHANGE = "experience_exchange", "візит з обміну досвідом", "experience-exchange visit"
    RECOVERY_VISIT = "recovery_visit", "візит з відновлення", "recovery visit"
    EXPLORATORY_VISIT = "exploratory_visit", "ознайомчий візит", "exploratory visit"
    RETURN_VISIT = "return_visit", "візит у відповідь", "return visit"
    PARTNER_MEETING = "partner_meeting", "зустріч партнерів", "partner meeting"
    FORUM = "forum", "участь у форумі", "forum"
    CONFERENCE = "conference", "участь у конференції", "conference"
    EXHIBITION = "exhibition", "участь у виставці", "exhibition"
    INTERNSHIP = "internship", "стажування", "internship"
    EXPERT_MISSION = "expert_mission", "експертна місія", "expert mission"
    CHILDREN_RECREATION = "children_recreation", "оздоровлення та відпочинок дітей", "children's recreation"


class EventType(SeedTerm):
    EXHIBITION = "exhibition", "виставка", "exhibition"
    FORUM = "forum", "форум", "forum"
    CONFERENCE = "conference", "конференція", "conference"
    STUDY_VISIT = "study_visit", "навчальний візит", "study visit"
    WEBINAR = "webinar", "вебінар", "webinar"
    ONLINE_EVENT = "online_event", "онлайн-захід", "online event"
    MEETING = "meeting", "зустріч", "meeting", ADDED
    TRAINING = "training", "тренінг", "training", ADDED
    SIGNING_CEREMONY = "signing_ceremony", "церемонія підписання", "signing ceremony", ADDED


class SourceKind(SeedTerm):
    SPECIAL_RESOURCE = "special_resource", "спеціалізований ресурс", "specialised resource"
    EU_PORTAL = "eu_portal", "портал Європейського Союзу", "European Union portal"
    EMBASSY = "embassy", "посольство", "embassy"
    DEVELOPMENT_AGENCY = "development_agency", "агентство з розвитку", "development agency"
    SPECIAL_PROGRAMME = "special_programme", "спеціальна програма", "special programme"
    DEVELOPMENT_BANK = "development_bank", "банк розвитку", "development bank", ADDED
    STATE_SYSTEM = "state_system", "державна система", "state system", ADDED


class SourceStatus(Term):
    ACTIVE = "active", "діє", "active"
    SUSPENDED = "suspended", "призупинено", "suspended"
    CLOSED = "closed", "закрито", "closed"


class FundingSource(SeedTerm):
    """Whether a source still gives money is dated data kept with its record (`SourceStatus`), not here."""

    kind: SourceKind

    def __init__(
        self,
        _code: str,
        uk: str = "",
        en: str = "",
        kind: SourceKind = SourceKind.SPECIAL_RESOURCE,
        is_seed: bool = True,
    ) -> None:
        super().__init__(_code, uk, en, is_seed)
        self.kind = kind

    GURT = "gurt", "Ресурсний центр ГУРТ (gurt.org.ua)", "GURT Resource Centre (gurt.org.ua)"
    PROSTIR = "prostir", "Громадський простір (prostir.ua)", "Hromadskyi Prostir (prostir.ua)"
    EU_FUNDING_TENDERS = (
        "eu_funding_tenders",
        "портал ЄС «Фінансування та тендери»",
        "EU Funding & Tenders Portal",
        SourceKind.EU_PORTAL,
    )
    GIZ = "giz", "Німецьке товариство міжнародного співробітництва (GIZ)", "GIZ", SourceKind.DEVELOPMENT_AGENCY
    USAID = "usaid", "Агентство США з міжнародного розвитку (USAID)", "USAID", SourceKind.DEVELOPMENT_AGENCY
    UNDP = "undp", "Програма розвитку ООН (ПРООН)", "UNDP", SourceKind.DEVELOPMENT_AGENCY
    U_LEAD = "u_lead", "U-LEAD з Європою", "U-LEAD with Europe", SourceKind.SPECIAL_PROGRAMME, ADDED
    POLARIS_SALAR = (
        "polaris_salar",
        "Polaris (Шведська асоціація місцевих влад і регіонів)",
        "Polaris (Swedish Association of Local Authorities and Regions)",
        SourceKind.SPECIAL_PROGRAMME,
        ADDED,
    )
    SKEW = (
        "skew",
        "Сервісна агенція «Громади в єдиному світі» (SKEW)",
        "Service Agency Communities in One World (SKEW)",
        SourceKind.SPECIAL_PROGRAMME,
        ADDED,
    )
    INTERREG_NEXT = "interreg_next", "Interreg NEXT", "Interreg NEXT", SourceKind.SPECIAL_PROGRAMME, ADDED
    CERV = (
        "cerv",
        "Громадяни, рівність, права та цінності (CERV)",
        "Citizens, Equality, Rights and Values (CERV)",
        SourceKind.SPECIAL_PROGRAMME,
        ADDED,
    )
    ERASMUS = "erasmus", "Еразмус+", "Erasmus+", SourceKind.SPECIAL_PROGRAMME, ADDED
    LIFE = "life", "Програма LIFE", "LIFE", SourceKind.SPECIAL_PROGRAMME, ADDED
    CREATIVE_EUROPE = "creative_europe", "Креативна Європа", "Creative Europe", SourceKind.SPECIAL_PROGRAMME, ADDED
    EBRD = (
        "ebrd",
        "Європейський банк реконструкції та розвитку (ЄБРР)",
        "European Bank for Reconstruction and Development (EBRD)",
        SourceKind.DEVELOPMENT_BANK,
        ADDED,
    )
    EIB = (
        "eib",
        "Європейський інвестиційний банк (ЄІБ)",
        "European Investment Bank (EIB)",
        SourceKind.DEVELOPMENT_BANK,
        ADDED,
    )
    NEFCO = (
        "nefco",
        "Північна екологічна фінансова корпорація (НЕФКО)",
        "Nordic Environment Finance Corporation (Nefco)",
        SourceKind.DEVELOPMENT_BANK,
        ADDED,
    )
    JICA = (
        "jica",
        "Японське агентство міжнародного співробітництва (JICA)",
        "Japan International Cooperation Agency (JICA)",
        SourceKind.DEVELOPMENT_AGENCY,
        ADDED,
    )
    AFD = (
        "afd",
        "Французьке агентство розвитку (AFD)",
        "French Development Agency (AFD)",
        SourceKind.DEVELOPMENT_AGENCY,
        ADDED,
    )
    DECIDE = "decide", "Проєкт DECIDE", "DECIDE", SourceKind.SPECIAL_PROGRAMME, ADDED
    EGAP = "egap", "Програма EGAP", "EGAP", SourceKind.SPECIAL_PROGRAMME, ADDED
    DREAM = (
        "dream",
        "DREAM, державна екосистема управління відновленням",
        "DREAM, the state reconstruction pipeline",
        SourceKind.STATE_SYSTEM,
        ADDED,
    )
