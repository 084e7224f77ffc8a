from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from app.core.listing import PastQuery
from app.schemas.base import (
    Amount,
    Answer,
    ClientId,
    Currency,
    Day,
    Flag,
    Internal,
    LanguageTag,
    Line,
    Name,
    Reason,
    Record,
    Redactable,
    Reference,
    Shape,
    Text,
    WebAddress,
    Why,
    patch_of,
    problem,
)
from app.schemas.partnerships import MissingRead
from app.vocabulary import (
    AgreementKind,
    AgreementRelation,
    AgreementStatus,
    ApprovalActType,
    Direction,
    ItcKind,
    MinistryDecision,
    ProlongationRule,
    SigningFormat,
    TermType,
    Verification,
)

# Beyond these it is a slip of the pen; the two ends of the calendar would be stored as infinity.
Languages = Annotated[list[LanguageTag], Field(max_length=10)]


class AgreementPartyGiven(Shape):
    """A side of the document; the body is the one that acts, such as the city council or its executive committee."""

    organization_id: UUID
    body_uk: Line | None = None
    body_en: Line | None = None
    signatory_name_uk: Name | None = None
    signatory_name_en: Name | None = None
    signatory_position_uk: Line | None = None
    signatory_position_en: Line | None = None
    authority_basis: Line | None = Field(default=None, description="The charter, act or power of attorney to sign by.")


class DraftGiven(Shape):
    """A version of the text: where it lies and its checksum."""

    language: LanguageTag
    file_name: Line
    url: WebAddress | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$", max_length=64)] | None = None
    note: Line | None = None


class AgreementBody(Shape):
    """What the document says and what it needs."""

    kind: AgreementKind
    title_uk: Name
    title_en: Name | None = None
    parties: Annotated[list[AgreementPartyGiven], Field(min_length=1, max_length=50)] | None = Field(
        default=None, description="Parties of the partnership; all its current ones when absent."
    )
    languages: Languages = []
    binding_languages: Annotated[Languages, Field(description="Of `languages`, those whose text is authentic.")] = []
    sphere: Text | None = None
    directions: Annotated[list[Direction], Field(max_length=60)] = []
    itc_kind: ItcKind | None = None
    requires_council_act: Flag | None = Field(
        default=None, description="Decided by the kind and the parties when absent; anything else needs a reason."
    )
    requires_ministry_approval: Flag | None = Field(default=None, description="As `requires_council_act`.")
    reason: Reason | None = Field(default=None, description="Why the approvals differ from what the kind needs.")
    term_type: TermType | None = None
    effective_on: Day | None = None
    expires_on: Day | None = Field(default=None, description="The last day of the term.")
    prolongation: ProlongationRule | None = None
    prolongation_months: Annotated[int, Field(ge=1, le=600)] | None = None
    notice_days: Annotated[int, Field(ge=0, le=3650)] | None = Field(default=None, description="Notice of termination.")
    has_financing: Flag = False
    financing_amount: Amount | None = None
    financing_currency: Currency | None = None
    publication_url: WebAddress | None = None
    predecessor_id: UUID | None = None
    relation: AgreementRelation | None = None

    @model_validator(mode="after")
    def _nothing_twice(self) -> Self:
        parties = [party.organization_id for party in self.parties or []]
        for values in (parties, self.languages, self.binding_languages, self.directions):
            if len(set(values)) != len(values):
                raise problem("repeated")
        if not set(self.binding_languages) <= set(self.languages):
            raise problem("binding_among_languages")
        return self

    @model_validator(mode="after")
    def _term_is_sound(self) -> Self:
        if self.term_type is TermType.FIXED_TERM and self.expires_on is None:
            raise problem("fixed_term_needs_end")
        is_prolonged = self.prolongation not in {None, ProlongationRule.NONE}
        if self.term_type is TermType.OPEN_ENDED and (self.expires_on is not None or is_prolonged):
            raise problem("open_ended_has_no_end")
        if self.effective_on and self.expires_on and self.expires_on < self.effective_on:
            raise problem("end_before_start")
        if self.expires_on is not None and self.term_type is None:
            raise problem("together", fields="term_type, expires_on")
        if self.prolongation is ProlongationRule.AUTOMATIC and self.prolongation_months is None:
            raise problem("prolongation_needs_months")
        if self.prolongation_months is not None and not is_prolonged:
            raise problem("months_need_prolongation")
        return self

    @model_validator(mode="after")
    def _pairs_are_whole(self) -> Self:
        if (self.financing_amount is None) != (self.financing_currency is None):
            raise problem("together", fields="financing_amount, financing_currency")
        if self.financing_amount is not None and not self.has_financing:
            raise problem("financing_undeclared")
        if (self.predecessor_id is None) != (self.relation is None):
            raise problem("together", fields="predecessor_id, relation")
        if self.kind is AgreementKind.ADDENDUM and self.predecessor_id is None:
            raise problem("addendum_needs_predecessor")
        return self


class AgreementCreate(AgreementBody):
    """A draft of a document between parties of a partnership."""

    id: ClientId | None = None
    partnership_id: UUID
    drafts: Annotated[list[DraftGiven], Field(max_length=50)] = []


