from app.vocabulary.term import ADDED, SeedTerm


class Network(SeedTerm):
    CEMR = "cemr", "Рада європейських муніципалітетів і регіонів (РЄМР)", "CEMR"
    UCLG = "uclg", "Об’єднані міста та органи місцевого самоврядування (UCLG)", "UCLG"
    EUROCITIES = "eurocities", "Eurocities", "Eurocities"
    COE_CONGRESS = (
        "coe_congress",
        "Конгрес місцевих і регіональних влад Ради Європи",
        "Congress of Local and Regional Authorities of the Council of Europe",
    )
    COR = "cor", "Європейський комітет регіонів", "European Committee of the Regions"
    NATIONAL_ASSOCIATIONS = (
        "national_associations",
        "національні асоціації інших країн",
        "national associations of other countries",
    )
    EU_ALLIANCE_UA_RECOVERY = (
        "eu_alliance_ua_recovery",
        "Європейський альянс міст та регіонів для відновлення України",
        "European Alliance of Cities and Regions for the Reconstruction of Ukraine",
    )


class Platform(SeedTerm):
    CITIES4CITIES = "cities4cities", "Cities4Cities", "Cities4Cities"
    TWINNING_ORG = "twinning_org", "twinning.org", "twinning.org"
    CEMR_MATCHMAKING = "cemr_matchmaking", "платформа підбору партнерів РЄМР", "CEMR Matchmaking Platform", ADDED
    DECENTRALIZATION_PORTAL = (
        "decentralization_portal",
        "портал «Децентралізація»",
        "the Decentralization portal",
        ADDED,
    )
    SKEW_NETWORK = "skew_network", "мережа українсько-німецьких партнерств SKEW", "SKEW network", ADDED
    AFCCRE_DIRECTORY = "afccre_directory", "довідник французьких партнерств AFCCRE", "AFCCRE directory", ADDED


class AucService(SeedTerm):
    """What the Association does for its members; the channels of one service are its sub-items."""

    INTERNATIONAL_PROJECT = "international_project", "міжнародні проєкти", "international projects"
    EVENT_ABROAD_PARTICIPATION = (
        "event_abroad_participation",
        "участь у заходах за кордоном",
        "participation in events abroad",
    )
    INTERNATIONAL_ONLINE_EVENT = (
        "international_online_event",
        "міжнародні онлайн-заходи",
        "international online events",
    )
    SPEAKER_PLACEMENT = "speaker_placement", "залучення спікерів від громад", "placing speakers from hromadas"
    PARTNERSHIP_FACILITATION = (
        "partnership_facilitation",
        "сприяння у налагодженні партнерств",
        "help in building partnerships",
    )
    MEMBER_REQUEST = "member_request", "за запитом громади", "at a member's request", True, PARTNERSHIP_FACILITATION[0]
    CITIES4CITIES = (
        "cities4cities",
        "через Cities4Cities",
        "through Cities4Cities",
        True,
        PARTNERSHIP_FACILITATION[0],
    )
    TWINNING_ORG = "twinning_org", "через twinning.org", "through twinning.org", True, PARTNERSHIP_FACILITATION[0]
    DIRECT_CONTACT = (
        "direct_contact",
        "через прямі контакти",
        "through direct contact",
        True,
        PARTNERSHIP_FACILITATION[0],
    )
    NATIONAL_ASSOCIATION = (
        "national_association",
        "через національні асоціації",
        "through national associations",
        True,
        PARTNERSHIP_FACILITATION[0],
    )
