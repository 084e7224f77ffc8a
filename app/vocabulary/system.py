from app.vocabulary.term import Term


class Language(Term):
    UK = "uk", "українська", "Ukrainian"
    EN = "en", "англійська", "English"


class ReminderRule(Term):
    AGREEMENT_EXPIRES = "agreement_expires", "закінчується строк дії документа", "an agreement expires"
    PARTNERSHIP_STANDS_STILL = (
        "partnership_stands_still",
        "партнерство давно без активності",
        "a partnership stands still",
    )


class ReminderStatus(Term):
    DUE = "due", "очікує", "due"
    SENT = "sent", "надіслано", "sent"
    DONE = "done", "виконано", "done"
    CANCELLED = "cancelled", "скасовано", "cancelled"
    FAILED = "failed", "не вдалося надіслати", "failed"


class JournalOperation(Term):
    INSERT = "insert", "створення", "created"
    UPDATE = "update", "зміна", "changed"
    DELETE = "delete", "вилучення", "deleted"
    NOTE = "note", "запис", "noted"
