"""Times as people say them: what the clock on the wall shows, in a zone that is named beside it."""

import re
from datetime import datetime, time
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue

from app.rules import recurrence, wall_time
from app.schemas.base import problem

WALL_TIME: Final = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$"
CLOCK_TIME: Final = r"^\d{2}:\d{2}(:\d{2})?$"
OFFSET: Final = re.compile(r"[Tt ][\d:.]+(Z|z|[+-]\d{2}:?\d{2})$")
KYIV: Final = "Europe/Kyiv"


def _wall_time(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value
    if isinstance(value, str) and OFFSET.search(value):
        raise problem("wall_time_offset")
    if not isinstance(value, str) or not re.fullmatch(WALL_TIME, value):
        raise problem("wall_time_form")
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise problem("wall_time_form") from error


def _clock_time(value: Any) -> Any:
    if isinstance(value, time) and value.tzinfo is None:
        return value
    if not isinstance(value, str) or not re.fullmatch(CLOCK_TIME, value):
        raise problem("clock_time_form")
    try:
        return time.fromisoformat(value)
    except ValueError as error:
        raise problem("clock_time_form") from error


def _zone(value: str) -> str:
    try:
        return wall_time.canonical_zone(value)
    except ValueError as error:
        raise problem("unknown_zone", value=value) from error


def _recurrence(value: str) -> str:
    try:
        return recurrence.canonical(value)
    except recurrence.RecurrenceError as error:
        raise problem(error.code, **error.params) from error


def _text(pattern: str, length: int, example: str) -> JsonSchemaValue:
    return {"type": "string", "pattern": pattern, "maxLength": length, "examples": [example]}


def require_on_clock(local: datetime, zone: str) -> None:
    """Where the clock goes forward, an hour is missing: nobody can meet in it, so the nearest time is proposed."""
    shown, _ = wall_time.local(wall_time.instant(local, zone), zone)
    if shown != local:
        raise problem("clock_jumps", at=local.isoformat(" ", "minutes"), zone=zone, instead=f"{shown:%H:%M}")


WallTime = Annotated[
    datetime,
    BeforeValidator(_wall_time),
    Field(ge=datetime(1900, 1, 1), le=datetime(2199, 12, 31)),  # noqa: DTZ001 - the wall has no zone
    WithJsonSchema(_text(WALL_TIME, 19, "2026-12-01T10:00")),
]
ClockTime = Annotated[time, BeforeValidator(_clock_time), WithJsonSchema(_text(CLOCK_TIME, 8, "17:00"))]
Zone = Annotated[
    str,
    StringConstraints(min_length=1, max_length=60),
    AfterValidator(_zone),
    Field(description="A name of the IANA list.", examples=[KYIV]),
]
Fold = Annotated[
    int, Field(ge=0, le=1, strict=True, description="Of an hour that the clock shows twice: 0 the first, 1 the second.")
]
Recurrence = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    AfterValidator(_recurrence),
    Field(description="RFC 5545, over whole days.", examples=["FREQ=MONTHLY;BYMONTHDAY=15"]),
]
