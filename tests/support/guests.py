"""Guests of a meeting as their calendar programs answer: from the invitation they were sent, and nothing else."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any, Final
from uuid import uuid4

from icalendar import Calendar, Event, vCalAddress, vText

AT: Final = datetime(2026, 11, 23, 10, 0, 30, tzinfo=UTC)


@dataclass
class Guest:
    """Whoever got this letter."""

    letter: EmailMessage

    @property
    def email(self) -> str:
        return str(self.letter["to"].addresses[0].addr_spec)

    @property
    def part(self) -> EmailMessage:
        [found] = [each for each in self.letter.walk() if each.get_content_type() == "text/calendar"]
        return found

    @property
    def calendar(self) -> Calendar:
        return Calendar.from_ical(self.part.get_content())

    @property
    def event(self) -> Any:
        [found] = self.calendar.events
        return found

    def answer(self, partstat: str, **given: Any) -> EmailMessage:
        """`email`, `sender`, `organizer`, `sequence`, `uid`, `at`, `method`: when something other is claimed."""
        asked, method = self.event, given.get("method", "REPLY")
        reply = Calendar()
        reply.add("version", "2.0")
        reply.add("prodid", "-//Guests//EN")
        reply.add("method", method)
        event = Event()
        event.add("uid", given.get("uid", asked["uid"]))
        event.add("sequence", given.get("sequence", asked["sequence"]))
        event.add("dtstamp", given.get("at", AT))
        event.add("dtstart", given.get("starts", asked["dtstart"]))
        event["ORGANIZER"] = given.get("organizer", asked["organizer"])
        attendee = vCalAddress(f"mailto:{given.get('email', self.email.upper())}")
        attendee.params["PARTSTAT"] = vText(partstat)
        event.add("attendee", attendee, encode=False)
        reply.add_component(event)
        mail = EmailMessage()
        mail["From"] = given.get("sender", self.email)
        mail["To"] = str(event["ORGANIZER"]).removeprefix("mailto:")
        mail["Subject"] = "Re"
        mail["Message-ID"] = given.get("message_id", f"<{uuid4()}@guests.example>")
        mail.set_content("Отримано")
        mail.add_alternative(reply.to_ical().decode(), subtype="calendar", params={"method": method})
        return mail


def returned(letter: EmailMessage, action: str = "failed", status: str = "5.1.1", **given: Any) -> bytes:
    """What a mail server says of a letter that it could not deliver (RFC 3464)."""
    recipient = given.get("recipient", letter["to"].addresses[0].addr_spec)
    return f"""\
From: MAILER-DAEMON@mx.example
To: pobratym@localhost
Subject: Undelivered Mail
Message-ID: <{uuid4()}@mx.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=-report"

--=-report
Content-Type: text/plain; charset=utf-8

Your message could not be delivered.

--=-report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--=-report
Content-Type: text/rfc822-headers

Message-ID: {given.get("original", letter["message-id"])}
Subject: x

--=-report--
""".replace("\n", "\r\n").encode()
