from app.vocabulary.term import Term


class CalendarKind(Term):
    MINE = "mine", "мій календар", "my calendar"
    PARTNERSHIP = "partnership", "календар партнерства", "calendar of a partnership"
    DEADLINES = "deadlines", "строки за фільтром", "deadlines of a filter"


class InvitationStatus(Term):
    """What somebody was last told about a meeting."""

    INVITED = "invited", "запрошено", "invited"
    CANCELLED = "cancelled", "повідомлено про скасування", "told that it is cancelled"


class MailKind(Term):
    """What a mail of the inbox turned out to be."""

    ANSWER = "answer", "відповідь на запрошення", "answer to an invitation"
    BOUNCE = "bounce", "повернення листа", "bounce"
    OTHER = "other", "інше", "other"
