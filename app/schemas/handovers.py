from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.schemas.base import Answer, Flag, Reason, Shape


class HandoverGiven(Shape):
    to_id: UUID = Field(description="Who takes over: an active account that sees the records.")
    reason: Reason | None = None
    skip_unseen: Flag = Field(default=False, description="What the successor does not see stays where it is.")


class HandedItem(Answer):
    kind: str = Field(max_length=40)
    id: UUID
    title: str = Field(max_length=1000)
    on: date | None


class HandoverRead(Answer):
    """What was passed on, and what the successor should look at first."""

    id: UUID
    from_id: UUID
    from_name: str = Field(max_length=300)
    to_id: UUID
    to_name: str = Field(max_length=300)
    reason: str | None
    handed_over_at: datetime
    moved: dict[str, Annotated[int, Field(ge=0)]] = Field(description="How many of each kind.")
    left: Annotated[list[HandedItem], Field(max_length=500)] = Field(description="What the successor does not see.")
    next: Annotated[list[HandedItem], Field(max_length=10)] = Field(description="What falls due first.")
    promises: Annotated[list[HandedItem], Field(max_length=50)] = Field(description="Promises that are still open.")
    ending: Annotated[list[HandedItem], Field(max_length=50)] = Field(description="Agreements that end soon.")
