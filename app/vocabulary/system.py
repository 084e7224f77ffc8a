from app.vocabulary.term import Term


class Language(Term):
    UK = "uk", "українська", "Ukrainian"
    EN = "en", "англійська", "English"


class FieldClass(Term):
    """How closely a field is held, from what anybody may know to what is shown one at a time and for a purpose."""

    PUBLIC = "public", "відкрите", "public"
    INTERNAL = "internal", "службове", "internal"
    PERSONAL = "personal", "особисті дані", "personal"
    IDENTITY = "identity", "дані документів, що посвідчують особу", "identity documents"
    HEALTH = "health", "дані про здоров’я", "health"
    MINOR = "minor", "дані дитини", "a minor's data"


class SessionKind(Term):
    """How a session proves itself with each request."""

    TOKEN = "token", "застосунок", "an app with tokens"
    COOKIE = "cookie", "браузер", "a browser with a cookie"


class SignInMethod(Term):
    """How the person proved who they are when the session began."""

    PASSWORD = "password", "пароль", "password"
    PASSWORD_AND_FACTOR = "password_and_factor", "пароль і другий чинник", "password and a second factor"
    PASSKEY = "passkey", "ключ доступу", "passkey"
    OPENID = "openid", "зовнішній постачальник", "an outside provider"


class JournalOperation(Term):
    INSERT = "insert", "створення", "created"
    UPDATE = "update", "зміна", "changed"
    DELETE = "delete", "вилучення", "deleted"
    TOUCH = "touch", "зміна складника", "changed in a part"
    NOTE = "note", "запис", "noted"


class ChangeOperation(Term):
    """What happened to a record, in the feed of changes."""

    CREATED = "created", "додано", "created"
    UPDATED = "updated", "змінено", "updated"
    ARCHIVED = "archived", "передано в архів", "archived"
    RESTORED = "restored", "повернуто з архіву", "restored"
    ERASED = "erased", "особисті дані стерто", "personal data erased"
    DELETED = "deleted", "вилучено", "deleted"
    GONE = "gone", "більше не доступне вам", "no longer there for you"


class JournalOutcome(Term):
    """How what the journal tells of ended."""

    DONE = "done", "виконано", "done"
    DENIED = "denied", "відмовлено", "denied"
    FAILED = "failed", "не вдалося", "failed"


class ExportStatus(Term):
    """How far a file has come that somebody asked for."""

    DUE = "due", "готується", "being made"
    DONE = "done", "готовий", "ready"
    FAILED = "failed", "не вдалося зробити", "could not be made"
    EXPIRED = "expired", "строк минув", "expired"


class JournalClass(Term):
    """Why an entry of the journal is kept, and by that how long."""

    RECORDS = "records", "зміни записів", "changes of records"
    ACCESS = "access", "входи та відмови", "sign-ins and refusals"
    MACHINE = "machine", "робота системи", "work of the system"
