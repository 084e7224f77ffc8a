"""The feed of changes: thin entries, the cursor, and the word that one sees something else from now on."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.base import Answer
from app.vocabulary import ChangeOperation

MOST = 200


class RecordType(StrEnum):
    """The kinds of records that the feed tells of, by the names of their paths."""

    ORGANIZATIONS = "organizations"
    PEOPLE = "people"
    PARTNERSHIPS = "partnerships"
    AGREEMENTS = "agreements"
    PROJECTS = "projects"
    DELEGATIONS = "delegations"
    ACTIVITIES = "activities"
    TASKS = "tasks"
    LETTERS = "letters"
    DOCUMENTS = "documents"
    USERS = "users"
    INTEGRATIONS = "integrations"


class ChangeType(StrEnum):
    """A kind of records, or `scope.changed`: you see more or less than before."""

    ORGANIZATIONS = "organizations"
    PEOPLE = "people"
    PARTNERSHIPS = "partnerships"
    AGREEMENTS = "agreements"
    PROJECTS = "projects"
    DELEGATIONS = "delegations"
    ACTIVITIES = "activities"
    TASKS = "tasks"
    LETTERS = "letters"
    DOCUMENTS = "documents"
    USERS = "users"
    INTEGRATIONS = "integrations"
    SCOPE_CHANGED = "scope.changed"


class ChangeRead(Answer):
    """That something happened to a record: read it for what it is now.

    `scope.changed` says that you see more or less from here on: read the lists again, and drop what is not in them any
    more. Then everything but the moment is null.
    """

    type: ChangeType
    id: UUID | None
    version: int | None = Field(ge=1, description="The version it made; null when the record is not there any more.")
    operation: ChangeOperation | None
    fields: list[str] = Field(
        max_length=200, description="The names of the fields that changed, as far as you see them."
    )
    at: datetime
    actor_kind: str | None = Field(max_length=20, description="Who did it: user, integration, job, command or system.")


Cursor = Annotated[str, Field(min_length=1, max_length=1000)]
Types = Annotated[list[RecordType], Field(max_length=8, description="Only these; everything you may read when absent.")]


class ChangePage(Answer):
    items: Annotated[list[ChangeRead], Field(max_length=MOST + 1)]
    next_cursor: Cursor = Field(description="Always there; keep it once you have taken in the items.")
    has_more: bool = Field(description="There is more to read at once.")
    lag_ms: int = Field(
        ge=0, description="How long the oldest finished change has been waiting for a writer who has not finished."
    )


class FollowQuery(BaseModel):
    """From where on, and of what."""

    model_config = ConfigDict(extra="forbid")

    cursor: Annotated[
        Cursor | None,
        Field(description="`next_cursor` of the answer before. Without one nothing is told but where to begin."),
    ] = None
    types: Types | None = None


class ChangesQuery(FollowQuery):
    limit: Annotated[int, Field(ge=1, le=MOST, description="How many entries at most.")] = 100
    wait: Annotated[int, Field(ge=0, le=30, description="Seconds to wait when there is nothing yet.")] = 0