@patch_of(AgreementBody)
class AgreementPatch(Shape):
    """The fields to change, while the document is not signed; an approved text is returned to draft first."""


class CouncilAct(Shape):
    act_type: ApprovalActType
    number: Reference
    on: Day


class Submission(Shape):
    number: Reference | None = Field(default=None, description="The outgoing number of the letter.")
    on: Day


class DecisionOfMinistry(Shape):
    decision: MinistryDecision
    number: Reference = Field(description="The number of the order, or of the letter with remarks.")
    on: Day
    remarks: Text | None = Field(default=None, description="Needed when the draft comes back with remarks.")

    @model_validator(mode="after")
    def _says_what_it_decides(self) -> Self:
        if self.decision is MinistryDecision.REMARKS and self.remarks is None:
            raise problem("remarks_needed")
        return self


class Signature(Shape):
    on: Day
    place: Line | None = None
    format: SigningFormat = SigningFormat.IN_PERSON
    effective_on: Day | None = Field(default=None, description="As in the draft, or the day of signature.")
    expires_on: Day | None = Field(default=None, description="Makes the document fixed-term.")

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.expires_on and self.expires_on < (self.effective_on or self.on):
            raise problem("end_before_start")
        return self


class Registration(Shape):
    number: Reference
    on: Day


class EntryIntoForce(Shape):
    on: Day


class Termination(Shape):
    on: Day
    reason: Reason


class VerificationGiven(Why):
    """What the original shows; the day of signature where the record does not know it yet."""

    signed_on: Day | None = None


class AgreementPartyRead(Answer):
    organization_id: UUID
    name_uk: str | None
    name_en: str
    kind: str
    country: str
    body_uk: str | None
    body_en: str | None
    signatory_name_uk: str | None
    signatory_name_en: str | None
    signatory_position_uk: str | None
    signatory_position_en: str | None
    authority_basis: str | None


class DraftRead(Answer):
    version_number: int = Field(ge=1)
    language: str
    file_name: str | None
    url: str | None
    sha256: str | None
    note: str | None
    drafted_on: date


class AgreementRead(Redactable, Record):
    number: str
    partnership_id: UUID
    partnership_number: str
    kind: AgreementKind
    status: AgreementStatus
    is_live: bool = Field(description="Signed and not ended.")
    title_uk: str
    title_en: str | None
    itc_kind: ItcKind | None
    is_itc: bool = Field(description="Between authorities of territories, at least one of them foreign.")
    requires_council_act: bool
    requires_ministry_approval: bool
    sphere: str | None
    directions: list[Direction]
    languages: list[str]
    binding_languages: list[str]
    act_type: ApprovalActType | None
    act_number: str | None
    act_on: date | None
    submitted_on: date | None
    submission_number: str | None
    review_due_on: date | None = Field(description="The last day of the ministry's review.")
    decision: MinistryDecision | None
    decision_number: str | None
    decision_on: date | None
    decision_remarks: Internal[str | None]
    signed_on: date | None
    signed_place: str | None
    signing_format: SigningFormat | None
    registration_number: str | None
    registered_on: date | None
    effective_on: date | None
    term_type: TermType | None
    expires_on: date | None
    prolongation: ProlongationRule | None
    prolongation_months: int | None
    notice_days: int | None
    has_financing: bool
    financing_amount: str | None
    financing_currency: str | None
    publication_url: str | None
    terminated_on: date | None
    termination_reason: str | None
    predecessor_id: UUID | None
    predecessor_number: str | None
    relation: AgreementRelation | None
    source: Internal[str | None]
    verification: Internal[Verification]
    parties: list[AgreementPartyRead]
    drafts: Internal[list[DraftRead]]


class ObjectionRead(Answer):
    code: str = Field(max_length=60)
    detail: str = Field(max_length=2000, description="The sentence in the reader's language.")


class VerbRead(Answer):
    verb: str = Field(max_length=40)
    label: str = Field(max_length=200)
    where: str = Field(max_length=300, description="The operation's path.")
    allowed: bool = Field(description="True when the step can be made today.")
    missing: Annotated[list[MissingRead], Field(max_length=20, description="What has to come first, and from whom.")]
    objections: Annotated[list[ObjectionRead], Field(max_length=20, description="What else stands against it.")]


class AgreementTransitions(Answer):
    status: AgreementStatus
    transitions: Annotated[list[VerbRead], Field(max_length=20)]


class AgreementQuery(PastQuery):
    q: Annotated[Name | None, Field(description="Part of a title or number.")] = None
    partnership_id: UUID | None = None
    organization_id: Annotated[UUID | None, Field(description="A party to the document.")] = None
    predecessor_id: UUID | None = None
    kind: Annotated[list[AgreementKind] | None, Field(max_length=20)] = None
    status: Annotated[list[AgreementStatus] | None, Field(max_length=20)] = None
    is_live: Annotated[bool | None, Field(description="Signed and not ended.")] = None
    signed_from: Day | None = None
    signed_to: Day | None = None
    expires_before: Annotated[Day | None, Field(description="The last day of the term is before this day.")] = None
    verification: Verification | None = None
    sort: Annotated[
        Reference, Field(pattern="^-?(updated_at|number)$", description="`-` in front means descending.")
    ] = "-updated_at"
