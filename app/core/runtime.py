"""What one process holds open: database, keys, caches, queue. Made at start-up, closed at the end."""

from dataclasses import dataclass, field
from typing import Protocol

from app.core.db import Database
from app.core.listing import Cursors
from app.core.passwords import Passwords
from app.core.tokens import Keyring, TokenCache
from app.settings import Settings


class Bell(Protocol):
    """Wakes the worker; losing a ring costs at most one sweep interval."""

    async def ring(self, job: str) -> None: ...

    async def close(self) -> None: ...


class Silence:
    """No worker is listening: the next sweep finds the due rows."""

    async def ring(self, job: str) -> None:
        del job

    async def close(self) -> None:
        """Nothing is held open."""


@dataclass
class Runtime:
    settings: Settings
    db: Database
    cursors: Cursors
    passwords: Passwords
    keyring: Keyring
    tokens: TokenCache = field(default_factory=TokenCache)
    bell: Bell = field(default_factory=Silence)

    @property
    def issuer(self) -> str:
        return self.settings.http.public_url or "pobratym"

    @property
    def audience(self) -> str:
        return "pobratym"
