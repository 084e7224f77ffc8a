"""Letters on their way out: to a mail server, or into a folder where there is none."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from uuid import UUID

import aiosmtplib
from email_validator import EmailNotValidError, validate_email

from app.settings import Settings

PATIENCE_SECONDS: Final = 20
PORTS: Final[Mapping[str, int]] = {"smtp": 25, "smtps": 465}
# Nobody listens in between.
OURSELVES: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Appointment:
    """What a calendar program reads in a letter, and what it is asked to do (RFC 6047)."""

    method: str
    text: str


@dataclass(frozen=True)
class Envelope:
    """`id` gives the letter its lasting Message-ID: a twin can be recognised.

    `unsubscribe`: where one request stops letters of this kind (RFC 8058).
    """

    id: UUID
    at: datetime
    to: str
    name: str
    language: str
    subject: str
    text: str
    html: str
    unsubscribe: str | None = None
    appointment: Appointment | None = None


class UndeliverableError(Exception):
    """Trying again would not help."""


class Post(Protocol):
    async def send(self, envelope: Envelope) -> None:
        """Accepted by whoever carries it on; otherwise `UndeliverableError`, or an error that may pass."""


def post_office(settings: Settings) -> Post:
    if settings.mail.url is None:
        return Folder(settings.state / "mail", settings.mail.sender)
    return Server(settings.mail.url.get_secret_value(), settings.mail.sender)


def letter(envelope: Envelope, sender: str) -> EmailMessage:
    name, own = parseaddr(sender)
    made = EmailMessage(policy=WIRE)
    made["From"] = Address(name, addr_spec=own)
    made["To"] = Address(_line(envelope.name), addr_spec=_reachable(envelope.to))
    made["Subject"] = _line(envelope.subject)
    made["Date"] = format_datetime(envelope.at)
    made["Message-ID"] = f"<{envelope.id}@{own.rpartition('@')[2]}>"
    made["Content-Language"] = envelope.language
    made["Auto-Submitted"] = "auto-generated"
    if envelope.unsubscribe:
        made["List-Unsubscribe"] = f"<{envelope.unsubscribe}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(envelope.text, cte="base64")
    made.add_alternative(envelope.html, subtype="html", cte="base64")
    if envelope.appointment is not None:
        _add_appointment(made, envelope.appointment)
    return made


def _add_appointment(made: EmailMessage, appointment: Appointment) -> None:
    """Once for the programs that answer in place, once as a file for those that only save attachments."""
    about = {"method": appointment.method}
    made.add_alternative(appointment.text, subtype="calendar", cte="base64", params=about)
    file = appointment.text.encode()
    made.add_attachment(file, maintype="application", subtype="ics", filename="invite.ics")


def _line(text: str) -> str:
    """A header is one line, whatever a name was made of."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _reachable(address: str) -> str:
    """As servers without international addresses know it, where that is possible."""
    try:
        found = validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        raise UndeliverableError("not an address") from error
    return found.ascii_email or found.normalized


class Folder:
    """The local twin: each letter is a file that only its owner can read."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    async def send(self, envelope: Envelope) -> None:
        content = letter(envelope, self._sender).as_bytes()
        await asyncio.to_thread(self._write, f"{envelope.id}.eml", content)

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self._folder / f".{name}"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        unfinished.replace(self._folder / name)


class Server:
    def __init__(self, url: str, sender: str) -> None:
        self._parts = urlsplit(url)
        self._sender = sender

    async def send(self, envelope: Envelope) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self._connection() as connection:
                await connection.send_message(letter(envelope, self._sender))
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(500 <= each.code < 600 for each in error.recipients):
                raise UndeliverableError(f"refused with {error.recipients[0].code}") from None
            raise

    def _connection(self) -> aiosmtplib.SMTP:
        parts = self._parts
        return aiosmtplib.SMTP(
            hostname=parts.hostname or "",
            port=parts.port or PORTS[parts.scheme],
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=parts.scheme == "smtps",
            start_tls=_turns_to_tls(parts),
            timeout=PATIENCE_SECONDS,
        )


def _turns_to_tls(parts: SplitResult) -> bool:
    is_off = parse_qs(parts.query).get("tls") == ["off"]
    return parts.scheme == "smtp" and not is_off and parts.hostname not in OURSELVES
