"""A mailbox that is looked into (IMAP4rev1), and never changed: nothing is marked, moved or deleted there."""

import asyncio
import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from app.settings import Settings

PATIENCE_SECONDS: Final = 20
PORTS: Final = {"imap": 143, "imaps": 993}
INBOX: Final = "INBOX"
UID: Final = re.compile(rb"\bUID (\d+)")
SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d+)")


class UnreachableError(Exception):
    """The mailbox cannot be read now; later it may."""


@dataclass(frozen=True)
class Arrived:
    """A mail at its place; without content when it is larger than anybody wants to read."""

    uid_validity: int
    uid: int
    content: bytes | None


def mailbox(settings: Settings) -> "Mailbox | None":
    """None where none is set up."""
    inbox = settings.inbox
    return Mailbox(inbox.url.get_secret_value(), inbox.max_bytes) if inbox.url else None


@dataclass(frozen=True)
class Mailbox:
    """`url` is `imaps://user:password@host/folder`."""

    url: str
    max_bytes: int

    async def after(self, uid_validity: int | None, uid: int, most: int) -> list[Arrived]:
        """What came after this place, oldest first; all of it when the server has numbered its mails anew."""
        return await asyncio.to_thread(self._after, uid_validity, uid, most)

    def _after(self, uid_validity: int | None, uid: int, most: int) -> list[Arrived]:
        try:
            with self._opened() as (server, validity):
                first = uid + 1 if validity == uid_validity else 1
                sizes = list(self._sizes(server, first))[:most]
                return [Arrived(validity, each, self._content(server, each, size)) for each, size in sizes]
        except (imaplib.IMAP4.error, OSError) as error:
            raise UnreachableError(type(error).__name__) from error

    @contextmanager
    def _opened(self) -> Iterator[tuple[imaplib.IMAP4, int]]:
        parts = urlsplit(self.url)
        with _connected(parts) as server:
            server.login(unquote(parts.username or ""), unquote(parts.password or ""))
            folder = unquote(parts.path.strip("/")) or INBOX
            _done(server.select(f'"{folder}"', readonly=True))
            [validity] = server.response("UIDVALIDITY")[1]
            if validity is None:
                raise UnreachableError("the server numbers nothing")
            yield server, int(validity)

    @staticmethod
    def _sizes(server: imaplib.IMAP4, first: int) -> Iterator[tuple[int, int]]:
        """A range that ends with `*` always holds the last mail, however small its number (RFC 3501)."""
        found = _done(server.uid("FETCH", f"{first}:*", "(RFC822.SIZE)"))
        for line in found:
            text = line[0] if isinstance(line, tuple) else line
            uid, size = (pattern.search(text) if isinstance(text, bytes) else None for pattern in (UID, SIZE))
            if uid and size and int(uid[1]) >= first:
                yield int(uid[1]), int(size[1])

    def _content(self, server: imaplib.IMAP4, uid: int, size: int) -> bytes | None:
        if size > self.max_bytes:
            return None
        found = _done(server.uid("FETCH", str(uid), "(BODY.PEEK[])"))
        return next((each[1] for each in found if isinstance(each, tuple)), None)


def _connected(parts: SplitResult) -> imaplib.IMAP4:
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    if parts.scheme == "imap":
        return imaplib.IMAP4(host, port, timeout=PATIENCE_SECONDS)
    return imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=PATIENCE_SECONDS)


def _done(answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:
    status, found = answer
    if status != "OK":
        raise UnreachableError(status)
    return found
