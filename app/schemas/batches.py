"""Many records in one call, by their ids."""

from typing import Annotated, Generic, TypeVar
from uuid import UUID

from pydantic import Field

from app.schemas.base import Answer, Distinct, Shape

ReadT = TypeVar("ReadT", bound=Answer)

MOST = 200


class BatchGet(Shape):
    ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST), Distinct]


class Batch(Answer, Generic[ReadT]):
    """The records in the order of the ids."""

    items: Annotated[list[ReadT], Field(max_length=MOST)]
    missing: Annotated[list[UUID], Field(max_length=MOST)] = Field(
        description="Ids of what does not exist, or not for you."
    )
