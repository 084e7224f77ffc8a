from app.vocabulary.partnerships import Stage
from app.vocabulary.term import Term


class AgreementKind(Term):
    """A document of cooperation.

    `supports` is the stage that a signed one opens. The two flags are the default between territorial
    authorities; a document with a company or an international organization needs neither approval.
    """

    supports: Stage | None
    needs_ministry_approval: bool
    needs_council_act: bool

    def __init__(
        self,
        _code: str,
        uk: str = "",
        en: str = "",
        supports: Stage | None = None,
        needs_ministry_approval: bool = False,
        needs_council_act: bool = False,
    ) -> None:
        super().__init__(_code, uk, en)
        self.supports = supports
        self.needs_ministry_approval = needs_ministry_approval
        self.needs_council_act = needs_council_act

    LETTER_OF_INTENT = "letter_of_intent", "лист про наміри", "letter of intent", Stage.LETTER_OF_INTENT
    DECLARATION_OF_INTENT = (
        "declaration_of_intent",
        "заява про наміри",
        "declaration of intent",
        Stage.LETTER_OF_INTENT,
    )
    MEMORANDUM = "memorandum", "меморандум", "memorandum", Stage.MEMORANDUM, True, True
    CONTRACT = "contract", "договір", "contract", Stage.CONTRACT, True, True
    PARTNERSHIP_AGREEMENT = (
        "partnership_agreement",
        "угода про партнерство",
        "partnership agreement",
        Stage.CONTRACT,
        True,
        True,
    )
    TWINNING_AGREEMENT = (
        "twinning_agreement",
        "угода про побратимство",
        "twinning agreement",
        Stage.CONTRACT,
        True,
        True,
    )
    # Not binding, so the ministry is not asked; the council debates and ratifies it.
    TWINNING_OATH = "twinning_oath", "клятва побратимства", "twinning oath", None, False, True
    JOINT_PROJECT_CONTRACT = (
        "joint_project_contract",
        "договір про спільний проєкт",
        "joint-project contract",
        Stage.CONTRACT,
        True,
        True,
    )
    ACTION_PLAN = "action_plan", "план дій", "action plan"
    ADDENDUM = "addendum", "додаткова угода", "addendum", None, True, True


class AgreementStatus(Term):
    """Where the document is on its way.

    Council act and ministry decision are facts recorded while it is under review, in whichever order they
    come; it is approved when every act that its kind needs is there. A kind that needs none may be signed
    from draft. Registration and entry into force follow the signature, and neither waits for the other.
    """

    DRAFT = "draft", "чернетка", "draft"
    UNDER_REVIEW = "under_review", "на погодженні", "under review"
    APPROVED = "approved", "погоджений", "approved"
    REFUSED = "refused", "у погодженні відмовлено", "refused"
    WITHDRAWN = "withdrawn", "відкликаний", "withdrawn"
    SIGNED = "signed", "підписаний", "signed"
    REGISTERED = "registered", "зареєстрований", "registered"
    IN_FORCE = "in_force", "чинний", "in force"
    EXPIRED = "expired", "строк дії закінчився", "expired"
    TERMINATED = "terminated", "припинений", "terminated"


class ItcKind(Term):
    INTER_TERRITORIAL = "inter_territorial", "міжтериторіальне співробітництво", "inter-territorial cooperation"
    CROSS_BORDER = "cross_border", "транскордонне співробітництво", "cross-border cooperation"
    TRANSNATIONAL = "transnational", "транснаціональне співробітництво", "transnational cooperation"


class ApprovalActType(Term):
    COUNCIL_DECISION = "council_decision", "рішення ради", "council decision"
    MA_ORDER = (
        "ma_order",
        "розпорядження начальника військової адміністрації",
        "order of the head of the military administration",
    )


class MinistryDecision(Term):
    APPROVED = "approved", "погоджено", "approved"
    REFUSED = "refused", "відмовлено в погодженні", "refused"
    REMARKS = "remarks", "повернуто із зауваженнями", "returned with remarks"


class TermType(Term):
    FIXED_TERM = "fixed_term", "строковий", "fixed-term"
    OPEN_ENDED = "open_ended", "безстроковий", "open-ended"


class ProlongationRule(Term):
    NONE = "none", "без продовження", "none"
    AUTOMATIC = "automatic", "автоматичне продовження", "automatic"
    BY_CONSENT = "by_consent", "за згодою сторін", "by consent of the parties"


class SigningFormat(Term):
    IN_PERSON = "in_person", "особисто", "in person"
    EXCHANGE = "exchange", "обмін підписаними примірниками", "exchange of signed copies"
    ONLINE = "online", "онлайн", "online"


class Verification(Term):
    VERIFIED = "verified", "підтверджено документом", "verified"
    UNVERIFIED = "unverified", "не підтверджено", "unverified"


class AgreementRelation(Term):
    """How a document follows the one before it."""

    AMENDS = "amends", "змінює", "amends"
    RENEWS = "renews", "продовжує", "renews"
    REPLACES = "replaces", "замінює", "replaces"
