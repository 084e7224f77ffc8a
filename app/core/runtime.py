"""What one process holds open: database, keys, caches, queue. Made at start-up, closed at the end."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.core.db import Database
from app.core.limits import Limits, SharedCount
from app.core.listing import Cursors
from app.core.passwords import Passwords
from app.core.pulse import Pulse
from app.core.sealing import master
from app.core.streams import Places
from app.core.tokens import Keyring, TokenCache, UnknownKeys
from app.core.usage import Usage
from app.core.wakeups import Wakeups
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


class Recent:
    """What has happened within this minute already; forgotten with the minute."""

    def __init__(self) -> None:
        self._minute: datetime | None = None
        self._seen: set[Hashable] = set()

    def is_first(self, what: Hashable, now: datetime) -> bool:
        minute = now.replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute, self._seen = minute, set()
        is_first = what not in self._seen
        self._seen.add(what)
        return is_first


@dataclass
class Runtime:
    settings: Settings
    db: Database
    cursors: Cursors
    passwords: Passwords
    keyring: Keyring
    keys_seen_at: datetime | None = None
    unknown_keys: UnknownKeys = field(default_factory=UnknownKeys)
    tokens: TokenCache = field(default_factory=TokenCache)
    bell: Bell = field(default_factory=Silence)
    shared_count: SharedCount | None = None
    usage: Usage = field(default_factory=Usage)
    recent: Recent = field(default_factory=Recent)
    limits: Limits = field(init=False)
    pulse: Pulse = field(init=False)
    wakeups: Wakeups = field(init=False)
    streams: Places = field(init=False)

    def __post_init__(self) -> None:
        self.limits = Limits(self.settings.limits, self.shared_count)
        self.pulse = Pulse(self.db, self.settings.feed.poll_ms / 1000)
        self.wakeups = Wakeups(self.db, self.settings.feed.poll_ms / 1000)
        self.streams = Places(self.settings.feed.streams_of_one)

    @property
    def issuer(self) -> str:
        return self.settings.http.public_url or "pobratym"

    @property
    def secret(self) -> bytes:
        return master(self.settings)

    @property
    def audience(self) -> str:
        return "pobratym"
