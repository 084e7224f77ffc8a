from app.vocabulary.term import Term


class ConsentPurpose(Term):
    CONTACT_PUBLICATION = "contact_publication", "оприлюднення контактів", "publication of contact details"
    PHOTO = "photo", "фото- та відеозйомка", "photographs and video"
    DELEGATION_TRAVEL = "delegation_travel", "оформлення поїздки в складі делегації", "arranging travel in a delegation"
    NEWSLETTER = "newsletter", "розсилка новин", "newsletter"
    HEALTH_DATA = "health_data", "обробка даних про здоров’я", "use of health data"
    MINOR_PARTICIPATION = "minor_participation", "участь дитини", "a minor taking part"
    DATA_TRANSFER = "data_transfer", "передання даних партнерові за кордоном", "passing data to a partner abroad"


class ConsentSource(Term):
    """In what form the consent was given."""

    PAPER = "paper", "паперова форма", "a form on paper"
    WEB_FORM = "web_form", "форма на сайті", "a form on a website"
    EMAIL = "email", "лист електронною поштою", "an e-mail"
    ORAL_WITH_WITNESS = "oral_with_witness", "усно при свідках", "spoken before a witness"


class ErasureGround(Term):
    """Why a person's data has to go."""

    CONSENT_WITHDRAWN = "consent_withdrawn", "згоду відкликано", "the consent was withdrawn"
    NO_LONGER_NEEDED = "no_longer_needed", "дані більше не потрібні", "the data is no longer needed"
    OBJECTION = "objection", "людина заперечує проти обробки", "the person objects"
    UNLAWFUL = "unlawful", "дані обробляли незаконно", "the data was kept unlawfully"
    LEGAL_OBLIGATION = "legal_obligation", "цього вимагає закон", "the law demands it"


class RetentionClass(Term):
    """What is kept for a limited time, and counted from its own moment."""

    IDENTITY_DOCUMENTS = "identity_documents", "дані документів, що посвідчують особу", "identity documents"
    FORMER_IDENTITY = "former_identity", "закриті дані колишніх представників", "closed data of former people"
    HEALTH_PARTICULARS = "health_particulars", "дані про здоров’я", "health particulars"
    FORMER_CONTACTS = "former_contacts", "контакти колишніх представників", "contacts of former people"
    SESSIONS = "sessions", "завершені сесії", "sessions that are over"
    ANSWERS = "answers", "відповіді на повторювані запити", "answers kept for repeated requests"
    LINKS = "links", "використані посилання з листів", "spent links of letters"
    LETTERS = "letters", "вміст надісланих листів", "the content of sent letters"
    INVITATIONS = "invitations", "запрошення на минулі зустрічі", "invitations to meetings of the past"
    REMINDERS = "reminders", "нагадування, про які вже сказано", "reminders that were told"
    RECEIVED_MAILS = "received_mails", "позначки про прочитані листи", "notes of mails that were read"
    THROTTLES = "throttles", "лічильники невдалих спроб", "counters of attempts in vain"
    OPENID_ATTEMPTS = "openid_attempts", "спроби входу через постачальника", "attempts to sign in through a provider"
    CHALLENGES = "challenges", "запитання до засобів входу", "questions put to means of signing in"
    DELIVERIES = "deliveries", "доставлення подій вебхукам", "deliveries of events to webhooks"
    EXPORTS = "exports", "замовлення файлів журналу", "requests for files of the journal"
    OPERATIONS = "operations", "завершені тривалі операції", "long operations that are over"
    JOURNAL_RECORDS = "journal_records", "журнал змін записів", "the journal of changes of records"
    JOURNAL_ACCESS = "journal_access", "журнал входів і відмов", "the journal of sign-ins and refusals"
    JOURNAL_MACHINE = "journal_machine", "журнал роботи системи", "the journal of the system's own work"
    USAGE = "usage", "лічильники запитів інтеграцій", "counters of what integrations called"


class Holding(Term):
    """What is held about a person: the sections of an export, and what an erasure removes or keeps."""

    RECORD = "record", "запис про особу", "record of the person"
    CONTACTS = "contacts", "контакти", "contact details"
    AFFILIATIONS = "affiliations", "посади в організаціях", "positions in organizations"
    MEETINGS = "meetings", "участь у зустрічах", "taking part in meetings"
    CORRESPONDENCE = "correspondence", "листи, адресовані особі", "letters addressed to the person"
    CONSENTS = "consents", "згоди", "consents"
    IDENTITY_DOCUMENTS = "identity_documents", "документи, що посвідчують особу", "identity documents"
    PARTICULARS = "particulars", "особливі відомості", "particulars"
    ACCOUNT = "account", "обліковий запис", "account"
    GRANTS = "grants", "надані ролі", "roles given"
    SESSIONS = "sessions", "сесії", "sessions"
    SIGN_IN_MEANS = "sign_in_means", "засоби входу", "means of signing in"
    LETTERS = "letters", "листи від системи", "letters from the system"
    LINKS = "links", "посилання з листів", "links of letters"
    REMINDERS = "reminders", "нагадування", "reminders"
    OWN_REMINDERS = "own_reminders", "власні нагадування", "reminders of one’s own"
    PARTNERSHIPS = "partnerships", "партнерства, які координує особа", "partnerships the person coordinates"
    SIGNATURES = "signatures", "підписи під документами", "signatures under agreements"
    CHANGES = "changes", "зміни запису", "changes of the record"
    ACCOUNT_CHANGES = "account_changes", "зміни облікового запису", "changes of the account"
    READINGS = "readings", "хто бачив закриті дані", "who read the closed data"
    ACTIONS = "actions", "дії в системі", "actions in the system"
    ANSWERS = "answers", "відповіді на повторювані запити", "answers kept for repeated requests"
    JOURNAL_VALUES = "journal_values", "значення в журналі", "values in the journal"
