"""Operations that will go: since when they are deprecated and from which day they may be gone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Final


@dataclass(frozen=True)
class Retiring:
    since: date
    sunset: date


# One line for each route with `deprecated=True`, by the name of its function.
RETIRING: Final[dict[str, Retiring]] = {}


def headers(retiring: Retiring) -> list[tuple[bytes, bytes]]:
    """Deprecation (RFC 9745) and Sunset (RFC 8594)."""
    since = int(_midnight(retiring.since).timestamp())
    sunset = format_datetime(_midnight(retiring.sunset), usegmt=True)
    return [(b"deprecation", f"@{since}".encode()), (b"sunset", sunset.encode())]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
