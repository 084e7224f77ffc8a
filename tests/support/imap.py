"""A real IMAP server with one mailbox that tests put mails into."""

import contextlib
import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Final

from tests.support.mail import free_port

USER: Final = "pobratym"
PASSWORD: Final = "klyuch"
PATIENCE_SECONDS: Final = 20


class ImapServer:
    def __init__(self, port: int) -> None:
        self.port = port

    @property
    def url(self) -> str:
        return f"imap://{USER}:{PASSWORD}@127.0.0.1:{self.port}/INBOX"

    @contextlib.contextmanager
    def opened(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=PATIENCE_SECONDS) as server:
            server.login(USER, PASSWORD)
            yield server

    def put(self, *mails: EmailMessage | bytes) -> None:
        """Delivered, in this order."""
        with self.opened() as server:
            for mail in mails:
                content = mail if isinstance(mail, bytes) else mail.as_bytes(policy=SMTP)
                status, said = server.append("INBOX", "", imaplib.Time2Internaldate(time.time()), content)
                assert status == "OK", said

    def flags(self) -> list[bytes]:
        """As they stand in the mailbox."""
        with self.opened() as server:
            server.select("INBOX", readonly=True)
            _, found = server.fetch("1:*", "(FLAGS)")
            return [each for each in found if isinstance(each, bytes)]


@contextlib.contextmanager
def listening() -> Iterator[ImapServer]:
    port = free_port()
    program = str(Path(sys.executable).parent / "pymap")
    arguments = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "--no-service", "admin"]
    keeping = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    process = subprocess.Popen([program, *arguments, *keeping], stderr=subprocess.DEVNULL)  # noqa: S603 - a server of ours
    try:
        _wait(port)
        yield ImapServer(port)
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _wait(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
