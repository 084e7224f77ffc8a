from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.schemas.base import Answer, Reason, Shape
from app.vocabulary import ErasureGround, Holding

KEPT_FOR_GOOD = "Kept for good, so it should name nobody."
MOST = 5000


class ExportRequest(Shape):
    purpose: Reason = Field(description=f"What the export is for. {KEPT_FOR_GOOD}")


class InTwoLanguages(Answer):
    uk: str = Field(max_length=300)
    en: str = Field(max_length=300)


class ExportSection(Answer):
    """One kind of data; each row has the fields that `fields` explains."""

    code: Holding
    label: InTwoLanguages
    fields: dict[str, InTwoLanguages]
    rows: Annotated[list[dict[str, Any]], Field(max_length=MOST)]
    is_complete: bool = Field(description=f"False when there are more than {MOST} rows; these are the newest.")


class PersonalDataExport(Answer):
    """Everything that is held about a person, and who read what of it is closed."""

    person_id: UUID
    made_at: datetime
    made_by: str
    purpose: str
    about_reading: InTwoLanguages
    sections: Annotated[list[ExportSection], Field(max_length=50)]


class ErasureRequest(Shape):
    ground: ErasureGround
    reason: Reason = Field(description=KEPT_FOR_GOOD)


class ErasedPart(Answer):
    what: Holding
    label: str
    count: int = Field(ge=1)


class KeptPart(ErasedPart):
    why: str


class ErasureRead(Answer):
    """What went and what stays; erasing again changes nothing."""

    person_id: UUID
    ground: ErasureGround
    erased_at: datetime
    is_rehearsal: bool
    erased: Annotated[list[ErasedPart], Field(max_length=50)]
    kept: Annotated[list[KeptPart], Field(max_length=50)]
