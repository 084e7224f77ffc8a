from app.vocabulary.term import Term


class Role(Term):
    ADMINISTRATOR = "administrator", "адміністратор", "administrator"
    COORDINATOR = "coordinator", "координатор Асоціації", "coordinator of the Association"
    HROMADA_MANAGER = "hromada_manager", "відповідальна особа громади", "hromada manager"
    HROMADA_MEMBER = "hromada_member", "представник громади", "hromada member"
    PARTNER_GUEST = "partner_guest", "гість від партнера", "partner's guest"
    ANALYST = "analyst", "аналітик", "analyst"
    AUDITOR = "auditor", "аудитор", "auditor"


class ScopeKind(Term):
    ASSOCIATION = "association", "уся Асоціація", "the whole Association"
    OBLAST = "oblast", "область", "oblast"
    ORGANIZATION = "organization", "організація", "organization"


class GrantSource(Term):
    """Who gave a grant, and so who takes it back."""

    MANUAL = "manual", "надав адміністратор", "given by an administrator"
    OPENID = "openid", "із груп зовнішнього постачальника", "from the groups of an outside provider"
