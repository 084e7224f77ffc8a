"""What a mail of the inbox is: an answer to an invitation (RFC 6047), a letter that came back (RFC 3464), or neither.

Whoever knows the address can send anything, so nothing is parsed that is too large, too deep or made of too many parts.
"""

import email
import hashlib
import re
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses, parseaddr
from typing import Final
from uuid import UUID

from app.rules import replies
from app.rules.replies import BadReplyError, Reply

# Counted before anything is parsed: a part begins with a boundary, or with a mail in the mail.
MOST_PARTS: Final = 40
DEEPEST: Final = 8
LONGEST_HEADER: Final = 32_768
BOUNDARIES: Final = re.compile(rb"boundary\s*=", re.IGNORECASE)
DELIMITERS: Final = re.compile(rb"^--\S", re.MULTILINE)
EMBEDDED: Final = re.compile(rb"^content-type:\s*message/", re.IGNORECASE | re.MULTILINE)
OUR_ID: Final = re.compile(r"^<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^>\s]+>$")
MESSAGE_ID: Final = re.compile(r"^<[!-;=?-~]{3,250}>$")
RECIPIENTS: Final = ("to", "cc", "delivered-to", "x-original-to")
LONGEST_REASON: Final = 300
# What a broken mail raises in the parser, depending on where it is broken.
BROKEN: Final = (MessageError, LookupError, ValueError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Bounce:
    """A letter of ours that did not arrive, or only later."""

    message_id: UUID
    recipient: str
    is_permanent: bool
    reason: str


@dataclass(frozen=True)
class Mail:
    """`found` is what the mail says, or a code of why it says nothing to us."""

    key: str
    sender: str
    recipients: frozenset[str]
    found: Reply | Bounce | str


def key_of(content: bytes) -> str:
    """By what a mail is known again: its Message-ID where it has a sound one."""
    head = content[:LONGEST_HEADER].split(b"\r\n\r\n", 1)[0]
    match = re.search(rb"^message-id:\s*(\S+)\s*$", head, re.IGNORECASE | re.MULTILINE)
    own = match[1].decode("ascii", "replace") if match else ""
    return own if MESSAGE_ID.match(own) else "sha256:" + hashlib.sha256(content).hexdigest()


def read(content: bytes) -> Mail:
    key = key_of(content)
    if code := _refusal(content):
        return Mail(key, "", frozenset(), code)
    try:
        return _mail(key, content)
    except BROKEN:
        return Mail(key, "", frozenset(), "unreadable")


def _refusal(content: bytes) -> str | None:
    head = content.split(b"\r\n\r\n", 1)[0]
    if len(head) > LONGEST_HEADER:
        return "header_too_large"
    nested = len(BOUNDARIES.findall(content)) + len(EMBEDDED.findall(content))
    if nested > DEEPEST or len(DELIMITERS.findall(content)) > 4 * MOST_PARTS:
        return "too_many_parts"
    return None


def _mail(key: str, content: bytes) -> Mail:
    made = email.message_from_bytes(content, policy=default)
    assert isinstance(made, EmailMessage)  # noqa: S101 - so the policy says
    parts = _parts(made)
    if parts is None:
        return Mail(key, "", frozenset(), "too_many_parts")
    sender = parseaddr(str(made.get("from", "")))[1].lower()
    named = [str(value) for name in RECIPIENTS for value in made.get_all(name, [])]
    recipients = frozenset(address.lower() for _, address in getaddresses(named) if address)
    return Mail(key, sender, recipients, _found(made, parts))


def _parts(made: EmailMessage) -> list[EmailMessage] | None:
    found: list[EmailMessage] = []
    for part in made.walk():
        if len(found) >= MOST_PARTS:
            return None
        found.append(part)
    return found


def _found(made: EmailMessage, parts: list[EmailMessage]) -> Reply | Bounce | str:
    is_report = made.get_content_type() == "multipart/report"
    if is_report and made.get_param("report-type") == "delivery-status":
        return _bounce(parts)
    calendars = [part for part in parts if part.get_content_type() == "text/calendar"]
    if not calendars:
        return "nothing_for_us"
    try:
        return replies.read(_bytes(calendars[0]))
    except BadReplyError as error:
        return error.code


def _bytes(part: EmailMessage) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _bounce(parts: list[EmailMessage]) -> Bounce | str:
    status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    if status is None:
        return "unreadable"
    # Each group of its fields is read as a mail of its own: first of the mail, then of each recipient.
    groups = [part for part in status.walk() if part is not status and part.get("action")]
    ours = _own_id(parts)
    if ours is None or not groups:
        return "unknown_letter"
    told = groups[0]
    code, action = str(told.get("status", "")).strip(), str(told.get("action", "")).strip().lower()
    if action not in {"failed", "delayed"}:
        return "no_failure"
    said = " ".join(part for part in (code, _diagnosis(told)) if part)
    return Bounce(ours, _recipient(told), action == "failed" and not code.startswith("4."), said[:LONGEST_REASON])


def _recipient(told: EmailMessage) -> str:
    found = str(told.get("original-recipient") or told.get("final-recipient") or "")
    return found.rpartition(";")[2].strip().lower()


def _diagnosis(told: EmailMessage) -> str:
    return " ".join(str(told.get("diagnostic-code", "")).rpartition(";")[2].split())


def _own_id(parts: list[EmailMessage]) -> UUID | None:
    """Of the letter that came back, whole or its headers alone; the report's own id is another one."""
    for part in parts[1:]:
        kind = part.get_content_type()
        text = _bytes(part).decode("utf-8", "replace") if kind == "text/rfc822-headers" else ""
        named = str(part.get("message-id", "")).strip()
        if text and (inner := re.search(r"^message-id:\s*(\S+)", text, re.IGNORECASE | re.MULTILINE)):
            named = inner[1]
        if match := OUR_ID.match(named.lower()):
            return UUID(match[1])
    return None
