"""What is known of the client behind a request before anybody has said who they are."""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from fastapi import Request

from app.core import cookies
from app.rules.addresses import neighbourhood

LONGEST: Final = 300


@dataclass(frozen=True)
class Visitor:
    """`address` is a neighbourhood, never the whole; `device` is what an app calls itself."""

    address: str
    user_agent: str | None = None
    device: str | None = None
    cookie: bytes | None = field(default=None, repr=False)

    @property
    def print(self) -> bytes:
        """The same for the same client in the same place."""
        return hashlib.sha256(f"{self.address}\0{self.user_agent or ''}".encode()).digest()


def visitor(request: Request, device: str | None = None) -> Visitor:
    """Whose address it is, the server decides by `http.trusted_proxies`; no header is believed here."""
    agent = request.headers.get("user-agent", "")[:LONGEST]
    address = neighbourhood(request.client.host if request.client else None)
    return Visitor(address, agent or None, device, cookies.shown(request))
