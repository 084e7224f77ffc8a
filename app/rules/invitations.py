"""Invitations that calendar programs read (RFC 5546): what is said, when it has changed, and who is asked again.

The addressee and the organizer are named; other participants only on purpose.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from icalendar import Calendar, Event, vCalAddress, vText

from app.errors import Sentence, say
from app.rules import time_zones
from app.rules.calendars import PRODUCT, Span, add_span, shortened, uid, written_with_zone
from app.vocabulary import ActivityStatus, ParticipantAnswer, ParticipantRole

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "only_planned_is_invited_to": (
        "Запрошують лише на заплановану зустріч; ця вже відбулася або скасована.",
        "Only a planned meeting can be invited to; this one was held or cancelled.",
    ),
    "meeting_has_begun": (
        "Зустріч уже почалася: запрошувати пізно. Перенесіть її, якщо час указано помилково.",
        "The meeting has begun already: it is too late to invite. Move it if its time is wrong.",
    ),
    "nobody_to_invite": (
        "Нікого запросити: у жодного учасника немає електронної адреси. Додайте адресу хоча б одному.",
        "Nobody can be invited: no participant has an e-mail address. Add one to at least one of them.",
    ),
    "unknown_guest": (
        "Такого учасника в цієї зустрічі немає.",
        "The meeting has no such participant.",
    ),
}
ROLES: Final[Mapping[ParticipantRole, str]] = {
    ParticipantRole.ORGANIZER: "CHAIR",
    ParticipantRole.REQUIRED: "REQ-PARTICIPANT",
    ParticipantRole.OPTIONAL: "OPT-PARTICIPANT",
}
ANSWERS: Final[Mapping[str, ParticipantAnswer]] = {
    "ACCEPTED": ParticipantAnswer.ACCEPTED,
    "TENTATIVE": ParticipantAnswer.TENTATIVE,
    "DECLINED": ParticipantAnswer.DECLINED,
}
PARTSTATS: Final = {answer: text for text, answer in ANSWERS.items()} | {ParticipantAnswer.NEEDS_ACTION: "NEEDS-ACTION"}
TAG_BYTES: Final = 10


@dataclass(frozen=True)
class Meeting:
    """As it is now. `sequence` grows with every change of the record."""

    id: UUID
    title: str
    span: Span
    sequence: int
    place: str | None = None
    link: str | None = None

    @property
    def told(self) -> str:
        """A digest of what a guest is told: when it differs, they are told again."""
        return _digest(self.told_time, self.title, self.place, self.link)

    @property
    def told_time(self) -> str:
        span = self.span
        return _digest(span.starts, span.ends, span.zone, span.starts_fold, span.ends_fold)


@dataclass(frozen=True)
class Guest:
    email: str
    name: str | None = None
    role: ParticipantRole = ParticipantRole.REQUIRED
    answer: ParticipantAnswer = ParticipantAnswer.NEEDS_ACTION


@dataclass(frozen=True)
class Organizer:
    """Where answers go, and whom they are from in the eyes of the guest."""

    email: str
    name: str


@dataclass(frozen=True)
class Letter:
    """What one guest is sent."""

    meeting: Meeting
    guest: Guest
    organizer: Organizer
    at: datetime
    others: tuple[Guest, ...] = field(default=())


def objections(status: ActivityStatus, starts_at: datetime, now: datetime) -> list[Sentence]:
    """Why nobody can be invited."""
    if status is not ActivityStatus.PLANNED:
        return [say("only_planned_is_invited_to")]
    return [say("meeting_has_begun")] if starts_at <= now else []


def tagged(address: str, tag: str) -> str:
    """An address of its own for each invitation (RFC 5233), small enough for every server."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{tag}@{domain}"


def tag(proof: bytes) -> str:
    """Mail servers may change the case of an address."""
    return base64.b32encode(proof[:TAG_BYTES]).decode().lower()


def request(letter: Letter) -> str:
    return _calendar("REQUEST", letter, "CONFIRMED")


def cancellation(letter: Letter) -> str:
    return _calendar("CANCEL", letter, "CANCELLED")


def _calendar(method: str, letter: Letter, status: str) -> str:
    found = Calendar()
    found.add("version", "2.0")
    found.add("prodid", PRODUCT)
    found.add("calscale", "GREGORIAN")
    found.add("method", method)
    span = letter.meeting.span
    if written_with_zone(span):
        found.add_component(time_zones.component(str(span.zone), span.starts.year - 1, span.starts.year + 2))
    found.add_component(_event(letter, status))
    text: str = found.to_ical().decode()
    return text


def _event(letter: Letter, status: str) -> Event:
    meeting, event = letter.meeting, Event()
    event.add("uid", uid(meeting.id))
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", letter.at.astimezone(UTC).replace(microsecond=0))
    add_span(event, meeting.span)
    event.add("summary", shortened(meeting.title))
    event.add("status", status)
    if meeting.place:
        event.add("location", meeting.place)
    if meeting.link:
        event.add("url", meeting.link)
        event.add("description", meeting.link)
    event["ORGANIZER"] = _address(letter.organizer.email, letter.organizer.name)
    for guest in (letter.guest, *letter.others):
        event.add("attendee", _attendee(guest), encode=False)
    return event


def _attendee(guest: Guest) -> vCalAddress:
    found = _address(guest.email, guest.name)
    found.params["CUTYPE"] = vText("INDIVIDUAL")
    found.params["ROLE"] = vText(ROLES[guest.role])
    found.params["PARTSTAT"] = vText(PARTSTATS[guest.answer])
    found.params["RSVP"] = vText("TRUE")
    return found


def _address(email: str, name: str | None) -> vCalAddress:
    found = vCalAddress(f"mailto:{email}")
    if name:
        # A parameter cannot hold quotes or control characters (RFC 5545, 3.1).
        found.params["CN"] = vText("".join(each for each in name if each.isprintable() and each != '"'))
    return found


def _digest(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]
