from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from app.core.listing import PageQuery
from app.rules.documents import CLASSES
from app.schemas.base import Answer, ClientId, Line, Name, Record, Reference, Shape, patch_of, problem
from app.vocabulary import FieldClass, FileKind, Language, ScanStatus

Checksum = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$", max_length=64)]


class FiledUnder(StrEnum):
    """The kinds of records that files may hang on."""

    PARTNERSHIPS = "partnerships"
    AGREEMENTS = "agreements"
    PROJECTS = "projects"
    DELEGATIONS = "delegations"
    ACTIVITIES = "activities"
    LETTERS = "letters"
    ORGANIZATIONS = "organizations"
    TASKS = "tasks"
    PEOPLE = "people"


def _kept_as_file(value: FieldClass) -> FieldClass:
    if value not in CLASSES:
        raise problem("class_not_for_files")
    return value


Sensitivity = Annotated[
    FieldClass,
    AfterValidator(_kept_as_file),
    Field(description="Who is shown it: `public` and `internal` to readers of the record, `personal` to few of them."),
]


class UploadQuery(Shape):
    file_name: Annotated[str, Field(min_length=1, max_length=300, description="What it is called, with its extension.")]
    sha256: Annotated[Checksum | None, Field(description="What you sent, to be compared with what arrived.")] = None


class UploadRead(Answer):
    """A file that waits to be put on a record."""

    id: UUID
    file_name: str = Field(max_length=300)
    media_type: str = Field(max_length=200)
    size: int = Field(ge=1, description="In bytes.")
    sha256: Checksum
    scan: ScanStatus
    expires_at: datetime = Field(description="Until then it can be put on a record.")


class DocumentFields(Shape):
    title: Name
    kind: FileKind = FileKind.OTHER
    language: Language | None = None
    sensitivity: Sensitivity = FieldClass.INTERNAL


class DocumentCreate(DocumentFields):
    """Puts an uploaded file on a record."""

    id: ClientId | None = None
    upload_id: UUID = Field(description="From `POST /v1/uploads`.")
    subject: FiledUnder
    subject_id: UUID
    organization_id: UUID | None = Field(
        default=None, description="Whose storage it fills; left out, your own organization's, or the Association's."
    )
    note: Line | None = None


@patch_of(DocumentFields)
class DocumentPatch(Shape):
    """What is said about the file. A new content is a new version."""


class VersionCreate(Shape):
    upload_id: UUID
    note: Line | None = Field(default=None, description="What has changed.")


class DocumentVersionRead(Answer):
    number: int = Field(ge=1)
    file_name: str
    media_type: str
    size: int = Field(ge=0, description="In bytes.")
    sha256: str = Field(description="Of the content, in hex.")
    scan: ScanStatus
    note: str | None
    uploaded_by_id: UUID | None
    uploaded_at: datetime


class DocumentRead(Record):
    subject: FiledUnder
    subject_id: UUID
    organization_id: UUID | None
    title: str
    kind: FileKind
    language: Language | None
    sensitivity: FieldClass
    versions: list[DocumentVersionRead] = Field(description="Every version, the newest first.")


class DocumentQuery(PageQuery):
    q: Annotated[str | None, Field(min_length=1, max_length=200, description="Part of the title.")] = None
    subject: FiledUnder | None = None
    subject_id: UUID | None = None
    organization_id: Annotated[UUID | None, Field(description="Whose storage it fills.")] = None
    kind: Annotated[list[FileKind] | None, Field(max_length=20)] = None
    sort: Annotated[
        Reference, Field(pattern="^-?(updated_at|title)$", description="`-` in front means descending.")
    ] = "-updated_at"


class LinkAsked(Shape):
    version: Annotated[int | None, Field(ge=1, description="Left out: the newest.")] = None


class LinkRead(Answer):
    url: str = Field(max_length=2000, description="Opens the file without a sign-in, for whoever may see it still.")
    expires_at: datetime


class Quota(Answer):
    organization_id: UUID | None
    used: int = Field(ge=0, description="Bytes of all versions, those in the archive included.")
    most: int = Field(ge=1)
