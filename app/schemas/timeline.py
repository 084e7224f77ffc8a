from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.schemas.base import Answer, Shape


class TimelineKind(StrEnum):
    """What happened in a partnership: what was said, written and agreed on, and where it went from there."""

    STAGE = "stage"
    ACTIVITY = "activity"
    LETTER = "letter"
    AGREEMENT = "agreement"
    DELEGATION = "delegation"
    PROJECT = "project"


class TimelineEntry(Answer):
    """One thing that happened, with where to read more of it."""

    kind: TimelineKind
    what: str = Field(max_length=60, description="The kind or the status, as a code of its taxonomy.")
    on: date = Field(description="The day it happened, as it was for those who were there.")
    at: datetime = Field(description="For the order: the moment, or the beginning of the day.")
    title: str = Field(max_length=1000)
    number: str | None = Field(max_length=100)
    actor_name: str | None = Field(max_length=300, description="Who did it, where that is known and yours to see.")
    source: str | None = Field(max_length=100, description="Where it is known from, where that is yours to see.")
    type: str = Field(max_length=40, description="The kind of record to read.")
    id: UUID


class TimelinePage(Answer):
    items: Annotated[list[TimelineEntry], Field(max_length=200)]
    next_cursor: str | None = Field(max_length=1000)


class TimelineQuery(Shape):
    kind: Annotated[list[TimelineKind] | None, Field(max_length=10)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=1000, description="`next_cursor` of the page before.")] = None
