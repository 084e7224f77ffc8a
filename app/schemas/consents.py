from datetime import date
from uuid import UUID

from pydantic import Field

from app.rules.consents import MOST
from app.schemas.base import Answer, ClientId, Day, Name, Reason, Reference, Shape, Text
from app.vocabulary import ConsentPurpose, ConsentSource, Language


class ConsentCreate(Shape):
    """What was agreed to, in which words and where that can be seen."""

    id: ClientId | None = None
    purpose: ConsentPurpose
    text_version: Reference = Field(description="Which text was agreed to; a later text is another consent.")
    language: Language = Language.UK
    source: ConsentSource
    given_on: Day
    given_by: Name | None = Field(default=None, description="Who agreed for a minor.")
    note: Text | None = None


class ConsentWithdrawal(Shape):
    on: Day | None = Field(default=None, description="Today when absent.")
    reason: Reason


class ConsentRead(Answer):
    id: UUID
    purpose: ConsentPurpose
    text_version: str
    language: Language
    source: ConsentSource
    given_on: date
    given_by: str | None
    withdrawn_on: date | None
    note: str | None


class Consents(Answer):
    items: list[ConsentRead] = Field(max_length=MOST, description="The newest first; withdrawn ones stay.")
