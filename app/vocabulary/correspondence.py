from app.vocabulary.term import Term


class ActivityKind(Term):
    """What happened between the sides. A note is for ourselves and is no contact."""

    MEETING = "meeting", "зустріч", "meeting"
    ONLINE_MEETING = "online_meeting", "онлайн-зустріч", "online meeting"
    CALL = "call", "телефонна розмова", "call"
    LETTER = "letter", "лист", "letter"
    EMAIL = "email", "електронний лист", "e-mail"
    EVENT = "event", "захід", "event"
    NOTE = "note", "нотатка", "note"


class ActivityStatus(Term):
    PLANNED = "planned", "заплановано", "planned"
    HELD = "held", "відбулося", "held"
    CANCELLED = "cancelled", "скасовано", "cancelled"


class ActivitySource(Term):
    """How an activity came to be known. What was imported or entered in bulk is no proof of a living contact."""

    ENTERED = "entered", "внесено вручну", "entered by hand"
    LETTER = "letter", "з реєстру листів", "from the register of letters"
    IMPORTED = "imported", "імпортовано", "imported"
    BULK = "bulk", "масове внесення", "entered in bulk"


class Side(Term):
    OURS = "ours", "наша сторона", "our side"
    THEIRS = "theirs", "сторона партнера", "the partner’s side"


class ParticipantRole(Term):
    ORGANIZER = "organizer", "організатор", "organizer"
    REQUIRED = "required", "учасник", "participant"
    OPTIONAL = "optional", "за бажанням", "optional"


class ParticipantAnswer(Term):
    """As in RFC 5545, PARTSTAT."""

    NEEDS_ACTION = "needs_action", "ще не відповів", "no answer yet"
    ACCEPTED = "accepted", "буде", "accepted"
    TENTATIVE = "tentative", "можливо", "tentative"
    DECLINED = "declined", "не буде", "declined"


class LetterDirection(Term):
    OUTGOING = "outgoing", "вихідний", "outgoing"
    INCOMING = "incoming", "вхідний", "incoming"


class LetterStatus(Term):
    DRAFT = "draft", "чернетка", "draft"
    REGISTERED = "registered", "зареєстровано", "registered"
    SENT = "sent", "надіслано", "sent"
    ANSWERED = "answered", "отримано відповідь", "answered"
    UNANSWERED = "unanswered", "залишився без відповіді", "unanswered"
    CLOSED = "closed", "опрацьовано", "closed"
    CANCELLED = "cancelled", "анульовано", "cancelled"


class LetterChannel(Term):
    EMAIL = "email", "електронна пошта", "e-mail"
    POST = "post", "пошта", "post"
    COURIER = "courier", "кур’єр", "courier"
    IN_PERSON = "in_person", "особисто", "in person"
    DOCUMENT_EXCHANGE = "document_exchange", "система електронної взаємодії", "electronic document exchange"
    PORTAL = "portal", "вебпортал", "web portal"


class LetterOutcome(Term):
    """What a proposal came to."""

    INTERESTED = "interested", "зацікавлені", "interested"
    MORE_INFORMATION = "more_information", "просять більше інформації", "asked for more"
    LATER = "later", "пізніше", "later"
    DECLINED = "declined", "відмовили", "declined"
    AUTOMATIC = "automatic", "автоматична відповідь", "automatic answer"


class CampaignStatus(Term):
    DRAFT = "draft", "готується", "being prepared"
    RUNNING = "running", "триває", "running"
    CLOSED = "closed", "завершено", "closed"


class TaskKind(Term):
    """A task is ours to do, a promise was given to somebody, an obligation comes from a rule."""

    TASK = "task", "завдання", "task"
    PROMISE = "promise", "обіцянка", "promise"
    OBLIGATION = "obligation", "обов’язок", "obligation"


class TaskStatus(Term):
    OPEN = "open", "відкрито", "open"
    DONE = "done", "виконано", "done"
    CANCELLED = "cancelled", "скасовано", "cancelled"


class Obligation(Term):
    """What the rules of others ask for by a day: the catalogue of deadlines that no other record holds yet."""

    AGREEMENT_REGISTRATION = "agreement_registration", "подання угоди на реєстрацію", "submission for registration"
    BORDER_LIST_UPDATE = "border_list_update", "оновлення списку для прикордонників", "update of the border list"
    EXTERNAL_APPROVAL = "external_approval", "зовнішнє погодження виїзду", "outside approval of a trip"
    TRAVEL_AUTHORISATION = "travel_authorisation", "дозвіл ETIAS та страхування", "ETIAS and insurance"
    PASSPORT_VALIDITY = "passport_validity", "строк дії паспорта для поїздки", "validity of a passport for a trip"
    TRIP_REPORT = "trip_report", "звіт про відрядження", "report on a trip"
    EXPENSE_REPORT = "expense_report", "авансовий звіт", "expense report"
    HUMANITARIAN_REPORT = "humanitarian_report", "звіт про гуманітарну допомогу", "report on humanitarian aid"
    HUMANITARIAN_MONTHLY_REPORT = (
        "humanitarian_monthly_report",
        "щомісячний звіт про гуманітарну допомогу",
        "monthly report on humanitarian aid",
    )
    TECHNICAL_ASSISTANCE_MONITORING = (
        "technical_assistance_monitoring",
        "моніторинг проєкту міжнародної технічної допомоги",
        "monitoring of a technical assistance project",
    )
    FUNDING_CALL = "funding_call", "кінцевий строк конкурсу", "closing of a funding call"


class FileKind(Term):
    AGREEMENT = "agreement", "текст документа", "text of an agreement"
    SCAN = "scan", "скан оригіналу", "scan of an original"
    LETTER = "letter", "лист", "letter"
    MINUTES = "minutes", "протокол", "minutes"
    REPORT = "report", "звіт", "report"
    PRESENTATION = "presentation", "презентація", "presentation"
    PHOTO = "photo", "фото", "photo"
    DECISION = "decision", "рішення ради", "council decision"
    OTHER = "other", "інше", "other"


class ScanStatus(Term):
    """What the virus scan said of a file; without a scanner nothing is claimed."""

    PENDING = "pending", "очікує перевірки", "waiting for the scan"
    CLEAN = "clean", "перевірено", "clean"
    INFECTED = "infected", "заражено", "infected"
    NOT_SCANNED = "not_scanned", "не перевірялося", "not scanned"
