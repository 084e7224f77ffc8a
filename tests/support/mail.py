"""A real mail server that can be read, and the worker that brings letters to it."""

import contextlib
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr

from app.adapters.mail import Post, post_office
from app.jobs.messages import send_messages
from app.settings import Mail, Settings
from tests.support.world import World


@dataclass
class Mailbox:
    """`refusing` is what the server answers instead of taking the next letters, to `RCPT` or to `DATA`."""

    letters: list[EmailMessage] = field(default_factory=list)
    addressed: list[str] = field(default_factory=list)
    refusing: dict[str, str] = field(default_factory=dict)
    url: str = ""

    @contextlib.contextmanager
    def listening(self) -> Iterator["Mailbox"]:
        port = free_port()
        controller = Controller(self, hostname="127.0.0.1", port=port)
        controller.start()
        self.url = f"smtp://127.0.0.1:{port}"
        try:
            yield self
        finally:
            controller.stop()

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:  # noqa: N802 - the server's name for it
        if "RCPT" in self.refusing:
            return self.refusing["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - the server's name for it
        if "DATA" in self.refusing:
            return self.refusing["DATA"]
        content = envelope.content
        assert isinstance(content, bytes)
        self.addressed += envelope.rcpt_tos
        self.letters.append(message_from_bytes(content, policy=default))
        return "250 OK"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Postman:
    """Lets the worker send what is due, and answers with what arrived since the last time."""

    def __init__(self, world: World, mailbox: Mailbox) -> None:
        self.world = world
        self.mailbox = mailbox
        self._seen = 0

    @property
    def settings(self) -> Settings:
        found: Settings = self.world.app.state.runtime.settings
        return found.model_copy(update={"mail": Mail(url=SecretStr(self.mailbox.url))})

    def ctx(self, mail: Post | None = None, settings: Settings | None = None) -> dict[str, Any]:
        chosen = settings or self.settings
        way = mail or post_office(chosen)
        return {"db": self.world.db, "clock": self.world.clock, "settings": chosen, "mail": way}

    async def __call__(self, settings: Settings | None = None) -> list[EmailMessage]:
        await send_messages(self.ctx(settings=settings))
        arrived = self.mailbox.letters[self._seen :]
        self._seen = len(self.mailbox.letters)
        return arrived

    @staticmethod
    def link(letter: EmailMessage) -> str:
        found = re.findall(r"^https?://\S+$", text(letter), re.MULTILINE)
        assert len(found) == 1, text(letter)
        return str(found[0])

    def token(self, letter: EmailMessage) -> str:
        return parse_qs(urlsplit(self.link(letter)).query)["token"][0]

    async def only(self) -> EmailMessage:
        [letter] = await self()
        return letter


def text(letter: EmailMessage, kind: str = "plain") -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
