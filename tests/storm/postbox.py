"""A mail server that remembers every letter by its Message-ID: the same one twice is one letter."""

from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.mail import Mailbox, text

MARK: Final = "REM-"


@dataclass
class Postbox(Mailbox):
    """`by_id`: what each letter said, by address and Message-ID; `differing`: those whose twin said something else."""

    arrivals: int = 0
    by_id: dict[tuple[str, str], str] = field(default_factory=dict)
    differing: list[tuple[str, str]] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the server's name for it
        answer = await super().handle_DATA(server, session, envelope)
        self._remember(self.letters.pop())
        return answer

    def _remember(self, letter: EmailMessage) -> None:
        self.arrivals += 1
        [to] = letter["To"].addresses
        name, said = (to.addr_spec, str(letter["Message-ID"])), text(letter)
        if self.by_id.setdefault(name, said) != said:
            self.differing.append(name)
