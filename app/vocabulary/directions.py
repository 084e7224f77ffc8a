from app.vocabulary.term import ADDED, SeedTerm


class Direction(SeedTerm):
    """A field of cooperation; `dac` holds the OECD DAC purpose codes it is exported under."""

    dac: tuple[str, ...]

    def __init__(
        self,
        _code: str,
        uk: str = "",
        en: str = "",
        dac: tuple[str, ...] = (),
        is_seed: bool = True,
        parent: str | None = None,
    ) -> None:
        super().__init__(_code, uk, en, is_seed, parent)
        self.dac = dac

    HEATING_TECHNOLOGIES = (
        "heating_technologies",
        "технології та засоби обігріву приміщень, у т. ч. інноваційні",
        "space-heating technology and equipment",
        ("23620", "23183"),
    )
    RENEWABLE_ENERGY = "renewable_energy", "відновлювана енергетика", "renewable energy", ("23210",)
    MODULAR_HOUSING = (
        "modular_housing",
        "модульні містечка, нові будівельні технології",
        "modular housing, new building technology",
        ("16040", "73010"),
    )
    INFRASTRUCTURE_RECONSTRUCTION = (
        "infrastructure_reconstruction",
        "відбудова інфраструктури з іноземними інвесторами",
        "infrastructure reconstruction with foreign investors",
        ("73010", "43032"),
    )
    DEBRIS_MANAGEMENT = (
        "debris_management",
        "поводження з відходами руйнації",
        "management and reuse of destruction debris",
        ("14050",),
    )
    SPECIAL_VEHICLES = "special_vehicles", "спеціальні транспортні засоби", "special vehicles", ("72010",)
    AMBULANCE = "ambulance", "карети швидкої допомоги", "ambulances", ("72010",), True, SPECIAL_VEHICLES[0]
    FIRE_ENGINE = "fire_engine", "пожежні автомобілі", "fire engines", ("72010",), True, SPECIAL_VEHICLES[0]
    SCHOOL_BUS = "school_bus", "шкільні автобуси", "school buses", ("72010",), True, SPECIAL_VEHICLES[0]
    MUNICIPAL_MACHINERY = (
        "municipal_machinery",
        "комунальна техніка",
        "municipal machinery",
        ("72010",),
        True,
        SPECIAL_VEHICLES[0],
    )
    EDUCATION_YOUTH = (
        "education_youth",
        "освіта, молодь, мовні літні табори",
        "education, youth exchange, language summer camps",
        ("11120", "16015"),
    )
    BORDER_CROSSINGS = (
        "border_crossings",
        "обладнання переходів на кордонах",
        "equipment of border crossings",
        ("33120",),
    )
    ENVIRONMENT = "environment", "екологія", "environment", ("41010",)
    BOMB_SHELTERS = "bomb_shelters", "бомбосховища", "bomb shelters", ("74020",)
    BUSINESS_RELOCATION = (
        "business_relocation",
        "релокація бізнесу, логістика",
        "business relocation and logistics",
        ("25030", "32130"),
    )
    EXPORT_DEVELOPMENT = "export_development", "налагодження експорту", "export development", ("33110",)
    INVESTMENT_ATTRACTION = (
        "investment_attraction",
        "залучення інвестицій",
        "attraction of investment",
        ("25010", "32161"),
    )
    BUILDING_MATERIALS = (
        "building_materials",
        "виробництво будівельних матеріалів",
        "production of building materials",
        ("25010",),
        True,
        INVESTMENT_ATTRACTION[0],
    )
    AGRI_PRODUCTION_PROCESSING = (
        "agri_production_processing",
        "агропродукція та її переробка",
        "farm produce and its processing",
        ("32161",),
        True,
        INVESTMENT_ATTRACTION[0],
    )
    IDP_INTEGRATION = (
        "idp_integration",
        "адаптація та працевлаштування ВПО за фахом",
        "adaptation of displaced persons and employment in their profession",
        ("16020", "16015"),
    )
    CIVIL_PROTECTION_RESILIENCE = (
        "civil_protection_resilience",
        "цивільний захист і стійкість",
        "civil protection and resilience",
        (),
        ADDED,
    )
    ENERGY_EFFICIENCY = "energy_efficiency", "енергоефективність", "energy efficiency", (), ADDED
    HEALTH_REHABILITATION = (
        "health_rehabilitation",
        "охорона здоров’я і реабілітація",
        "health care and rehabilitation",
        (),
        ADDED,
    )
    VETERANS = "veterans", "підтримка ветеранів", "support to veterans", (), ADDED
    WATER_WASTEWATER = "water_wastewater", "водопостачання і водовідведення", "water supply and wastewater", (), ADDED
    WASTE = "waste", "управління відходами", "waste management", (), ADDED
    DIGITAL_GOVERNANCE = "digital_governance", "цифрове врядування", "digital governance", (), ADDED
    CULTURE_SPORT = "culture_sport", "культура і спорт", "culture and sport", (), ADDED
    TOURISM = "tourism", "туризм", "tourism", (), ADDED
    SOCIAL_SERVICES = "social_services", "соціальні послуги", "social services", (), ADDED
