from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.schemas.base import Answer, Shape
from app.vocabulary import OperationKind, OperationStatus


class OperationProgress(Answer):
    done: int = Field(ge=0, description="In steps of its own, of use beside `total`.")
    total: int | None = Field(ge=0, description="Null while it is not known.")


class OperationRead(Answer):
    """One long piece of work. `done`, `failed` and `cancelled` are final."""

    id: UUID
    kind: OperationKind
    status: OperationStatus
    subject: str = Field(max_length=60, description="The kind of record it is about.")
    subject_id: UUID
    asked_by: UUID
    asked_at: datetime
    params: dict[str, Any] = Field(description="What was asked for.")
    progress: OperationProgress
    result: dict[str, Any] | None = Field(
        description="What came of it, as the operation that began it describes; null until it is done."
    )
    failure: str | None = Field(max_length=100, description="The code of the reason, when it failed.")
    explanation: str | None = Field(max_length=1000, description="The reason in words, with the way out.")
    started_at: datetime | None
    finished_at: datetime | None


class OperationPage(Answer):
    """The newest first."""

    items: Annotated[list[OperationRead], Field(max_length=200)]
    next_cursor: str | None = Field(max_length=1000)


class OperationQuery(Shape):
    kind: OperationKind | None = None
    status: OperationStatus | None = None
    subject_id: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[UUID | None, Field(description="`next_cursor` of the page before.")] = None
