"""Answers of calendar programs (RFC 5546): what somebody answers, to which meeting, as of which sequence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from icalendar import Calendar, Component

from app.rules.calendars import DOMAIN
from app.rules.invitations import ANSWERS
from app.vocabulary import ParticipantAnswer

LARGEST: Final = 65_536
# An answer holds one event; whoever sends many means something else.
MOST_EVENTS: Final = 5
LONGEST_ADDRESS: Final = 254
METHODS: Final = frozenset({"REPLY", "COUNTER"})


class BadReplyError(ValueError):
    """Not an answer to anything; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Reply:
    """`answer` is None when another time is proposed; then `proposed` says which."""

    activity_id: UUID
    email: str
    answer: ParticipantAnswer | None
    sequence: int
    at: datetime | None
    organizer: str
    proposed: datetime | date | None = None


def read(text: bytes) -> Reply:
    """`BadReplyError` for whatever is not an answer to one of our meetings."""
    if len(text) > LARGEST:
        raise BadReplyError("too_large")
    try:
        calendar = Calendar.from_ical(text)
    except (ValueError, IndexError, KeyError, RecursionError) as error:
        raise BadReplyError("unreadable") from error
    method = str(calendar.get("method", "")).upper()
    events = [each for each in calendar.walk("VEVENT") if each.get("uid")]
    if method not in METHODS or not 0 < len(events) <= MOST_EVENTS:
        raise BadReplyError("no_answer")
    return _reply(method, events[0])


def _reply(method: str, event: Component) -> Reply:
    email, params = _attendee(event)
    partstat = str(params.get("PARTSTAT", "")).upper()
    is_answer = method == "REPLY"
    if is_answer and partstat not in ANSWERS:
        raise BadReplyError("no_answer")
    return Reply(
        activity_id=_activity(str(event["uid"])),
        email=email,
        answer=ANSWERS[partstat] if is_answer else None,
        sequence=_number(event.get("sequence", 0)),
        at=_moment(event.get("dtstamp")),
        organizer=_mailto(event.get("organizer", "")),
        proposed=None if is_answer else _time(event.get("dtstart")),
    )


def _attendee(event: Component) -> tuple[str, Mapping[str, Any]]:
    """Somebody answers for themselves: exactly one."""
    found = event.get("attendee", [])
    attendees = found if isinstance(found, list) else [found]
    if len(attendees) != 1:
        raise BadReplyError("no_answer")
    return _mailto(attendees[0]), getattr(attendees[0], "params", {})


def _mailto(value: object) -> str:
    text = str(value).strip()
    address = text[7:] if text.lower().startswith("mailto:") else text
    if len(address) > LONGEST_ADDRESS:
        raise BadReplyError("no_answer")
    return address.lower()


def _activity(uid: str) -> UUID:
    name, _, domain = uid.partition("@")
    if domain != DOMAIN:
        raise BadReplyError("unknown_event")
    try:
        return UUID(name)
    except ValueError:
        raise BadReplyError("unknown_event") from None


def _number(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise BadReplyError("no_answer") from None


def _moment(value: Any) -> datetime | None:
    """What has no zone is no moment."""
    at = getattr(value, "dt", None)
    return at.astimezone(UTC) if isinstance(at, datetime) and at.tzinfo is not None else None


def _time(value: Any) -> datetime | date | None:
    at = getattr(value, "dt", None)
    return at if isinstance(at, date) else None
