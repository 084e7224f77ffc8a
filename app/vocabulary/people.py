from app.vocabulary.term import SeedTerm, Term


class CefrLevel(Term):
    A1 = "a1", "A1 (початковий)", "A1 (beginner)"
    A2 = "a2", "A2 (елементарний)", "A2 (elementary)"
    B1 = "b1", "B1 (середній)", "B1 (intermediate)"
    B2 = "b2", "B2 (вищий за середній)", "B2 (upper intermediate)"
    C1 = "c1", "C1 (просунутий)", "C1 (advanced)"
    C2 = "c2", "C2 (вільне володіння)", "C2 (mastery)"
    NATIVE = "native", "рідна мова", "native"


class ContactKind(Term):
    EMAIL = "email", "електронна пошта", "e-mail"
    PHONE = "phone", "телефон", "phone"
    MESSENGER = "messenger", "месенджер", "messenger"
    WEBSITE = "website", "вебсайт", "website"


class LanguageResource(SeedTerm):
    """Where a hromada finds language skills; only people (`is_person`) can be assigned to a visit."""

    is_person: bool

    def __init__(self, _code: str, uk: str = "", en: str = "", is_person: bool = True) -> None:
        super().__init__(_code, uk, en)
        self.is_person = is_person

    LSG_STAFF = "lsg_staff", "фахівці органів місцевого самоврядування", "local self-government staff"
    REGIONAL_NGO_SPECIALISTS = (
        "regional_ngo_specialists",
        "регіональні фахівці недержавних організацій",
        "specialists of regional NGOs",
    )
    TEACHERS = "teachers", "викладачі закладів вищої освіти, вчителі", "university and school teachers"
    VOLUNTEERS = "volunteers", "волонтери", "volunteers"
    MOBILE_APPS = (
        "mobile_apps",
        "мобільні застосунки (картки, Duolingo)",
        "mobile applications (flash cards, Duolingo)",
        False,
    )
    WEB_TRANSLATION = "web_translation", "вебперекладачі, SayHi", "web translation, SayHi", False
    ONLINE_COURSES = (
        "online_courses",
        "YouTube та інші безкоштовні курси",
        "YouTube and other free courses",
        False,
    )


class ReadinessItem(SeedTerm):
    POLITICAL_WILL_HEAD = "political_will_head", "політична воля голови", "political will of the head"
    POLITICAL_WILL_COUNCIL = "political_will_council", "політична воля ради", "political will of the council"
    INFORMATION_IN_ENGLISH = (
        "information_in_english",
        "інформація про громаду англійською мовою",
        "information about the hromada in English",
    )
    COMMUNICATION_SKILLS = "communication_skills", "комунікабельність", "communication skills"
    COSTED_PROJECT_IDEAS = (
        "costed_project_ideas",
        "ідеї та проєкти з орієнтовною вартістю",
        "project ideas with an approximate cost",
    )
    EXCHANGE_BUDGET = (
        "exchange_budget",
        "бюджет на обміни, спеціалістів і заходи",
        "budget for exchanges, specialists and events",
    )
    ENGLISH_SPEAKERS = "english_speakers", "люди зі знанням англійської мови", "people who speak English"
    PROJECT_MANAGER = "project_manager", "проєктний менеджер", "project manager"
