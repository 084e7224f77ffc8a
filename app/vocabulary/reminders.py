from app.vocabulary.term import Term


class ReminderTopic(Term):
    """What somebody may choose about in their preferences."""

    LEGAL_DEADLINE = "legal_deadline", "строки за законом", "legal deadlines"
    AGREEMENT = "agreement", "строки документів про співпрацю", "dates of agreements"
    CORRESPONDENCE = "correspondence", "листування", "correspondence"
    MEETING = "meeting", "зустрічі", "meetings"
    TASK = "task", "завдання й обіцянки", "tasks and promises"
    PARTNERSHIP = "partnership", "стан партнерств", "state of partnerships"
    FUNDING = "funding", "конкурси та фінансування", "calls and funding"
    PERSONAL = "personal", "власні нагадування", "my own reminders"


class DatedThing(Term):
    """A kind of record with the day that reminders are counted from."""

    AGREEMENT_REVIEW = "agreement_review", "розгляд проєкту в міністерстві", "review by the ministry"
    AGREEMENT_SIGNED = "agreement_signed", "підписання документа", "signing of an agreement"
    AGREEMENT_EXPIRY = "agreement_expiry", "закінчення строку документа", "end of an agreement’s term"
    AGREEMENT_NOTICE = "agreement_notice", "останній день для повідомлення про припинення", "last day to give notice"
    PARTNERSHIP_CONTACT = "partnership_contact", "останній контакт у партнерстві", "last contact of a partnership"
    PARTNERSHIP_NEXT_STEP = "partnership_next_step", "наступний крок партнерства", "next step of a partnership"
    ORGANIZATION_PROFILE = "organization_profile", "оновлення профілю", "refreshing of a profile"
    LETTER_ANSWER = "letter_answer", "відповідь на лист", "answer to a letter"
    TASK_DUE = "task_due", "строк завдання", "due date of a task"
    ACTIVITY_START = "activity_start", "початок зустрічі", "start of a meeting"
    ACTIVITY_NEXT_STEP = "activity_next_step", "наступний крок після зустрічі", "next step after a meeting"
    DELEGATION_START = "delegation_start", "початок візиту", "start of a visit"
    DELEGATION_END = "delegation_end", "завершення візиту", "end of a visit"
    PROJECT_END = "project_end", "завершення проєкту", "end of a project"


class Audience(Term):
    """Who is told, as seen from the record."""

    COORDINATOR = "coordinator", "координатор партнерства", "coordinator of the partnership"
    OWNER = "owner", "відповідальна особа запису", "owner of the record"
    HROMADA = "hromada", "менеджери громади", "managers of the hromada"
    PARTICIPANTS = "participants", "учасники, що погодилися", "participants who accepted"
    ROLE = "role", "усі з роллю", "everybody with a role"


class Channel(Term):
    IN_APP = "in_app", "у застосунку", "in the app"
    EMAIL = "email", "лист", "e-mail"
    WEBHOOK = "webhook", "подія для інших систем", "event for other systems"


class OffsetUnit(Term):
    CALENDAR_DAYS = "calendar_days", "календарні дні", "calendar days"
    WORKING_DAYS = "working_days", "робочі дні", "working days"
    MONTHS = "months", "місяці", "months"
    MINUTES = "minutes", "хвилини", "minutes"


class ReminderState(Term):
    """How far a reminder for one person has come."""

    PLANNED = "planned", "заплановано", "planned"
    TOLD = "told", "повідомлено", "told"
    STOPPED = "stopped", "більше не потрібне", "no longer needed"
    MOVED = "moved", "перенесено", "moved"
    EXPIRED = "expired", "втратило сенс", "came too late to be of use"
    DEAD = "dead", "не вдалося повідомити", "could not be told"


class NoticeStatus(Term):
    """How far one person's notice on one channel has come."""

    DUE = "due", "очікує", "due"
    DELIVERED = "delivered", "доставлено", "delivered"
    DIGESTED = "digested", "у зведенні", "in a digest"
    MUTED = "muted", "вимкнено отримувачем", "muted by the person"
    EXPIRED = "expired", "втратило сенс", "came too late to be of use"
    BOUNCED = "bounced", "повернено поштою", "bounced"
    DEAD = "dead", "не вдалося доставити", "could not be delivered"


class MailRhythm(Term):
    AT_ONCE = "at_once", "одразу", "at once"
    DAILY = "daily", "раз на день", "once a day"
    NEVER = "never", "ніколи", "never"


class NotificationState(Term):
    """Which notifications a list shows."""

    OPEN = "open", "невиконані й не відкладені", "neither done nor put off"
    UNREAD = "unread", "непрочитані", "unread"
    SNOOZED = "snoozed", "відкладені", "put off"
    DONE = "done", "виконані", "done"
    ALL = "all", "усі", "all"
